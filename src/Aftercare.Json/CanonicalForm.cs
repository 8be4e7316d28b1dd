using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Aftercare.Json;

/// <summary>What sets the canonical forms apart.</summary>
internal sealed class CanonicalForm
{
    private const long LargestSafe = (1L << 53) - 1;

    private static readonly SearchValues<char> Printable =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c), '\n']);

    private static readonly SearchValues<char> SignAndDigits = SearchValues.Create("-0123456789");

    internal static CanonicalForm Rfc8785 { get; } = new()
    {
        NameOrder = StringComparer.Ordinal,
        Number = value => double.IsFinite(value.GetDouble()) ? EcmaNumber.Format(value.GetDouble()) : null,
        NumberRule = "The number is beyond what a double can hold.",
        Escaped = EscapedForEcma,
    };

    internal static CanonicalForm Olpc { get; } = new()
    {
        NameOrder = Comparer<string>.Create(ByCodePoint),
        Number = SafeInteger,
        NumberRule = "The number is not an integer within ±(2^53 - 1), written without point or exponent.",
        Escaped = EscapedForOlpc,
    };

    internal static CanonicalForm OlpcPrintable { get; } = new()
    {
        NameOrder = Olpc.NameOrder,
        Number = Olpc.Number,
        NumberRule = Olpc.NumberRule,
        Escaped = Olpc.Escaped,
        Refuses = text => text.AsSpan().ContainsAnyExcept(Printable),
    };

    internal required IComparer<string> NameOrder { get; init; }

    /// <summary>The spelling of a number, or null when the form has none for it.</summary>
    internal required Func<JsonElement, string?> Number { get; init; }

    /// <summary>The reason when there is none.</summary>
    internal required string NumberRule { get; init; }

    internal required Func<string, string> Escaped { get; init; }

    internal Func<string, bool> Refuses { get; init; } = _ => false;

    private static string? SafeInteger(JsonElement value) =>
        value.TryGetInt64(out var number) && !value.GetRawText().AsSpan().ContainsAnyExcept(SignAndDigits)
            && number is >= -LargestSafe and <= LargestSafe
            ? number.ToString(CultureInfo.InvariantCulture)
            : null;

    // UTF-16 puts U+E000..U+FFFF after the supplementary planes, code points put them before.
    private static int ByCodePoint(string a, string b)
    {
        var at = a.AsSpan().CommonPrefixLength(b);
        if (at == a.Length || at == b.Length)
            return a.Length - b.Length;

        return char.IsSurrogate(a[at]) == char.IsSurrogate(b[at])
            ? a[at] - b[at]
            : char.IsSurrogate(a[at]) ? 1 : -1;
    }

    private static string EscapedForOlpc(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string EscapedForEcma(string text)
    {
        if (!text.Any(c => c is < ' ' or '"' or '\\'))
            return text;

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
            escaped.Append(EscapedForEcma(c));
        return escaped.ToString();
    }

    // RFC 8785 §3.2.2.2
    private static string EscapedForEcma(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        < ' ' => $"\\u{(int)c:x4}",
        _ => c.ToString(),
    };
}
