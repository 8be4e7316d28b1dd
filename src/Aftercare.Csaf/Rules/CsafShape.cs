using Aftercare.Vulnerabilities;
using static Aftercare.Csaf.Rules.Shape;

namespace Aftercare.Csaf.Rules;

/// <summary>The CSAF 2.0 schema (§3), member by member in the order of csaf_json_schema.json.</summary>
internal static class CsafShape
{
    private static readonly Shape Free = new Text();
    private static readonly Shape Url = Text.Of(Patterns.Uri(), "an absolute URI");
    private static readonly Shape Date = new Text(text => Rfc3339.TryParse(text, out _), "an RFC 3339 date-time");
    private static readonly Shape Language = Text.Of(Patterns.Language(), "a BCP 47 language tag");
    private static readonly Shape Version = new Text(
        text => DocumentVersion.Parse(text) is not null, "a whole number or a semantic version of at most 256 characters");
    private static readonly Shape Texts = new List(() => Free);
    private static readonly Shape UniqueTexts = new List(() => Free, Unique: true);
    private static readonly Shape Urls = new List(() => Url);

    private static readonly Shape Acknowledgments = new List(() => new Members(1,
        May("names", Texts),
        May("organization", Free),
        May("summary", Free),
        May("urls", Urls)));

    private static readonly Shape Notes = new List(() => new Members(0,
        May("audience", Free),
        Must("category", new Word("description", "details", "faq", "general", "legal_disclaimer", "other", "summary")),
        Must("text", Free),
        May("title", Free)));

    private static readonly Shape References = new List(() => new Members(0,
        May("category", new Word("external", "self")),
        Must("summary", Free),
        Must("url", Url)));

    private static readonly Shape Hashes = new List(() => new Members(0,
        Must("file_hashes", new List(() => new Members(0,
            Must("algorithm", Free),
            Must("value", Text.Of(Patterns.HashValue(), "at least 32 hexadecimal digits"))))),
        Must("filename", Free)));

    private static readonly Shape Product = new Members(0,
        Must("name", Free),
        Must("product_id", Free),
        May("product_identification_helper", new Members(1,
            May("cpe", Text.Of(Patterns.Cpe(), "a CPE name")),
            May("hashes", Hashes),
            May("model_numbers", UniqueTexts),
            May("purl", Text.Of(Patterns.Purl(), "a package URL")),
            May("sbom_urls", Urls),
            May("serial_numbers", UniqueTexts),
            May("skus", Texts),
            May("x_generic_uris", new List(() => new Members(0, Must("namespace", Url), Must("uri", Url)))))));

    private static readonly Shape Branch = new OneOf(
        new Members(0,
            May("branches", new List(() => Branch!)),
            Must("category", new Word(
                "architecture", "host_name", "language", "legacy", "patch_level", "product_family", "product_name", "product_version",
                "product_version_range", "service_pack", "specification", "vendor")),
            Must("name", Free),
            May("product", Product)),
        "branches", "product");

    private static readonly Shape Tracking = new Members(0,
        May("aliases", UniqueTexts),
        Must("current_release_date", Date),
        May("generator", new Members(0, May("date", Date), Must("engine", new Members(0, Must("name", Free), May("version", Free))))),
        Must("id", Text.Of(Patterns.TrackingId(), "free of blanks at its ends")),
        Must("initial_release_date", Date),
        Must("revision_history", new List(() => new Members(0,
            Must("date", Date), May("legacy_version", Free), Must("number", Version), Must("summary", Free)))),
        Must("status", new Word("draft", "final", "interim")),
        Must("version", Version));

