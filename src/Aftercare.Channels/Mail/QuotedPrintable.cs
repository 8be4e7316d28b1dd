using System.Globalization;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>RFC 2045 §6.7 for text.</summary>
internal static class QuotedPrintable
{
    private const int LongestLine = 75;

    internal static string Encode(IEnumerable<string> lines)
    {
        var encoded = new StringBuilder();
        foreach (var line in lines)
        {
            Encode(encoded, Encoding.UTF8.GetBytes(line));
            encoded.Append("\r\n");
        }
        return encoded.ToString();
    }

    private static void Encode(StringBuilder encoded, byte[] line)
    {
        var length = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var plain = line[i] is >= 33 and <= 126 and not (byte)'=' || line[i] is (byte)' ' or (byte)'\t' && i < line.Length - 1;
            // Mailbox files escape a line that begins so, and a signature over it would break.
            plain &= i > 0 || !line.AsSpan().StartsWith("From "u8);
            var width = plain ? 1 : 3;
            if (length + width > LongestLine)
            {
                encoded.Append("=\r\n");
                length = 0;
            }
            _ = plain ? encoded.Append((char)line[i]) : encoded.Append(CultureInfo.InvariantCulture, $"={line[i]:X2}");
            length += width;
        }
    }
}
