using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Search;
using Xunit;

namespace Aftercare.SystemTests.Search;

/// <summary>What a word is, and what is shown of a text.</summary>
public sealed class SnippetTests
{
    [Theory]
    [InlineData("CVE-2026-1234", "cve|2026|1234")]
    [InlineData("Schläuche, Straße & Å", "schlauche|straße|a")]
    [InlineData("pkg:deb/openssl@3.0.1", "pkg|deb|openssl|3|0|1")]
    [InlineData("\ud83d\ude00 \ud800 ok", "ok")]
    [InlineData("輸液ポンプ", "輸液ホンフ")]
    public void Words_are_runs_of_letters_and_digits_in_lower_case_without_marks(string text, string words) =>
        Assert.Equal(words, string.Join('|', SearchQuery.WordsOf(text)));

    [Theory]
    [InlineData("")]
    [InlineData(" \"*:()")]
    public void Where_there_is_no_word_nothing_is_looked_for(string typed) => Assert.Null(SearchQuery.Of(typed));

    [Fact]
    public void At_most_eight_words_of_64_characters_are_looked_for()
    {
        var asked = SearchQuery.Of($"{new string('x', 200)} {string.Join(' ', Enumerable.Range(0, 100))}")!;

        Assert.Equal(8, asked.Words.Length);
        Assert.Equal(64, asked.Words[0].Length);
    }

    [Theory]
    [InlineData("service", "The [Service] port takes any password")]
    [InlineData("pass", "The Service port takes any [password]")]
    [InlineData("pass port", "The Service [port] takes any password")]
    [InlineData("p", "The Service port takes any password")]
    public void What_was_looked_for_is_marked_and_only_the_last_word_may_be_unfinished(string typed, string shown) =>
        Assert.Equal(shown, Text(Snippet.Marked("The Service port takes any password", SearchQuery.Of(typed)!)));

    [Fact]
    public void A_snippet_is_cut_between_words_around_the_first_that_was_looked_for()
    {
        var text = $"{string.Join(' ', Enumerable.Repeat("before", 100))}\nThe Schläuche leak. {string.Join(' ', Enumerable.Repeat("after", 100))}";

        var snippet = Text(Snippet.Of(text, SearchQuery.Of("schlauche")!));

        Assert.StartsWith("…before", snippet, StringComparison.Ordinal);
        Assert.Contains("The [Schläuche] leak. after", snippet, StringComparison.Ordinal);
        Assert.EndsWith("after…", snippet, StringComparison.Ordinal);
        Assert.InRange(snippet.Length, 150, 210);
    }

    [Fact]
    public void A_text_of_one_endless_word_is_cut_all_the_same() =>
        Assert.InRange(Text(Snippet.Of(new string('x', 5000), SearchQuery.Of("nothing")!)).Length, 150, 210);

    private static string Text(IEnumerable<Piece> pieces) => string.Concat(pieces.Select(piece => piece.Marked ? $"[{piece.Text}]" : piece.Text));
}
