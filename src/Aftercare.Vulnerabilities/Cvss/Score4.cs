using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

/// <summary>
/// The score of CVSS 4.0 §8.2: that of the macro vector, less the mean of how far the vector stands from the worst of its macro vector, set
/// by set. Computed as a fraction of whole numbers, and rounded once, halves up.
/// </summary>
internal static class Score4
{
    // Every depth divides it, so that all shares are whole numbers of it.
    private const int Share = 840;

    private static readonly ImmutableArray<Band> Eq1 =
    [
        new(1, "AV:N/PR:N/UI:N"),
        new(4, "AV:A/PR:N/UI:N", "AV:N/PR:L/UI:N", "AV:N/PR:N/UI:P"),
        new(5, "AV:P/PR:N/UI:N", "AV:A/PR:L/UI:P"),
    ];

    private static readonly ImmutableArray<Band> Eq2 = [new(1, "AC:L/AT:N"), new(2, "AC:H/AT:N", "AC:L/AT:P")];

    // By twice EQ3 and EQ6: 00, 01, 10, 11, and 21 as the last of two.
    private static readonly ImmutableArray<Band> Eq3Eq6 =
    [
        new(7, "VC:H/VI:H/VA:H/CR:H/IR:H/AR:H"),
        new(6, "VC:H/VI:H/VA:L/CR:M/IR:M/AR:H", "VC:H/VI:H/VA:H/CR:M/IR:M/AR:M"),
        new(8, "VC:L/VI:H/VA:H/CR:H/IR:H/AR:H", "VC:H/VI:L/VA:H/CR:H/IR:H/AR:H"),
        new(8, "VC:L/VI:H/VA:L/CR:H/IR:M/AR:H", "VC:L/VI:H/VA:H/CR:H/IR:M/AR:M", "VC:H/VI:L/VA:H/CR:M/IR:H/AR:M",
            "VC:H/VI:L/VA:L/CR:M/IR:H/AR:H", "VC:L/VI:L/VA:H/CR:H/IR:H/AR:M"),
        new(10, "VC:L/VI:L/VA:L/CR:H/IR:H/AR:H"),
    ];

    private static readonly ImmutableArray<Band> Eq4 = [new(6, "SC:H/MSI:S/MSA:S"), new(5, "SC:H/SI:H/SA:H"), new(4, "SC:L/SI:L/SA:L")];

    private static readonly ImmutableArray<string> Impacts = ["VC", "VI", "VA", "SC", "SI", "SA"];

    internal static decimal Of(CvssMetrics metrics)
    {
        if (Impacts.All(impact => metrics.Effective(impact).Code == "N"))
            return 0.0m;

        var macro = MacroVector.Of(metrics);
        var worst = macro.Score ?? throw new InvalidOperationException($"No vector has the macro vector {macro}.");
        (int? Below, int Part)[] sets =
        [
            ((macro with { Eq1 = macro.Eq1 + 1 }).Score, Eq1[macro.Eq1].Part(metrics)),
            ((macro with { Eq2 = macro.Eq2 + 1 }).Score, Eq2[macro.Eq2].Part(metrics)),
            (macro.ScoreBelowEq3Eq6, Eq3Eq6[Math.Min((macro.Eq3 * 2) + macro.Eq6, 4)].Part(metrics)),
            ((macro with { Eq4 = macro.Eq4 + 1 }).Score, Eq4[macro.Eq4].Part(metrics)),
            ((macro with { Eq5 = macro.Eq5 + 1 }).Score, 0),
        ];

        var (sum, count) = (0, 0);
        foreach (var (below, part) in sets)
        {
            if (below is { } next)
                (sum, count) = (sum + ((worst - next) * part), count + 1);
        }
        var whole = Share * Math.Max(count, 1);
        return Math.Max(((2 * ((worst * whole) - sum)) + whole) / (2 * whole), 0) / 10.0m;
    }

    /// <summary>One level of an equivalence set: its worst vectors (table 24 to 29) and its depth, the steps from them to the next level.</summary>
    private sealed class Band
    {
        private readonly int _depth;
        private readonly ImmutableArray<ImmutableArray<(string Metric, int Level)>> _worst;

        internal Band(int depth, params string[] worst) => (_depth, _worst) = (depth, [.. worst.Select(Read)]);

        /// <summary>How much of the depth lies between the vector and the first worst one that is nowhere better, in 840ths.</summary>
        internal int Part(CvssMetrics metrics)
        {
            foreach (var worst in _worst)
            {
                if (Steps(metrics, worst) is >= 0 and var steps)
                    return steps * (Share / _depth);
            }
            throw new InvalidOperationException("Every vector has a worst one in its macro vector.");
        }

        private static int Steps(CvssMetrics metrics, ImmutableArray<(string Metric, int Level)> worst)
        {
            var steps = 0;
            foreach (var (metric, level) in worst)
            {
                var apart = (int)metrics.Effective(metric).Weight - level;
                if (apart < 0)
                    return -1;
                steps += apart;
            }
            return steps;
        }

        private static ImmutableArray<(string Metric, int Level)> Read(string vector) =>
        [
            .. from part in vector.Split('/')
               let metric = Metrics4.All.First(m => m.Code == part[..part.IndexOf(':', StringComparison.Ordinal)])
               let level = (int)metric.Find(part[(metric.Code.Length + 1)..])!.Weight
               select (metric.Code is ['M', .. var modified] ? modified : metric.Code, level),
        ];
    }
}
