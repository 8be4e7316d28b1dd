using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Aftercare.Vulnerabilities;

/// <summary>
/// A CVSS vector of version 3.1 or 3.0 with its scores, computed in decimals, so that no score depends on a binary fraction
/// (FIRST, CVSS v3.1 §7 and appendix A). Equal when the same version says the same, in whatever order.
/// </summary>
public sealed record Cvss31 : IParsable<Cvss31>
{
    // The longest vector, every metric given, has 127 characters.
    private const int MaxLength = 256;

    private readonly ImmutableDictionary<string, char> _values;
    private readonly string _vector;

    private Cvss31(string version, ImmutableDictionary<string, char> values)
    {
        (Version, _values) = (version, values);
        _vector = $"CVSS:{version}/" + string.Join('/', Metric3.All.Where(Given).Select(m => $"{m.Name}:{values[m.Name]}"));
        BaseScore = Score3.Base(this);
        TemporalScore = Score3.Temporal(this);
        EnvironmentalScore = GivesAny(MetricGroup.Environmental) ? Score3.Environmental(this) : TemporalScore;
    }

    /// <summary><c>3.1</c> or <c>3.0</c></summary>
    public string Version { get; }

    /// <value>0.0 to 10.0 in steps of 0.1</value>
    public decimal BaseScore { get; }

    /// <value>0.0 to 10.0 in steps of 0.1; the base score when no temporal metric is given.</value>
    public decimal TemporalScore { get; }

    /// <value>
    /// 0.0 to 10.0 in steps of 0.1; the temporal score when no environmental metric is given. (Taken literally, 3.1 §7.3 would then give
    /// 9.7 for some base scores of 9.6, because its formula for a changed scope is another.)
    /// </value>
    public decimal EnvironmentalScore { get; }

    /// <summary>The score with everything the vector gives: the environmental score.</summary>
    public decimal Score => EnvironmentalScore;

    /// <summary>The rating of <see cref="Score"/>.</summary>
    public Severity Severity => Severity.Of(Score);

    /// <summary>
    /// The value letter of a metric, by its abbreviation: <c>vector["AV"]</c> is <c>'N'</c>. <c>'X'</c> when an optional one is not given.
    /// </summary>
    /// <exception cref="KeyNotFoundException">CVSS v3 has no such metric.</exception>
    public char this[string metric] =>
        Metric3.ByName.ContainsKey(metric)
            ? _values.GetValueOrDefault(metric, Metric3.NotDefined)
            : throw new KeyNotFoundException($"CVSS v3 has no metric '{metric}'.");

    /// <exception cref="FormatException">The text is not a vector; the message says what is wrong and where.</exception>
    public static Cvss31 Parse(string s) => TryParse(s, out var vector, out var fault) ? vector : throw new FormatException(fault.ToString());

    public static bool TryParse([NotNullWhen(true)] string? s, [MaybeNullWhen(false)] out Cvss31 result) => TryParse(s, out result, out _);

    /// <summary>
    /// Strict (CVSS v3.1 §6): the prefix, every base metric, each metric once, in any order, letters in upper case, nothing else.
    /// </summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? s, [NotNullWhen(true)] out Cvss31? result, [NotNullWhen(false)] out CvssFault? fault)
    {
        result = null;
        fault = Read(s ?? "", out var version, out var values);
        if (fault is null)
            result = new Cvss31(version, values);
        return result is not null;
    }

    static Cvss31 IParsable<Cvss31>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Cvss31>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out Cvss31 result) => TryParse(s, out result);

    /// <summary>The vector in the order of the specification, without metrics that are not defined.</summary>
    public override string ToString() => _vector;

    public bool Equals(Cvss31? other) => other is not null && _vector == other._vector;

    public override int GetHashCode() => _vector.GetHashCode(StringComparison.Ordinal);

    private bool Given(Metric3 metric) => _values.GetValueOrDefault(metric.Name, Metric3.NotDefined) != Metric3.NotDefined;

    private bool GivesAny(MetricGroup group) => Metric3.All.Any(m => m.Group == group && Given(m));

    private static CvssFault? Read(string text, out string version, out ImmutableDictionary<string, char> values)
    {
        values = ImmutableDictionary.Create<string, char>(StringComparer.Ordinal);
        version = text switch
        {
            _ when text.StartsWith("CVSS:3.1/", StringComparison.Ordinal) => "3.1",
            _ when text.StartsWith("CVSS:3.0/", StringComparison.Ordinal) => "3.0",
            _ => "",
        };
        if (version.Length == 0)
            return new CvssFault(0, "The vector does not start with CVSS:3.1/ or CVSS:3.0/.");
        if (text.Length > MaxLength)
            return new CvssFault(MaxLength, $"The vector is longer than {MaxLength} characters.");

        var position = "CVSS:3.1/".Length;
        foreach (var part in text[position..].Split('/'))
        {
            if (ReadMetric(part, position, ref values) is { } fault)
                return fault;
            position += part.Length + 1;
        }

        var read = values;
        var missing = Metric3.All.FirstOrDefault(m => m.Group == MetricGroup.Base && !read.ContainsKey(m.Name));
        return missing is null ? null : new CvssFault(text.Length, $"The base metric {missing.Name} is missing.");
    }

    private static CvssFault? ReadMetric(string part, int position, ref ImmutableDictionary<string, char> values)
    {
        if (part.Split(':') is not [var name, var value])
            return new CvssFault(position, "A metric is a name, a colon and a value.");
        if (!Metric3.ByName.TryGetValue(name, out var metric))
            return new CvssFault(position, "CVSS v3 has no metric of this name.");
        if (value is not [var letter] || !metric.Knows(letter))
            return new CvssFault(position + name.Length + 1, $"The metric {name} has no such value.");
        if (values.ContainsKey(name))
            return new CvssFault(position, $"The metric {name} is given twice.");

        values = values.Add(name, letter);
        return null;
    }
}
