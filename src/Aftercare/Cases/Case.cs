using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Vulnerabilities;

namespace Aftercare.Cases;

/// <summary>
/// Our work on one or more reports, from the moment they are believed until all that is owed is done (IEC 81001-5-1 §9.3 to §9.5).
/// The join of everything later: which release is how concerned by which vulnerability.
/// </summary>
public sealed partial record Case : Subject, IImportable<Case>
{
    private static readonly ImmutableArray<CaseStage> Working = [CaseStage.Valid, CaseStage.Accepted, CaseStage.Deferred];
    private static readonly ImmutableArray<CaseStage> Always = [.. Working, CaseStage.Closed];

    private static readonly ImmutableArray<Role> Desk = [Role.Analyst, Role.Lead];
    private static readonly ImmutableArray<Role> Engineers = [Role.Analyst, Role.Lead, Role.Developer];

    public static string Noun => "case";

    public static Lifecycle<CaseStage> Life { get; } = new(Noun,
    [
        new("open", "case.opened", [], CaseStage.Valid, Desk) { Button = "Open a case" },
        new("accept", "case.accepted", [CaseStage.Valid, CaseStage.Deferred], CaseStage.Accepted, Desk) { Button = "Accept" },
        new("defer", "case.deferred", [CaseStage.Valid, CaseStage.Accepted], CaseStage.Deferred, [Role.Lead]) { Button = "Defer", Signature = "Approval of deferral" },
        new("close", "case.closed", [CaseStage.Accepted, CaseStage.Deferred], CaseStage.Closed, [Role.Lead, Role.Quality]) { Button = "Close", Signature = "Approval of closure" },
        new("reopen", "case.reopened", [CaseStage.Closed], CaseStage.Valid, Desk) { Button = "Reopen" },
        new("attach-report", "case.report-attached", Working, null, Desk) { Button = "Attach to this case" },
        new("retitle", "case.retitled", Working, null, Desk) { Button = "Change the title" },
        new("assign", "case.assigned", Working, null, Desk) { Button = "Assign" },
        new("unassign", "case.unassigned", Working, null, Desk) { Button = "Unassign" },
        new("add-product", "case.product-added", Working, null, Engineers) { Button = "Add a product" },
        new("add-vulnerability", "case.vulnerability-added", Working, null, Engineers) { Button = "Add a vulnerability" },
        new("describe-vulnerability", "case.vulnerability-described", Working, null, Engineers) { Button = "Change" },
        new("withdraw-vulnerability", "case.vulnerability-withdrawn", Working, null, Engineers) { Button = "Withdraw" },
        new("analyse-vulnerability", "case.vulnerability-analysed", Working, null, Engineers) { Button = "Record the analysis" },
        new("prioritise-vulnerability", "case.vulnerability-prioritised", Working, null, Engineers) { Button = "Decide how urgent it is" },
        new("score-vulnerability", "case.vulnerability-scored", Working, null, Engineers) { Button = "Rate" },
        new("waive-score", "case.score-waived", Working, null, Engineers) { Button = "Leave unrated" },
        new("set-status", "case.status-set", Working, null, Engineers) { Button = "Set the status" },
        new("assert", "case.asserted", Always, null, [.. Engineers, Role.Publisher, Role.System]) { Button = "Record the fact" },
        new("withdraw-assertion", "case.assertion-withdrawn", Always, null, Desk) { Button = "Withdraw" },
        new("judge-safety", "case.safety-judged", Working, null, [Role.Safety]) { Button = "Judge the safety", Signature = "Judgement of patient safety" },
        new("decide-reportability", "case.reportability-decided", Working, null, [Role.Quality]) { Button = "Decide on reporting", Signature = "Decision on reporting to a regulator" },
        new("decide-disclosure", "case.disclosure-decided", Working, null, [Role.Lead, Role.Quality]) { Button = "Decide on disclosure", Signature = "Decision on disclosure" },
        new("bring", "case.opened", [], CaseStage.Valid, [Role.System]),
        new("bring-vulnerability", "case.vulnerability-added", [CaseStage.Valid], null, [Role.System]),
        new("bring-score", "case.vulnerability-scored", [CaseStage.Valid], null, [Role.System]),
        new("close-elsewhere", "case.closed-elsewhere", [CaseStage.Valid], CaseStage.Closed, [Role.System]),
        new(IImportable<Case>.Import, "case.imported", Always, null, [Role.System]),
        new(IImportable<Case>.TakeBack, "case.taken-back", Always, null, [Role.Lead]),
    ]);

