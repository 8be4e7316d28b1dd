using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Vulnerabilities;

namespace Aftercare.Cases;

/// <summary>What happened to a case. Reasons and decisions are regulated text written by staff, so they stand in the body and stay.</summary>
public abstract record CaseEvent : Event
{
    /// <param name="Number">As people say it: <c>C-2026-0007</c>.</param>
    /// <param name="Products">The products that the reports name; more can be added.</param>
    /// <param name="AwareSince">When anybody of ours first heard of it: the earliest word of the reports.</param>
    [Kind("case.opened")]
    public sealed record Opened(string Number, string Title, ImmutableArray<Guid> Reports, ImmutableArray<Guid> Products, Stated AwareSince) : CaseEvent;

    [Kind("case.report-attached")]
    public sealed record ReportAttached(Guid Report, Guid? Product) : CaseEvent;

    [Kind("case.retitled")]
    public sealed record Retitled(string Title) : CaseEvent;

    [Kind("case.assigned")]
    public sealed record Assigned(Guid Person) : CaseEvent;

    [Kind("case.unassigned")]
    public sealed record Unassigned(Guid Person) : CaseEvent;

    /// <summary>A further product shares the code or the component (IEC 81001-5-1 §9.5).</summary>
    [Kind("case.product-added")]
    public sealed record ProductAdded(Guid Product) : CaseEvent;

    [Kind("case.vulnerability-added")]
    public sealed record VulnerabilityAdded(Guid Vulnerability, string Title, string? Cve, string? Cwe) : CaseEvent;

    [Kind("case.vulnerability-described")]
    public sealed record VulnerabilityDescribed(Guid Vulnerability, string Title, string? Cve, string? Cwe) : CaseEvent;

    /// <summary>It is none, or another one of the case: a counter-entry, with its reason.</summary>
    [Kind("case.vulnerability-withdrawn")]
    public sealed record VulnerabilityWithdrawn(Guid Vulnerability, string Reason) : CaseEvent;

    [Kind("case.vulnerability-analysed")]
    public sealed record VulnerabilityAnalysed(Guid Vulnerability, Analysis Analysis) : CaseEvent;

    [Kind("case.vulnerability-scored")]
    public sealed record VulnerabilityScored(Guid Vulnerability, Score Score) : CaseEvent;

    /// <summary>Instead of a score: why there is none.</summary>
    [Kind("case.vulnerability-prioritised")]
    public sealed record VulnerabilityPrioritised(Guid Vulnerability, Priority Priority) : CaseEvent;

    [Kind("case.score-waived")]
    public sealed record ScoreWaived(Guid Vulnerability, string Reason) : CaseEvent;

    /// <summary>One assessment of one vulnerability for one or more releases; it replaces what was said of them before.</summary>
    [Kind("case.status-set")]
    public sealed record StatusSet(
        Guid Vulnerability, ImmutableArray<Guid> Releases, ProductStatus Status, Justification? Justification, Remedy? Remedy, string Reason) : CaseEvent;

    [Kind("case.asserted")]
    public sealed record Asserted(CaseFact Fact, Stated Since, string Evidence) : CaseEvent;

    [Kind("case.assertion-withdrawn")]
    public sealed record AssertionWithdrawn(CaseFact Fact, string Reason) : CaseEvent;

    [Kind("case.safety-judged")]
    public sealed record SafetyJudged(SafetyJudgement Judgement) : CaseEvent;

    [Kind("case.reportability-decided")]
    public sealed record ReportabilityDecided(Reportability Decision) : CaseEvent;

    [Kind("case.disclosure-decided")]
    public sealed record DisclosureDecided(bool Disclose, string Reason) : CaseEvent;

    [Kind("case.accepted")]
    public sealed record Accepted(string Reason) : CaseEvent;

    [Kind("case.deferred")]
    public sealed record Deferred(string Reason, Stated ReviewOn) : CaseEvent;

    [Kind("case.closed")]
    public sealed record Closed(Closure Closure) : CaseEvent;

    /// <summary>Begins a new generation: what was decided before stays on record, but safety, reporting and disclosure are decided anew.</summary>
    [Kind("case.reopened")]
    public sealed record Reopened(string Reason) : CaseEvent;

    /// <summary>It ended before it came here: as a list of somebody's says, signed by nobody here.</summary>
    /// <param name="On">The day that the list states.</param>
    [Kind("case.closed-elsewhere")]
    public sealed record ClosedElsewhere(Closure Closure, Stated On) : CaseEvent;

    [Kind("case.imported")]
    public sealed record Imported(ImportedFrom From) : CaseEvent, IImported;

    [Kind("case.taken-back")]
    public sealed record TakenBack(Guid Import, string Reason) : CaseEvent, ITakenBack;
}
