using Aftercare.Server.Platform.Web;
using Aftercare.Vulnerabilities;

namespace Aftercare.Server.Cases;

/// <summary>The fields of the calculator: a vector as text, or one field a metric. Made from the table of the chosen version.</summary>
internal static class CvssFields
{
    public const string Version = "cvssVersion";

    /// <summary>The field of a metric: <c>cvss-AV</c>.</summary>
    public static string Of(CvssMetric metric) => $"cvss-{metric.Code}";

    /// <summary>3.1 where none is named: it is what advisories can carry.</summary>
    public static CvssVersion Named(string? version) => CvssVersion.All.FirstOrDefault(one => one.Name == version) ?? CvssVersion.V31;

    /// <summary>A vector that was pasted counts instead of what was chosen. Null when neither makes one; the faults say why.</summary>
    public static Cvss? Read(Fields fields)
    {
        var version = Named(fields.TextOrNull(Version, 5));
        var values = version.Metrics.Select(metric => (Metric: metric, Code: Code(fields, metric))).ToList();
        if (fields.TextOrNull("vector", 256) is not { } text)
            return values.Any(one => one.Metric.Mandatory && one.Code is null) ? Incomplete(fields, values) : Cvss.Parse(Written(version, values));
        if (!Cvss.TryParse(text, out var vector, out var fault))
            fields.Fault("vector", fault.ToString());
        return vector;
    }

    private static string Written(CvssVersion version, List<(CvssMetric Metric, string? Code)> values)
    {
        // In 2.0 a group is written in full or not at all.
        var full = version == CvssVersion.V20 ? values.Where(one => one.Code is not null).Select(one => one.Metric.Group).ToHashSet() : [];
        return version.Prefix + string.Join('/', values.Where(one => one.Code is not null || full.Contains(one.Metric.Group)).Select(one => $"{one.Metric.Code}:{one.Code ?? one.Metric.Values[0].Code}"));
    }

    private static string? Code(Fields fields, CvssMetric metric)
    {
        if (fields.TextOrNull(Of(metric), 12) is not { } code)
            return null;
        if (metric.Values.Any(value => value.Code == code))
            return code;
        fields.Fault(Of(metric), $"One of {string.Join(", ", metric.Values.Select(value => value.Code))}.");
        return null;
    }

    private static Cvss? Incomplete(Fields fields, List<(CvssMetric Metric, string? Code)> values)
    {
        var mandatory = values.Where(one => one.Metric.Mandatory).ToList();
        if (mandatory.TrueForAll(one => one.Code is null) && fields.Faults.IsEmpty)
            fields.Fault("vector", "Choose the values below, or paste a vector.");
        else
            foreach (var (metric, _) in mandatory.Where(one => one.Code is null && fields.TextOrNull(Of(one.Metric), 12) is null))
                fields.Fault(Of(metric), $"Choose {metric.Name}.");
        return null;
    }
}
