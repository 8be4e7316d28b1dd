namespace Aftercare.Vulnerabilities;

/// <summary>Vectors as text: reads one spelling, says where another departs from it, writes the canonical one.</summary>
internal static class CvssText
{
    // The longest vector, every metric of 4.0 given, has 178 characters.
    private const int MaxLength = 256;

    private const string Label = "CVSS:";

    internal static VectorFault? Read(string text, out CvssMetrics? metrics)
    {
        metrics = null;
        if (VersionOf(text) is not { } version)
            return new VectorFault(0, "The vector names a version other than CVSS:3.0/, CVSS:3.1/ or CVSS:4.0/.");
        if (text.Length == 0)
            return new VectorFault(0, "The vector is empty.");
        if (text.Length > MaxLength)
            return new VectorFault(MaxLength, $"The vector is longer than {MaxLength} characters.");

        var reading = new Reading(version);
        var position = version.Prefix.Length;
        foreach (var part in text[position..].Split('/'))
        {
            if (reading.Take(part, position) is { } fault)
                return fault;
            position += part.Length + 1;
        }
        return reading.End(text.Length, out metrics);
    }

    internal static string Write(CvssMetrics metrics) => metrics.Version.Prefix + string.Join('/', Enumerable.Range(0, metrics.Values.Length)
        .Where(place => metrics.Version == CvssVersion.V20 ? metrics.Gives(metrics.Version.Metrics[place].Group) : metrics.Defined(place))
        .Select(place => $"{metrics.Version.Metrics[place].Code}:{metrics.Values[place].Code}"));

    // A text without the label is taken for 2.0, which has none; its fault then says so.
    private static CvssVersion? VersionOf(string text) => text.StartsWith(Label, StringComparison.Ordinal)
        ? CvssVersion.All.FirstOrDefault(v => v.Prefix.Length > 0 && text.StartsWith(v.Prefix, StringComparison.Ordinal))
        : CvssVersion.V20;

    /// <summary>One vector while it is read from left to right.</summary>
    private sealed class Reading(CvssVersion version)
    {
        private readonly CvssValue?[] _values = new CvssValue?[version.Metrics.Length];
        private int _last = -1;

        internal VectorFault? Take(string part, int position)
        {
            if (part.Split(':') is not [var name, var code])
                return new VectorFault(position, "A metric is a name, a colon and a value.");
            if (version.PlaceOf(name) is not (>= 0 and var place))
                return new VectorFault(position, NoSuchMetric);
            if (version.Metrics[place].Find(code) is not { } value)
                return new VectorFault(position + name.Length + 1, $"The metric {name} has no such value.");
            if (_values[place] is not null)
                return new VectorFault(position, $"The metric {name} is given twice.");
            if (version.Ordered && place < _last)
                return new VectorFault(position, $"The metric {name} stands after {version.Metrics[_last].Code}; CVSS {version} keeps one order.");

            (_values[place], _last) = (value, place);
            return null;
        }

        internal VectorFault? End(int position, out CvssMetrics? metrics)
        {
            metrics = null;
            for (var place = 0; place < _values.Length; place++)
            {
                var metric = version.Metrics[place];
                if (metric.Mandatory && _values[place] is null)
                    return new VectorFault(position, $"The base metric {metric.Code} is missing.");
                _values[place] ??= metric.Values[0];
            }
            metrics = new CvssMetrics(version, [.. _values.OfType<CvssValue>()]);
            return null;
        }

        private string NoSuchMetric => version.Prefix.Length > 0
            ? $"CVSS {version} has no metric of this name."
            : $"CVSS {version} has no metric of this name, and a later vector starts with CVSS:3.0/, CVSS:3.1/ or CVSS:4.0/.";
    }
}
