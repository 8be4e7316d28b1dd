using Aftercare.Vulnerabilities;

namespace Aftercare.Csaf.Rules;

/// <summary>Tests about the product tree and what refers to it.</summary>
internal static class ProductTests
{
    private static readonly string[] ProductReferences =
    [
        "product_tree/product_groups/*/product_ids/*",
        "product_tree/relationships/*/product_reference",
        "product_tree/relationships/*/relates_to_product_reference",
        .. Statuses.All.Select(status => $"vulnerabilities/*/product_status/{status}/*"),
        "vulnerabilities/*/flags/*/product_ids/*", // left out of the standard's list by mistake (oasis-tcs/csaf#909)
        "vulnerabilities/*/remediations/*/product_ids/*",
        "vulnerabilities/*/scores/*/products/*",
        "vulnerabilities/*/threats/*/product_ids/*",
    ];

    private static readonly string[] GroupReferences =
    [
        "vulnerabilities/*/flags/*/group_ids/*",
        "vulnerabilities/*/remediations/*/group_ids/*",
        "vulnerabilities/*/threats/*/group_ids/*",
    ];

    private static readonly string[] RangeOperators = ["<", ">"];
    private static readonly string[] RangeWords = ["after", "all", "before", "earlier", "later", "prior", "versions"];

    internal static IEnumerable<Finding> UndefinedProductIds(Node root) =>
        Undefined(ProductReferences.SelectMany(root.All), ProductIds(root), "product id");

    internal static IEnumerable<Finding> ProductIdsDefinedTwice(Node root) => Repeated(ProductIds(root), "product id");

    internal static IEnumerable<Finding> UndefinedGroupIds(Node root) =>
        Undefined(GroupReferences.SelectMany(root.All), GroupIds(root), "group id");

    internal static IEnumerable<Finding> GroupIdsDefinedTwice(Node root) => Repeated(GroupIds(root), "group id");

    /// <summary>Settles the relationships whose parts are settled, one after the other; what cannot be settled leads back to itself.</summary>
    internal static IEnumerable<Finding> CircularProductIds(Node root)
    {
        var made = root.All("product_tree/relationships/*").Select(Made).ToList();
        var makers = made.ToLookup(m => m.Id, StringComparer.Ordinal);
        var users = made.SelectMany(m => m.Parts.Select(part => (part, m))).ToLookup(u => u.part, u => u.m, StringComparer.Ordinal);
        var unsettled = made.ToDictionary(m => m.At.Pointer, m => m.Parts.Sum(part => makers[part].Count()));

        var ready = new Queue<(Node At, string Id, string[] Parts)>(made.Where(m => unsettled[m.At.Pointer] == 0));
        while (ready.TryDequeue(out var settled))
        {
            unsettled.Remove(settled.At.Pointer);
            foreach (var user in users[settled.Id].Where(user => --unsettled[user.At.Pointer] == 0))
                ready.Enqueue(user);
        }

        return made
            .Where(m => unsettled.ContainsKey(m.At.Pointer))
            .Select(m => new Finding(m.At, $"product id '{m.Id}' is, by way of its parts, made of itself"));
    }

    internal static IEnumerable<Finding> InvalidPurl(Node root) =>
        from product in Products(root)
        from purl in product.All("product_identification_helper/purl")
        let fault = PackageUrl.TryParse(purl.Text, out _, out var why) ? null : why
        where purl.Text is not null && fault is not null
        select new Finding(purl, $"is not a package URL: {fault}");

    internal static IEnumerable<Finding> AlgorithmUsedTwice(Node root) =>
        from product in Products(root)
        from file in product.All("product_identification_helper/hashes/*")
        from finding in Repeated(file.All("file_hashes/*/algorithm"), "hash algorithm")
        select finding;

    internal static IEnumerable<Finding> RangeAsVersion(Node root) =>
        from branch in Branches(root)
        where branch.TextOf("category") == "product_version"
        from name in branch.All("name")
        where name.Text is { } text && IsRange(text)
        select new Finding(name, "is a range of versions; the branch must be a product_version_range");

    internal static IEnumerable<Finding> Repeated(IEnumerable<Node> nodes, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return nodes
            .Where(node => node.Text is { } text && !seen.Add(text))
            .Select(node => new Finding(node, $"{what} '{node.Text}' is given twice"));
    }

    private static IEnumerable<Finding> Undefined(IEnumerable<Node> references, IEnumerable<Node> definitions, string what)
    {
        var defined = definitions.Select(d => d.Text).ToHashSet(StringComparer.Ordinal);
        return references
            .Where(r => r.Text is not null && !defined.Contains(r.Text))
            .Select(r => new Finding(r, $"{what} '{r.Text}' is not defined"));
    }

    private static (Node At, string Id, string[] Parts) Made(Node relationship) => (
        relationship,
        relationship.Texts("full_product_name/product_id").FirstOrDefault(""),
        [.. relationship.Texts("product_reference"), .. relationship.Texts("relates_to_product_reference")]);

    private static IEnumerable<Node> ProductIds(Node root) => Products(root).SelectMany(p => p.All("product_id"));

    private static IEnumerable<Node> GroupIds(Node root) => root.All("product_tree/product_groups/*/group_id");

    private static IEnumerable<Node> Products(Node root) =>
    [
        .. root.All("product_tree/full_product_names/*"),
        .. Branches(root).SelectMany(branch => branch.All("product")),
        .. root.All("product_tree/relationships/*/full_product_name"),
    ];

    private static IEnumerable<Node> Branches(Node root)
    {
        var open = new Stack<Node>(root.All("product_tree/branches/*").Reverse());
        while (open.TryPop(out var branch))
        {
            yield return branch;
            foreach (var below in branch.All("branches/*").Reverse())
                open.Push(below);
        }
    }

    // Words are whole tokens between blanks: "after-eight" is a name (known issue oasis-tcs/csaf#825).
    private static bool IsRange(string name) =>
        RangeOperators.Any(name.Contains)
        || name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Any(word => RangeWords.Contains(word, StringComparer.OrdinalIgnoreCase));
}
