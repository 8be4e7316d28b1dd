using System.Buffers;
using System.Globalization;
using System.Text;

namespace Aftercare.Trust.Log;

/// <summary>Reads numbers, base64 and UTF-8 in their one spelling: what is read must write itself again, byte for byte.</summary>
internal static class StrictText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(i => (char)i).Where(c => c != '\n')]);

    internal static bool TryDecimal(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number.ToString(CultureInfo.InvariantCulture) == text;

    internal static bool TryBase64(string text, int maxBytes, out byte[] bytes)
    {
        bytes = [];
        if (text.Length > (maxBytes + 2L) / 3 * 4)
            return false;
        var buffer = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64String(text, buffer, out var length) || length > maxBytes)
            return false;
        bytes = buffer[..length];
        return Convert.ToBase64String(bytes) == text;
    }

    /// <summary>The text of a note or proof: valid UTF-8 with no control character but newline (C2SP signed-note, "Format").</summary>
    internal static string Read(ReadOnlySpan<byte> bytes, int maxBytes, string what)
    {
        if (bytes.Length > maxBytes)
            throw new UntrustedLogException($"{what} has {bytes.Length} bytes; at most {maxBytes} are read.");
        var text = Decode(bytes, what);
        var control = text.AsSpan().IndexOfAny(Controls);
        return control < 0 ? text : throw new UntrustedLogException($"{what} has a control character at position {control}.");
    }

    internal static byte[] Write(string text) => Utf8.GetBytes(text);

    private static string Decode(ReadOnlySpan<byte> bytes, string what)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new UntrustedLogException($"{what} is not UTF-8.", e);
        }
    }
}
