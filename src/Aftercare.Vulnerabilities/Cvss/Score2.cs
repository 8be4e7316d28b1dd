namespace Aftercare.Vulnerabilities;

/// <summary>The equations of CVSS 2.0 §3.2.</summary>
internal static class Score2
{
    internal static decimal Base(CvssMetrics metrics) =>
        OnTheScale(RawBase(metrics, Impact(metrics.Weight("C"), metrics.Weight("I"), metrics.Weight("A"))));

    internal static decimal Temporal(CvssMetrics metrics, decimal basic) =>
        Tenth(basic * metrics.Weight("E") * metrics.Weight("RL") * metrics.Weight("RC"));

    /// <summary>
    /// §3.2.3 computes base and temporal score again with the adjusted impact, and both are rounded as §3.2.1 and §3.2.2 round them.
    /// </summary>
    internal static decimal Environmental(CvssMetrics metrics)
    {
        var impact = Impact(Required(metrics, "C"), Required(metrics, "I"), Required(metrics, "A"));
        var temporal = Temporal(metrics, RawBase(metrics, Math.Min(10, impact)));
        return OnTheScale(Tenth((temporal + ((10 - temporal) * metrics.Weight("CDP"))) * metrics.Weight("TD")));
    }

    private static decimal RawBase(CvssMetrics metrics, decimal impact)
    {
        var exploitability = 20 * metrics.Weight("AV") * metrics.Weight("AC") * metrics.Weight("Au");
        return impact == 0 ? 0 : Tenth(((0.6m * impact) + (0.4m * exploitability) - 1.5m) * 1.176m);
    }

    private static decimal Impact(decimal c, decimal i, decimal a) => 10.41m * (1 - ((1 - c) * (1 - i) * (1 - a)));

    private static decimal Required(CvssMetrics metrics, string impact) => metrics.Weight(impact) * metrics.Weight(impact + "R");

    // "round_to_1_decimal" is not defined further. Halves go up; below zero, where a small adjusted impact can lead, away from zero.
    private static decimal Tenth(decimal score) => Math.Round(score, 1, MidpointRounding.AwayFromZero);

    // A low requirement on a small impact takes the equation below zero; §3.2 has scores from 0 to 10.
    private static decimal OnTheScale(decimal score) => Math.Max(score, 0.0m);
}
