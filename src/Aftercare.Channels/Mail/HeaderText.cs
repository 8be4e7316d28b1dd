using System.Globalization;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>Values of headers as words between which a line may be folded.</summary>
internal static class HeaderText
{
    // An encoded word may have 75 (RFC 2047 §2); with 64 it fits beside the name of any header of ours.
    private const int LongestLine = 76, LongestWord = 64, LongestParameter = 60;

    /// <summary>Appends nothing when there are no words. A header's first line is never left empty.</summary>
    internal static void Fold(StringBuilder mail, string name, IEnumerable<string> words)
    {
        var length = 0;
        foreach (var word in words)
        {
            if (length == 0)
            {
                mail.Append(name).Append(": ").Append(word);
                length = name.Length + 2 + word.Length;
            }
            else if (length + 1 + word.Length > LongestLine)
            {
                mail.Append("\r\n ").Append(word);
                length = 1 + word.Length;
            }
            else
            {
                mail.Append(' ').Append(word);
                length += 1 + word.Length;
            }
        }
        if (length > 0)
            mail.Append("\r\n");
    }

    internal static IEnumerable<string> Unstructured(string text)
    {
        var words = text.Split(' ');
        var plain = MailText.IsPrintableAscii(text) && !text.Contains("=?", StringComparison.Ordinal)
            && (text.Length == 0 || words.All(word => word.Length is > 0 and <= LongestWord));
        return plain ? words : EncodedWords(text);
    }

    /// <summary>A name is a word, a quoted text or encoded words, whichever is the first that can say it.</summary>
    internal static IEnumerable<string> Mailbox(Mailbox mailbox, string end)
    {
        if (mailbox.Name is not { } name)
            return [mailbox.Address + end];
        var ascii = MailText.IsPrintableAscii(name) && name.Length <= LongestWord - 4 && !name.Contains("=?", StringComparison.Ordinal);
        var words = name.Split(' ');
        IEnumerable<string> phrase = !ascii ? EncodedWords(name)
            : words.All(word => word.Length > 0 && word.All(MailText.IsAtext)) ? words
            : [Quoted(name)];
        return [.. phrase, $"<{mailbox.Address}>{end}"];
    }

    /// <summary>A parameter as one or several (RFC 2231 §3 and §4).</summary>
    internal static IEnumerable<string> Parameter(string name, string value)
    {
        if (MailText.IsPrintableAscii(value) && value.Length <= LongestParameter - 4)
            return [$"{name}={Quoted(value)}"];
        var pieces = Cut("utf-8''", value, LongestParameter - name.Length - 6, rune => Escaped(rune, '%', IsAttributeChar));
        return pieces is [var only]
            ? [$"{name}*={only}"]
            : pieces.Select((piece, i) => $"{name}*{i}*={piece}{(i < pieces.Count - 1 ? ";" : "")}");
    }

    /// <summary>Encoded words of whole characters (RFC 2047 §5), in the encoding that people can read unless the other is much shorter.</summary>
    private static IEnumerable<string> EncodedWords(string text)
    {
        var base64 = Encoding.UTF8.GetByteCount(text) * 4 / 3;
        var quoted = text.EnumerateRunes().Sum(rune => QuotedWord(rune).Length);
        if (quoted <= base64 * 3 / 2)
            return Cut("", text, LongestWord - "=?utf-8?Q??=".Length, QuotedWord).Select(word => $"=?utf-8?Q?{word}?=");
        var mostBytes = (LongestWord - "=?utf-8?B??=".Length) / 4 * 3;
        return Cut("", text, mostBytes, rune => rune.ToString(), Encoding.UTF8.GetByteCount)
            .Select(word => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(word))}?=");
    }

    private static string QuotedWord(Rune rune) =>
        rune.Value == ' ' ? "_" : Escaped(rune, '=', c => char.IsAsciiLetterOrDigit(c) || "!*+-/".Contains(c));

    private static bool IsAttributeChar(char c) => char.IsAsciiLetterOrDigit(c) || "!#$&+-.^_`{|}~".Contains(c);

    private static string Escaped(Rune rune, char escape, Func<char, bool> plain) => rune.IsAscii && plain((char)rune.Value)
        ? rune.ToString()
        : string.Concat(Encoding.UTF8.GetBytes(rune.ToString()).Select(b => escape + b.ToString("X2", CultureInfo.InvariantCulture)));

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static List<string> Cut(string start, string text, int longest, Func<Rune, string> spell, Func<string, int>? measure = null)
    {
        measure ??= piece => piece.Length;
        var pieces = new List<string>();
        var piece = new StringBuilder(start);
        var length = start.Length;
        foreach (var rune in text.EnumerateRunes())
        {
            var spelled = spell(rune);
            var width = measure(spelled);
            if (length + width > longest)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
                length = 0;
            }
            piece.Append(spelled);
            length += width;
        }
        pieces.Add(piece.ToString());
        return pieces;
    }
}