    public string Number { get; private init; } = "";
    public string Title { get; private init; } = "";
    public CaseStage Stage { get; private init; }

    /// <summary>1, and one more with each reopening.</summary>
    public int Generation { get; private init; } = 1;

    public ImmutableArray<Guid> Reports { get; private init; } = [];
    public ImmutableArray<Guid> Products { get; private init; } = [];

    /// <summary>People at work on it, in the order in which they were assigned.</summary>
    public ImmutableArray<Guid> Assignees { get; private init; } = [];

    public ImmutableArray<Vulnerability> Vulnerabilities { get; private init; } = [];
    public ImmutableArray<CaseStatus> Statuses { get; private init; } = [];
    public ImmutableArray<Assertion> Assertions { get; private init; } = [];

    /// <summary>Of this generation; null until it is judged.</summary>
    public SafetyJudgement? Safety { get; private init; }

    /// <summary>Of this generation, one for each market.</summary>
    public ImmutableArray<Reportability> Reportability { get; private init; } = [];

    /// <summary>Of this generation; null until it is decided.</summary>
    public Disclosure? Disclosure { get; private init; }

    /// <summary>When a deferred case is looked at again; null in every other stage.</summary>
    public Stated? ReviewOn { get; private init; }

    /// <summary>How it ended; null while it has not.</summary>
    public Closure? Closure { get; private init; }

    /// <summary>When it began: of a case from a list the day that the list states, which may lie before its product came here.</summary>
    public Instant Began => ImportedFrom is null ? Since : Assertions.First(assertion => assertion.Fact == CaseFact.VendorAware).Since.Earliest;

    public bool Holds(CaseFact fact) => Assertions.Any(assertion => assertion.Fact == fact);

    /// <summary>What we say of a release; where nobody has said anything, it is under investigation.</summary>
    public ProductStatus StatusOf(Guid vulnerability, Guid release) =>
        Statuses.FirstOrDefault(status => status.Vulnerability == vulnerability && status.Release == release)?.Status ?? ProductStatus.UnderInvestigation;

    /// <summary>Who answers for it, as the ledger names people: its assignees, else whoever accepted it, else whoever opened it.</summary>
    public ImmutableArray<string> Answerable => Assignees.Length > 0
        ? [.. Assignees.Select(Actor.PersonId)]
        : [LastBy.GetValueOrDefault("case.accepted") ?? LastBy["case.opened"]];

    /// <param name="reports">At least one; a case without a word from somebody does not exist.</param>
    public static Outcome<CaseEvent> Open(string number, string title, ImmutableArray<Guid> reports, ImmutableArray<Guid> products, Stated awareSince, Actor by)
    {
        if (Life.Bars("open", null, null, by) is { } bar)
            return bar;
        return reports.Length > 0
            ? new CaseEvent.Opened(number, title, reports, products, awareSince)
            : Refusal.Malformed("reports", "A case begins with at least one report.");
    }

    /// <summary>A line of a register that was kept elsewhere: one vulnerability of one product, open or ended. It rests on no report of ours.</summary>
    /// <param name="vulnerability">Its id from now on.</param>
    /// <param name="ended">How and on which day it ended, as the register says; null: it is open.</param>
    public static Outcome<ImmutableArray<CaseEvent>> Bring(
        string number, string title, Guid product, Stated awareSince, Guid vulnerability, CveId? cve, CweId? cwe, Cvss? vector, (Closure Closure, Stated On)? ended, Actor by)
    {
        if (Life.Bars("bring", null, null, by) is { } bar)
            return bar;
        if (ended is { } end && end.On.Earliest < awareSince.Earliest)
            return Refusal.Malformed("closedOn", "It cannot have ended before anybody knew of it.");
        var events = ImmutableArray.Create<CaseEvent>(
            new CaseEvent.Opened(number, title, [], [product], awareSince), new CaseEvent.VulnerabilityAdded(vulnerability, title, cve?.ToString(), cwe?.ToString()));
        if (vector is not null)
            events = events.Add(new CaseEvent.VulnerabilityScored(vulnerability, new Score(vector.ToString(), vector.Score, "As the imported list says.")));
        return ended is { } over ? events.Add(new CaseEvent.ClosedElsewhere(over.Closure, over.On)) : events;
    }

