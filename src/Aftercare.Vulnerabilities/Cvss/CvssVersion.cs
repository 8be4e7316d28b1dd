using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

/// <summary>
/// A version of CVSS and the table of its metrics, from which a calculator page can be made: the page shows <see cref="Metrics"/> by group,
/// joins the chosen codes to a vector, and lets <see cref="Cvss"/> read it.
/// </summary>
public sealed class CvssVersion
{
    private readonly FrozenDictionary<string, int> _places;

    private CvssVersion(string name, string prefix, bool ordered, ImmutableArray<CvssMetric> metrics)
    {
        (Name, Prefix, Ordered, Metrics) = (name, prefix, ordered, metrics);
        _places = metrics.Select((metric, place) => (metric, place)).ToFrozenDictionary(m => m.metric.Code, m => m.place, StringComparer.Ordinal);
    }

    /// <summary>FIRST, "A Complete Guide to the Common Vulnerability Scoring System Version 2.0".</summary>
    public static CvssVersion V20 { get; } = new("2.0", "", ordered: true, Metrics2.All);

    /// <summary>FIRST, "Common Vulnerability Scoring System v3.0: Specification Document".</summary>
    public static CvssVersion V30 { get; } = new("3.0", "CVSS:3.0/", ordered: false, Metrics3.All);

    /// <summary>FIRST, "Common Vulnerability Scoring System v3.1: Specification Document".</summary>
    public static CvssVersion V31 { get; } = new("3.1", "CVSS:3.1/", ordered: false, Metrics3.All);

    /// <summary>FIRST, "Common Vulnerability Scoring System v4.0: Specification Document".</summary>
    public static CvssVersion V40 { get; } = new("4.0", "CVSS:4.0/", ordered: true, Metrics4.All);

    /// <summary>The newest first.</summary>
    public static ImmutableArray<CvssVersion> All { get; } = [V40, V31, V30, V20];

    /// <summary><c>2.0</c>, <c>3.0</c>, <c>3.1</c> or <c>4.0</c></summary>
    public string Name { get; }

    /// <summary>What a vector begins with: <c>CVSS:4.0/</c>; nothing in 2.0.</summary>
    public string Prefix { get; }

    /// <summary>A vector must keep the order of <see cref="Metrics"/> (2.0 §2.4, 4.0 §7); in 3.x any order will do (3.1 §6).</summary>
    public bool Ordered { get; }

    /// <summary>In the order of a vector.</summary>
    public ImmutableArray<CvssMetric> Metrics { get; }

    public override string ToString() => Name;

    /// <summary>The place of a metric in <see cref="Metrics"/>; -1 when this version has no such metric.</summary>
    internal int PlaceOf(string code) => _places.GetValueOrDefault(code, -1);

    /// <summary>The words that this version, or for 2.0 the NVD, has for a score.</summary>
    public Severity Rate(decimal score) => this != V20 ? Severity.Of(score) : score switch
    {
        < 4 => Severity.Low,
        < 7 => Severity.Medium,
        _ => Severity.High,
    };
}
