using System.Globalization;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>What may stand in a header, and how text from a peer is shown.</summary>
internal static class MailText
{
    /// <summary>The <c>atext</c> of RFC 5322 §3.2.3.</summary>
    internal static bool IsAtext(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~".Contains(c);

    internal static bool IsDotAtom(ReadOnlySpan<char> text)
    {
        var previous = '.';
        foreach (var c in text)
        {
            if (c == '.' ? previous == '.' : !IsAtext(c))
                return false;
            previous = c;
        }
        return previous != '.';
    }

    internal static bool IsPrintableAscii(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange(' ', '~');

    /// <summary>The value, when it may be the text of a header: a line break in it would begin a header of somebody else's choice.</summary>
    internal static string OneLine(string field, string value, int longest)
    {
        if (value.Length > longest)
            throw new MalformedMailException(field, $"is longer than {longest} characters");
        if (value.AsSpan().ContainsAny('\r', '\n'))
            throw new MalformedMailException(field, "contains a line break");
        if (value.Contains('\0'))
            throw new MalformedMailException(field, "contains a NUL");
        if (value.Any(char.IsControl))
            throw new MalformedMailException(field, "contains a control character");
        return WellFormed(field, value);
    }

    /// <summary>The value, when it is Unicode that UTF-8 can carry.</summary>
    internal static string WellFormed(string field, string value)
    {
        for (var at = 0; at < value.Length; at++)
        {
            if (!char.IsSurrogate(value[at]))
                continue;
            if (!char.IsSurrogatePair(value, at))
                throw new MalformedMailException(field, "contains half a character (an unpaired surrogate)");
            at++;
        }
        return value;
    }

    /// <summary>A peer's words made fit for a log or a page: no control, format or direction character, no longer than that.</summary>
    internal static string Shown(ReadOnlySpan<byte> words, int longest)
    {
        var text = new StringBuilder();
        foreach (var rune in Encoding.UTF8.GetString(words).EnumerateRunes())
        {
            if (text.Length >= longest)
                return text.Append('…').ToString();
            text.Append(rune.Value == '\t' ? " " : IsShown(rune) ? rune.ToString() : "?");
        }
        return text.ToString().Trim();
    }

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
