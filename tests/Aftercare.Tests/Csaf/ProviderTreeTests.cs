using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aftercare.Csaf;
using Aftercare.Json;
using Xunit;

namespace Aftercare.Tests.Csaf;

public sealed class ProviderTreeTests
{
    private const string Site = "https://psirt.example.com/.well-known/csaf/";

    private static readonly DateTimeOffset Now = new(2026, 4, 8, 0, 0, 0, TimeSpan.Zero);
    private static readonly ProviderSettings Settings = new(new Uri("https://psirt.example.com"), SomeCsaf.Publisher);

    [Theory]
    [InlineData("Example Company - 2019-YH3234", "example_company_-_2019-yh3234.json")]
    [InlineData("RHBA-2019:0024", "rhba-2019_0024.json")]
    [InlineData("2022 #01-A", "2022_01-a.json")]
    [InlineData("../../etc/passwd", "_etc_passwd.json")]
    [InlineData("Größe+1", "gr_e+1.json")]
    public void A_file_is_named_after_its_tracking_id(string id, string name) => Assert.Equal(name, Publication.FileName(id));

    [Fact]
    public void A_document_stands_in_the_year_of_its_first_release_with_its_hashes_before_it()
    {
        var publication = Publish("BMT-SA-2026-0007");
        var files = ProviderTree.DocumentFiles(publication);

        const string Path = ".well-known/csaf/white/2026/bmt-sa-2026-0007.json";
        Assert.Equal([$"{Path}.sha256", $"{Path}.sha512", Path], files.Select(f => f.Path));
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(publication.Bytes.Span))}  bmt-sa-2026-0007.json\n", Text(files[0]));
        Assert.Equal($"{Convert.ToHexStringLower(SHA512.HashData(publication.Bytes.Span))}  bmt-sa-2026-0007.json\n", Text(files[1]));
    }

    [Fact]
    public void The_year_is_that_of_the_release_in_UTC()
    {
        var lastHour = new DateTimeOffset(2027, 1, 1, 0, 30, 0, TimeSpan.FromHours(1));
        Assert.Equal("2026/a.json", (Publish("A").Listing with { InitialRelease = lastHour }).Path);
    }

    [Fact]
    public void The_lists_name_every_document_the_newest_first_and_the_metadata_is_written_last()
    {
        var older = Publish("BMT-SA-2026-0001").Listing with { CurrentRelease = SomeCsaf.FirstRelease };
        var files = ProviderTree.IndexFiles(Settings, [older, Publish("BMT-SA-2026-0007").Listing], Now);

        Assert.Equal("2026/bmt-sa-2026-0001.json\n2026/bmt-sa-2026-0007.json\n", Text(Of(files, "white/index.txt")));
        Assert.Equal(
            "\"2026/bmt-sa-2026-0007.json\",\"2026-04-07T12:30:00.000Z\"\n\"2026/bmt-sa-2026-0001.json\",\"2026-03-02T09:00:00.000Z\"\n",
            Text(Of(files, "white/changes.csv")));
        Assert.Contains("<a href=\"bmt-sa-2026-0007.json.sha512\">", Text(Of(files, "white/2026/index.html")), StringComparison.Ordinal);
        Assert.Contains("<a href=\"2026/\">", Text(Of(files, "white/index.html")), StringComparison.Ordinal);
        Assert.Equal(".well-known/csaf/provider-metadata.json", files[^1].Path);
    }

    [Fact]
    public void The_metadata_claims_the_provider_role_and_leads_to_the_feed()
    {
        var metadata = Json(Of(ProviderTree.IndexFiles(Settings, [], Now), "provider-metadata.json"));

        Assert.Equal("csaf_provider", metadata.GetProperty("role").GetString());
        Assert.Equal($"{Site}provider-metadata.json", metadata.GetProperty("canonical_url").GetString());
        Assert.Equal("2026-04-08T00:00:00.000Z", metadata.GetProperty("last_updated").GetString());
        Assert.Equal($"{Site}white/", metadata.GetProperty("distributions")[0].GetProperty("directory_url").GetString());
        var feed = metadata.GetProperty("distributions")[1].GetProperty("rolie").GetProperty("feeds")[0];
        Assert.Equal("WHITE", feed.GetProperty("tlp_label").GetString());
        Assert.Equal($"{Site}white/csaf-feed-tlp-white.json", feed.GetProperty("url").GetString());
        Assert.Equal("vendor", metadata.GetProperty("publisher").GetProperty("category").GetString());
        Assert.False(metadata.TryGetProperty("public_openpgp_keys", out _));
    }

    [Fact]
    public void A_feed_entry_links_to_the_document_and_both_hashes()
    {
        var files = ProviderTree.IndexFiles(Settings, [Publish("BMT-SA-2026-0007").Listing], Now);
        var feed = Json(Of(files, "csaf-feed-tlp-white.json")).GetProperty("feed");
        var entry = Assert.Single(feed.GetProperty("entry").EnumerateArray());

        const string Url = $"{Site}white/2026/bmt-sa-2026-0007.json";
        Assert.Equal("BMT-SA-2026-0007", entry.GetProperty("id").GetString());
        Assert.Equal([Url, Url + ".sha256", Url + ".sha512"], entry.GetProperty("link").EnumerateArray().Select(l => l.GetProperty("href").GetString()!));
        Assert.Equal(Url, entry.GetProperty("content").GetProperty("src").GetString());
        Assert.Equal("2026-03-02T09:00:00.000Z", entry.GetProperty("published").GetString());
        Assert.Equal("2026-04-07T12:30:00.000Z", entry.GetProperty("updated").GetString());
        Assert.Equal("BeispielPump", entry.GetProperty("category")[0].GetProperty("term").GetString());
    }

    [Fact]
    public void Two_documents_that_would_share_a_file_are_refused() =>
        Assert.Throws<ArgumentException>(() => ProviderTree.IndexFiles(Settings, [Publish("SA 1").Listing, Publish("SA_1").Listing], Now));

    [Fact]
    public void The_public_address_must_be_https() =>
        Assert.Throws<ArgumentException>(() => new ProviderSettings(new Uri("http://psirt.example.com"), SomeCsaf.Publisher));

    [Theory]
    [InlineData("\"WHITE\"", "\"AMBER\"", "/document/distribution/tlp/label")]
    [InlineData("\"final\"", "\"draft\"", "/document/tracking/status")]
    [InlineData("\"CWE-787\"", "\"CWE-788\"", "/vulnerabilities/0/cwe")]
    public void What_is_not_white_released_and_valid_is_not_published(string member, string instead, string at)
    {
        var text = Encoding.UTF8.GetString(SomeCsaf.Advisory().ToUtf8()).Replace(member, instead, StringComparison.Ordinal);
        var refusal = Assert.Throws<CsafFormatException>(() => Publication.Of(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(at, Assert.Single(refusal.Faults).Pointer);
    }

    private static Publication Publish(string id) => Publication.Of(SomeCsaf.Advisory(id).ToUtf8());

    private static TreeFile Of(ImmutableArray<TreeFile> files, string end) =>
        files.Single(f => f.Path == $".well-known/csaf/{end}" || f.Path == $".well-known/csaf/white/{end}");

    private static string Text(TreeFile file) => Encoding.UTF8.GetString(file.Bytes.Span);

    private static JsonElement Json(TreeFile file) => StrictJson.Parse(file.Bytes);
}
