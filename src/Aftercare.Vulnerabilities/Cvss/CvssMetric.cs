using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

/// <summary>A group of metrics. 2.0 and 3.x have base, temporal and environmental ones; 4.0 has all but temporal.</summary>
public enum CvssGroup
{
    /// <summary>What the flaw is, everywhere and always. Every metric of it is mandatory.</summary>
    Base,

    /// <summary>What changes with time, in 2.0 and 3.x: exploits, remedies, confidence.</summary>
    Temporal,

    /// <summary>What changes with time, in 4.0: whether the flaw is exploited.</summary>
    Threat,

    /// <summary>What differs from site to site.</summary>
    Environmental,

    /// <summary>What the supplier adds for the reader's own judgement, in 4.0; it moves no score.</summary>
    Supplemental,
}

/// <summary>One metric of a CVSS version, with what a form needs to ask for it.</summary>
/// <param name="Code">As in a vector: <c>AV</c>. Case matters.</param>
/// <param name="Name">The specification's name: Attack Vector.</param>
/// <param name="Values">
/// The worst first, in base metrics. An optional metric begins with the value "Not Defined", which is what a vector that does not give the
/// metric says.
/// </param>
public sealed record CvssMetric(string Code, string Name, CvssGroup Group, ImmutableArray<CvssValue> Values)
{
    /// <summary>A vector without it is refused. So it is with the base metrics of every version, and with no other.</summary>
    public bool Mandatory => Group == CvssGroup.Base;

    internal CvssValue? Find(string code) => Values.FirstOrDefault(value => value.Code == code);

    public override string ToString() => $"{Name} ({Code})";
}

/// <summary>One value that a metric can have.</summary>
/// <param name="Code">As in a vector: <c>N</c>, <c>POC</c>, <c>Amber</c>. Case matters.</param>
/// <param name="Name">The specification's name: Network.</param>
/// <param name="Hint">One sentence that says when to choose it.</param>
/// <param name="Weight">
/// The number behind the value: in 2.0 and 3.x what the equations multiply, in 4.0 the steps below the worst value (0 to 3).
/// </param>
public sealed record CvssValue(string Code, string Name, string Hint, decimal Weight)
{
    public override string ToString() => $"{Name} ({Code})";
}
