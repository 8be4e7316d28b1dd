using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Vulnerabilities;

namespace Aftercare.Advisories;

/// <summary>What happened to an advisory. Its words are the manufacturer's own and public in the end, so they stand in the ledger; names of finders do not.</summary>
public abstract record AdvisoryEvent : Event
{
    /// <param name="Number">e.g. <c>ACME-SA-2026-0007</c>; the tracking id of the document, never changed.</param>
    [Kind("advisory.drafted")]
    public sealed record Drafted(string Number, Guid Case, string Title) : AdvisoryEvent;

    /// <summary>Title, summary and credits anew.</summary>
    [Kind("advisory.described")]
    public sealed record Described(string Title, string Summary, TextRef? Credits) : AdvisoryEvent;

    /// <summary>The words on one vulnerability anew.</summary>
    [Kind("advisory.vulnerability-described")]
    public sealed record VulnerabilityDescribed(Guid Vulnerability, string Description, string PatientImpact) : AdvisoryEvent;

    [Kind("advisory.remediation-added")]
    public sealed record RemediationAdded(Guid Vulnerability, Remediation Remediation) : AdvisoryEvent;

    [Kind("advisory.remediation-removed")]
    public sealed record RemediationRemoved(Guid Vulnerability, Guid Remediation) : AdvisoryEvent;

    /// <param name="Sha256">Of the proof that was approved, see <see cref="AdvisoryGround"/>.</param>
    [Kind("advisory.approved")]
    public sealed record Approved(int Revision, string Sha256) : AdvisoryEvent;

    /// <summary>An approval was taken back, or the draft needs more work.</summary>
    [Kind("advisory.returned")]
    public sealed record Returned(string Reason) : AdvisoryEvent;

    /// <summary>Published, with exactly these bytes.</summary>
    /// <param name="Document">The CSAF document.</param>
    /// <param name="Path">Where it stands in the public tree, below the TLP folder: <c>2026/acme-sa-2026-0007.json</c>.</param>
    /// <param name="Products">Names of the products that it speaks of.</param>
    /// <param name="Affected">The releases that it calls affected by at least one vulnerability.</param>
    /// <param name="Updates">The updates that it offers.</param>
    /// <param name="Severity">Of the worst vulnerability; null where none is rated.</param>
    [Kind("advisory.published")]
    public sealed record Published(
        int Revision, BlobRef Document, string Path, ImmutableArray<string> Products, ImmutableArray<Guid> Affected, ImmutableArray<Guid> Updates, Severity? Severity) : AdvisoryEvent;

    /// <summary>A new revision was begun; the published one stays until this one is published.</summary>
    /// <param name="Change">What changes, for the revision history that everybody reads.</param>
    /// <param name="Withdraws">The new revision says that the advisory no longer holds.</param>
    [Kind("advisory.revised")]
    public sealed record Revised(string Change, bool Withdraws) : AdvisoryEvent;

    /// <summary>The revision at hand was given up. What was published before stays published.</summary>
    [Kind("advisory.discarded")]
    public sealed record Discarded(string Reason) : AdvisoryEvent;
}
