using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Vulnerabilities;

/// <summary>CERT/CC publishes the equivalence sets of CVSS 4.0 as decision tables: each row of them against our macro vectors.</summary>
public sealed class CvssTablesTests
{
    private static readonly string[] Levels = ["high", "medium", "low"];

    // The metrics of a set's columns, in their order.
    [Theory]
    [InlineData(1, "AV PR UI", 36)]
    [InlineData(2, "AC AT", 4)]
    [InlineData(3, "VC VI VA", 27)]
    [InlineData(4, "MSC MSI MSA", 48)]
    [InlineData(5, "E", 3)]
    [InlineData(6, "CR VC IR VI AR VA", 729)]
    public void Every_row_of_an_equivalence_set_has_our_level(int set, string metrics, int count)
    {
        var codes = metrics.Split(' ');
        var rows = Rows($"cvss_v4_equivalence_set_{set}_1_0_0.csv");

        Assert.Equal(count, rows.Length);
        foreach (var row in rows)
        {
            var vector = VectorWith(codes.Zip(row));
            // Sets of two levels call them high and low.
            var level = set is 2 or 6 ? (row[^1] == "high" ? 0 : 1) : Array.IndexOf(Levels, row[^1]);
            Assert.True(vector.MacroVector![set - 1] - '0' == level, $"{vector}: {vector.MacroVector}, and the table says {row[^1]}");
        }
    }

    [Fact]
    public void No_vector_is_rated_above_its_macro_vector()
    {
        var ratings = Rows("cvss_v4_0_qualitative_severity_ratings_4_0_0.csv").ToDictionary(
            row => string.Concat(row[..6].Select((word, i) => i is 1 or 5 ? (word == "high" ? 0 : 1) : Array.IndexOf(Levels, word))),
            row => Enum.Parse<Severity>(row[^1], ignoreCase: true));
        var vectors = SomeVector.Many("4.0", 20_000, seed: 7).Select(Cvss.Parse).ToArray();

        Assert.Equal(324, ratings.Count);
        Assert.All(vectors, vector => Assert.True(vector.Severity <= ratings[vector.MacroVector!], $"{vector}: {vector.Score}"));
    }

    private static string[][] Rows(string file) =>
        [.. File.ReadLines(Path.Combine(Shared.Data("ssvc"), "data", "csv", "cvss", file)).Skip(1).Select(line => line.Split(',')[1..])];

    private static Cvss VectorWith(IEnumerable<(string Metric, string Name)> said)
    {
        var words = said.ToDictionary();
        return Cvss.Parse(CvssVersion.V40.Prefix + string.Join('/', CvssVersion.V40.Metrics.Select(metric =>
            $"{metric.Code}:{(words.TryGetValue(metric.Code, out var name) ? Named(metric, name) : metric.Values[0]).Code}")));
    }

    private static CvssValue Named(CvssMetric metric, string name) => metric.Values.Single(value => Same(value.Name, name));

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
