using System.Collections.Immutable;
using System.Globalization;
using Aftercare.Vulnerabilities;
using static Aftercare.Csaf.Rules.Shape;

namespace Aftercare.Csaf.Rules;

/// <summary>Tests about the CVSS objects in scores, which follow FIRST's JSON schemas.</summary>
internal static class CvssTests
{
    private static readonly Shape SeverityWord = new Word("NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL");

    private static readonly Shape V3 = new Members(0,
    [
        Must("version", new Word("3.0", "3.1")),
        Must("vectorString", new Text(vector => Cvss31.TryParse(vector, out _), "a CVSS 3 vector")),
        Must("baseScore", new Shape.Score()),
        Must("baseSeverity", SeverityWord),
        May("temporalScore", new Shape.Score()),
        May("temporalSeverity", SeverityWord),
        May("environmentalScore", new Shape.Score()),
        May("environmentalSeverity", SeverityWord),
        .. CvssMetric.V3.Select(Words),
    ]);

    private static readonly Shape V2 = new Members(0,
    [
        Must("version", new Word("2.0")),
        Must("vectorString", new Text(vector => Cvss2.Parse(vector) is not null, "a CVSS 2 vector")),
        Must("baseScore", new Shape.Score()),
        May("temporalScore", new Shape.Score()),
        May("environmentalScore", new Shape.Score()),
        .. CvssMetric.V2.Select(Words),
    ]);

    internal static IEnumerable<Finding> InvalidCvss(Node root) =>
    [
        .. RatingsV3(root).SelectMany(V3.Check),
        .. RatingsV3(root).SelectMany(VersionUnlikeVector),
        .. RatingsV2(root).SelectMany(V2.Check),
    ];

    internal static IEnumerable<Finding> MetricsUnlikeVector(Node root) =>
    [
        .. RatingsV3(root).SelectMany(rating => Vector3(rating) is { } vector ? Unlike(rating, CvssMetric.V3, key => vector[key].ToString()) : []),
        .. RatingsV2(root).SelectMany(rating => Vector2(rating) is { } vector ? Unlike(rating, CvssMetric.V2, key => vector[key]) : []),
    ];

    internal static IEnumerable<Finding> WrongScores(Node root) =>
    [
        .. RatingsV3(root).SelectMany(rating => Vector3(rating) is { } vector
            ? Wrong(rating, vector.BaseScore, vector.TemporalScore, vector.EnvironmentalScore)
            : []),
        .. RatingsV2(root).SelectMany(rating => Vector2(rating) is { } vector
            ? Wrong(rating, vector.Base, vector.Temporal, vector.Environmental)
            : []),
    ];

    private static IEnumerable<Finding> Wrong(Node rating, decimal basic, decimal temporal, decimal environmental) =>
        [.. Wrong(rating, "base", basic), .. Wrong(rating, "temporal", temporal), .. Wrong(rating, "environmental", environmental)];

    /// <summary>The score, and where there is one the severity that goes with it.</summary>
    private static IEnumerable<Finding> Wrong(Node rating, string group, decimal right)
    {
        if (rating.Member($"{group}Score") is { Number: { } number } score && number != right)
            yield return new Finding(score, $"is not what the vector gives: {right.ToString("0.0", CultureInfo.InvariantCulture)}");
        if (rating.Member($"{group}Severity") is { Text: { } word } severity && word != Severity.Of(right).Word)
            yield return new Finding(severity, $"is not what the vector gives: {Severity.Of(right).Word}");
    }

    /// <summary>A metric spelled out beside the vector says the same as the vector. Of one that the vector leaves open, OASIS asks nothing.</summary>
    private static IEnumerable<Finding> Unlike(Node rating, ImmutableArray<CvssMetric> metrics, Func<string, string> valueOf) =>
        from metric in metrics
        from given in rating.All(metric.Member)
        let word = metric.Values.First(v => v.Value == valueOf(metric.Key)).Word
        where given.Text is not null && given.Text != word && word != "NOT_DEFINED"
        select new Finding(given, $"is {word} in the vector");

    private static IEnumerable<Finding> VersionUnlikeVector(Node rating) =>
        rating.TextOf("version") is { } version
            && rating.Member("vectorString") is { Text: { } text } vector
            && !text.StartsWith($"CVSS:{version}/", StringComparison.Ordinal)
            ? [new Finding(vector, $"is not a vector of CVSS {version}")]
            : [];

    private static Cvss31? Vector3(Node rating) => Cvss31.TryParse(rating.TextOf("vectorString"), out var vector) ? vector : null;

    private static Cvss2? Vector2(Node rating) => Cvss2.Parse(rating.TextOf("vectorString") ?? "");

    private static IEnumerable<Node> RatingsV3(Node root) => root.All("vulnerabilities/*/scores/*/cvss_v3");

    private static IEnumerable<Node> RatingsV2(Node root) => root.All("vulnerabilities/*/scores/*/cvss_v2");

    private static Member Words(CvssMetric metric) => May(metric.Member, new Word([.. metric.Values.Select(v => v.Word)]));
}
