using System.Collections.Immutable;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>The value of Content-Type (RFC 2045 §5.1).</summary>
internal sealed record MimeType(string Name, ImmutableDictionary<string, string> Parameters)
{
    internal static MimeType PlainText { get; } = new("text/plain", ImmutableDictionary<string, string>.Empty);

    /// <summary>Null when it is not one, or says something twice.</summary>
    internal static MimeType? Parse(string value)
    {
        var at = 0;
        var name = Token(value, ref at);
        if (name.Length == 0 || at == value.Length || value[at++] != '/' || Token(value, ref at) is not { Length: > 0 } subtype)
            return null;
        var parameters = ImmutableDictionary.CreateBuilder<string, string>();
        while (SkipSpace(value, ref at) && at < value.Length)
        {
            if (value[at++] != ';' || !SkipSpace(value, ref at))
                return null;
            if (at == value.Length)
                break;
            var attribute = Token(value, ref at).ToLowerInvariant();
            if (attribute.Length == 0 || at == value.Length || value[at++] != '=')
                return null;
            if (Value(value, ref at) is not { } text || !parameters.TryAdd(attribute, text))
                return null;
        }
        return at < value.Length ? null : new MimeType($"{name}/{subtype}".ToLowerInvariant(), parameters.ToImmutable());
    }

    private static string Token(string value, ref int at)
    {
        var start = at;
        while (at < value.Length && value[at] is > ' ' and <= '~' && !"()<>@,;:\\\"/[]?=".Contains(value[at]))
            at++;
        return value[start..at];
    }

    private static string? Value(string value, ref int at)
    {
        if (at == value.Length || value[at] != '"')
            return Token(value, ref at) is { Length: > 0 } token ? token : null;
        var text = new StringBuilder();
        for (at++; at < value.Length && value[at] != '"'; at++)
        {
            if (value[at] == '\\' && ++at == value.Length)
                return null;
            text.Append(value[at]);
        }
        return at++ < value.Length ? text.ToString() : null;
    }

    // White space and comments; false when a comment does not end.
    private static bool SkipSpace(string value, ref int at)
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
        return depth == 0;
    }
}
