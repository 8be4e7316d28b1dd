using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Aftercare.Tests.Json;

/// <summary>Arbitrary JSON for properties: nested, with the characters that canonical forms differ about.</summary>
internal static class SomeJson
{
    private static readonly Gen<string> Text = Gen.Elements(
            "a", "B", "0", "~", "/", "\"", "\\", "\n", "\u0000", "\u001f", "\u007f", "é", "\u2028", "\ufb33", "\uffff", "😀")
        .ListOf().Select(string.Concat);

    internal static Arbitrary<JsonNode?> Any { get; } = Gen.Sized(size => Node(Math.Min(size, 30))).ToArbitrary();

    /// <summary>Doubles from all exponents, and round decimals, which most often go wrong.</summary>
    internal static double Number(Random random)
    {
        var value = random.Next(2) == 0
            ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))
            : random.Next() * Math.Pow(10, random.Next(-40, 40));
        return double.IsFinite(value) ? value : 0;
    }

    internal static JsonNode? Reversed(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Reverse().Select(m => KeyValuePair.Create(m.Key, Reversed(m.Value)))),
        JsonArray elements => new JsonArray([.. elements.Select(Reversed)]),
        _ => node?.DeepClone(),
    };

    private static Gen<JsonNode?> Node(int size) => size == 0 ? Leaf() : Gen.OneOf(Leaf(), Array(size), Object(size));

    private static Gen<JsonNode?> Leaf() => Gen.OneOf(
        Text.Select(text => (JsonNode?)JsonValue.Create(text)),
        Gen.Choose(int.MinValue, int.MaxValue).Select(seed => (JsonNode?)JsonValue.Create(Number(new Random(seed)))),
        Gen.Choose(-100, 100).Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Constant<JsonNode?>(null),
        Gen.Elements(true, false).Select(flag => (JsonNode?)JsonValue.Create(flag)));

    private static Gen<JsonNode?> Array(int size) =>
        Node(size / 3).ListOf(3).Select(nodes => (JsonNode?)new JsonArray([.. nodes.Select(n => n?.DeepClone())]));

    private static Gen<JsonNode?> Object(int size) =>
        Gen.Zip(Text, Node(size / 3)).ListOf(4).Select(members => (JsonNode?)new JsonObject(
            members.DistinctBy(m => m.Item1).Select(m => KeyValuePair.Create(m.Item1, m.Item2?.DeepClone()))));
}
