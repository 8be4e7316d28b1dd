using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

/// <summary>What a vector says of each metric of its version, "Not Defined" included: what the equations read.</summary>
internal sealed record CvssMetrics(CvssVersion Version, ImmutableArray<CvssValue> Values)
{
    internal CvssValue this[string metric] => Values[Version.PlaceOf(metric)];

    /// <summary>The modified value where the environment gives one, else the base value (3.1 §4.2, 4.0 §4.2).</summary>
    internal CvssValue Effective(string metric) =>
        Version.PlaceOf("M" + metric) is >= 0 and var modified && Defined(modified) ? Values[modified] : this[metric];

    internal decimal Weight(string metric) => this[metric].Weight;

    internal bool Says(string metric, string value) => this[metric].Code == value;

    internal bool Defined(int place) => Version.Metrics[place] is var metric && (metric.Mandatory || Values[place] != metric.Values[0]);

    internal bool Gives(CvssGroup group)
    {
        for (var place = 0; place < Values.Length; place++)
        {
            if (Version.Metrics[place].Group == group && Defined(place))
                return true;
        }
        return false;
    }

    /// <summary>The same with an optional group left open.</summary>
    internal CvssMetrics Without(CvssGroup group) => !Gives(group) ? this
        : this with { Values = [.. Version.Metrics.Select((metric, place) => metric.Group == group ? metric.Values[0] : Values[place])] };
}
