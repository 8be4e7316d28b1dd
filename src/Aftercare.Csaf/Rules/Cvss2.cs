using System.Collections.Frozen;

namespace Aftercare.Csaf.Rules;

/// <summary>
/// Scores of a CVSS 2.0 vector (FIRST, "A Complete Guide to the CVSS Version 2.0", §3.2). CVSS 2 is retired; it is here only because
/// old CSAF documents carry it and mandatory test 6.1.9 asks for its arithmetic.
/// </summary>
internal sealed class Cvss2
{
    private static readonly FrozenDictionary<string, decimal> Weights = new Dictionary<string, decimal>
    {
        ["AV:L"] = 0.395m,
        ["AV:A"] = 0.646m,
        ["AV:N"] = 1m,
        ["AC:H"] = 0.35m,
        ["AC:M"] = 0.61m,
        ["AC:L"] = 0.71m,
        ["Au:M"] = 0.45m,
        ["Au:S"] = 0.56m,
        ["Au:N"] = 0.704m,
        ["C:N"] = 0m,
        ["C:P"] = 0.275m,
        ["C:C"] = 0.660m,
        ["I:N"] = 0m,
        ["I:P"] = 0.275m,
        ["I:C"] = 0.660m,
        ["A:N"] = 0m,
        ["A:P"] = 0.275m,
        ["A:C"] = 0.660m,
        ["E:U"] = 0.85m,
        ["E:POC"] = 0.9m,
        ["E:F"] = 0.95m,
        ["E:H"] = 1m,
        ["E:ND"] = 1m,
        ["RL:OF"] = 0.87m,
        ["RL:TF"] = 0.90m,
        ["RL:W"] = 0.95m,
        ["RL:U"] = 1m,
        ["RL:ND"] = 1m,
        ["RC:UC"] = 0.90m,
        ["RC:UR"] = 0.95m,
        ["RC:C"] = 1m,
        ["RC:ND"] = 1m,
        ["CDP:N"] = 0m,
        ["CDP:L"] = 0.1m,
        ["CDP:LM"] = 0.3m,
        ["CDP:MH"] = 0.4m,
        ["CDP:H"] = 0.5m,
        ["CDP:ND"] = 0m,
        ["TD:N"] = 0m,
        ["TD:L"] = 0.25m,
        ["TD:M"] = 0.75m,
        ["TD:H"] = 1m,
        ["TD:ND"] = 1m,
        ["CR:L"] = 0.5m,
        ["CR:M"] = 1m,
        ["CR:H"] = 1.51m,
        ["CR:ND"] = 1m,
        ["IR:L"] = 0.5m,
        ["IR:M"] = 1m,
        ["IR:H"] = 1.51m,
        ["IR:ND"] = 1m,
        ["AR:L"] = 0.5m,
        ["AR:M"] = 1m,
        ["AR:H"] = 1.51m,
        ["AR:ND"] = 1m,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] BaseMetrics = ["AV", "AC", "Au", "C", "I", "A"];

    private readonly IReadOnlyDictionary<string, string> _values;

    private Cvss2(IReadOnlyDictionary<string, string> values) => _values = values;

    /// <summary>The six base metrics must be given, each metric at most once.</summary>
    internal static Cvss2? Parse(string vector)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in vector.Split('/'))
        {
            if (part.Split(':') is not [var key, var value] || !Weights.ContainsKey(part) || !values.TryAdd(key, value))
                return null;
        }

        return BaseMetrics.All(values.ContainsKey) ? new Cvss2(values) : null;
    }

    /// <summary>The value of a metric by its key; ND when an optional one is not given.</summary>
    internal string this[string key] => _values.GetValueOrDefault(key, "ND");

    internal decimal Base => BaseOf(Impact(Weight("C"), Weight("I"), Weight("A")));

    internal decimal Temporal => TemporalOf(Base);

    internal decimal Environmental
    {
        get
        {
            var adjusted = Impact(Weight("C") * Weight("CR"), Weight("I") * Weight("IR"), Weight("A") * Weight("AR"));
            var temporal = TemporalOf(BaseOf(Math.Min(10m, adjusted)));
            return Tenth((temporal + (10m - temporal) * Weight("CDP")) * Weight("TD"));
        }
    }

    private decimal BaseOf(decimal impact)
    {
        var exploitability = 20m * Weight("AV") * Weight("AC") * Weight("Au");
        return impact == 0m ? 0m : Tenth((0.6m * impact + 0.4m * exploitability - 1.5m) * 1.176m);
    }

    private decimal TemporalOf(decimal score) => Tenth(score * Weight("E") * Weight("RL") * Weight("RC"));

    private static decimal Impact(decimal c, decimal i, decimal a) => 10.41m * (1m - (1m - c) * (1m - i) * (1m - a));

    private decimal Weight(string key) => Weights[$"{key}:{this[key]}"];

    private static decimal Tenth(decimal score) => Math.Round(score, 1, MidpointRounding.AwayFromZero);
}