    public Outcome<CaseEvent> AttachReport(Guid report, Guid? product, Actor by)
    {
        if (Life.Bars("attach-report", this, Stage, by) is { } bar)
            return bar;
        return Reports.Contains(report) ? Refusal.State("case.report-attached", "The report is attached already.") : new CaseEvent.ReportAttached(report, product);
    }

    public Outcome<CaseEvent> Retitle(string title, Actor by) => Life.Bars("retitle", this, Stage, by) is { } bar ? bar : new CaseEvent.Retitled(title);

    public Outcome<CaseEvent> Assign(Guid person, Actor by)
    {
        if (Life.Bars("assign", this, Stage, by) is { } bar)
            return bar;
        return Assignees.Contains(person) ? Refusal.State("case.assigned", "This person is assigned already.") : new CaseEvent.Assigned(person);
    }

    public Outcome<CaseEvent> Unassign(Guid person, Actor by)
    {
        if (Life.Bars("unassign", this, Stage, by) is { } bar)
            return bar;
        return Assignees.Contains(person) ? new CaseEvent.Unassigned(person) : Refusal.State("case.not-assigned", "This person is not assigned.");
    }

    public Outcome<CaseEvent> AddProduct(Guid product, Actor by)
    {
        if (Life.Bars("add-product", this, Stage, by) is { } bar)
            return bar;
        return Products.Contains(product) ? Refusal.State("case.product-added", "The product is part of the case already.") : new CaseEvent.ProductAdded(product);
    }

    /// <summary>The desk takes it on. From Deferred too, when its time has come.</summary>
    public Outcome<CaseEvent> Accept(string reason, CaseSurroundings around, Actor by)
    {
        if (Life.Bars("accept", this, Stage, by) is { } bar)
            return bar;
        if (Vulnerabilities.IsEmpty)
            return Refusal.State("case.no-vulnerability", "Name the vulnerability first: a case is accepted for what is wrong.");
        return Duties.BeforeDecision(this, around) is { Length: > 0 } open ? Duties.Refuse(open, "accept") : new CaseEvent.Accepted(reason);
    }

    /// <summary>Puts it off. Where a patient could be harmed, nobody does that alone.</summary>
    public Outcome<CaseEvent> Defer(string reason, Stated reviewOn, CaseSurroundings around, Actor by, Instant now)
    {
        if (Life.Bars("defer", this, Stage, by) is { } bar)
            return bar;
        if (reviewOn.Earliest <= now)
            return Refusal.Malformed("reviewOn", "A day that lies ahead: then it is looked at again.");
        if (Duties.BeforeDecision(this, around) is { Length: > 0 } open)
            return Duties.Refuse(open, "defer");
        if (Safety is { HarmPossible: true } && AnswersAlone(by))
            return Refusal.Role("case.second-person", "A patient could be harmed and you alone answer for the case: a second person defers it.");
        return new CaseEvent.Deferred(reason, reviewOn);
    }

    /// <summary>Ends it, when nothing is owed any more and a second person agrees.</summary>
    public Outcome<CaseEvent> Close(Closure closure, CaseSurroundings around, Actor by, Instant now)
    {
        if (Life.Bars("close", this, Stage, by) is { } bar)
            return bar;
        if (closure.Missing(now) is { Length: > 0 } faults)
            return Refusal.Malformed(faults);
        if (closure.Original == Id)
            return Refusal.Malformed("original", "A case does not repeat itself: name another one.");
        if (AnswersAlone(by))
            return Refusal.Role("case.second-person", "You alone answer for the case: a second person closes it.");
        return Duties.BeforeClosure(this, closure.Reason, around) is { Length: > 0 } open ? Duties.Refuse(open, "close") : new CaseEvent.Closed(closure);
    }

