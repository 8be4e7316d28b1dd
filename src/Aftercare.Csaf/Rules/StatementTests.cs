namespace Aftercare.Csaf.Rules;

/// <summary>Tests about what is said of each vulnerability.</summary>
internal static class StatementTests
{
    internal static IEnumerable<Finding> ContradictingStatus(Node root) =>
        root.All("vulnerabilities/*/product_status").SelectMany(status =>
        {
            var said = new Dictionary<string, string[]>(StringComparer.Ordinal);
            return Statuses.Contradicting
                .SelectMany(group => group.SelectMany(name => status.All($"{name}/*")).Select(product => (group, product)))
                .Where(s => s.product.Text is { } id && !said.TryAdd(id, s.group) && said[id] != s.group)
                .Select(s => new Finding(s.product, $"product '{s.product.Text}' is already {string.Join("/", said[s.product.Text!])}"));
        });

    internal static IEnumerable<Finding> SeveralScoresOfOneVersion(Node root) =>
        root.All("vulnerabilities/*").SelectMany(vulnerability =>
        {
            var rated = new HashSet<(string, string)>();
            return from score in vulnerability.All("scores/*")
                   from version in score.Texts("cvss_v2/version").Concat(score.Texts("cvss_v3/version"))
                   from product in score.All("products/*")
                   where product.Text is not null && !rated.Add((version, product.Text))
                   select new Finding(product, $"product '{product.Text}' has another CVSS {version} score");
        });

    internal static IEnumerable<Finding> UnknownCwe(Node root) =>
        from cwe in root.All("vulnerabilities/*/cwe")
        let id = cwe.TextOf("id")
        let name = cwe.TextOf("name")
        where id is not null && name is not null && CweNames.Of(id) != name
        select CweNames.Of(id) is { } right
            ? new Finding(cwe, $"{id} is named '{right}'")
            : new Finding(cwe, $"{id} is not a weakness of CWE {CweNames.Version}");

    internal static IEnumerable<Finding> CveUsedTwice(Node root) => ProductTests.Repeated(root.All("vulnerabilities/*/cve"), "CVE");

    internal static IEnumerable<Finding> PartyInvolvedTwice(Node root) =>
        root.All("vulnerabilities/*").SelectMany(vulnerability =>
        {
            var seen = new HashSet<(string?, DateTimeOffset?)>();
            return vulnerability.All("involvements/*")
                .Where(i => !seen.Add((i.TextOf("party"), Rfc3339.TryParse(i.TextOf("date"), out var date) ? date : null)))
                .Select(i => new Finding(i, "the same party already has a status on this date"));
        });

    internal static IEnumerable<Finding> RemediationOfNothing(Node root) => WithoutProducts(root.All("vulnerabilities/*/remediations/*"));

    internal static IEnumerable<Finding> FlagOfNothing(Node root) => WithoutProducts(root.All("vulnerabilities/*/flags/*"));

    internal static IEnumerable<Finding> SeveralJustifications(Node root)
    {
        var groups = new ProductGroups(root);
        return root.All("vulnerabilities/*").SelectMany(vulnerability =>
        {
            var justified = new HashSet<string>(StringComparer.Ordinal);
            return from flag in vulnerability.All("flags/*")
                   let again = groups.ProductsOf(flag).Where(product => !justified.Add(product)).ToList()
                   where again.Count > 0
                   select new Finding(flag, $"product '{again[0]}' already has a justification");
        });
    }

    private static IEnumerable<Finding> WithoutProducts(IEnumerable<Node> statements) =>
        statements.Where(s => !s.Has("product_ids") && !s.Has("group_ids")).Select(s => new Finding(s, "names neither products nor groups"));
}

/// <summary>Resolves the groups of a document, so that a statement's products are known however they were named.</summary>
internal sealed class ProductGroups(Node root)
{
    private readonly ILookup<string, string> _members =
        (from @group in root.All("product_tree/product_groups/*")
         let id = @group.TextOf("group_id")
         where id is not null
         from product in @group.Texts("product_ids/*")
         select (id, product)).ToLookup(m => m.id, m => m.product, StringComparer.Ordinal);

    /// <summary>Each product once, also when it is named directly and by a group.</summary>
    internal IEnumerable<string> ProductsOf(Node statement) =>
        statement.Texts("product_ids/*").Concat(statement.Texts("group_ids/*").SelectMany(id => _members[id])).Distinct(StringComparer.Ordinal);
}
