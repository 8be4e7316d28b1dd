using Xunit;

namespace Aftercare.Tests;

public sealed class OraclesTests
{
    [Fact]
    public async Task Every_judge_is_installed_and_loads()
    {
        var verdict = await Oracles.Run("judges.mjs");

        Assert.Equal("", verdict.Error);
        Assert.Equal(0, verdict.ExitCode);
        Assert.Contains("tuf-js 5.0.1", verdict.Output);
        Assert.Contains("@secvisogram/csaf-validator-lib 2.0.10", verdict.Output);
    }

    [Fact]
    public async Task A_script_that_fails_gives_a_verdict_with_its_words()
    {
        var verdict = await Oracles.Run("no-such-script.mjs", stdin: "nobody reads this");

        Assert.Equal(1, verdict.ExitCode);
        Assert.Contains("no-such-script.mjs", verdict.Error);
    }
}
