using System.Text;
using System.Text.Unicode;

namespace Aftercare.Channels.Mail;

/// <summary>
/// The charsets of mails, by the platform's tables. Those beyond Unicode and Latin are asked of <see cref="CodePagesEncodingProvider"/> itself, so that nobody has to
/// register it and nothing changes for the rest of the process.
/// </summary>
internal static class Charset
{
    private const int LongestName = 40;
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>Whether the name is one that <see cref="Decode"/> follows.</summary>
    internal static bool IsKnown(string name) => Find(name) is not null;

    /// <summary>The text; what is not of the charset becomes U+FFFD. By <see cref="Guess"/> where the charset is unknown, or ASCII that is not ASCII.</summary>
    internal static string Decode(ReadOnlySpan<byte> bytes, string? name)
    {
        var encoding = name is null ? Encoding.ASCII : Find(name);
        if (encoding is null || encoding is ASCIIEncoding && !Ascii.IsValid(bytes))
            return Guess(bytes, out _);
        var text = encoding.GetString(bytes);
        return text.StartsWith('\ufeff') ? text[1..] : text;
    }

    /// <summary>UTF-8 (RFC 6532), or Windows-1252 where it is not that.</summary>
    internal static string Guess(ReadOnlySpan<byte> bytes, out bool guessed)
    {
        guessed = !Utf8.IsValid(bytes);
        return (guessed ? Windows1252 : Encoding.UTF8).GetString(bytes);
    }

    private static Encoding? Find(string name)
    {
        name = name.Trim(' ', '"', '\'').ToLowerInvariant();
        // RFC 2231 §5: a language may follow the charset in an encoded word.
        name = name.Split('*')[0];
        if (name.Length is 0 or > LongestName || !MailText.IsPrintableAscii(name))
            return null;
        switch (name)
        {
            case "utf-8" or "utf8" or "unicode-1-1-utf-8" or "utf8mb4":
                return Encoding.UTF8;
            case "us-ascii" or "ascii" or "ansi_x3.4-1968" or "646" or "iso646-us":
                return Encoding.ASCII;
            // Who says Latin-1 means Windows-1252: the 27 places in which they differ are control characters that nobody writes.
            case "iso-8859-1" or "latin1" or "iso8859-1" or "iso_8859-1" or "l1" or "windows-1252" or "cp1252" or "x-ansi" or "cp-1252":
                return Windows1252;
            // Directions are the reader's business (RFC 1556).
            case "iso-8859-8-i" or "iso-8859-8-e" or "logical":
                return CodePagesEncodingProvider.Instance.GetEncoding(1255);
            case "x-sjis" or "shift-jis" or "sjis" or "ms_kanji" or "cp932" or "windows-31j":
                return CodePagesEncodingProvider.Instance.GetEncoding(932);
            case "ks_c_5601-1987" or "ks_c_5601" or "ksc5601" or "cp949" or "uhc" or "euc-kr" or "x-windows-949":
                return CodePagesEncodingProvider.Instance.GetEncoding(949);
            case "gb2312" or "gbk" or "cp936" or "x-gbk" or "gb_2312-80":
                return CodePagesEncodingProvider.Instance.GetEncoding(936);
            case "big5-hkscs" or "cp950":
                return CodePagesEncodingProvider.Instance.GetEncoding(950);
            // UTF-7 hides characters from whoever looks for them.
            case "utf-7" or "unicode-1-1-utf-7" or "csunicode11utf7" or "x-unicode-2-0-utf-7":
                return null;
        }
        if (name.StartsWith("cp", StringComparison.Ordinal) && int.TryParse(name.AsSpan(2), out var page) && page is > 0 and < 65_000)
            return page == 65_000 ? null : CodePagesEncodingProvider.Instance.GetEncoding(page);
        try
        {
            var found = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
            return found.CodePage == 65_000 ? null : found;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
