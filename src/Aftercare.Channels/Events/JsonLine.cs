using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Aftercare.Channels.Events;

/// <summary>Where a field stands in the objects of a device.</summary>
/// <param name="Tokens">Of a JSON pointer (RFC 6901), escapes resolved.</param>
internal sealed record JsonPlace(ImmutableArray<string> Tokens, string Field)
{
    private const int LongestPointer = 200, MostTokens = 8;

    /// <summary>Null when it is not a pointer to a member of an object.</summary>
    internal static JsonPlace? Parse(string pointer, string field)
    {
        if (pointer.Length is < 2 or > LongestPointer || pointer[0] != '/')
            return null;
        var tokens = pointer[1..].Split('/');
        var escaped = tokens.All(token =>
            !token.Replace("~0", "", StringComparison.Ordinal).Replace("~1", "", StringComparison.Ordinal).Contains('~'));
        return escaped && tokens.Length <= MostTokens
            ? new([.. tokens.Select(token => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))], field)
            : null;
    }

    /// <summary>Null when nothing stands there, or an object, an array or null.</summary>
    internal string? ValueIn(JsonElement at)
    {
        foreach (var token in Tokens)
        {
            if (at.ValueKind == JsonValueKind.Array && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                if (index >= at.GetArrayLength())
                    return null;
                at = at[index];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(token, out at))
            {
                return null;
            }
        }
        return at.ValueKind switch
        {
            JsonValueKind.String => at.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => at.GetRawText(),
            _ => null,
        };
    }
}

/// <summary>One JSON object on a line.</summary>
internal static class JsonLine
{
    /// <exception cref="EventFaultException">Refused.</exception>
    internal static RawEvent Read(ReadOnlyMemory<byte> line, int number, ImmutableArray<JsonPlace> places, EventLimits limits)
    {
        if (line.Length > limits.MostBytes)
            throw new EventFaultException(limits.MostBytes, $"The line has more than {limits.MostBytes} bytes.", number);
        try
        {
            using var document = JsonDocument.Parse(line, new() { MaxDepth = limits.MostDepth, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new EventFaultException(0, "The line is not a JSON object.", number);
            var raw = new RawEvent(EventFormat.JsonLine, limits);
            foreach (var place in places)
                raw.Add(place.Field, place.ValueIn(document.RootElement));
            return raw;
        }
        catch (JsonException e)
        {
            var position = (int)Math.Clamp(e.BytePositionInLine ?? 0, 0, line.Length);
            throw new EventFaultException(position, "The line is not one JSON object without repeated members.", number);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is well-formed JSON and no text.
            throw new EventFaultException(0, "A text of the line is not Unicode.", number);
        }
    }
}
