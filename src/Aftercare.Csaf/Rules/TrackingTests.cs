using System.Numerics;

namespace Aftercare.Csaf.Rules;

/// <summary>Tests about the document's versions and their history.</summary>
internal static class TrackingTests
{
    private const string History = "document/tracking/revision_history";

    internal static IEnumerable<Finding> UnsortedHistory(Node root) =>
        from pair in Revisions(root).Zip(Revisions(root).Skip(1))
        where pair.Second.Number.CompareTo(pair.First.Number) < 0
        select new Finding(pair.Second.At, "is later than a revision with a higher number");

    internal static IEnumerable<Finding> VersionIsNotTheLatest(Node root)
    {
        if (Version(root) is not { } version || Revisions(root) is not [.., var latest])
            return [];

        var draft = Status(root) == "draft";
        var (ours, last) = draft ? (version.Number.WithoutPrerelease, latest.Number.WithoutPrerelease) : (version.Number, latest.Number);
        return ours.CompareTo(last) == 0 ? [] : [new Finding(version.At, "is not the number of the latest revision")];
    }

    internal static IEnumerable<Finding> UnreleasedVersionNotDraft(Node root) =>
        Version(root) is { } version && (version.Number.IsInitial || version.Number.IsPrerelease) && IsReleased(root)
            ? [new Finding(version.At, "is unreleased (0, 0.y.z or pre-release), so that the status must be draft")]
            : [];

    internal static IEnumerable<Finding> ReleasedWithInitialRevision(Node root) =>
        from revision in Revisions(root)
        where IsReleased(root) && revision.Number.IsInitial
        select new Finding(revision.At, "has number 0 or 0.y.z, which a released document may not show");

    internal static IEnumerable<Finding> PrereleaseRevision(Node root) =>
        from revision in Revisions(root)
        where revision.Number.IsPrerelease
        select new Finding(revision.At, "is a pre-release, which does not belong in the history");

    internal static IEnumerable<Finding> ReleasedAsPrerelease(Node root) =>
        Version(root) is { Number.IsPrerelease: true } version && IsReleased(root)
            ? [new Finding(version.At, "is a pre-release, but the document is not a draft")]
            : [];

    internal static IEnumerable<Finding> MissingRevision(Node root)
    {
        var expected = BigInteger.One;
        foreach (var (at, number) in Revisions(root))
        {
            if (number.Major > expected)
                return [new Finding(at, $"revision {expected} was left out before this one")];
            if (number.Major == expected)
                expected++;
        }

        return [];
    }

    internal static IEnumerable<Finding> RevisionGivenTwice(Node root) =>
        ProductTests.Repeated(root.All($"{History}/*/number"), "revision");

    internal static IEnumerable<Finding> MixedVersioning(Node root)
    {
        var numbers = root.All($"{History}/*/number").Concat(root.All("document/tracking/version"))
            .Select(Numbered)
            .OfType<(Node At, DocumentVersion Number)>()
            .ToList();
        return numbers
            .Where(n => n.Number.IsInteger != numbers[0].Number.IsInteger)
            .Select(n => new Finding(n.At, "mixes whole numbers with semantic versions"));
    }

    /// <summary>The history by date; of two revisions at the same instant the lower number counts as earlier.</summary>
    private static List<(Node At, DocumentVersion Number)> Revisions(Node root) =>
    [
        .. from revision in root.All($"{History}/*")
           let number = DocumentVersion.Parse(revision.TextOf("number"))
           let date = Rfc3339.TryParse(revision.TextOf("date"), out var instant) ? instant : (DateTimeOffset?)null
           where number is not null && date is not null
           orderby date, number
           select (revision, number),
    ];

    private static (Node At, DocumentVersion Number)? Version(Node root) =>
        root.All("document/tracking/version").Select(Numbered).FirstOrDefault();

    private static (Node At, DocumentVersion Number)? Numbered(Node node) =>
        DocumentVersion.Parse(node.Text) is { } number ? (node, number) : null;

    private static string? Status(Node root) => root.Texts("document/tracking/status").FirstOrDefault();

    private static bool IsReleased(Node root) => Status(root) is "final" or "interim";
}
