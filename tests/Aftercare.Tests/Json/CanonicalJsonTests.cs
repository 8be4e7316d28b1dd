using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Json;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Aftercare.Tests.Json;

public sealed class CanonicalJsonTests
{
    private static string Jcs(string text) => Encoding.UTF8.GetString(CanonicalJson.Rfc8785(Parsed(text)));

    private static string Olpc(string text) => Encoding.UTF8.GetString(CanonicalJson.Olpc(Parsed(text)));

    private static JsonElement Parsed(string text) => StrictJson.Parse(Encoding.UTF8.GetBytes(text));

    // RFC 8785 §3.2.2 and §3.2.4
    [Fact]
    public void The_sample_of_rfc_8785_comes_out_byte_for_byte()
    {
        var canonical = Jcs("""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """);

        Assert.Equal(
            """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""",
            canonical);
    }

    // RFC 8785 §3.2.3
    [Fact]
    public void Members_are_sorted_by_utf16_code_units()
    {
        var canonical = Jcs("""
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
             "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}
            """);

        Assert.Equal(
            ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face",
             "Hebrew Letter Dalet With Dagesh"],
            Parsed(canonical).EnumerateObject().Select(m => m.Value.GetString()));
    }

    // RFC 8785 appendix B
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void Numbers_are_spelt_as_in_appendix_b(string bits, string expected)
    {
        var value = BitConverter.Int64BitsToDouble(long.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

        Assert.Equal(expected, Jcs(value.ToString("G17", CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(""" "\u0000\b\t\n\u000b\f\r\u001f" """, """ "\u0000\b\t\n\u000b\f\r\u001f" """)]
    [InlineData(""" "\u007f\u2028\/<>&'" """, " \"\u007f\u2028/<>&'\" ")]
    [InlineData(""" {"":{},"a":[]} """, """ {"":{},"a":[]} """)]
    public void Only_what_must_be_escaped_is(string text, string expected) => Assert.Equal(expected.Trim(), Jcs(text));

    [Fact]
    public void Olpc_escapes_nothing_but_quote_and_backslash() =>
        Assert.Equal("{\"a\\\"\\\\\":\"\n\t\u0001é/\"}", Olpc("""{"a\"\\":"\n\t\u0001é\/"}"""));

    [Fact]
    public void Olpc_sorts_by_code_point_where_utf16_would_not()
    {
        const string text = """{"\ud83d\ude00":1,"\ufb33":2,"b":3,"a":4,"ab":5,"":6}""";

        Assert.Equal("{\"\":6,\"a\":4,\"ab\":5,\"b\":3,\"\ufb33\":2,\"😀\":1}", Olpc(text));
        Assert.Equal("{\"\":6,\"a\":4,\"ab\":5,\"b\":3,\"😀\":1,\"\ufb33\":2}", Jcs(text));
    }

    [Theory]
    [InlineData("9007199254740991")]
    [InlineData("-9007199254740991")]
    [InlineData("0")]
    public void Olpc_writes_safe_integers(string number) => Assert.Equal(number, Olpc(number));

    [Theory]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740992")]
    [InlineData("99999999999999999999")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("0.5")]
    public void Olpc_refuses_any_other_number_and_says_where(string number)
    {
        var e = Assert.Throws<JsonFaultException>(() => Olpc($"{{\"signed\":[0,{number}]}}"));

        Assert.Equal(("/signed/1", 0, 0), (e.Fault.Pointer, e.Fault.Line, e.Fault.Column));
    }

    [Fact]
    public void A_number_no_double_can_hold_has_no_canonical_form()
    {
        using var lax = JsonDocument.Parse("[1e999]");

        Assert.Equal("/0", Assert.Throws<JsonFaultException>(() => CanonicalJson.Rfc8785(lax.RootElement)).Fault.Pointer);
    }

    [Theory]
    [InlineData("{\"k\":\"tab\\there\"}", "/k")]
    [InlineData("{\"k\":\"caf\u00e9\"}", "/k")]
    [InlineData("{\"k\":\"\\u007f\"}", "/k")]
    [InlineData("{\"k\":\"\\r\\n\"}", "/k")]
    [InlineData("{\"a\":{\"\u00fc\":1}}", "/a/\u00fc")]
    public void The_writing_guard_refuses_what_clients_disagree_about(string text, string place)
    {
        var e = Assert.Throws<JsonFaultException>(() => CanonicalJson.OlpcPrintable(Parsed(text)));

        Assert.Equal(place, e.Fault.Pointer);
    }

    [Fact]
    public void The_writing_guard_lets_pem_keys_pass() =>
        Assert.Equal(
            "{\"public\":\"-----BEGIN PUBLIC KEY-----\n ~\n\"}",
            Encoding.UTF8.GetString(CanonicalJson.OlpcPrintable(Parsed("""{"public":"-----BEGIN PUBLIC KEY-----\n ~\n"}"""))));

    [Fact]
    public void A_node_built_in_memory_has_the_same_form_as_its_text()
    {
        var node = new JsonObject { ["b"] = 1.50m, ["a"] = new JsonArray("x<é", null, true, 7L), ["c"] = JsonNode.Parse("1E2") };

        Assert.Equal("""{"a":["x<é",null,true,7],"b":1.5,"c":100}""", Encoding.UTF8.GetString(CanonicalJson.Rfc8785(node)));
        Assert.Equal("null", Encoding.UTF8.GetString(CanonicalJson.Olpc((JsonNode?)null)));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_wherever_it_hides()
    {
        var node = new JsonObject { ["a"] = new JsonArray("fine 😀", "\ud83dx") };
        var named = new JsonObject { ["\udc00"] = 1 };
        using var lax = JsonDocument.Parse("""{"a":"\ud800"}""");
        using var laxName = JsonDocument.Parse("""{"\ud800":1}""");
        var parsed = JsonNode.Parse("""{"a":"\ud800"}""");

        Assert.Equal("/a/1", Assert.Throws<JsonFaultException>(() => CanonicalJson.Rfc8785(node)).Fault.Pointer);
        Assert.Throws<JsonFaultException>(() => CanonicalJson.Rfc8785(named));
        Assert.Equal("/a", Assert.Throws<JsonFaultException>(() => CanonicalJson.Rfc8785(lax.RootElement)).Fault.Pointer);
        Assert.Throws<JsonFaultException>(() => CanonicalJson.Olpc(laxName.RootElement));
        Assert.Throws<JsonFaultException>(() => CanonicalJson.Olpc(parsed));
    }

    [Fact]
    public void A_node_nested_without_end_is_refused()
    {
        JsonNode node = new JsonArray();
        for (var depth = 0; depth < 1001; depth++)
            node = new JsonArray(node);

        Assert.Throws<JsonFaultException>(() => CanonicalJson.Rfc8785(node));
    }

    [Fact]
    public void A_duplicate_that_a_laxer_parser_let_in_is_refused()
    {
        using var lax = JsonDocument.Parse("""{"x":{"a":1,"b":2,"a":3}}""");

        Assert.Equal("/x/a", Assert.Throws<JsonFaultException>(() => CanonicalJson.Rfc8785(lax.RootElement)).Fault.Pointer);
        Assert.Equal("/x/a", Assert.Throws<JsonFaultException>(() => CanonicalJson.Olpc(lax.RootElement)).Fault.Pointer);
    }

    [Fact]
    public void The_canonical_form_is_its_own_canonical_form() => Check.QuickThrowOnFailure(Prop.ForAll(SomeJson.Any, node =>
    {
        var once = CanonicalJson.Rfc8785(node);
        Assert.Equal(once, CanonicalJson.Rfc8785(StrictJson.Parse(once)));
    }));

    [Fact]
    public void The_order_of_members_does_not_matter() => Check.QuickThrowOnFailure(Prop.ForAll(SomeJson.Any, node =>
    {
        Assert.Equal(CanonicalJson.Rfc8785(node), CanonicalJson.Rfc8785(SomeJson.Reversed(node)));
    }));

    [Fact]
    public void A_value_survives_its_canonical_form() => Check.QuickThrowOnFailure(Prop.ForAll(SomeJson.Any, node =>
    {
        Assert.True(JsonNode.DeepEquals(node, JsonNode.Parse(CanonicalJson.Rfc8785(node))));
    }));
}
