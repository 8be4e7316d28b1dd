using System.Globalization;
using System.Text.RegularExpressions;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Vulnerabilities;

/// <summary>Vectors with every group of metrics, scored by calculators that are not ours. The seed is fixed.</summary>
public sealed class CvssJudgeTests
{
    private const string Calculator = "ae-cvss-calculator";

    [Fact]
    public async Task An_independent_calculator_gives_the_same_scores_for_3_1()
    {
        string[] vectors = [.. SomeVector.EveryBase("3.1"), .. SomeVector.Many("3.1", 100_000, seed: 31)];

        Assert.Equal(await Theirs(Calculator, vectors), vectors.Select(Ours));
    }

    [Fact]
    public async Task For_3_0_it_differs_only_where_its_binary_fractions_step_over()
    {
        string[] vectors = [.. SomeVector.EveryBase("3.0"), .. SomeVector.Many("3.0", 100_000, seed: 30)];

        var differing = vectors.Zip(await Theirs(Calculator, vectors)).Where(pair => Ours(pair.First) != pair.Second).ToArray();

        Assert.True(differing.Length < vectors.Length / 200, $"{differing.Length} differ");
        Assert.All(differing, pair => Assert.All(
            Numbers(Ours(pair.First)).Zip(Numbers(pair.Second)), scores => Assert.Contains(scores.Second - scores.First, new[] { 0m, 0.1m })));
    }

    // 7.0 * 0.95 * 0.90 is 5.985 and so on: an exact half goes up, and a binary fraction of it may fall short. Theirs may be below zero.
    [Fact]
    public async Task For_2_0_another_differs_only_where_a_score_is_half_way_between_two_steps()
    {
        string[] vectors = [.. SomeVector.EveryBase("2.0"), .. SomeVector.Many("2.0", 100_000, seed: 20)];
        var theirs = (await Theirs("cvss2js", vectors)).Select(scores => Regex.Replace(scores, @"-\d\.\d", "0.0"));

        var differing = vectors.Zip(theirs).Where(pair => Judged(pair.First, Ours(pair.First)) != Judged(pair.First, pair.Second)).ToArray();

        Assert.True(differing.Length < vectors.Length / 20, $"{differing.Length} differ");
        Assert.All(differing, pair => Assert.True(HalfWay(pair.First), $"{pair.First}: ours {Ours(pair.First)}, theirs {pair.Second}"));

        // Without an environmental metric it computes an environmental score all the same, from an impact of at most 10.
        static string Judged(string vector, string scores) =>
            Cvss.Parse(vector).ToString().Contains("/CDP:", StringComparison.Ordinal) ? scores : scores[..scores.LastIndexOf(' ')];
    }

    // The guide (§3.2.3) rounds the adjusted base score, 4.35597 to 4.4, and the adjusted temporal score, 3.971 to 4.0, before 4.0 * 0.75.
    // The calculator goes on with 4.35597 * 0.9025 * 0.75 = 2.948. It is therefore no judge of environmental scores of 2.0.
    [Fact]
    public async Task One_calculator_leaves_out_the_roundings_within_the_environmental_score_of_2_0()
    {
        const string vector = "AV:L/AC:H/Au:M/C:P/I:C/A:N/E:F/RL:W/RC:ND/CDP:ND/TD:M/CR:ND/IR:ND/AR:L";

        Assert.Equal("4.4 4.0 2.9", Assert.Single(await Theirs(Calculator, [vector])));
        Assert.Equal("4.4 4.0 3.0", Ours(vector));
    }

    /// <summary>
    /// The temporal score, the adjusted one or the environmental one of a 2.0 vector is rounded from an exact half. The weights are the
    /// guide's; the adjusted scores are those of the vector with the metrics that follow in the equations at the value that changes nothing.
    /// </summary>
    private static bool HalfWay(string vector)
    {
        var cvss = Cvss.Parse(vector);
        var factor = cvss["E"].Weight * cvss["RL"].Weight * cvss["RC"].Weight;
        var basic = ScoreWith("E:H", "RL:U", "RC:C", "CDP:N", "TD:H");
        var temporal = ScoreWith("CDP:N", "TD:H");
        return IsHalf(cvss.BaseScore * factor) || IsHalf(basic * factor)
            || IsHalf((temporal + ((10 - temporal) * cvss["CDP"].Weight)) * cvss["TD"].Weight);

        decimal ScoreWith(params string[] metrics) =>
            Cvss.Parse(string.Join('/', vector.Split('/').Select(m => metrics.FirstOrDefault(o => o.Split(':')[0] == m.Split(':')[0]) ?? m))).Score;

        static bool IsHalf(decimal score) => score * 10 % 1 == 0.5m;
    }

    internal static async Task<string[]> Theirs(string judge, string[] vectors)
    {
        var verdict = await Oracles.Run("cvss.mjs", [judge], string.Join('\n', vectors));
        Assert.True(verdict.ExitCode == 0, verdict.Error);
        return verdict.Output.TrimEnd('\n').Split('\n');
    }

    private static string Ours(string vector)
    {
        var cvss = Cvss.Parse(vector);
        return string.Create(CultureInfo.InvariantCulture, $"{cvss.BaseScore:0.0} {cvss.ThreatScore:0.0} {cvss.Score:0.0}");
    }

    private static IEnumerable<decimal> Numbers(string scores) => scores.Split(' ').Select(s => decimal.Parse(s, CultureInfo.InvariantCulture));
}
