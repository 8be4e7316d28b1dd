using System.Globalization;
using System.Text.Json;
using Aftercare.Json;

namespace Aftercare.Trust;

/// <summary>A value of a parsed document that knows where it stands, so that a refusal can name the place.</summary>
internal readonly record struct Located(JsonElement Json, JsonPointer At)
{
    internal const long MostExact = (1L << 53) - 1;

    internal Located(JsonElement document) : this(document, JsonPointer.Root)
    {
    }

    internal Located Member(string name) => Optional(name) ?? throw Wrong($"lacks \"{name}\"");

    internal Located? Optional(string name) =>
        Expect(JsonValueKind.Object, "an object").Json.TryGetProperty(name, out var member) ? new(member, At.Append(name)) : null;

    internal string Text() => Expect(JsonValueKind.String, "a text").Json.GetString()!;

    internal bool Flag() => Json.ValueKind is JsonValueKind.True or JsonValueKind.False ? Json.GetBoolean() : throw Wrong("is not true or false");

    /// <summary>A whole number of at least <paramref name="least"/>, at most 2^53-1 as every JSON reader keeps it exact.</summary>
    internal long Whole(long least) =>
        Expect(JsonValueKind.Number, "a number").Json.TryGetInt64(out var number) && number >= least && number <= MostExact
            ? number
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"is not a whole number of at least {least}"));

    internal IEnumerable<(string Name, Located Value)> Members()
    {
        var self = Expect(JsonValueKind.Object, "an object");
        foreach (var member in self.Json.EnumerateObject())
            yield return (member.Name, new(member.Value, self.At.Append(member.Name)));
    }

    internal IEnumerable<Located> Items()
    {
        var self = Expect(JsonValueKind.Array, "a list");
        var index = 0;
        foreach (var item in self.Json.EnumerateArray())
            yield return new(item, self.At.Append(index++));
    }

    internal FormatException Wrong(string why) => new($"{(At == JsonPointer.Root ? "the document" : At)} {why}");

    private Located Expect(JsonValueKind kind, string name) => Json.ValueKind == kind ? this : throw Wrong($"is not {name}");
}
