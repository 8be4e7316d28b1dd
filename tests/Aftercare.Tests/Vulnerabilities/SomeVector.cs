using FsCheck;
using FsCheck.Fluent;

namespace Aftercare.Tests.Vulnerabilities;

/// <summary>CVSS v3 vectors, spelt from the specification's tables and not from the product's.</summary>
internal static class SomeVector
{
    private static readonly (string Name, string Values)[] Base =
        [("AV", "NALP"), ("AC", "LH"), ("PR", "NLH"), ("UI", "NR"), ("S", "UC"), ("C", "NLH"), ("I", "NLH"), ("A", "NLH")];

    private static readonly (string Name, string Values)[] Optional =
    [
        ("E", "XUPFH"), ("RL", "XOTWU"), ("RC", "XURC"), ("CR", "XLMH"), ("IR", "XLMH"), ("AR", "XLMH"), ("MAV", "XNALP"), ("MAC", "XLH"),
        ("MPR", "XNLH"), ("MUI", "XNR"), ("MS", "XUC"), ("MC", "XNLH"), ("MI", "XNLH"), ("MA", "XNLH"),
    ];

    internal static Gen<string> Of(string version) =>
        from required in Gen.CollectToArray(Base, Metric)
        from optional in Gen.CollectToArray(Optional, metric => Gen.Frequency((3, Gen.Constant("")), (2, Metric(metric))))
        select $"CVSS:{version}/" + string.Join('/', required.Concat(optional.Where(o => o.Length > 0)));

    /// <summary>All 2,592 combinations of base metrics.</summary>
    internal static IEnumerable<string> EveryBase(string version) => Base.Aggregate(
        (IEnumerable<string>)[$"CVSS:{version}"],
        (vectors, metric) => vectors.SelectMany(v => metric.Values.Select(value => $"{v}/{metric.Name}:{value}")));

    private static Gen<string> Metric((string Name, string Values) metric) =>
        Gen.Elements(metric.Values.ToCharArray()).Select(value => $"{metric.Name}:{value}");
}
