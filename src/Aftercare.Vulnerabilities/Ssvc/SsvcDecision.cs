using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

/// <summary>An outcome and how it came about.</summary>
/// <param name="Path">One step a point of the tree, in its order.</param>
public sealed record SsvcDecision(SsvcTree Tree, ImmutableArray<SsvcStep> Path, SsvcValue Outcome)
{
    /// <summary>In words: <c>Exploitation is Active, Utility is Laborious (…), …: Immediate</c>.</summary>
    public override string ToString() => $"{string.Join(", ", Path)}: {Outcome.Name}";
}

/// <summary>A point and its value.</summary>
/// <param name="Parts">The steps that decided it; empty when it was answered directly.</param>
public sealed record SsvcStep(SsvcPoint Point, SsvcValue Value, ImmutableArray<SsvcStep> Parts)
{
    public override string ToString() => $"{Point.Name} is {Value.Name}" + (Parts.IsEmpty ? "" : $" ({string.Join(", ", Parts)})");
}
