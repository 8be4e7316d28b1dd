using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aftercare.Csaf;

/// <summary>The JSON files of the provider tree: provider-metadata.json (§7.1.7) and the ROLIE documents (RFC 8322 in JSON, §7.1.15-17).</summary>
internal static class ProviderJson
{
    private const string InformationType = "urn:ietf:params:rolie:category:information-type";
    private const string Schema = "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json";
    private const string FeedTitle = "Security advisories (TLP:WHITE)";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static string Metadata(ProviderSettings settings, DateTimeOffset updated) => Text(new JsonObject
    {
        ["canonical_url"] = settings.UrlOf(ProviderTree.Metadata),
        ["distributions"] = new JsonArray(
            new JsonObject { ["directory_url"] = settings.UrlOf(ProviderTree.White + "/") },
            new JsonObject { ["rolie"] = Rolie(settings) }),
        ["last_updated"] = Rfc3339.Format(updated),
        ["list_on_CSAF_aggregators"] = settings.ListOnAggregators,
        ["metadata_version"] = "2.0",
        ["mirror_on_CSAF_aggregators"] = settings.MirrorOnAggregators,
        ["publisher"] = JsonSerializer.SerializeToNode(settings.Publisher, CsafJson.Publisher),
        ["role"] = "csaf_provider",
    });

    internal static string Feed(ProviderSettings settings, ImmutableArray<ListedAdvisory> newestFirst, DateTimeOffset updated) => Text(new JsonObject
    {
        ["feed"] = new JsonObject
        {
            ["id"] = "csaf-feed-tlp-white",
            ["title"] = FeedTitle,
            ["link"] = new JsonArray(Link("self", settings.UrlOf(ProviderTree.Feed)), Link("service", settings.UrlOf(ProviderTree.Service))),
            ["category"] = new JsonArray(InformationTypeCsaf()),
            ["updated"] = Rfc3339.Format(updated),
            ["entry"] = new JsonArray([.. newestFirst.Select(advisory => Entry(advisory, settings.UrlOf($"{ProviderTree.White}/{advisory.Path}")))]),
        },
    });

    internal static string Service(ProviderSettings settings) => Text(new JsonObject
    {
        ["service"] = new JsonObject
        {
            ["workspace"] = new JsonArray(new JsonObject
            {
                ["title"] = "Public CSAF feeds",
                ["collection"] = new JsonArray(new JsonObject
                {
                    ["title"] = FeedTitle,
                    ["href"] = settings.UrlOf(ProviderTree.Feed),
                    ["categories"] = new JsonObject { ["category"] = new JsonArray(InformationTypeCsaf()) },
                }),
            }),
        },
    });

    internal static string Categories(ImmutableArray<ListedAdvisory> published) => Text(new JsonObject
    {
        ["categories"] = new JsonObject
        {
            ["category"] = new JsonArray(
            [
                .. published.SelectMany(a => a.Products).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(Term),
            ]),
        },
    });

    private static JsonObject Rolie(ProviderSettings settings) => new()
    {
        ["categories"] = new JsonArray(settings.UrlOf(ProviderTree.Categories)),
        ["feeds"] = new JsonArray(new JsonObject
        {
            ["summary"] = FeedTitle,
            ["tlp_label"] = "WHITE",
            ["url"] = settings.UrlOf(ProviderTree.Feed),
        }),
        ["services"] = new JsonArray(settings.UrlOf(ProviderTree.Service)),
    };

    private static JsonObject Entry(ListedAdvisory advisory, string url)
    {
        var entry = new JsonObject
        {
            ["id"] = advisory.Id,
            ["title"] = advisory.Title,
            ["link"] = new JsonArray(Link("self", url), Link("hash", $"{url}.sha256"), Link("hash", $"{url}.sha512")),
            ["published"] = Rfc3339.Format(advisory.InitialRelease),
            ["updated"] = Rfc3339.Format(advisory.CurrentRelease),
            ["content"] = new JsonObject { ["type"] = "application/json", ["src"] = url },
            ["format"] = new JsonObject { ["schema"] = Schema, ["version"] = "2.0" },
        };
        if (advisory.Summary is { } summary)
            entry["summary"] = new JsonObject { ["content"] = summary };
        if (!advisory.Products.IsEmpty)
            entry["category"] = new JsonArray([.. advisory.Products.Select(Term)]);
        return entry;
    }

    private static JsonObject Link(string relation, string url) => new() { ["rel"] = relation, ["href"] = url };

    private static JsonObject Term(string name) => new() { ["term"] = name };

    private static JsonObject InformationTypeCsaf() => new() { ["scheme"] = InformationType, ["term"] = "csaf" };

    private static string Text(JsonObject json) => json.ToJsonString(Indented);
}
