using System.Globalization;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Vulnerabilities;

/// <summary>As <see cref="CvssJudgeTests"/>, for 4.0, whose judge is slow: the two run side by side.</summary>
public sealed class Cvss4JudgeTests
{
    [Fact]
    public async Task An_independent_calculator_gives_the_same_score_for_every_base_vector_of_4_0() => await Agree([.. SomeVector.EveryBase("4.0")]);

    [Fact]
    public async Task An_independent_calculator_gives_the_same_score_whatever_else_4_0_says() =>
        await Agree([.. SomeVector.Many("4.0", 100_000, seed: 40)]);

    private static async Task Agree(string[] vectors) => Assert.Equal(
        await CvssJudgeTests.Theirs("ae-cvss-calculator", vectors),
        vectors.Select(vector => Cvss.Parse(vector).Score.ToString("0.0", CultureInfo.InvariantCulture)));
}
