using System.Collections.Immutable;
using System.Globalization;
using static Aftercare.Csaf.Rules.Shape;

namespace Aftercare.Csaf.Rules;

/// <summary>Tests about the CVSS objects in scores, which follow FIRST's JSON schemas.</summary>
internal static class CvssTests
{
    private static readonly Shape Severity = new Word("NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL");

    private static readonly Shape V3 = new Members(0,
    [
        Must("version", new Word("3.0", "3.1")),
        Must("vectorString", new Text(vector => MetricsOfV3(vector) is not null, "a CVSS 3 vector")),
        Must("baseScore", new Shape.Score()),
        Must("baseSeverity", Severity),
        May("temporalScore", new Shape.Score()),
        May("temporalSeverity", Severity),
        May("environmentalScore", new Shape.Score()),
        May("environmentalSeverity", Severity),
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
        .. RatingsV3(root).SelectMany(rating => Unlike(rating, MetricsOfV3(rating.TextOf("vectorString")), CvssMetric.V3)),
        .. RatingsV2(root).SelectMany(rating => Unlike(rating, CvssMetric.Parse((rating.TextOf("vectorString") ?? "").Split('/'), CvssMetric.V2, 6), CvssMetric.V2)),
    ];

    internal static IEnumerable<Finding> WrongScores(Node root) =>
    [
        .. RatingsV2(root).SelectMany(rating => Cvss2.Parse(rating.TextOf("vectorString") ?? "") is { } cvss
            ? Wrong(rating, ("baseScore", cvss.Base), ("temporalScore", cvss.Temporal), ("environmentalScore", cvss.Environmental))
            : []),
    ];

    private static IEnumerable<Finding> Wrong(Node rating, params IEnumerable<(string Member, decimal Right)> scores) =>
        from score in scores
        from given in rating.All(score.Member)
        where given.Number is { } number && number != score.Right
        select new Finding(given, $"is not what the vector gives: {score.Right.ToString("0.0", CultureInfo.InvariantCulture)}");

    /// <summary>A metric that is spelled out beside the vector says the same as the vector; one absent from the vector is NOT_DEFINED.</summary>
    private static IEnumerable<Finding> Unlike(Node rating, IReadOnlyDictionary<string, string>? vector, ImmutableArray<CvssMetric> metrics) =>
        from metric in metrics
        from given in rating.All(metric.Member)
        where vector is not null && given.Text is not null
        let value = vector!.GetValueOrDefault(metric.Key)
        let word = value is null ? "NOT_DEFINED" : metric.Values.First(v => v.Value == value).Word
        where given.Text != word
        select new Finding(given, $"is {word} in the vector");

    private static IEnumerable<Finding> VersionUnlikeVector(Node rating) =>
        rating.TextOf("version") is { } version && rating.Member("vectorString") is { Text: { } text } vector && !text.StartsWith($"CVSS:{version}/", StringComparison.Ordinal)
            ? [new Finding(vector, $"is not a vector of CVSS {version}")]
            : [];

    private static IReadOnlyDictionary<string, string>? MetricsOfV3(string? vector) =>
        vector?.Split('/') is ["CVSS:3.0" or "CVSS:3.1", .. var parts] ? CvssMetric.Parse(parts, CvssMetric.V3, mandatory: 8) : null;

    private static IEnumerable<Node> RatingsV3(Node root) => root.All("vulnerabilities/*/scores/*/cvss_v3");

    private static IEnumerable<Node> RatingsV2(Node root) => root.All("vulnerabilities/*/scores/*/cvss_v2");

    private static Member Words(CvssMetric metric) => May(metric.Member, new Word([.. metric.Values.Select(v => v.Word)]));
}
