using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

internal enum MetricGroup
{
    Base,
    Temporal,
    Environmental,
}

/// <summary>One metric of CVSS v3 with its values and their weights (CVSS v3.1 §7.4, table 15, unchanged from 3.0).</summary>
/// <param name="Weights">By value letter. Privileges Required weighs more when the scope changes; that is in <see cref="Cvss31"/>.</param>
internal sealed record Metric3(string Name, MetricGroup Group, ImmutableArray<(char Value, decimal Weight)> Weights)
{
    internal const char NotDefined = 'X';

    private static readonly ImmutableArray<(char, decimal)> AttackVector = [('N', 0.85m), ('A', 0.62m), ('L', 0.55m), ('P', 0.2m)];
    private static readonly ImmutableArray<(char, decimal)> AttackComplexity = [('L', 0.77m), ('H', 0.44m)];
    private static readonly ImmutableArray<(char, decimal)> PrivilegesRequired = [('N', 0.85m), ('L', 0.62m), ('H', 0.27m)];
    private static readonly ImmutableArray<(char, decimal)> UserInteraction = [('N', 0.85m), ('R', 0.62m)];
    private static readonly ImmutableArray<(char, decimal)> Scope = [('U', 0), ('C', 0)];
    private static readonly ImmutableArray<(char, decimal)> Impact = [('H', 0.56m), ('L', 0.22m), ('N', 0)];
    private static readonly ImmutableArray<(char, decimal)> Requirement = [(NotDefined, 1), ('H', 1.5m), ('M', 1), ('L', 0.5m)];

    /// <summary>In the order of the canonical vector (CVSS v3.1 §6, table 15).</summary>
    internal static ImmutableArray<Metric3> All { get; } =
    [
        new("AV", MetricGroup.Base, AttackVector),
        new("AC", MetricGroup.Base, AttackComplexity),
        new("PR", MetricGroup.Base, PrivilegesRequired),
        new("UI", MetricGroup.Base, UserInteraction),
        new("S", MetricGroup.Base, Scope),
        new("C", MetricGroup.Base, Impact),
        new("I", MetricGroup.Base, Impact),
        new("A", MetricGroup.Base, Impact),
        new("E", MetricGroup.Temporal, [(NotDefined, 1), ('H', 1), ('F', 0.97m), ('P', 0.94m), ('U', 0.91m)]),
        new("RL", MetricGroup.Temporal, [(NotDefined, 1), ('U', 1), ('W', 0.97m), ('T', 0.96m), ('O', 0.95m)]),
        new("RC", MetricGroup.Temporal, [(NotDefined, 1), ('C', 1), ('R', 0.96m), ('U', 0.92m)]),
        new("CR", MetricGroup.Environmental, Requirement),
        new("IR", MetricGroup.Environmental, Requirement),
        new("AR", MetricGroup.Environmental, Requirement),
        new("MAV", MetricGroup.Environmental, [(NotDefined, 0), .. AttackVector]),
        new("MAC", MetricGroup.Environmental, [(NotDefined, 0), .. AttackComplexity]),
        new("MPR", MetricGroup.Environmental, [(NotDefined, 0), .. PrivilegesRequired]),
        new("MUI", MetricGroup.Environmental, [(NotDefined, 0), .. UserInteraction]),
        new("MS", MetricGroup.Environmental, [(NotDefined, 0), .. Scope]),
        new("MC", MetricGroup.Environmental, [(NotDefined, 0), .. Impact]),
        new("MI", MetricGroup.Environmental, [(NotDefined, 0), .. Impact]),
        new("MA", MetricGroup.Environmental, [(NotDefined, 0), .. Impact]),
    ];

    internal static FrozenDictionary<string, Metric3> ByName { get; } = All.ToFrozenDictionary(m => m.Name, StringComparer.Ordinal);

    internal bool Knows(char value) => Weights.Any(w => w.Value == value);

    internal decimal Weight(char value) => Weights.First(w => w.Value == value).Weight;
}
