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

    /// <summary>Null when it is not quoted-printable; white space at a line's end is dropped, as a relay may have added it.</summary>
    internal static byte[]? Decode(ReadOnlySpan<byte> encoded)
    {
        var decoded = new List<byte>(encoded.Length);
        foreach (var range in encoded.Split((byte)'\n'))
        {
            var last = range.End.Value == encoded.Length;
            var line = encoded[range].TrimEnd(" \t\r"u8);
            var soft = line.EndsWith("="u8);
            if (!DecodeLine(decoded, soft ? line[..^1] : line))
                return null;
            if (!soft && !last)
                decoded.AddRange("\r\n"u8);
        }
        return [.. decoded];
    }

    private static bool DecodeLine(List<byte> decoded, ReadOnlySpan<byte> line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != '=')
            {
                decoded.Add(line[i]);
                continue;
            }
            if (i + 2 >= line.Length || !byte.TryParse(line.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
                return false;
            decoded.Add(b);
            i += 2;
        }
        return true;
    }
}
