using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Aftercare.Tests.Json;

/// <summary>Arbitrary JSON for properties: nested, with the characters that canonical forms differ about.</summary>
internal static class SomeJson
{
    private static readonly Gen<string> Basic = TextOf(
        "a", "B", "0", "~", "/", "\"", "\\", "\n", "\u0000", "\u001f", "\u007f", "é", "\u2028", "\ufb33", "\uffff");

    private static readonly Gen<JsonNode?> Integer = Gen.Choose(int.MinValue, int.MaxValue).Select(number => (JsonNode?)JsonValue.Create(number));

    private static readonly Gen<JsonNode?> Double =
        Gen.Choose(int.MinValue, int.MaxValue).Select(seed => (JsonNode?)JsonValue.Create(Number(new Random(seed))));

    internal static Arbitrary<JsonNode?> Any { get; } =
        Gen.Sized(size => Node(Math.Min(size, 30), Gen.OneOf(Basic, TextOf("😀", "\ufb33", "a")), Gen.OneOf(Integer, Double))).ToArbitrary();

    /// <summary>Integers only, and no character beyond the basic plane, where implementations of OLPC sort differently.</summary>
    internal static Gen<JsonNode?> AnyForTuf { get; } = Gen.Sized(size => Node(Math.Min(size, 30), Basic, Integer));

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

    private static Gen<string> TextOf(params string[] pieces) => Gen.Elements(pieces).ListOf().Select(string.Concat);

    private static Gen<JsonNode?> Node(int size, Gen<string> text, Gen<JsonNode?> number)
    {
        var leaf = Gen.OneOf(
            text.Select(t => (JsonNode?)JsonValue.Create(t)),
            number,
            Gen.Elements(true, false).Select(flag => (JsonNode?)JsonValue.Create(flag)),
            Gen.Constant<JsonNode?>(null));
        if (size == 0)
            return leaf;

        var inner = Node(size / 3, text, number);
        return Gen.OneOf(leaf, Array(inner), Object(text, inner));
    }

    private static Gen<JsonNode?> Array(Gen<JsonNode?> element) =>
        element.ListOf(3).Select(nodes => (JsonNode?)new JsonArray([.. nodes.Select(n => n?.DeepClone())]));

    private static Gen<JsonNode?> Object(Gen<string> name, Gen<JsonNode?> member) =>
        Gen.Zip(name, member).ListOf(4).Select(members => (JsonNode?)new JsonObject(
            members.DistinctBy(m => m.Item1).Select(m => KeyValuePair.Create(m.Item1, m.Item2?.DeepClone()))));
}
