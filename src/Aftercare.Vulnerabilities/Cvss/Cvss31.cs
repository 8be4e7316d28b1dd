using System.Diagnostics.CodeAnalysis;

namespace Aftercare.Vulnerabilities;

/// <summary>A <see cref="Cvss"/> vector of version 3.1 or 3.0 and no other, for documents that can hold only these (CSAF 2.0 §3.2.3.13).</summary>
public sealed record Cvss31 : IParsable<Cvss31>
{
    private Cvss31(Cvss vector) => Vector = vector;

    public Cvss Vector { get; }

    /// <summary><c>3.1</c> or <c>3.0</c></summary>
    public string Version => Vector.Version.Name;

    /// <value>0.0 to 10.0 in steps of 0.1</value>
    public decimal BaseScore => Vector.BaseScore;

    /// <value>0.0 to 10.0 in steps of 0.1; the base score when no temporal metric is given.</value>
    public decimal TemporalScore => Vector.ThreatScore;

    /// <value>0.0 to 10.0 in steps of 0.1; the temporal score when no environmental metric is given.</value>
    public decimal EnvironmentalScore => Vector.Score;

    /// <summary>The score with everything the vector gives: the environmental score.</summary>
    public decimal Score => Vector.Score;

    /// <summary>The rating of <see cref="Score"/>.</summary>
    public Severity Severity => Vector.Severity;

    /// <summary>
    /// The value letter of a metric, by its abbreviation: <c>vector["AV"]</c> is <c>'N'</c>. <c>'X'</c> when an optional one is not given.
    /// </summary>
    /// <exception cref="KeyNotFoundException">CVSS v3 has no such metric.</exception>
    public char this[string metric] => Vector[metric].Code[0];

    /// <exception cref="FormatException">The text is not a vector; the message says what is wrong and where.</exception>
    public static Cvss31 Parse(string s) => TryParse(s, out var vector, out var fault) ? vector : throw new FormatException(fault.ToString());

    public static bool TryParse([NotNullWhen(true)] string? s, [MaybeNullWhen(false)] out Cvss31 result) => TryParse(s, out result, out _);

    /// <summary>As strict as <see cref="Cvss.TryParse(string?, out Cvss?, out VectorFault?)"/>.</summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? s, [NotNullWhen(true)] out Cvss31? result, [NotNullWhen(false)] out VectorFault? fault)
    {
        result = null;
        fault = new VectorFault(0, "The vector does not start with CVSS:3.1/ or CVSS:3.0/.");
        if (!StartsWith(CvssVersion.V31) && !StartsWith(CvssVersion.V30))
            return false;
        if (Cvss.TryParse(s, out var vector, out fault))
            result = new Cvss31(vector);
        return result is not null;

        bool StartsWith(CvssVersion version) => s is not null && s.StartsWith(version.Prefix, StringComparison.Ordinal);
    }

    static Cvss31 IParsable<Cvss31>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Cvss31>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out Cvss31 result) => TryParse(s, out result);

    /// <inheritdoc cref="Cvss.ToString"/>
    public override string ToString() => Vector.ToString();
}