    public Outcome<CaseEvent> Reopen(string reason, Actor by) => Life.Bars("reopen", this, Stage, by) is { } bar ? bar : new CaseEvent.Reopened(reason);

    public Outcome<CaseEvent> JudgeSafety(SafetyJudgement judgement, Actor by) =>
        Life.Bars("judge-safety", this, Stage, by) is { } bar ? bar : new CaseEvent.SafetyJudged(judgement);

    public Outcome<CaseEvent> DecideReportability(Reportability decision, Actor by)
    {
        if (Life.Bars("decide-reportability", this, Stage, by) is { } bar)
            return bar;
        return decision.Market is [>= 'A' and <= 'Z', >= 'A' and <= 'Z']
            ? new CaseEvent.ReportabilityDecided(decision)
            : Refusal.Malformed("market", "Two upper-case letters, e.g. EU or US.");
    }

    public Outcome<CaseEvent> DecideDisclosure(bool disclose, string reason, Actor by) =>
        Life.Bars("decide-disclosure", this, Stage, by) is { } bar ? bar : new CaseEvent.DisclosureDecided(disclose, reason);

    private bool AnswersAlone(Actor by) => Answerable is [var only] && by.IsSamePersonAs(only);

    static Event IImportable<Case>.Imported(ImportedFrom from) => new CaseEvent.Imported(from);

    static Event IImportable<Case>.TakenBack(Guid import, string reason) => new CaseEvent.TakenBack(import, reason);

    static Refusal? IImportable<Case>.BarsTakingBack(Case record, Actor by) => Life.Bars(IImportable<Case>.TakeBack, record, record.Stage, by);

    public static Case After(Case? before, Entry entry)
    {
        var @case = before ?? new Case();
        return (CaseEvent)entry.Event switch
        {
            CaseEvent.Opened e => @case with
            {
                Number = e.Number,
                Title = e.Title,
                Reports = e.Reports,
                Products = e.Products,
                Assertions = [new Assertion(CaseFact.VendorAware, e.AwareSince, e.Reports.IsEmpty ? "As the imported list says." : "The first word of its reports.")],
            },
            CaseEvent.ReportAttached e => @case with { Reports = @case.Reports.Add(e.Report), Products = With(@case.Products, e.Product) },
            CaseEvent.Retitled e => @case with { Title = e.Title },
            CaseEvent.Assigned e => @case with { Assignees = @case.Assignees.Add(e.Person) },
            CaseEvent.Unassigned e => @case with { Assignees = @case.Assignees.Remove(e.Person) },
            CaseEvent.ProductAdded e => @case with { Products = With(@case.Products, e.Product) },
            CaseEvent.Accepted => @case with { Stage = CaseStage.Accepted, ReviewOn = null },
            CaseEvent.Deferred e => @case with { Stage = CaseStage.Deferred, ReviewOn = e.ReviewOn },
            CaseEvent.Closed e => @case with { Stage = CaseStage.Closed, ReviewOn = null, Closure = e.Closure },
            CaseEvent.ClosedElsewhere e => @case with { Stage = CaseStage.Closed, Closure = e.Closure },
            CaseEvent.Imported or CaseEvent.TakenBack => @case,
            CaseEvent.Reopened => @case with
            {
                Stage = CaseStage.Valid,
                Generation = @case.Generation + 1,
                Closure = null,
                Safety = null,
                Reportability = [],
                Disclosure = null,
            },
            CaseEvent.SafetyJudged e => @case with { Safety = e.Judgement },
            CaseEvent.ReportabilityDecided e => @case with { Reportability = [.. @case.Reportability.Where(old => old.Market != e.Decision.Market), e.Decision] },
            CaseEvent.DisclosureDecided e => @case with { Disclosure = new Disclosure(e.Disclose, e.Reason) },
            var other => @case.AfterFinding(other),
        };
    }

    private static ImmutableArray<Guid> With(ImmutableArray<Guid> all, Guid? one) => one is { } id && !all.Contains(id) ? all.Add(id) : all;
}
