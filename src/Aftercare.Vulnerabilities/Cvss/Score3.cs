namespace Aftercare.Vulnerabilities;

/// <summary>The equations of CVSS v3.1 §7.1 to §7.3, and of 3.0 where those differ.</summary>
internal static class Score3
{
    internal static decimal Base(Cvss31 vector)
    {
        var missing = (1 - Weight(vector, "C")) * (1 - Weight(vector, "I")) * (1 - Weight(vector, "A"));
        var changed = vector["S"] == 'C';
        var impact = changed ? ChangedImpact(1 - missing, 0.02m, 1, 15) : 6.42m * (1 - missing);
        return RoundUp(vector, Combined(impact, Exploitability(vector, "", changed), changed));
    }

    internal static decimal Temporal(Cvss31 vector) => RoundUp(vector, vector.BaseScore * TemporalFactor(vector));

    internal static decimal Environmental(Cvss31 vector)
    {
        var missing = Required(vector, "C") * Required(vector, "I") * Required(vector, "A");
        var affected = Math.Min(1 - missing, 0.915m);
        var changed = Effective(vector, "S") == 'C';
        var impact = !changed ? 6.42m * affected
            : vector.Version == "3.0" ? ChangedImpact(affected, 0.02m, 1, 15)
            : ChangedImpact(affected, 0.02m, 0.9731m, 13);
        return RoundUp(vector, RoundUp(vector, Combined(impact, Exploitability(vector, "M", changed), changed)) * TemporalFactor(vector));
    }

    /// <summary>
    /// The smallest number with one decimal that is not smaller. 3.0 says just that; appendix A of 3.1 first rounds to five decimals, to
    /// make binary fractions come out alike, and that is part of its definition.
    /// </summary>
    internal static decimal RoundUp(Cvss31 vector, decimal value)
    {
        var rounded = vector.Version == "3.0" ? value : Math.Round(value, 5, MidpointRounding.AwayFromZero);
        return Math.Ceiling(rounded * 10) / 10;
    }

    private static decimal TemporalFactor(Cvss31 vector) => Weight(vector, "E") * Weight(vector, "RL") * Weight(vector, "RC");

    private static decimal Combined(decimal impact, decimal exploitability, bool changed) =>
        impact <= 0 ? 0 : Math.Min((changed ? 1.08m : 1) * (impact + exploitability), 10);

    private static decimal ChangedImpact(decimal affected, decimal shift, decimal factor, int power) =>
        (7.52m * (affected - 0.029m)) - (3.25m * Power((affected * factor) - shift, power));

    private static decimal Exploitability(Cvss31 vector, string modified, bool changed) =>
        8.22m * Exploited(vector, modified, "AV") * Exploited(vector, modified, "AC") * Exploited(vector, modified, "UI")
            * Privileges(modified.Length == 0 ? vector["PR"] : Effective(vector, "PR"), changed);

    private static decimal Exploited(Cvss31 vector, string modified, string metric) =>
        Metric3.ByName[metric].Weight(modified.Length == 0 ? vector[metric] : Effective(vector, metric));

    private static decimal Privileges(char value, bool changed) => (value, changed) switch
    {
        ('L', true) => 0.68m,
        ('H', true) => 0.5m,
        _ => Metric3.ByName["PR"].Weight(value),
    };

    private static decimal Required(Cvss31 vector, string impact) =>
        1 - (Weight(vector, impact + "R") * Metric3.ByName[impact].Weight(Effective(vector, impact)));

    private static char Effective(Cvss31 vector, string metric) =>
        vector["M" + metric] is not Metric3.NotDefined and var modified ? modified : vector[metric];

    private static decimal Weight(Cvss31 vector, string metric) => Metric3.ByName[metric].Weight(vector[metric]);

    private static decimal Power(decimal value, int exponent)
    {
        var power = 1m;
        for (var i = 0; i < exponent; i++)
            power *= value;
        return power;
    }
}
