using System.Collections.Immutable;
using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Vulnerabilities;

namespace Aftercare.Cases;

/// <summary>What other subjects say, as far as a case depends on it; loaded by whoever asks.</summary>
/// <param name="Reports">Every report of the case.</param>
/// <param name="Releases">Every release of the case's products that is in the field.</param>
/// <param name="Updates">The updates that name the case.</param>
/// <param name="Advisories">The advisories that name the case.</param>
public sealed record CaseSurroundings(
    ImmutableArray<ReportFacts> Reports, ImmutableArray<ReleaseFacts> Releases, ImmutableArray<UpdateFacts> Updates, ImmutableArray<AdvisoryFacts> Advisories);

/// <param name="ReporterTold">The reporter was told the outcome, or it is on record why not.</param>
/// <param name="ComplaintDecided">Whether it is a complaint (ISO 13485 §8.2.2) was decided, either way.</param>
public sealed record ReportFacts(Guid Id, string Number, bool ReporterTold, bool ComplaintDecided);

/// <param name="Label">Product and version, as people say it.</param>
public sealed record ReleaseFacts(Guid Id, string Label);

/// <param name="From">The releases that it updates.</param>
public sealed record UpdateFacts(Guid Id, string Number, bool Published, ImmutableArray<Guid> From);

public sealed record AdvisoryFacts(Guid Id, string Number, AdvisoryStage Stage);

/// <summary>Something that has to be done before a step can be taken.</summary>
/// <param name="Code">Stable, e.g. <c>case.reporter-not-told</c>.</param>
/// <param name="Words">What to do, in one sentence.</param>
/// <param name="Noun">Where it is done: a noun such as <c>report</c>.</param>
/// <param name="Subject">Which one of them.</param>
public sealed record Duty(string Code, string Words, string Noun, Guid Subject);

/// <summary>The duties of a case, computed from what is on record; nobody ticks them off.</summary>
public static class Duties
{
    /// <summary>What an assessment lacks: the gate before a case is accepted or deferred.</summary>
    public static ImmutableArray<Duty> BeforeDecision(Case @case, CaseSurroundings around) =>
    [
        .. Unscored(@case),
        .. Safety(@case),
        .. Complaints(@case, around),
    ];

    /// <summary>What it lacks by itself, whatever else stands on record: what a list can say of it.</summary>
    public static ImmutableArray<Duty> OfItself(Case @case) => @case.Stage == CaseStage.Closed ? [] : [.. Unnamed(@case), .. Unscored(@case), .. Safety(@case), .. Reporting(@case)];

    /// <summary>What is to be done now: while it is valid, the assessment and what cannot wait; then what its end as a real flaw needs.</summary>
    public static ImmutableArray<Duty> Next(Case @case, CaseSurroundings around) => @case.Stage switch
    {
        CaseStage.Closed => [],
        CaseStage.Valid => [.. Unnamed(@case), .. BeforeDecision(@case, around), .. Reporting(@case)],
        _ => BeforeClosure(@case, ClosureReason.Mitigated, around),
    };

    /// <summary>What stands between the case and its end for this reason.</summary>
    public static ImmutableArray<Duty> BeforeClosure(Case @case, ClosureReason reason, CaseSurroundings around) =>
    [
        .. Reporters(@case, around),
        .. BeforeDecision(@case, around),
        .. Reporting(@case),
        .. Closure.IsReal(reason) ? ToUsers(@case, around) : [],
        .. Contradicting(@case, reason),
        .. around.Updates.Where(update => !update.Published)
            .Select(update => new Duty("case.update-unpublished", $"Publish update {update.Number}, or take this case out of it.", "update", update.Id)),
        .. around.Advisories.Where(advisory => advisory.Stage is AdvisoryStage.Draft or AdvisoryStage.Approved)
            .Select(advisory => new Duty("case.advisory-unpublished", $"Publish advisory {advisory.Number}, or discard it.", "advisory", advisory.Id)),
    ];

    /// <summary>One refusal that names all of them; its code is that of the first.</summary>
    internal static Refusal Refuse(ImmutableArray<Duty> open, string step) =>
        Refusal.State(open[0].Code, $"Before you can {step}: {string.Join(" ", open.Select(duty => duty.Words))}") with
        {
            Faults = [.. open.Select(duty => new Fault(duty.Code, duty.Words))],
        };

