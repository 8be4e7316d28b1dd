using System.Text.Json;
using Aftercare.Json;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Aftercare.Tests.Json;

public sealed class JsonPointerTests
{
    // RFC 6901 §5
    private static readonly JsonElement Example = StrictJson.Parse("""
        {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}
        """u8.ToArray());

    [Theory]
    [InlineData("/foo/0", "\"bar\"")]
    [InlineData("/", "0")]
    [InlineData("/a~1b", "1")]
    [InlineData("/c%d", "2")]
    [InlineData("/e^f", "3")]
    [InlineData("/g|h", "4")]
    [InlineData("/i\\j", "5")]
    [InlineData("/k\"l", "6")]
    [InlineData("/ ", "7")]
    [InlineData("/m~0n", "8")]
    public void The_examples_of_the_rfc_are_found(string place, string raw) =>
        Assert.Equal(raw, JsonPointer.Parse(place).Find(Example)?.GetRawText());

    [Fact]
    public void The_empty_pointer_is_the_whole_document()
    {
        Assert.Equal(Example.GetRawText(), JsonPointer.Parse("").Find(Example)?.GetRawText());
        Assert.Equal(JsonPointer.Root, JsonPointer.Parse(""));
    }

    [Theory]
    [InlineData("/foo/2")]
    [InlineData("/foo/-")]
    [InlineData("/foo/00")]
    [InlineData("/foo/01")]
    [InlineData("/foo/+1")]
    [InlineData("/foo/-1")]
    [InlineData("/foo/99999999999999999999")]
    [InlineData("/foo/0/bar")]
    [InlineData("/nothing")]
    public void A_place_that_is_not_there_is_null(string place) => Assert.Null(JsonPointer.Parse(place).Find(Example));

    [Theory]
    [InlineData("foo")]
    [InlineData("#/foo")]
    [InlineData("/a~")]
    [InlineData("/a~2b")]
    [InlineData("/~0~")]
    public void What_is_not_a_pointer_is_refused(string text) => Assert.Throws<FormatException>(() => JsonPointer.Parse(text));

    [Fact]
    public void Appending_escapes_and_reading_unescapes()
    {
        var pointer = JsonPointer.Root.Append("a/b").Append(0).Append("~1").Append("");

        Assert.Equal("/a~1b/0/~01/", pointer.ToString());
        Assert.Equal(["a/b", "0", "~1", ""], JsonPointer.Parse(pointer.ToString()).Tokens);
        Assert.Equal(pointer, JsonPointer.Parse("/a~1b/0/~01/"));
    }

    [Fact]
    public void Any_names_make_a_pointer_that_reads_back() => Check.QuickThrowOnFailure(Prop.ForAll<string[]>(names =>
    {
        var tokens = names.Select(n => n ?? "").ToArray();
        var pointer = tokens.Aggregate(JsonPointer.Root, (p, name) => p.Append(name));
        Assert.Equal(tokens, JsonPointer.Parse(pointer.ToString()).Tokens);
    }));
}
