using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Aftercare.Json;

/// <summary>
/// Reads JSON (RFC 8259) so that every reader sees the same thing. Refused, because parsers disagree about them: duplicate members at any
/// depth (compared after unescaping), invalid UTF-8, a byte order mark, surrogates without their other half (also escaped), comments,
/// trailing commas, anything after the value, numbers too big for a double. Members nobody knows are kept.
/// </summary>
public static class StrictJson
{
    /// <returns>A value that stands by itself: nothing to dispose, no tie to the bytes given.</returns>
    /// <exception cref="JsonFaultException">The text is refused; the fault says why and where.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> utf8, JsonLimits? limits = null) =>
        TryParse(utf8, out var value, out var fault, limits) ? value : throw new JsonFaultException(fault);

    public static bool TryParse(
        ReadOnlyMemory<byte> utf8, out JsonElement value, [NotNullWhen(false)] out JsonFault? fault, JsonLimits? limits = null)
    {
        limits ??= JsonLimits.Default;
        fault = StrictScan.FirstFault(utf8.Span, limits);
        value = fault is null ? JsonElement.Parse(utf8.Span, new JsonDocumentOptions { MaxDepth = limits.MaxDepth }) : default;
        return fault is null;
    }
}
