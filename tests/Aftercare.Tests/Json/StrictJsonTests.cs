using System.Text;
using System.Text.Json;
using Aftercare.Json;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Aftercare.Tests.Json;

public sealed class StrictJsonTests
{
    private static JsonFault Fault(string text, JsonLimits? limits = null) => Fault(Encoding.UTF8.GetBytes(text), limits);

    private static JsonFault Fault(byte[] text, JsonLimits? limits = null)
    {
        Assert.False(StrictJson.TryParse(text, out _, out var fault, limits));
        return fault;
    }

    private static JsonElement Value(string text) => StrictJson.Parse(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void A_value_outlives_the_bytes_it_came_from()
    {
        var bytes = "{\"a\":[1,2]}"u8.ToArray();
        var value = StrictJson.Parse(bytes);
        Array.Clear(bytes);

        Assert.Equal(2, value.GetProperty("a")[1].GetInt32());
    }

    [Fact]
    public void Members_nobody_knows_are_kept() =>
        Assert.Equal("new", Value("""{"known":1,"x_unknown":"new"}""").GetProperty("x_unknown").GetString());

    [Theory]
    [InlineData("{\"a\":1,\"b\":[{\"c\":1,\n  \"c\":2}]}", "/b/0/c", 2, 3)]
    [InlineData("{\"a\":1,\"\\u0061\":2}", "/a", 1, 8)]
    [InlineData("{\"x/y~z\":{\"\":1,\"\":2}}", "/x~1y~0z/", 1, 16)]
    [InlineData("[{\"ü😀\":1,\"ü😀\":2}]", "/0/ü😀", 1, 10)]
    public void A_duplicate_member_is_refused_where_it_stands(string text, string place, int line, int column) =>
        Assert.Equal(new JsonFault(place, line, column, "The member is there twice."), Fault(text));

    [Fact]
    public void The_same_member_in_two_objects_is_no_duplicate() =>
        Assert.Equal(2, Value("""[{"a":{"a":1}},{"a":1}]""").GetArrayLength());

    [Theory]
    [InlineData(@"[""\ud800""]")]
    [InlineData(@"[""\udc00""]")]
    [InlineData(@"[""\ud800x""]")]
    [InlineData(@"[""\ud800\ud800\udc00""]")]
    [InlineData(@"[""\ud83d\\ude00""]")]
    [InlineData(@"[""\\\udc00""]")]
    [InlineData(@"[""\uD83D\n""]")]
    public void Half_an_escaped_surrogate_pair_is_refused(string text)
    {
        Assert.Equal("The string holds half of a surrogate pair.", Fault(text).Reason);
        Assert.Equal("/0", Fault(text).Pointer);
    }

    [Fact]
    public void Half_a_surrogate_pair_in_a_name_is_refused() =>
        Assert.Equal("The member's name holds half of a surrogate pair.", Fault("""{"\udead":1}""").Reason);

    [Theory]
    [InlineData(@"""\ud83d\ude00""", "😀")]
    [InlineData(@"""\\ud800""", @"\ud800")]
    [InlineData(@"""\\\uD83D\uDE00\u0041""", @"\😀A")]
    public void Whole_pairs_and_escaped_backslashes_are_read(string text, string expected) =>
        Assert.Equal(expected, Value(text).GetString());

    public static TheoryData<byte[], int> InvalidUtf8 => new()
    {
        { [(byte)'"', 0xC0, 0xAF, (byte)'"'], 2 },
        { [(byte)'"', 0xED, 0xA0, 0x80, (byte)'"'], 2 },
        { [(byte)'"', 0xC3, 0xBC, 0xFF, (byte)'"'], 3 },
        { [(byte)'"', (byte)'a', 0xE2, 0x82], 3 },
    };

    [Theory, MemberData(nameof(InvalidUtf8))]
    public void Invalid_utf8_is_refused(byte[] text, int column) =>
        Assert.Equal(new JsonFault("", 1, column, "The text is not valid UTF-8."), Fault(text));

    [Fact]
    public void A_byte_order_mark_is_refused() => Assert.Contains("byte order mark", Fault("\uFEFF{}").Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("{} {}")]
    [InlineData("{}x")]
    [InlineData("[1,]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("[1] // why")]
    [InlineData("/* why */ 1")]
    [InlineData("{'a':1}")]
    [InlineData("[01]")]
    [InlineData("[+1]")]
    [InlineData("[.5]")]
    [InlineData("[NaN]")]
    [InlineData("[Infinity]")]
    [InlineData("[\"a\tb\"]")]
    [InlineData("[\"\\x\"]")]
    [InlineData("[\"\\u12g4\"]")]
    [InlineData("[\"open")]
    [InlineData("[1")]
    [InlineData("{\"a\"}")]
    [InlineData("\u00A0[]")]
    public void What_is_not_json_is_refused(string text)
    {
        var fault = Fault(text);

        Assert.InRange(fault.Line, 1, 1);
        Assert.InRange(fault.Column, 1, text.Length + 1);
        Assert.EndsWith(".", fault.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_syntax_fault_names_line_column_and_member()
    {
        var fault = Fault("{\n  \"ü\": [1, 2],\n  \"bad\": [1, €]\n}");

        Assert.Equal(("/bad/0", 3, 14), (fault.Pointer, fault.Line, fault.Column));
    }

    [Theory]
    [InlineData("[1e999]")]
    [InlineData("[-1e309]")]
    public void A_number_no_double_can_hold_is_refused(string text) =>
        Assert.Equal(new JsonFault("/0", 1, 2, "The number is beyond what a double can hold."), Fault(text));

    [Fact]
    public void Depth_is_counted_and_the_first_value_too_deep_is_named()
    {
        var limits = new JsonLimits(MaxDepth: 3);

        Assert.True(StrictJson.TryParse("[{\"a\":[1]}]"u8.ToArray(), out _, out _, limits));
        Assert.Equal(
            new JsonFault("/0/a/1", 1, 10, "The value is nested deeper than 3 levels."), Fault("[{\"a\":[1,[]]}]", limits));
    }

    [Fact]
    public void Sixty_four_levels_are_read_by_default_and_no_more()
    {
        Assert.Equal(JsonValueKind.Array, Value(new string('[', 64) + new string(']', 64)).ValueKind);
        Assert.Contains("64 levels", Fault(new string('[', 65) + new string(']', 65)).Reason, StringComparison.Ordinal);
        Assert.Contains("64 levels", Fault(new string('[', 1_000_000)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void More_bytes_than_allowed_are_refused_unread()
    {
        var limits = new JsonLimits(MaxBytes: 5);

        Assert.True(StrictJson.TryParse("[1,2]"u8.ToArray(), out _, out _, limits));
        Assert.Equal("The text has 6 bytes; at most 5 are read.", Fault("[1,22]", limits).Reason);
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 0)]
    [InlineData(1, 1001)]
    public void Limits_that_make_no_sense_are_refused(int bytes, int depth) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonLimits(bytes, depth));

    [Fact]
    public void The_exception_says_what_and_where_but_quotes_no_value()
    {
        var e = Assert.Throws<JsonFaultException>(() => Value("{\"secret\":\"hunter2\",\n\"secret\":\"hunter3\"}"));

        Assert.Equal("The member is there twice. at /secret (line 2, column 1)", e.Message);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_with_a_place_and_what_is_read_is_json_to_others() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3_000),
        Prop.ForAll(Damaged.ToArbitrary(), bytes =>
        {
            if (StrictJson.TryParse(bytes, out var value, out var fault))
            {
                using var other = JsonDocument.Parse(bytes);
                Assert.True(JsonElement.DeepEquals(other.RootElement, value));
                Assert.NotEmpty(CanonicalJson.Rfc8785(value));
            }
            else
            {
                Assert.InRange(fault.Line, 1, bytes.Length + 1);
                Assert.InRange(fault.Column, 1, bytes.Length + 1);
            }
        }));

    /// <summary>A JSON text with two bytes overwritten, sometimes by themselves.</summary>
    private static Gen<byte[]> Damaged =>
        from node in SomeJson.Any.Generator
        from blows in Gen.Zip(Gen.Choose(0, 10_000), Gen.Elements("\"\\{}[],:0-e \nu\u0001\u00ff".ToCharArray())).ListOf(2)
        select Struck(Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null"), blows);

    private static byte[] Struck(byte[] text, IEnumerable<(int Place, char Byte)> blows)
    {
        foreach (var (place, struck) in blows)
            text[place % text.Length] = (byte)struck;
        return text;
    }

    [Fact]
    public void Many_small_objects_beside_a_large_one_cost_no_more_than_their_size()
    {
        var large = string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"{i}\":0"));
        var small = string.Join(',', Enumerable.Repeat("{\"a\":0}", 200_000));
        var started = System.Diagnostics.Stopwatch.StartNew();

        Assert.Equal(200_001, Value($"[{{{large}}},{small}]").GetArrayLength());
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(5), $"took {started.Elapsed}");
    }
}
