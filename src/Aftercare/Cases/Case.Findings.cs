using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;
using Aftercare.Vulnerabilities;

namespace Aftercare.Cases;

// What was found out: vulnerabilities with their ratings, the version-status table, and the six facts.
public sealed partial record Case
{
    private static readonly ImmutableHashSet<ProductStatus> Assessable =
        [ProductStatus.UnderInvestigation, ProductStatus.KnownAffected, ProductStatus.KnownNotAffected, ProductStatus.Fixed];

    /// <param name="vulnerability">Its id from now on, also in updates and advisories.</param>
    public Outcome<CaseEvent> AddVulnerability(Guid vulnerability, string title, CveId? cve, CweId? cwe, Actor by)
    {
        if (Life.Bars("add-vulnerability", this, Stage, by) is { } bar)
            return bar;
        return Repeats(cve, null) is { } twice ? twice : new CaseEvent.VulnerabilityAdded(vulnerability, title, cve?.ToString(), cwe?.ToString());
    }

    public Outcome<CaseEvent> DescribeVulnerability(Guid vulnerability, string title, CveId? cve, CweId? cwe, Actor by)
    {
        if (Bars("describe-vulnerability", vulnerability, by) is { } bar)
            return bar;
        return Repeats(cve, vulnerability) is { } twice ? twice : new CaseEvent.VulnerabilityDescribed(vulnerability, title, cve?.ToString(), cwe?.ToString());
    }

    public Outcome<CaseEvent> WithdrawVulnerability(Guid vulnerability, string reason, Actor by) =>
        Bars("withdraw-vulnerability", vulnerability, by) is { } bar ? bar : new CaseEvent.VulnerabilityWithdrawn(vulnerability, reason);

    public Outcome<CaseEvent> AnalyseVulnerability(Guid vulnerability, Analysis analysis, Actor by) =>
        Bars("analyse-vulnerability", vulnerability, by) is { } bar ? bar : new CaseEvent.VulnerabilityAnalysed(vulnerability, analysis);

    /// <summary>The score is computed here and stored with its vector, so that the two always agree.</summary>
    public Outcome<CaseEvent> ScoreVulnerability(Guid vulnerability, Cvss vector, string? rationale, Actor by) =>
        Bars("score-vulnerability", vulnerability, by) is { } bar ? bar : new CaseEvent.VulnerabilityScored(vulnerability, new Score(vector.ToString(), vector.Score, rationale));

    /// <summary>The decision is made here and stored with its path, so that the two always agree.</summary>
    public Outcome<CaseEvent> PrioritiseVulnerability(Guid vulnerability, SsvcDecision decision, string? rationale, Actor by) =>
        Bars("prioritise-vulnerability", vulnerability, by) is { } bar ? bar
            : new CaseEvent.VulnerabilityPrioritised(vulnerability, new Priority(decision.Tree.ToString(), decision.Outcome.Name, string.Join("; ", decision.Path), rationale));

    public Outcome<CaseEvent> WaiveScore(Guid vulnerability, string reason, Actor by) =>
        Bars("waive-score", vulnerability, by) is { } bar ? bar : new CaseEvent.ScoreWaived(vulnerability, reason);

    /// <param name="justification">Needed for <see cref="ProductStatus.KnownNotAffected"/>, and for nothing else.</param>
    /// <param name="remedy">Needed for <see cref="ProductStatus.KnownAffected"/>, and for nothing else.</param>
    public Outcome<CaseEvent> SetStatus(
        Guid vulnerability, ImmutableArray<Guid> releases, ProductStatus status, Justification? justification, Remedy? remedy, string reason, Actor by)
    {
        if (Bars("set-status", vulnerability, by) is { } bar)
            return bar;
        if (releases.IsEmpty)
            return Refusal.Malformed("releases", "Choose at least one release.");
        if (!Assessable.Contains(status))
            return Refusal.Malformed("status", "Affected, not affected, fixed or under investigation.");
        if ((status == ProductStatus.KnownNotAffected) != justification.HasValue)
            return Refusal.Malformed("justification", justification.HasValue ? "Only a release that is not affected has a justification." : "Choose why the release is not affected.");
        if ((status == ProductStatus.KnownAffected) != remedy.HasValue)
            return Refusal.Malformed("remedy", remedy.HasValue ? "Only an affected release has a remedy." : "Choose what users can do.");
        return new CaseEvent.StatusSet(vulnerability, releases, status, justification, remedy, reason);
    }

