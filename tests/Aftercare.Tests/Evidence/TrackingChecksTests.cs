using Aftercare.Cases;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Tests.Cases;
using Aftercare.Tests.Ledger;
using Aftercare.Tests.Policy;
using Aftercare.Tests.Reports;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Evidence;

public sealed class TrackingChecksTests
{
    private static readonly Actor Quinn = Actor.Person(Some.Id("Quinn"), Role.Quality, Role.Lead, Role.Analyst);
    private static readonly Instant Now = Some.Monday.Plus(TimeSpan.FromDays(5));

    [Fact]
    public void A_policy_that_says_everything_passes_and_safe_harbour_may_be_missing() =>
        Assert.Equal(CheckResult.Pass, Judge(TrackingChecks.PolicyElements, Policy(0)).Result);

    [Fact]
    public void A_policy_that_is_silent_on_up_to_two_things_passes_in_part_and_on_three_fails()
    {
        Assert.Equal(CheckResult.Partial, Judge(TrackingChecks.PolicyElements, Policy(2)).Result);
        Assert.Equal(CheckResult.Fail, Judge(TrackingChecks.PolicyElements, Policy(3)).Result);
    }

    [Fact]
    public void A_policy_that_is_not_published_is_no_data() =>
        Assert.Equal(CheckResult.NoData, Judge(TrackingChecks.PolicyElements, Policy(0, published: false)).Result);

    [Fact]
    public void A_source_that_was_heard_in_the_period_passes() =>
        Assert.Equal(CheckResult.Pass, JudgeHeard(With(), Some.Monday).Result);

    [Fact]
    public void A_silent_source_passes_when_its_silence_is_signed_and_until_that_is_too_long_ago()
    {
        Assert.Equal(CheckResult.Pass, JudgeHeard(With(), null, [Silent]).Result);
        Assert.Equal(CheckResult.Partial, JudgeHeard(With(), null, [Silent], Now.Plus(TimeSpan.FromDays(400))).Result);
        Assert.Equal(CheckResult.Partial, JudgeHeard(With(), null, [Silent, new SourceEvent.SilenceTakenBack(Silent.From, "A letter was found.")]).Result);
    }

