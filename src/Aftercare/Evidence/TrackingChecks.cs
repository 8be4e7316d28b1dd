using System.Collections.Immutable;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Reports;

namespace Aftercare.Evidence;

/// <summary>One of the seven sources, when it was last heard, and what is signed about its silence.</summary>
/// <param name="Last">When its newest report came in; null: it has sent none.</param>
/// <param name="Watched">Null: nothing was ever signed about it.</param>
/// <param name="Reports">Its reports; none are needed where nothing is signed.</param>
public sealed record HeardSource(SourceCategory Source, Intake Intake, Instant? Last, WatchedSource? Watched, ImmutableArray<HeardReport> Reports);

/// <summary>A report, and the mail by which it was acknowledged.</summary>
/// <param name="ByMail">This installation has written such a mail; where it has not, the instant that somebody recorded counts.</param>
/// <param name="HandedOver">When a mail server took it, if it has not come back.</param>
public sealed record AnsweredReport(Report Report, bool ByMail, Instant? HandedOver)
{
    /// <summary>When the reporter was told that we have it. What was recorded as told by e-mail counts when our mail to him was handed over; any other way as recorded.</summary>
    public Instant? AcknowledgedAt => ByMail && Report is { AcknowledgedVia: Channel.Email, AcknowledgedAt: not null } ? HandedOver : Report.AcknowledgedAt;
}

/// <summary>A case that has ended, and what other subjects say of it now.</summary>
/// <param name="Around">Of its products only the releases that were there when it ended.</param>
public sealed record EndedCase(Case Case, CaseSurroundings Around);

/// <summary>From the promise to reporters to the end of a case (IEC 81001-5-1 §9.2), and what makes an update urgent (§6.1.1).</summary>
public static class TrackingChecks
{
    private const int MostElementsMissing = 2;

    private static readonly Setting Period = new("period", "Days in which each source is heard, or the end of a signed period of silence lies", 365, 30, 730);
    private static readonly Setting ComplaintLimit = new("complaint-limit", "Days until it is decided whether a report is a complaint", 14, 1, 90);

    public static Check<DisclosurePolicy> PolicyElements { get; } = new(
        "A92-03", "9.2", "The disclosure policy says how to report, when we answer, how we investigate and coordinate, what it covers, what must not be done to devices in use, and where adverse events go.",
        PotentialSeverity.Major, [],
        policy => new Examinee(DisclosurePolicy.Noun, policy.Id, $"Policy revision {policy.Revision}"), policy => policy.Stage == PolicyStage.Published, JudgeElements)
    {
        StandsOn = "The published revision of the policy. Whether each part has words, not whether they suffice.",
        ClearedBy = "Draft, approve and publish a revision that says it.",
    };

    public static Check<HeardSource> Heard { get; } = new(
        "A92-06", "9.2", "Each of the seven sources has sent a report in the period, or it is signed that nothing came and that a test of its way in succeeded.",
        PotentialSeverity.Minor, [Period],
        heard => new Examinee(WatchedSource.Noun, heard.Intake.Organisation, heard.Source.InWords()), _ => true, JudgeHeard)
    {
        StandsOn = "Every report by source, the tests of the ways in, and the signed periods of silence with the reports that contradict them.",
        ClearedBy = "Test a way in that takes reports of this source, then sign the days in which nothing came. A statement that a report contradicts is taken back.",
    };

    public static Check<EndedCase> Ended { get; } = new(
        "A92-09", "9.2", "Each closed case was closed by a second person, and nothing that it owes is open.",
        PotentialSeverity.Major, [],
        ended => new Examinee(Case.Noun, ended.Case.Id, ended.Case.Number, ended.Case.Products is [var only] ? only : null, ended.Case.Began),
        ended => ended.Case is { Stage: CaseStage.Closed, Closure: not null }, JudgeEnded)
    {
        StandsOn = "Closed cases with their reports, releases, updates and advisories. Of a risk file or a CAPA outside it knows nothing.",
        ClearedBy = "Do what is open, or reopen the case.",
    };

    public static Check<AnsweredReport> Acknowledged { get; } = new(
        "A92-10", "9.2", "Each report is acknowledged within the time that the policy in force on its arrival promised.",
        PotentialSeverity.Minor, [], answered => NameOf(answered.Report), _ => true, JudgeAcknowledged)
    {
        StandsOn = "Every report with its promise and its acknowledgement. One by e-mail counts from the moment at which a mail server took our mail, and not if it came back. More than a tenth late counts as a whole gap.",
        ClearedBy = "Acknowledge the report, or record why its reporter cannot be told. What was late stays late.",
        TolerablePercent = 10,
    };

    public static Check<Report> ComplaintDetermined { get; } = new(
        "A92-12", "9.2", "For each report it is decided, with a reason, whether it is a complaint as well.",
        PotentialSeverity.Major, [ComplaintLimit], NameOf, _ => true, JudgeComplaint)
    {
        StandsOn = "Every report and its complaint determination.",
        ClearedBy = "Decide on the report's page whether it is a complaint.",
    };

