using System.Collections.Immutable;
using System.Text.Json;
using Aftercare.Csaf.Rules;

namespace Aftercare.Csaf;

/// <summary>One mandatory test of CSAF 2.0 §6.1. It speaks only of what it is about: a document of the wrong shape passes it silently.</summary>
public sealed class MandatoryTest
{
    private readonly Func<Node, IEnumerable<Finding>> _check;

    internal MandatoryTest(string id, string title, Func<Node, IEnumerable<Finding>> check) => (Id, Title, _check) = (id, title, check);

    /// <value>The section of the standard, e.g. <c>6.1.27.9</c>.</value>
    public string Id { get; }

    public string Title { get; }

    public IEnumerable<CsafFault> Faults(JsonElement document) =>
        _check(new Node(document, "")).Select(finding => new CsafFault(Id, finding.Pointer, finding.Message));
}

/// <summary>The mandatory tests as a table, in the standard's order.</summary>
public static class MandatoryTests
{
    public static ImmutableArray<MandatoryTest> All { get; } =
    [
        new("6.1.1", "Missing Definition of Product ID", ProductTests.UndefinedProductIds),
        new("6.1.2", "Multiple Definition of Product ID", ProductTests.ProductIdsDefinedTwice),
        new("6.1.3", "Circular Definition of Product ID", ProductTests.CircularProductIds),
        new("6.1.4", "Missing Definition of Product Group ID", ProductTests.UndefinedGroupIds),
        new("6.1.5", "Multiple Definition of Product Group ID", ProductTests.GroupIdsDefinedTwice),
        new("6.1.6", "Contradicting Product Status", StatementTests.ContradictingStatus),
        new("6.1.7", "Multiple Scores with same Version per Product", StatementTests.SeveralScoresOfOneVersion),
        new("6.1.8", "Invalid CVSS", CvssTests.InvalidCvss),
        new("6.1.9", "Invalid CVSS computation", CvssTests.WrongScores),
        new("6.1.10", "Inconsistent CVSS", CvssTests.MetricsUnlikeVector),
        new("6.1.11", "CWE", StatementTests.UnknownCwe),
        new("6.1.12", "Language", DocumentTests.UnknownLanguage),
        new("6.1.13", "PURL", ProductTests.InvalidPurl),
        new("6.1.14", "Sorted Revision History", TrackingTests.UnsortedHistory),
        new("6.1.15", "Translator", DocumentTests.TranslatorWithoutSource),
        new("6.1.16", "Latest Document Version", TrackingTests.VersionIsNotTheLatest),
        new("6.1.17", "Document Status Draft", TrackingTests.UnreleasedVersionNotDraft),
        new("6.1.18", "Released Revision History", TrackingTests.ReleasedWithInitialRevision),
        new("6.1.19", "Revision History Entries for Pre-release Versions", TrackingTests.PrereleaseRevision),
        new("6.1.20", "Non-draft Document Version", TrackingTests.ReleasedAsPrerelease),
        new("6.1.21", "Missing Item in Revision History", TrackingTests.MissingRevision),
        new("6.1.22", "Multiple Definition in Revision History", TrackingTests.RevisionGivenTwice),
        new("6.1.23", "Multiple Use of Same CVE", StatementTests.CveUsedTwice),
        new("6.1.24", "Multiple Definition in Involvements", StatementTests.PartyInvolvedTwice),
        new("6.1.25", "Multiple Use of Same Hash Algorithm", ProductTests.AlgorithmUsedTwice),
        new("6.1.26", "Prohibited Document Category Name", DocumentTests.ProhibitedCategory),
        new("6.1.27.1", "Document Notes", ProfileTests.NoNotes),
        new("6.1.27.2", "Document References", ProfileTests.NoReferences),
        new("6.1.27.3", "Vulnerabilities", ProfileTests.VulnerabilitiesInInformation),
        new("6.1.27.4", "Product Tree", ProfileTests.NoProductTree),
        new("6.1.27.5", "Vulnerability Notes", ProfileTests.NoVulnerabilityNotes),
        new("6.1.27.6", "Product Status", ProfileTests.NoProductStatus),
        new("6.1.27.7", "VEX Product Status", ProfileTests.NoVexStatus),
        new("6.1.27.8", "Vulnerability ID", ProfileTests.NoVulnerabilityId),
        new("6.1.27.9", "Impact Statement", ProfileTests.NoImpactStatement),
        new("6.1.27.10", "Action Statement", ProfileTests.NoActionStatement),
        new("6.1.27.11", "Vulnerabilities", ProfileTests.NoVulnerabilities),
        new("6.1.28", "Translation", DocumentTests.TranslatedIntoItsOwnLanguage),
        new("6.1.29", "Remediation without Product Reference", StatementTests.RemediationOfNothing),
        new("6.1.30", "Mixed Integer and Semantic Versioning", TrackingTests.MixedVersioning),
        new("6.1.31", "Version Range in Product Version", ProductTests.RangeAsVersion),
        new("6.1.32", "Flag without Product Reference", StatementTests.FlagOfNothing),
        new("6.1.33", "Multiple Flags with VEX Justification Codes per Product", StatementTests.SeveralJustifications),
    ];

    internal static MandatoryTest Of(string id) => All.Single(test => test.Id == id);
}
