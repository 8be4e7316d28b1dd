using Aftercare.Ledger;
using Xunit;

namespace Aftercare.Tests.Ledger;

public sealed class ShorteningTests
{
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("abcd", "abc")]
    [InlineData("a😀", "a😀")]
    [InlineData("a😀b", "a😀")]
    [InlineData("ab😀", "ab")]
    public void A_text_is_cut_and_no_character_in_half(string text, string cut) => Assert.Equal(cut, text.CutTo(3));
}
