namespace Aftercare.Csaf.Rules;

/// <summary>Tests 6.1.27: what each profile (§4) makes mandatory.</summary>
internal static class ProfileTests
{
    private const string Incident = "csaf_security_incident_response";
    private const string Information = "csaf_informational_advisory";
    private const string Advisory = "csaf_security_advisory";
    private const string Vex = "csaf_vex";

    private static readonly string[] TellingNotes = ["description", "details", "general", "summary"];
    private static readonly string[] VexStatuses = ["fixed", "known_affected", "known_not_affected", "under_investigation"];

    internal static string[] All { get; } = ["csaf_base", Incident, Information, Advisory, Vex];

    internal static IEnumerable<Finding> NoNotes(Node root) =>
        Is(root, Incident, Information) && !root.Texts("document/notes/*/category").Any(TellingNotes.Contains)
            ? [new Finding("/document/notes", "needs a note of category description, details, general or summary")]
            : [];

    internal static IEnumerable<Finding> NoReferences(Node root) =>
        Is(root, Incident, Information) && !root.Texts("document/references/*/category").Contains("external")
            ? [new Finding("/document/references", "needs a reference of category external")]
            : [];

    internal static IEnumerable<Finding> VulnerabilitiesInInformation(Node root) =>
        Is(root, Information) && root.Has("vulnerabilities")
            ? [new Finding("/vulnerabilities", "does not belong in an informational advisory")]
            : [];

    internal static IEnumerable<Finding> NoProductTree(Node root) => Missing(root, "product_tree", Advisory, Vex);

    internal static IEnumerable<Finding> NoVulnerabilities(Node root) => Missing(root, "vulnerabilities", Advisory, Vex);

    internal static IEnumerable<Finding> NoVulnerabilityNotes(Node root) => MissingInVulnerability(root, "notes", Advisory, Vex);

    internal static IEnumerable<Finding> NoProductStatus(Node root) => MissingInVulnerability(root, "product_status", Advisory);

    internal static IEnumerable<Finding> NoVexStatus(Node root) =>
        from vulnerability in VulnerabilitiesOf(root, Vex)
        where !VexStatuses.Any(status => vulnerability.Member("product_status")?.Has(status) == true)
        select new Finding(vulnerability, $"needs a product status of {string.Join(", ", VexStatuses)}");

    internal static IEnumerable<Finding> NoVulnerabilityId(Node root) =>
        from vulnerability in VulnerabilitiesOf(root, Vex)
        where !vulnerability.Has("cve") && !vulnerability.Has("ids")
        select new Finding(vulnerability, "needs a cve or ids");

    internal static IEnumerable<Finding> NoImpactStatement(Node root) =>
        Unexplained(root, "known_not_affected",
            vulnerability => vulnerability.All("threats/*").Where(t => t.TextOf("category") == "impact").Concat(vulnerability.All("flags/*")),
            "is not affected, but no flag or impact threat says why");

    internal static IEnumerable<Finding> NoActionStatement(Node root) =>
        Unexplained(root, "known_affected", vulnerability => vulnerability.All("remediations/*"), "is affected, but no remediation says what to do");

    private static IEnumerable<Finding> Unexplained(Node root, string status, Func<Node, IEnumerable<Node>> statements, string message)
    {
        var groups = new ProductGroups(root);
        return VulnerabilitiesOf(root, Vex).SelectMany(vulnerability =>
        {
            var explained = statements(vulnerability).SelectMany(groups.ProductsOf).ToHashSet(StringComparer.Ordinal);
            return vulnerability.All($"product_status/{status}/*")
                .Where(product => product.Text is not null && !explained.Contains(product.Text))
                .Select(product => new Finding(product, $"product '{product.Text}' {message}"));
        });
    }

    private static IEnumerable<Finding> Missing(Node root, string member, params string[] profiles) =>
        Is(root, profiles) && !root.Has(member) ? [new Finding(root, $"needs {member}")] : [];

    private static IEnumerable<Finding> MissingInVulnerability(Node root, string member, params string[] profiles) =>
        VulnerabilitiesOf(root, profiles).Where(v => !v.Has(member)).Select(v => new Finding(v, $"needs {member}"));

    private static IEnumerable<Node> VulnerabilitiesOf(Node root, params string[] profiles) =>
        Is(root, profiles) ? root.All("vulnerabilities/*") : [];

    private static bool Is(Node root, params string[] profiles) =>
        root.Texts("document/category").Any(profiles.Contains);
}
