namespace Aftercare.Vulnerabilities;

/// <summary>The equations of CVSS v3.1 §7.1 to §7.3, and of 3.0 where those differ.</summary>
internal static class Score3
{
    internal static decimal Base(CvssMetrics metrics)
    {
        var missing = (1 - metrics.Weight("C")) * (1 - metrics.Weight("I")) * (1 - metrics.Weight("A"));
        var changed = metrics.Says("S", "C");
        var impact = changed ? ChangedImpact(1 - missing, 0.02m, 1, 15) : 6.42m * (1 - missing);
        return RoundUp(metrics, Combined(impact, Exploitability(metrics["AV"], metrics["AC"], metrics["PR"], metrics["UI"], changed), changed));
    }

    internal static decimal Temporal(CvssMetrics metrics, decimal basic) => RoundUp(metrics, basic * TemporalFactor(metrics));

    internal static decimal Environmental(CvssMetrics metrics)
    {
        var missing = Required(metrics, "C") * Required(metrics, "I") * Required(metrics, "A");
        var affected = Math.Min(1 - missing, 0.915m);
        var changed = metrics.Effective("S").Code == "C";
        var impact = !changed ? 6.42m * affected
            : metrics.Version == CvssVersion.V30 ? ChangedImpact(affected, 0.02m, 1, 15)
            : ChangedImpact(affected, 0.02m, 0.9731m, 13);
        var exploitability = Exploitability(
            metrics.Effective("AV"), metrics.Effective("AC"), metrics.Effective("PR"), metrics.Effective("UI"), changed);
        return RoundUp(metrics, RoundUp(metrics, Combined(impact, exploitability, changed)) * TemporalFactor(metrics));
    }

    /// <summary>
    /// The smallest number with one decimal that is not smaller. 3.0 says just that; appendix A of 3.1 first rounds to five decimals, to
    /// make binary fractions come out alike, and that is part of its definition.
    /// </summary>
    private static decimal RoundUp(CvssMetrics metrics, decimal value)
    {
        var rounded = metrics.Version == CvssVersion.V30 ? value : Math.Round(value, 5, MidpointRounding.AwayFromZero);
        return Math.Ceiling(rounded * 10) / 10;
    }

    private static decimal TemporalFactor(CvssMetrics metrics) => metrics.Weight("E") * metrics.Weight("RL") * metrics.Weight("RC");

    private static decimal Combined(decimal impact, decimal exploitability, bool changed) =>
        impact <= 0 ? 0 : Math.Min((changed ? 1.08m : 1) * (impact + exploitability), 10);

    private static decimal ChangedImpact(decimal affected, decimal shift, decimal factor, int power) =>
        (7.52m * (affected - 0.029m)) - (3.25m * Power((affected * factor) - shift, power));

    private static decimal Exploitability(CvssValue vector, CvssValue complexity, CvssValue privileges, CvssValue interaction, bool changed) =>
        8.22m * vector.Weight * complexity.Weight * Privileges(privileges, changed) * interaction.Weight;

    // Table 15 of 3.1: the privileges that an attacker needs weigh more when the scope changes.
    private static decimal Privileges(CvssValue privileges, bool changed) => (privileges.Code, changed) switch
    {
        ("L", true) => 0.68m,
        ("H", true) => 0.5m,
        _ => privileges.Weight,
    };

    private static decimal Required(CvssMetrics metrics, string impact) =>
        1 - (metrics.Weight(impact + "R") * metrics.Effective(impact).Weight);

    private static decimal Power(decimal value, int exponent)
    {
        var power = 1m;
        for (var i = 0; i < exponent; i++)
            power *= value;
        return power;
    }
}
