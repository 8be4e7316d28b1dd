using System.Text.Json;
using System.Text.RegularExpressions;
using Aftercare.Json;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Vulnerabilities;

/// <summary>What others have published, read by our rules.</summary>
public sealed partial class PublishedDataTests
{
    [GeneratedRegex("\"(pkg:[^\"\\s]+)\"")]
    private static partial Regex QuotedPurl { get; }

    [Theory]
    [InlineData("icsma")]
    [InlineData("cve")]
    public void Published_records_state_the_scores_that_we_compute(string folder)
    {
        var ratings = Files(folder, "*.json").SelectMany(file => Objects(StrictJson.Parse(File.ReadAllBytes(file)))).Where(IsCvss3).ToArray();

        Assert.NotEmpty(ratings);
        Assert.All(ratings, rating =>
        {
            var cvss = Cvss31.Parse(rating.GetProperty("vectorString").GetString()!);

            Assert.Equal(rating.GetProperty("version").GetString(), cvss.Version);
            // Some state the temporal score as the base score.
            var stated = rating.GetProperty("baseScore").GetDecimal();
            Assert.Contains(stated, new[] { cvss.BaseScore, cvss.TemporalScore });
            Assert.Equal(rating.GetProperty("baseSeverity").GetString(), Severity.Of(stated).Word, ignoreCase: true);
        });
    }

    [Theory]
    [InlineData("4.0")]
    [InlineData("2.0")]
    public void Published_CVE_records_state_the_scores_that_we_compute_for_the_other_versions(string version)
    {
        var ratings = Files("cve", "*.json").SelectMany(file => Objects(StrictJson.Parse(File.ReadAllBytes(file))))
            .Where(value => IsCvss(value, version)).ToArray();

        Assert.NotEmpty(ratings);
        Assert.All(ratings, rating =>
        {
            var cvss = Cvss.Parse(rating.GetProperty("vectorString").GetString()!);

            Assert.Equal(version, cvss.Version.Name);
            Assert.Contains(rating.GetProperty("baseScore").GetDecimal(), new[] { cvss.BaseScore, cvss.ThreatScore, cvss.Score });
        });
    }

    [Fact]
    public void Package_urls_of_real_sboms_are_read_and_their_canonical_spelling_is_stable()
    {
        var found = Files("sbom", "*.json").SelectMany(file => QuotedPurl.Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value).Distinct().ToArray();

        Assert.NotEmpty(found);
        Assert.All(found, text =>
        {
            Assert.True(PackageUrl.TryParseAsFound(text, out var purl, out var fault), fault);
            Assert.True(PackageUrl.TryParseAsFound(purl.ToString(), out var again, out fault), fault);
            Assert.Equal(purl.ToString(), again.ToString());
        });
    }

    private static string[] Files(string folder, string pattern) => Directory.GetFiles(Shared.Data(folder), pattern, SearchOption.AllDirectories);

    // Ratings of the CVE list without a severity are not CVSS's own JSON: they state the score as a string.
    private static bool IsCvss3(JsonElement value) =>
        value.TryGetProperty("baseSeverity", out _) && value.TryGetProperty("vectorString", out var vector)
            && vector.GetString()!.StartsWith("CVSS:3.", StringComparison.Ordinal);

    private static bool IsCvss(JsonElement value, string version) =>
        value.TryGetProperty("vectorString", out _)
            && value.TryGetProperty("baseScore", out var score) && score.ValueKind == JsonValueKind.Number
            && value.TryGetProperty("version", out var stated) && stated.ValueEquals(version);

    private static IEnumerable<JsonElement> Objects(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Objects(member.Value)).Prepend(value),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Objects),
        _ => [],
    };
}