    [Fact]
    public void A_test_alone_passes_in_part_and_asks_for_a_signature()
    {
        var finding = JudgeHeard(With(Works), null);

        Assert.Equal(CheckResult.Partial, finding.Result);
        Assert.Contains("nobody has signed", Assert.Single(finding.Shortfalls).Gap.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_that_is_silent_passes_in_part_and_a_failed_test_or_one_of_long_ago_changes_nothing()
    {
        foreach (var finding in (Finding[])
        [
            JudgeHeard(With(), null), JudgeHeard(With(Works with { Result = TestOutcome.Failed }), null), JudgeHeard(With(Works), Some.Monday, [], Now.Plus(TimeSpan.FromDays(400))),
            Judge(TrackingChecks.Heard, new HeardSource(SourceCategory.Tester, With(Works), null, null, [])),
        ])
        {
            Assert.Equal(CheckResult.Partial, finding.Result);
            Assert.Contains("no test shows", Assert.Single(finding.Shortfalls).Gap.Words, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_signed_silence_that_a_report_contradicts_is_a_gap_even_when_the_source_is_heard_now()
    {
        var finding = JudgeHeard(With(), Some.Monday, [Silent], reports: new HeardReport(Some.Id("late"), "R-2026-0042", Stated.Parse("2026-02-10", null), Some.Monday));

        Assert.Equal(CheckResult.Partial, finding.Result);
        Assert.Contains("R-2026-0042", Assert.Single(finding.Shortfalls).Gap.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_that_a_second_person_closed_and_that_owes_nothing_passes() =>
        Assert.Equal(CheckResult.Pass, Judge(TrackingChecks.Ended, new EndedCase(ClosedBySecond, SomeCase.Around)).Result);

    [Fact]
    public void A_closed_case_that_owes_something_fails_and_says_what()
    {
        var finding = Judge(TrackingChecks.Ended, new EndedCase(ClosedBySecond, SomeCase.Around with { Reports = [new ReportFacts(SomeCase.Report, "R-2026-0042", ReporterTold: false, ComplaintDecided: true)] }));

        Assert.Equal(CheckResult.Fail, finding.Result);
        Assert.Contains("R-2026-0042", Assert.Single(finding.Shortfalls).Gap.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_that_its_only_assignee_closed_fails()
    {
        var alone = Some.Next(SomeCase.Finished, new CaseEvent.Assigned(Some.Id("Lena")), SomeCase.Lena);
        alone = Some.Next(alone, new CaseEvent.Closed(SomeCase.NotAffected), SomeCase.Lena);

        Assert.Equal(CheckResult.Fail, Judge(TrackingChecks.Ended, new EndedCase(alone, SomeCase.Around)).Result);
    }

    [Fact]
    public void A_case_that_is_open_is_no_data() =>
        Assert.Equal(CheckResult.NoData, Judge(TrackingChecks.Ended, new EndedCase(SomeCase.Accepted, SomeCase.Around)).Result);

    [Fact]
    public void A_report_that_is_acknowledged_or_not_due_yet_passes()
    {
        Assert.Equal(CheckResult.Pass, Judge(TrackingChecks.Acknowledged, Answer()).Result);
        Assert.Equal(CheckResult.Pass, Judge(TrackingChecks.Acknowledged, Answer(Answered), Now.Plus(TimeSpan.FromDays(99))).Result);
    }

    [Fact]
    public void A_report_that_nobody_acknowledged_in_time_fails_unless_its_reporter_cannot_be_told()
    {
        Assert.Equal(CheckResult.Fail, Judge(TrackingChecks.Acknowledged, Answer(), Now.Plus(TimeSpan.FromDays(99))).Result);
        Assert.Equal(CheckResult.Pass, Judge(TrackingChecks.Acknowledged, Answer(new ReportEvent.ReporterNotTold(NotToldBecause.Anonymous, "No address.")), Now.Plus(TimeSpan.FromDays(99))).Result);
    }

    [Fact]
    public void An_acknowledgement_by_our_mail_counts_when_a_server_took_it()
    {
        var (due, later) = (ReportSamples.Received().AcknowledgeBy, Now.Plus(TimeSpan.FromDays(99)));
        var byMail = Received(Answered with { Via = Channel.Email });

        Assert.Equal(CheckResult.Pass, Judge(TrackingChecks.Acknowledged, new AnsweredReport(byMail, true, due), later).Result);
        Assert.Equal(CheckResult.Fail, Judge(TrackingChecks.Acknowledged, new AnsweredReport(byMail, true, null), later).Result);
        Assert.Equal(CheckResult.Pass, Judge(TrackingChecks.Acknowledged, new AnsweredReport(byMail, true, null)).Result);
        Assert.NotEqual(CheckResult.Pass, Judge(TrackingChecks.Acknowledged, new AnsweredReport(byMail, true, due.Plus(TimeSpan.FromDays(1))), later).Result);
        // What was told by telephone, or by a mail that somebody wrote himself, counts as he recorded it.
        Assert.Equal(CheckResult.Pass, Judge(TrackingChecks.Acknowledged, new AnsweredReport(Received(Answered), true, null), later).Result);
        Assert.Equal(CheckResult.Pass, Judge(TrackingChecks.Acknowledged, new AnsweredReport(byMail, false, null), later).Result);
    }

    [Fact]
    public void Late_acknowledgements_count_in_part_up_to_a_tenth_of_all()
    {
        var good = Answer(Answered);
        var late = new AnsweredReport(Some.State<Report>(Quinn, ReportSamples.Received() with { AcknowledgeBy = Some.Monday }, Answered with { On = Stated.Parse("2026-03-04", null) }), false, null);

        Assert.Equal(CheckResult.Partial, Evaluation.Of(TrackingChecks.Acknowledged, [.. Enumerable.Repeat(good, 9), late], null, Now).Result);
        Assert.Equal(CheckResult.Fail, Evaluation.Of(TrackingChecks.Acknowledged, [.. Enumerable.Repeat(good, 8), late], null, Now).Result);
    }

    [Fact]
    public void Each_report_is_a_complaint_or_not_within_the_limit()
    {
        Assert.Equal(CheckResult.Pass, Judge(TrackingChecks.ComplaintDetermined, Received()).Result);
        Assert.Equal(CheckResult.Fail, Judge(TrackingChecks.ComplaintDetermined, Received(), Now.Plus(TimeSpan.FromDays(14))).Result);
        Assert.Equal(CheckResult.Pass, Judge(TrackingChecks.ComplaintDetermined, Received(new ReportEvent.ComplaintDetermined(false, "No harm.", null)), Now.Plus(TimeSpan.FromDays(99))).Result);
        Assert.Equal(CheckResult.NoData, Evaluation.Of(TrackingChecks.ComplaintDetermined, [], null, Now).Result);
    }

    [Fact]
    public void A_promised_update_needs_its_urgency_on_record_and_passes_in_part_as_no_due_date_is_kept()
    {
        var promised = SomeCase.Assessed.Then(new CaseEvent.StatusSet(SomeCase.Flaw, [SomeCase.Release], ProductStatus.KnownAffected, null, Remedy.VendorFix, "In it."));
        var urgent = promised.Then(new CaseEvent.VulnerabilityPrioritised(SomeCase.Flaw, new Priority("Supplier tree", "Immediate", "Exploitation is Active", null)));

        Assert.Equal(CheckResult.Fail, Judge(TrackingChecks.Prioritised, promised).Result);
        Assert.Equal(CheckResult.Partial, Judge(TrackingChecks.Prioritised, urgent).Result);
        Assert.Equal(CheckResult.NoData, Judge(TrackingChecks.Prioritised, SomeCase.Assessed).Result);
    }

    private static readonly IntakeChannelEvent.Tested Works = new(Stated.Parse("2026-03-03", null), TestOutcome.Succeeded, "Arrived.");
    private static readonly ReportEvent.Acknowledged Answered = new(Channel.WebForm, Stated.Parse("2026-03-02", null), null);

    private static Case ClosedBySecond => Some.Next(SomeCase.Finished, new CaseEvent.Closed(SomeCase.NotAffected), Actor.Person(Some.Id("somebody else"), Role.Lead));

    private static Intake With(params Event[] more) =>
        new(Some.Id("Acme"), [Some.State<IntakeChannel>(Quinn, [IntakeChannelSamples.Opened(), .. more])], [Some.Id("owner"), Some.Id("deputy")]);

    private static AnsweredReport Answer(params Event[] more) => new(Received(more), false, null);

    private static Report Received(params Event[] more) => Some.State<Report>(Quinn, [ReportSamples.Received(), .. more]);

    private static DisclosurePolicy Policy(int missing, bool published = true)
    {
        var sections = Enum.GetValues<PolicyElement>().Where(element => element != PolicyElement.SafeHarbour).Skip(missing).Select(element => new PolicySection(element, "Words."));
        var drafted = new PolicyEvent.Drafted(3, "Disclosure", "en", [.. sections], 5, 30);
        return published ? Some.State<DisclosurePolicy>(Quinn, drafted, new PolicyEvent.Approved(), new PolicyEvent.Published()) : Some.State<DisclosurePolicy>(Quinn, drafted);
    }

    private static SourceEvent.SilenceReviewed Silent => WatchedSourceSamples.Silent();

    private static Finding JudgeHeard(Intake intake, Instant? last, Event[]? signed = null, Instant? at = null, params HeardReport[] reports) => Judge(TrackingChecks.Heard,
        new HeardSource(SourceCategory.Researcher, intake, last, signed is null ? null : Some.State<WatchedSource>(Quinn, [WatchedSourceSamples.All[0], .. signed]), [.. reports]), at);

    private static Finding Judge<T>(Check<T> check, T record, Instant? at = null) => Evaluation.Of(check, [record], null, at ?? Now);
}
