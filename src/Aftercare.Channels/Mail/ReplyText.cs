using System.Collections.Immutable;

namespace Aftercare.Channels.Mail;

public enum TextBlockKind
{
    New,

    /// <summary>What somebody wrote before, with the line or the headers that introduce it.</summary>
    Quote,

    /// <summary>From a line <c>-- </c> on.</summary>
    Signature,
}

/// <summary>A stretch of whole lines.</summary>
public sealed record TextBlock(TextBlockKind Kind, Range Range);

/// <summary>
/// Tells in an answer what is new from what is quoted, so that a page can fold it. Nothing is taken out: the blocks follow each other and make up the text. Where it is
/// not plain what is quoted, it is new.
/// </summary>
public static class ReplyText
{
    private const int LongestAttribution = 400, MostAttributionLines = 3, HeaderLines = 6;

    private static readonly string[] Beginnings = ["On ", "Am ", "Le ", "El "];

    private static readonly string[] Ends = ["wrote:", "schrieb:", "a écrit :", "a écrit:", "escribió:", "geschrieben:"];

    private static readonly string[] Originals =
    [
        "Original Message", "Original-Nachricht", "Ursprüngliche Nachricht", "Originalnachricht", "Message d'origine", "Message d’origine", "Message original", "Mensaje original",
        "Forwarded message", "Weitergeleitete Nachricht", "Message transféré", "Mensaje reenviado",
    ];

    private static readonly string[] Froms = ["From:", "Von:", "De :", "De:"];

    private static readonly string[] Sents = ["Sent:", "Date:", "Gesendet:", "Datum:", "Envoyé :", "Envoyé:", "Date :", "Enviado:", "Enviado el:", "Fecha:"];

    private static readonly string[] Subjects = ["Subject:", "Betreff:", "Objet :", "Objet:", "Asunto:"];

    /// <param name="text">As of <see cref="MailBody.Text"/>.</param>
    public static ImmutableArray<TextBlock> Fold(string text)
    {
        var lines = new List<Range>();
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(at..end);
            at = end;
        }
        var kinds = new TextBlockKind[lines.Count];
        Mark(text, lines, kinds);
        var blocks = ImmutableArray.CreateBuilder<TextBlock>();
        for (var first = 0; first < lines.Count;)
        {
            var last = first;
            while (last + 1 < lines.Count && kinds[last + 1] == kinds[first])
                last++;
            blocks.Add(new TextBlock(kinds[first], lines[first].Start..lines[last].End));
            first = last + 1;
        }
        return blocks.ToImmutable();
    }

    private static void Mark(string text, List<Range> lines, TextBlockKind[] kinds)
    {
        ReadOnlySpan<char> Line(int i) => i < lines.Count ? text.AsSpan()[lines[i]].TrimEnd("\r\n") : [];
        bool Has(int from, string[] beginnings) => Enumerable.Range(from + 1, HeaderLines).Any(next => Matches(Line(next), beginnings));
        for (var i = 0; i < lines.Count; i++)
        {
            var line = Line(i);
            if (line.StartsWith('>'))
            {
                kinds[i] = TextBlockKind.Quote;
            }
            else if (IsOriginal(line) || Matches(line, Froms) && (i == 0 || Line(i - 1).IsWhiteSpace() || Line(i - 1).StartsWith("____")) && Has(i, Sents) && Has(i, Subjects))
            {
                // Outlook quotes the whole mail below its headers without a mark on each line.
                for (; i < lines.Count; i++)
                    kinds[i] = TextBlockKind.Quote;
            }
            else if (Attribution(text, lines, i) is var length and > 0)
            {
                for (var end = i + length; i < end; i++)
                    kinds[i] = TextBlockKind.Quote;
                i--;
            }
            else if (line is "-- " or "--")
            {
                for (; i < lines.Count && !Line(i).StartsWith('>') && !IsOriginal(Line(i)); i++)
                    kinds[i] = TextBlockKind.Signature;
                i--;
            }
        }
    }

    private static bool IsOriginal(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith("--"))
            return false;
        var words = line.Trim("- ");
        foreach (var original in Originals)
        {
            if (words.Equals(original, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static bool Matches(ReadOnlySpan<char> line, string[] beginnings)
    {
        line = line.TrimStart("* ");
        foreach (var beginning in beginnings)
        {
            if (line.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    // "On … wrote:", over at most three lines, with a quote behind it; else it may be part of what is told. How many lines up to the quote.
    private static int Attribution(string text, List<Range> lines, int first)
    {
        if (!Matches(text.AsSpan()[lines[first]], Beginnings))
            return 0;
        for (var i = first; i < Math.Min(first + MostAttributionLines, lines.Count); i++)
        {
            var line = text.AsSpan()[lines[i]].Trim();
            if (line.Length > LongestAttribution)
                return 0;
            foreach (var end in Ends)
            {
                if (!line.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                    continue;
                var next = i + 1;
                while (next < lines.Count && next <= i + 2 && text.AsSpan()[lines[next]].IsWhiteSpace())
                    next++;
                return next < lines.Count && text[lines[next].Start.Value] == '>' ? next - first : 0;
            }
        }
        return 0;
    }
}