    private static readonly Shape Document = new Members(0,
        May("acknowledgments", Acknowledgments),
        May("aggregate_severity", new Members(0, May("namespace", Url), Must("text", Free))),
        Must("category", Text.Of(Patterns.Category(), "free of blanks, dashes, underscores and dots at its ends")),
        Must("csaf_version", new Word("2.0")),
        May("distribution", new Members(1,
            May("text", Free),
            May("tlp", new Members(0, Must("label", new Word("AMBER", "GREEN", "RED", "WHITE")), May("url", Url))))),
        May("lang", Language),
        May("notes", Notes),
        Must("publisher", new Members(0,
            Must("category", new Word("coordinator", "discoverer", "other", "translator", "user", "vendor")),
            May("contact_details", Free),
            May("issuing_authority", Free),
            Must("name", Free),
            Must("namespace", Url))),
        May("references", References),
        May("source_lang", Language),
        Must("title", Free),
        Must("tracking", Tracking));

    private static readonly Shape ProductTree = new Members(1,
        May("branches", new List(() => Branch)),
        May("full_product_names", new List(() => Product)),
        May("product_groups", new List(() => new Members(0,
            Must("group_id", Free), Must("product_ids", new List(() => Free, Unique: true, AtLeast: 2)), May("summary", Free)))),
        May("relationships", new List(() => new Members(0,
            Must("category", new Word("default_component_of", "external_component_of", "installed_on", "installed_with", "optional_component_of")),
            Must("full_product_name", Product),
            Must("product_reference", Free),
            Must("relates_to_product_reference", Free)))));

    private static readonly Shape Flag = new Members(0,
        May("date", Date),
        May("group_ids", UniqueTexts),
        Must("label", new Word([.. Enum.GetValues<Justification>().Where(j => j.IsCsaf).Select(j => j.Word)])),
        May("product_ids", UniqueTexts));

    private static readonly Shape Involvement = new Members(0,
        May("date", Date),
        Must("party", new Word("coordinator", "discoverer", "other", "user", "vendor")),
        Must("status", new Word("completed", "contact_attempted", "disputed", "in_progress", "not_contacted", "open")),
        May("summary", Free));

    private static readonly Shape ProductStatus = new Members(1, [.. Statuses.All.Select(status => May(status, UniqueTexts))]);

    private static readonly Shape Remediation = new Members(0,
        Must("category", new Word("mitigation", "no_fix_planned", "none_available", "vendor_fix", "workaround")),
        May("date", Date),
        Must("details", Free),
        May("entitlements", Texts),
        May("group_ids", UniqueTexts),
        May("product_ids", UniqueTexts),
        May("restart_required", new Members(0,
            Must("category", new Word("connected", "dependencies", "machine", "none", "parent", "service", "system", "vulnerable_component", "zone")),
            May("details", Free))),
        May("url", Url));

    private static readonly Shape Threat = new Members(0,
        Must("category", new Word("exploit_status", "impact", "target_set")),
        May("date", Date),
        Must("details", Free),
        May("group_ids", UniqueTexts),
        May("product_ids", UniqueTexts));

    private static readonly Shape Vulnerability = new Members(1,
        May("acknowledgments", Acknowledgments),
        May("cve", Text.Of(Patterns.Cve(), "a CVE id")),
        May("cwe", new Members(0, Must("id", Text.Of(Patterns.Cwe(), "a CWE id")), Must("name", Free))),
        May("discovery_date", Date),
        May("flags", new List(() => Flag, Unique: true)),
        May("ids", new List(() => new Members(0, Must("system_name", Free), Must("text", Free)), Unique: true)),
        May("involvements", new List(() => Involvement, Unique: true)),
        May("notes", Notes),
        May("product_status", ProductStatus),
        May("references", References),
        May("release_date", Date),
        May("remediations", new List(() => Remediation)),
        May("scores", new List(() => new Members(2, Must("products", UniqueTexts)))),
        May("threats", new List(() => Threat)),
        May("title", Free));

    internal static Shape Root { get; } = new Members(0,
        Must("document", Document),
        May("product_tree", ProductTree),
        May("vulnerabilities", new List(() => Vulnerability)));
}
