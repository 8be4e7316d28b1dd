using System.Diagnostics.CodeAnalysis;

namespace Aftercare.Vulnerabilities;

/// <summary>
/// A CVSS vector of version 2.0, 3.0, 3.1 or 4.0 with its scores. They are computed in decimals and whole numbers, so that no score depends
/// on a binary fraction. Equal when the same version says the same.
/// </summary>
public sealed record Cvss : IParsable<Cvss>
{
    private readonly CvssMetrics _metrics;
    private readonly string _vector;

    private Cvss(CvssMetrics metrics)
    {
        _metrics = metrics;
        _vector = CvssText.Write(metrics);
        (BaseScore, ThreatScore, Score) = ScoresOf(metrics);
    }

    public CvssVersion Version => _metrics.Version;

    /// <summary>The score of the base metrics alone (CVSS-B).</summary>
    /// <value>0.0 to 10.0 in steps of 0.1</value>
    public decimal BaseScore { get; }

    /// <summary>
    /// The score of base and temporal metrics in 2.0 and 3.x, of base and threat metrics in 4.0 (CVSS-BT); the base score when none of these
    /// is given.
    /// </summary>
    /// <value>0.0 to 10.0 in steps of 0.1</value>
    public decimal ThreatScore { get; }

    /// <summary>
    /// The score of everything the vector gives: the environmental score of 2.0 and 3.x (CVSS-BTE in 4.0), or <see cref="ThreatScore"/> when
    /// no environmental metric is given. (Taken literally, 3.1 §7.3 would then give 9.7 for some base scores of 9.6, because its formula for
    /// a changed scope is another.)
    /// </summary>
    /// <value>0.0 to 10.0 in steps of 0.1</value>
    public decimal Score { get; }

    /// <summary>
    /// The rating of <see cref="Score"/> (3.1 §5, 4.0 §6). 2.0 has no scale of its own: its scores get the words that the NVD gives them, Low
    /// to 3.9, Medium to 6.9, High to 10.0.
    /// </summary>
    public Severity Severity => Version.Rate(Score);

    /// <summary>
    /// Which groups of metrics <see cref="Score"/> rests on: <c>CVSS-B</c>, <c>CVSS-BT</c>, <c>CVSS-BE</c> or <c>CVSS-BTE</c> (4.0 §1.3).
    /// Null before 4.0, which has no such names.
    /// </summary>
    public string? Nomenclature => Version != CvssVersion.V40 ? null
        : "CVSS-B" + (_metrics.Gives(CvssGroup.Threat) ? "T" : "") + (_metrics.Gives(CvssGroup.Environmental) ? "E" : "");

    /// <summary>
    /// The six digits of the equivalence sets EQ1 to EQ6 that <see cref="Score"/> is looked up by, 0 for the worst (4.0 §8.2). Null before 4.0.
    /// </summary>
    public string? MacroVector => Version != CvssVersion.V40 ? null : Vulnerabilities.MacroVector.Of(_metrics).ToString();

    /// <summary>
    /// What the vector says of a metric, by its code: <c>vector["AV"]</c> is Network (N). "Not Defined" when an optional one is not given.
    /// </summary>
    /// <exception cref="KeyNotFoundException">The vector's version has no such metric.</exception>
    public CvssValue this[string metric] =>
        Version.PlaceOf(metric) is >= 0 and var place
            ? _metrics.Values[place]
            : throw new KeyNotFoundException($"CVSS {Version} has no metric '{metric}'.");

    /// <exception cref="FormatException">The text is not a vector; the message says what is wrong and where.</exception>
    public static Cvss Parse(string s) => TryParse(s, out var vector, out var fault) ? vector : throw new FormatException(fault.ToString());

    public static bool TryParse([NotNullWhen(true)] string? s, [MaybeNullWhen(false)] out Cvss result) => TryParse(s, out result, out _);

    /// <summary>
    /// Strict (2.0 §2.4, 3.1 §6, 4.0 §7): the prefix of the version (2.0 has none), every base metric, each metric once, letters in the
    /// specification's case, in 2.0 and 4.0 its order, nothing else; at most 256 characters.
    /// </summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? s, [NotNullWhen(true)] out Cvss? result, [NotNullWhen(false)] out VectorFault? fault)
    {
        fault = CvssText.Read(s ?? "", out var metrics);
        result = metrics is null ? null : new Cvss(metrics);
        return fault is null;
    }

    static Cvss IParsable<Cvss>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Cvss>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out Cvss result) => TryParse(s, out result);

    /// <summary>
    /// The vector in the order of the specification, without metrics that are not defined. In 2.0, where a group is written in full or not
    /// at all, with all of a group of which one metric is defined.
    /// </summary>
    public override string ToString() => _vector;

    public bool Equals(Cvss? other) => other is not null && _vector == other._vector;

    public override int GetHashCode() => _vector.GetHashCode(StringComparison.Ordinal);

    private static (decimal Base, decimal Threat, decimal All) ScoresOf(CvssMetrics metrics)
    {
        if (metrics.Version == CvssVersion.V40)
        {
            var threat = metrics.Without(CvssGroup.Environmental);
            return (Score4.Of(threat.Without(CvssGroup.Threat)), Score4.Of(threat), Score4.Of(metrics));
        }

        var old = metrics.Version == CvssVersion.V20;
        var basic = old ? Score2.Base(metrics) : Score3.Base(metrics);
        var temporal = old ? Score2.Temporal(metrics, basic) : Score3.Temporal(metrics, basic);
        if (!metrics.Gives(CvssGroup.Environmental))
            return (basic, temporal, temporal);
        return (basic, temporal, old ? Score2.Environmental(metrics) : Score3.Environmental(metrics));
    }
}