    public static Check<Case> Prioritised { get; } = new(
        "A611-03", "6.1.1", "For each vulnerability that is to get an update it is on record how urgent that is, by which factors, and by when it is due.",
        PotentialSeverity.Minor, [],
        @case => new Examinee(Case.Noun, @case.Id, @case.Number, @case.Products is [var only] ? only : null, @case.Began),
        @case => @case.Statuses.Any(status => status.Remedy == Remedy.VendorFix), JudgePrioritised)
    {
        StandsOn = "Cases for which an update is promised. Aftercare keeps no due date by tier yet, so nothing here can pass in full.",
        ClearedBy = "Decide in the case how urgent each vulnerability is.",
    };

    private static Examinee NameOf(Report report) => new(Report.Noun, report.Id, report.Number, report.Product, report.Since);

    private static Judgement JudgeElements(DisclosurePolicy policy, Settings settings, Instant at)
    {
        var missing = Enum.GetValues<PolicyElement>().Where(element => element != PolicyElement.SafeHarbour && string.IsNullOrWhiteSpace(policy[element])).ToList();
        if (missing.Count == 0)
            return Judgement.Good;
        var words = $"It says nothing about: {string.Join(", ", missing)}.";
        return missing.Count <= MostElementsMissing ? Gap.Part(words) : Gap.Whole(words);
    }

    private static Judgement JudgeHeard(HeardSource heard, Settings settings, Instant at)
    {
        ImmutableArray<SignedSilence> signed = [.. heard.Watched?.Standing ?? []];
        foreach (var silence in signed)
            if (silence.ContradictedBy(heard.Reports) is [var against, ..])
                return Gap.Part($"It is signed that nothing came from {silence.Period}, and {against.Number} lies in these days.");
        var until = Later(signed.Select(silence => (Instant?)silence.Ends).Append(heard.Last), settings);
        if (until > at)
            return Judgement.GoodUntil(until);
        var tests = heard.Intake.Live.Where(channel => channel.Sources.Contains(heard.Source))
            .Select(channel => channel.LastTest is { Result: TestOutcome.Succeeded } test ? test.On.Earliest : (Instant?)null);
        return Gap.Part($"Nothing came from it in the last {settings.Of(Period)} days, and " +
            (Later(tests, settings) > at ? "nobody has signed that its way in was tested and stayed silent." : "no test shows that it would arrive."));
    }

    private static Instant Later(IEnumerable<Instant?> moments, Settings settings) => moments.OfType<Instant>().DefaultIfEmpty(new Instant(0)).Max().Plus(settings.Days(Period));

    private static Judgement JudgeEnded(EndedCase ended, Settings settings, Instant at)
    {
        var (@case, closure) = (ended.Case, ended.Case.Closure!);
        if (@case.Answerable is [var only] && @case.LastBy.GetValueOrDefault("case.closed") == only)
            return Gap.Whole("It was closed by the only person who answers for it.");
        var open = Duties.BeforeClosure(@case, closure.Reason, ended.Around);
        return open.IsEmpty ? Judgement.Good : Gap.Whole($"It is closed, and still open is: {string.Join(" ", open.Select(duty => duty.Words))}");
    }

    private static Judgement JudgeAcknowledged(AnsweredReport answered, Settings settings, Instant at)
    {
        var due = answered.Report.Received.AcknowledgeBy;
        return answered switch
        {
            { AcknowledgedAt: { } done } when done <= due => Judgement.Good,
            { AcknowledgedAt: not null } => Gap.Part($"It was acknowledged after {due}, when that was due."),
            { Report.NotTold: not null } => Judgement.Good,
            { Report.AcknowledgedAt: not null } when due <= at => Gap.Whole($"It was acknowledged by a mail that no server has taken, or that came back; that was due on {due}."),
            _ => due > at ? Judgement.GoodUntil(due) : Gap.Whole($"It is not acknowledged; that was due on {due}."),
        };
    }

    private static Judgement JudgeComplaint(Report report, Settings settings, Instant at)
    {
        if (report.Complaint is not null)
            return Judgement.Good;
        var due = report.Since.Plus(settings.Days(ComplaintLimit));
        return due > at ? Judgement.GoodUntil(due) : Gap.Whole($"For more than {settings.Of(ComplaintLimit)} days nobody has decided whether it is a complaint.");
    }

    private static Judgement JudgePrioritised(Case @case, Settings settings, Instant at)
    {
        var promised = @case.Statuses.Where(status => status.Remedy == Remedy.VendorFix).Select(status => status.Vulnerability).ToImmutableHashSet();
        var silent = @case.Vulnerabilities.Where(flaw => promised.Contains(flaw.Id) && flaw.Priority is null).Select(flaw => $"'{flaw.Title}'").ToList();
        return silent.Count > 0
            ? Gap.Whole($"An update is promised, and it is not decided how urgent it is, for: {string.Join(", ", silent)}.")
            : Gap.Part("How urgent it is is decided. No due date follows from that here.");
    }
}