    private static IEnumerable<Duty> Unnamed(Case @case) =>
        @case.Vulnerabilities.IsEmpty ? [Here(@case, "case.no-vulnerability", "Name the vulnerability.")] : [];

    private static IEnumerable<Duty> Unscored(Case @case) => @case.Vulnerabilities.Where(flaw => flaw.Score is null && flaw.Unscored is null)
        .Select(flaw => Here(@case, "case.vulnerability-unscored", $"Rate '{flaw.Title}' by a CVSS vector, or say why not."));

    private static IEnumerable<Duty> Safety(Case @case) =>
        @case.Safety is null ? [Here(@case, "case.safety-not-judged", "Clinical safety judges whether a patient could be harmed.")] : [];

    private static IEnumerable<Duty> Complaints(Case @case, CaseSurroundings around) => Reports(@case, around).Where(report => !report.ComplaintDecided)
        .Select(report => new Duty("case.complaint-undecided", $"Decide whether report {report.Number} is a complaint.", "report", report.Id));

    private static IEnumerable<Duty> Reporters(Case @case, CaseSurroundings around) => Reports(@case, around).Where(report => !report.ReporterTold)
        .Select(report => new Duty("case.reporter-not-told", $"Tell the reporter of {report.Number} the outcome, or record why not.", "report", report.Id));

    // Whoever asks has to know all reports of the case: one that is missing counts as neither told nor decided.
    private static IEnumerable<ReportFacts> Reports(Case @case, CaseSurroundings around) =>
        @case.Reports.Select(id => around.Reports.FirstOrDefault(report => report.Id == id) ?? new ReportFacts(id, id.ToString("D"), false, false));

    private static IEnumerable<Duty> Reporting(Case @case) => @case.Safety is { HarmPossible: true } && @case.Reportability.IsEmpty
        ? [Here(@case, "case.reportability-undecided", "A patient could be harmed: decide for each market whether its regulator must be told.")]
        : [];

    private static IEnumerable<Duty> ToUsers(Case @case, CaseSurroundings around) =>
    [
        .. Unnamed(@case),
        .. @case.Vulnerabilities.SelectMany(flaw => Undetermined(@case, flaw, around)),
        .. @case.Disclosure is null ? [Here(@case, "case.disclosure-undecided", "Decide whether to disclose.")] : Array.Empty<Duty>(),
        .. @case.Disclosure is { Disclose: true } && !around.Advisories.Any(advisory => advisory.Stage == AdvisoryStage.Published)
            ? [Here(@case, "case.advisory-missing", "It is to be disclosed: publish an advisory.")] : Array.Empty<Duty>(),
        .. Unfixed(@case, around),
    ];

    private static IEnumerable<Duty> Undetermined(Case @case, Vulnerability flaw, CaseSurroundings around)
    {
        var open = around.Releases.Where(release => @case.StatusOf(flaw.Id, release.Id) is ProductStatus.UnderInvestigation).ToList();
        return open.Count == 0 ? [] : [Here(@case, "case.status-open", $"State for '{flaw.Title}' whether these are affected: {string.Join(", ", open.Select(release => release.Label))}.")];
    }

    // A promised update is a promise until one is published for the very release.
    private static IEnumerable<Duty> Unfixed(Case @case, CaseSurroundings around) => @case.Statuses
        .Where(status => status is { Status: ProductStatus.KnownAffected, Remedy: Remedy.VendorFix })
        .Select(status => status.Release).Distinct()
        .Where(release => !around.Updates.Any(update => update.Published && update.From.Contains(release)))
        .Select(release => Here(@case, "case.fix-unpublished",
            $"An update is promised for {around.Releases.FirstOrDefault(known => known.Id == release)?.Label ?? "a release"}: publish it, or change what is said to users."));

    private static IEnumerable<Duty> Contradicting(Case @case, ClosureReason reason) => reason switch
    {
        ClosureReason.FixedAndPublished when !@case.Holds(CaseFact.FixReady) =>
            [Here(@case, "case.fix-not-asserted", "It cannot be fixed and published while nothing says that the fix is ready.")],
        ClosureReason.NotAffected when @case.Statuses.Any(status => status.Status != ProductStatus.KnownNotAffected) =>
            [Here(@case, "case.affected", "It cannot end as not affected while a release is stated otherwise.")],
        _ => [],
    };

    private static Duty Here(Case @case, string code, string words) => new(code, words, Case.Noun, @case.Id);
}
