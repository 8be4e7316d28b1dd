using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Aftercare.Json;

/// <summary>The place of a value in a JSON text (RFC 6901), in its string form: <c>/vulnerabilities/0/cve</c>. Equal when spelt equally.</summary>
public sealed record JsonPointer : IParsable<JsonPointer>
{
    private readonly string _text;

    private JsonPointer(string text, ImmutableArray<string> tokens) => (_text, Tokens) = (text, tokens);

    /// <summary>The whole document; its text is empty.</summary>
    public static JsonPointer Root { get; } = new("", []);

    /// <summary>Member names and array indices from the root down, unescaped.</summary>
    public ImmutableArray<string> Tokens { get; }

    public JsonPointer Append(string name) => new($"{_text}/{Escape(name)}", Tokens.Add(name));

    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    public JsonPointer Append(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return Append(index.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The value at this place, or null when there is none. <c>-</c> (past the end) never finds anything (RFC 6901 §4).</summary>
    public JsonElement? Find(JsonElement document)
    {
        foreach (var token in Tokens)
        {
            if (Step(document, token) is not { } next)
                return null;
            document = next;
        }

        return document;
    }

    /// <exception cref="FormatException">The text is not a pointer.</exception>
    public static JsonPointer Parse(string s) =>
        TryParse(s, out var pointer)
            ? pointer
            : throw new FormatException("A JSON pointer is empty or starts with '/', and '~' is followed by 0 or 1 (RFC 6901 §3).");

    public static bool TryParse([NotNullWhen(true)] string? s, [MaybeNullWhen(false)] out JsonPointer result)
    {
        result = s switch
        {
            null => null,
            "" => Root,
            ['/', ..] when HasSoundEscapes(s) => new JsonPointer(s, [.. s.Split('/').Skip(1).Select(Unescape)]),
            _ => null,
        };
        return result is not null;
    }

    static JsonPointer IParsable<JsonPointer>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<JsonPointer>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out JsonPointer result) => TryParse(s, out result);

    public override string ToString() => _text;

    public bool Equals(JsonPointer? other) => other is not null && _text == other._text;

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    internal static StringBuilder AppendToken(StringBuilder pointer, string name) => pointer.Append('/').Append(Escape(name));

    private static JsonElement? Step(JsonElement parent, string token) => parent.ValueKind switch
    {
        JsonValueKind.Object => parent.TryGetProperty(token, out var member) ? member : null,
        JsonValueKind.Array => Index(token) is { } index && index < parent.GetArrayLength() ? parent[index] : null,
        _ => null,
    };

    private static int? Index(string token) =>
        token is "0" or [>= '1' and <= '9', ..] && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    private static bool HasSoundEscapes(string text)
    {
        for (var i = text.IndexOf('~', StringComparison.Ordinal); i >= 0; i = text.IndexOf('~', i + 1))
        {
            if (i + 1 == text.Length || text[i + 1] is not ('0' or '1'))
                return false;
        }

        return true;
    }

    // The order matters: "~01" means "~1", not "/" (RFC 6901 §4).
    private static string Unescape(string token) =>
        token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