    /// <summary>Records one of the facts. F and D belong to a case that was decided on; D follows F, X follows P (Vultron's case state).</summary>
    public Outcome<CaseEvent> Assert(CaseFact fact, Stated since, string evidence, Actor by, Instant now)
    {
        if (Life.Bars("assert", this, Stage, by) is { } bar)
            return bar;
        if (Holds(fact))
            return Refusal.State("case.asserted", "This is on record already; withdraw it first when it is wrong.");
        if (since.Earliest > now)
            return Refusal.Malformed("since", "A fact holds since a day that has come.");
        if (fact is CaseFact.FixReady or CaseFact.FixDeployed && Stage == CaseStage.Valid)
            return Refusal.State("case.undecided", "Accept or defer the case before its fix is recorded.");
        return Before(fact) is { } first && !Holds(first)
            ? Refusal.State("case.fact-before", $"Record first since when this holds: {Said(first)}.")
            : new CaseEvent.Asserted(fact, since, evidence);
    }

    /// <summary>Counters a fact that was never true. The entry stays.</summary>
    public Outcome<CaseEvent> WithdrawAssertion(CaseFact fact, string reason, Actor by)
    {
        if (Life.Bars("withdraw-assertion", this, Stage, by) is { } bar)
            return bar;
        if (fact == CaseFact.VendorAware)
            return Refusal.State("case.aware", "We know of it: the reports say so.");
        if (!Holds(fact))
            return Refusal.State("case.not-asserted", "This is not on record.");
        return Assertions.FirstOrDefault(later => Before(later.Fact) == fact) is { } follower
            ? Refusal.State("case.fact-after", $"Withdraw first what follows from it: {Said(follower.Fact)}.")
            : new CaseEvent.AssertionWithdrawn(fact, reason);
    }

    private static CaseFact? Before(CaseFact fact) => fact switch
    {
        CaseFact.FixReady => CaseFact.VendorAware,
        CaseFact.FixDeployed => CaseFact.FixReady,
        CaseFact.ExploitPublic => CaseFact.PublicAware,
        _ => null,
    };

    private static string Said(CaseFact fact) => fact switch
    {
        CaseFact.VendorAware => "we know of it",
        CaseFact.FixReady => "the fix is ready",
        CaseFact.FixDeployed => "the fix is deployed",
        CaseFact.PublicAware => "it is public",
        CaseFact.ExploitPublic => "an exploit is public",
        _ => "attacks were observed",
    };

    private Refusal? Bars(string step, Guid vulnerability, Actor by) => Life.Bars(step, this, Stage, by)
        ?? (Vulnerabilities.Any(flaw => flaw.Id == vulnerability) ? null : Refusal.State("case.no-such-vulnerability", "The case has no such vulnerability."));

    private Refusal? Repeats(CveId? cve, Guid? but) => cve is not null && Vulnerabilities.Any(flaw => flaw.Id != but && flaw.Cve == cve.ToString())
        ? Refusal.State("case.cve-twice", $"{cve} is in this case already.")
        : null;

    private Case AfterFinding(CaseEvent happened) => happened switch
    {
        CaseEvent.VulnerabilityAdded e => this with { Vulnerabilities = Vulnerabilities.Add(new Vulnerability(e.Vulnerability, e.Title, e.Cve, e.Cwe)) },
        CaseEvent.VulnerabilityDescribed e => Change(e.Vulnerability, flaw => flaw with { Title = e.Title, Cve = e.Cve, Cwe = e.Cwe }),
        CaseEvent.VulnerabilityWithdrawn e => this with
        {
            Vulnerabilities = Vulnerabilities.RemoveAll(flaw => flaw.Id == e.Vulnerability),
            Statuses = Statuses.RemoveAll(status => status.Vulnerability == e.Vulnerability),
        },
        CaseEvent.VulnerabilityAnalysed e => Change(e.Vulnerability, flaw => flaw with { Analysis = e.Analysis }),
        CaseEvent.VulnerabilityScored e => Change(e.Vulnerability, flaw => flaw with { Score = e.Score, Unscored = null }),
        CaseEvent.VulnerabilityPrioritised e => Change(e.Vulnerability, flaw => flaw with { Priority = e.Priority }),
        CaseEvent.ScoreWaived e => Change(e.Vulnerability, flaw => flaw with { Score = null, Unscored = e.Reason }),
        CaseEvent.StatusSet e => this with
        {
            Statuses =
            [
                .. Statuses.Where(status => status.Vulnerability != e.Vulnerability || !e.Releases.Contains(status.Release)),
                .. e.Releases.Select(release => new CaseStatus(e.Vulnerability, release, e.Status, e.Justification, e.Remedy, e.Reason)),
            ],
        },
        CaseEvent.Asserted e => this with { Assertions = Assertions.Add(new Assertion(e.Fact, e.Since, e.Evidence)) },
        CaseEvent.AssertionWithdrawn e => this with { Assertions = Assertions.RemoveAll(assertion => assertion.Fact == e.Fact) },
        _ => throw new UnreachableException($"{happened.GetType().Name} has no arm"),
    };

    private Case Change(Guid vulnerability, Func<Vulnerability, Vulnerability> change) =>
        this with { Vulnerabilities = [.. Vulnerabilities.Select(flaw => flaw.Id == vulnerability ? change(flaw) : flaw)] };
}
