using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>The value of Content-Type (RFC 2045 §5.1) or Content-Disposition (RFC 2183), with the parameters of RFC 2231 put together.</summary>
internal sealed record MimeType(string Name, ImmutableDictionary<string, string> Parameters)
{
    private const int MostSegments = 1_000;

    internal static MimeType PlainText { get; } = new("text/plain", ImmutableDictionary<string, string>.Empty);

    internal static MimeType Mail { get; } = new("message/rfc822", ImmutableDictionary<string, string>.Empty);

    internal bool IsMediaType => Name.Split('/') is [{ Length: > 0 }, { Length: > 0 }];

    /// <param name="fault">Is told each thing that is odd; what can be understood is taken all the same.</param>
    /// <param name="most">Parameters; more are not read.</param>
    internal static MimeType Parse(string value, int most, Action<string> fault)
    {
        var at = 0;
        Skip(value, ref at);
        var name = Until(value, ref at, ";( \t").ToLowerInvariant();
        var single = new Dictionary<string, string>();
        var segments = new Dictionary<string, List<Segment>>();
        for (var count = 0; ; count++)
        {
            Skip(value, ref at);
            if (at >= value.Length)
                break;
            if (value[at] != ';')
            {
                fault("A header with parameters has something that is none.");
                Until(value, ref at, ";");
                continue;
            }
            at++;
            Skip(value, ref at);
            if (at >= value.Length || value[at] == ';')
                continue;
            if (count >= most)
            {
                fault($"A header has more than {most} parameters; the others are not read.");
                break;
            }
            One(value, ref at, single, segments, fault);
        }
        foreach (var (attribute, pieces) in segments)
            single[attribute] = Joined(pieces, fault);
        return new MimeType(name, single.ToImmutableDictionary());
    }

    private static void One(string value, ref int at, Dictionary<string, string> single, Dictionary<string, List<Segment>> segments, Action<string> fault)
    {
        var attribute = Until(value, ref at, "=;").Trim().ToLowerInvariant();
        if (at >= value.Length || value[at] != '=' || attribute.Length == 0)
        {
            fault("A parameter has no value.");
            return;
        }
        at++;
        Skip(value, ref at);
        var text = at < value.Length && value[at] == '"' ? Quoted(value, ref at, fault) : Bare(value, ref at, fault);
        if (Segment.Of(attribute, text) is { } segment)
        {
            if (!segments.TryGetValue(segment.Attribute, out var pieces))
                segments[segment.Attribute] = pieces = [];
            pieces.Add(segment);
            return;
        }
        // Many writers put encoded words where RFC 2047 §5 forbids them.
        if (text.Contains("=?", StringComparison.Ordinal) && attribute is "name" or "filename")
            text = EncodedWords.Decode(text, fault);
        if (!single.TryAdd(attribute, text))
            fault("A parameter is said twice; the first counts.");
    }

    // RFC 2231 §3 and §4. The pieces may come in any order; what follows a gap is left out (§3 numbers them without one).
    private static string Joined(List<Segment> pieces, Action<string> fault)
    {
        var ordered = pieces.OrderBy(piece => piece.Number).ToList();
        var bytes = new List<byte>();
        var text = new StringBuilder();
        string? charset = null;
        if (ordered[0] is { IsExtended: true } first && first.Text.Split('\'', 3) is [var named, _, var rest])
            (charset, ordered[0]) = (named, first with { Text = rest });
        else if (ordered[0].IsExtended)
            fault("A parameter of RFC 2231 names no charset.");
        if (charset is { Length: > 0 } && !Charset.IsKnown(charset))
            fault("The charset of a parameter is not known; it is read as UTF-8, or as Windows-1252 where it is not UTF-8.");
        for (var i = 0; i < ordered.Count; i++)
        {
            if (i > 0 && ordered[i].Number == ordered[i - 1].Number)
            {
                fault("A parameter is said twice; the first counts.");
                continue;
            }
            if (ordered[i].Number > i)
            {
                fault("A parameter lacks one of its pieces.");
            }
            if (ordered[i].IsExtended)
            {
                Unescape(ordered[i].Text, bytes, fault);
                continue;
            }
            text.Append(Charset.Decode(bytes.ToArray(), charset is { Length: > 0 } ? charset : null)).Append(ordered[i].Text);
            bytes.Clear();
        }
        return text.Append(Charset.Decode(bytes.ToArray(), charset is { Length: > 0 } ? charset : null)).ToString();
    }

    private static void Unescape(string text, List<byte> bytes, Action<string> fault)
    {
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
            {
                bytes.Add(b);
                i += 2;
                continue;
            }
            if (text[i] == '%')
                fault("A parameter has an escape that is none.");
            var status = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var taken);
            bytes.AddRange(utf8[..(status == System.Buffers.OperationStatus.Done ? rune : Rune.ReplacementChar).EncodeToUtf8(utf8)]);
            i += taken - 1;
        }
    }

    private static string Until(string value, ref int at, string ends)
    {
        var start = at;
        var length = value.AsSpan(at).IndexOfAny(ends);
        at = length < 0 ? value.Length : at + length;
        return value[start..at].Trim();
    }

    // A file name without its quotation marks is taken with its spaces.
    private static string Bare(string value, ref int at, Action<string> fault)
    {
        var text = Until(value, ref at, ";");
        if (text.Contains(' ', StringComparison.Ordinal))
        {
            var comment = text.IndexOf(" (", StringComparison.Ordinal);
            if (comment >= 0)
                text = text[..comment].TrimEnd();
            if (text.Contains(' ', StringComparison.Ordinal))
                fault("A value with spaces has no quotation marks.");
        }
        else if (text.EndsWith(')') && text.IndexOf('(', StringComparison.Ordinal) is var open and > 0)
        {
            text = text[..open];
        }
        return text;
    }

    private static string Quoted(string value, ref int at, Action<string> fault)
    {
        var text = new StringBuilder();
        for (at++; at < value.Length && value[at] != '"'; at++)
        {
            // Only these two need it; what else stands behind a backslash is a folder of Windows.
            if (value[at] == '\\' && at + 1 < value.Length && value[at + 1] is '"' or '\\')
                at++;
            if (at < value.Length)
                text.Append(value[at]);
        }
        if (at >= value.Length)
            fault("A quotation mark is not closed.");
        at = Math.Min(at + 1, value.Length);
        return text.ToString();
    }

    // White space and comments, however deep they nest.
    private static void Skip(string value, ref int at)
    {
        var depth = 0;
        for (; at < value.Length; at++)
        {
            if (value[at] == '(')
                depth++;
            else if (value[at] == ')' && depth > 0)
                depth--;
            else if (value[at] == '\\' && depth > 0)
                at++;
            else if (depth == 0 && value[at] is not (' ' or '\t'))
                break;
        }
        at = Math.Min(at, value.Length);
    }

    /// <summary>One piece: <c>filename*=</c>, <c>filename*3=</c> or <c>filename*3*=</c>.</summary>
    private sealed record Segment(string Attribute, int Number, bool IsExtended, string Text)
    {
        internal static Segment? Of(string attribute, string text)
        {
            var star = attribute.IndexOf('*', StringComparison.Ordinal);
            if (star <= 0)
                return null;
            var number = attribute[(star + 1)..].TrimEnd('*');
            if (number.Length == 0)
                return new Segment(attribute[..star], 0, true, text);
            return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n < MostSegments
                ? new Segment(attribute[..star], n, attribute.EndsWith('*'), text)
                : null;
        }
    }
}
