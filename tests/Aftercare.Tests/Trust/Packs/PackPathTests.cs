using Aftercare.Trust.Packs;
using Xunit;

namespace Aftercare.Tests.Trust.Packs;

public sealed class PackPathTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("README.txt")]
    [InlineData("cases/C-2026-0007.json")]
    [InlineData("a/b/c/d.tar.gz")]
    [InlineData("sbom_1.2+build.json")]
    [InlineData("nullable/console.txt")]
    public void A_plain_relative_path_is_safe(string path) => Assert.True(PackPath.IsSafe(path));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/..")]
    [InlineData("a/./b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a\\b")]
    [InlineData("C:a")]
    [InlineData("~/a:b")]
    [InlineData("a\n")]
    [InlineData("a b")]
    [InlineData("NUL")]
    [InlineData("a/com1.txt")]
    [InlineData("ä")]
    public void Anything_else_is_not(string? path) => Assert.False(PackPath.IsSafe(path!));

    [Fact]
    public void A_ledger_entry_is_named_by_its_index_in_the_log()
    {
        Assert.Equal("ledger/7.entry", PackPath.LedgerEntry(7));
        Assert.Equal("ledger/7.tlog-proof", PackPath.LedgerProof(7));
        Assert.True(PackPath.IsSafe(PackPath.LedgerProof(long.MaxValue)));
    }
}
