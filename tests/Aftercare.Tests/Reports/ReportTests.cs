using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Reports;

public sealed class ReportTests
{
    private static readonly Actor Ana = Actor.Person(Some.Id("ana"), Role.Analyst, Role.Lead);
    private static readonly Actor Leo = Actor.Person(Some.Id("leo"), Role.Lead);
    private static readonly Actor Sue = Actor.Person(Some.Id("sue"), Role.Support);
    private static readonly Actor Reporter = new("reporter/any", [Role.Reporter]);
    private static readonly Instant Now = Some.Monday.Plus(TimeSpan.FromDays(1));
    private static readonly TextRef Words = ReportSamples.Text("words");

    public static TheoryData<string, ReportStage, ReportStage> Transitions => new()
    {
        { "validate", ReportStage.Received, ReportStage.Valid },
        { "invalidate", ReportStage.Received, ReportStage.Invalid },
        { "validate", ReportStage.Invalid, ReportStage.Valid },
        { "close", ReportStage.Invalid, ReportStage.Closed },
        { "attach", ReportStage.Valid, ReportStage.Accepted },
        { "defer", ReportStage.Valid, ReportStage.Deferred },
        { "defer", ReportStage.Accepted, ReportStage.Deferred },
        { "close", ReportStage.Accepted, ReportStage.Closed },
        { "attach", ReportStage.Deferred, ReportStage.Accepted },
        { "close", ReportStage.Deferred, ReportStage.Closed },
    };

    [Theory, MemberData(nameof(Transitions))]
    public void A_transition_of_report_management_can_be_taken(string step, ReportStage from, ReportStage to) =>
        Assert.Contains(Report.Life.Steps, row => row.Name == step && row.From.Contains(from) && row.To == to);

    [Fact]
    public void No_other_transition_between_stages_exists()
    {
        var known = Transitions.Select(row => (row.Data.Item2, row.Data.Item3)).ToHashSet();
        var table = Report.Life.Steps.Where(step => step.To is not null && step.Name != "reopen")
            .SelectMany(step => step.From.Select(from => (from, step.To!.Value))).Where(pair => pair.from != pair.Value).ToHashSet();

        Assert.Equal(known, table);
    }

    [Fact]
    public void A_valid_report_cannot_be_closed_before_something_is_decided() =>
        Assert.Equal("report.wrong-stage", Why(Of(Validated).Close(ClosureReason.Informative, "Why not.", Leo)));

    [Fact]
    public void A_report_without_a_description_is_refused()
    {
        var silent = ReportSamples.Received() with { Passages = [] };

        Assert.True(Report.Receive(silent, Now, Actor.Anonymous).Refused(out var why, out _));
        Assert.Equal("description", Assert.Single(why.Faults).Field);
    }

    [Fact]
    public void What_will_be_heard_tomorrow_cannot_have_been_reported()
    {
        var tomorrow = ReportSamples.Received() with { FirstHeard = Stated.Parse("2026-03-05", null) };

        Assert.True(Report.Receive(tomorrow, Now, Sue).Refused(out var why, out _));
        Assert.Equal("firstHeard", Assert.Single(why.Faults).Field);
    }

    [Fact]
    public void An_eleventh_attachment_is_refused() =>
        Assert.Equal("malformed", Why(Report.Receive(ReportSamples.Received() with { Attachments = [.. Enumerable.Repeat(ReportSamples.Blob("x"), 11)] }, Now, Actor.Anonymous)));

    [Fact]
    public void It_is_acknowledged_once()
    {
        var on = Stated.Parse("2026-03-03T08:00:00+01:00", null);
        var acknowledged = Of(Of().Acknowledge(Channel.WebForm, on, Words, Now, Sue).Value);

        Assert.Equal(on.Earliest, acknowledged.AcknowledgedAt);
        Assert.Equal("report.acknowledged", Why(acknowledged.Acknowledge(Channel.Telephone, on, null, Now, Sue)));
    }

    [Fact]
    public void Until_it_is_acknowledged_the_promise_of_the_policy_counts_and_afterwards_the_interval()
    {
        Assert.Equal(ReportSamples.Received().AcknowledgeBy, Of().NextWordBy);

        var acknowledged = Of(new ReportEvent.Acknowledged(Channel.WebForm, Stated.Parse("2026-03-03", null), null));

        Assert.Equal(acknowledged.Until.Plus(TimeSpan.FromDays(30)), acknowledged.NextWordBy);
    }

    [Fact]
    public void Nothing_is_owed_to_a_reporter_who_cannot_be_told() =>
        Assert.Null(Of(new ReportEvent.ReporterNotTold(NotToldBecause.Internal, "He sits next door.")).NextWordBy);

    [Fact]
    public void A_duplicate_names_what_it_repeats_and_nothing_else_does()
    {
        Assert.Equal("malformed", Why(Of().Dismiss(Disposition.Duplicate, null, "Seen before.", Ana)));
        Assert.Equal("malformed", Why(Of().Dismiss(Disposition.OutOfScope, Some.Id("other"), "Not ours.", Ana)));
        Assert.Equal("malformed", Why(Of().Dismiss(Disposition.Duplicate, Of().Id, "Itself.", Ana)));
        Assert.Equal("malformed", Why(Of().Dismiss(Disposition.Case, null, "A case.", Ana)));

        Assert.Equal(Some.Id("other"), Of(Of().Dismiss(Disposition.Duplicate, Some.Id("other"), "Seen before.", Ana).Value).Original);
    }

    [Fact]
    public void Dismissed_before_it_was_valid_it_is_invalid_and_afterwards_deferred()
    {
        var dismissal = new ReportEvent.Dismissed(Disposition.NotAVulnerability, null, "As designed.");

        Assert.Equal(ReportStage.Invalid, Of(dismissal).Stage);
        Assert.Equal(ReportStage.Deferred, Of(Validated, dismissal).Stage);
    }

    [Fact]
    public void A_report_of_a_case_that_is_found_a_duplicate_leaves_the_case()
    {
        var report = Of(Validated, new ReportEvent.Attached(Some.Id("case")), new ReportEvent.Dismissed(Disposition.Duplicate, Some.Id("other"), "The same."));

        Assert.Null(report.Case);
        Assert.Equal(Disposition.Duplicate, report.Disposition);
    }

    [Fact]
    public void A_report_is_deferred_to_a_day_that_is_still_to_come() =>
        Assert.Equal("malformed", Why(Of(Validated).Defer("Later.", Stated.Parse("2026-03-01", null), Now, Leo)));

    [Fact]
    public void Support_takes_reports_in_but_does_not_decide_about_them()
    {
        Assert.False(Report.Receive(ReportSamples.Received(), Now, Sue).Refused(out _, out _));
        Assert.Equal("report.wrong-role", Why(Of().Validate("Looks right.", Sue)));
        Assert.Equal("report.wrong-role", Why(Of().Dismiss(Disposition.OutOfScope, null, "Not ours.", Sue)));
    }

    [Fact]
    public void A_question_waits_for_the_reporter_and_his_answer_for_the_desk()
    {
        var asked = Of(new ReportEvent.ReporterTold(Purpose.Question, Channel.WebForm, Words));
        Assert.True(asked.AwaitsReporter);

        var answered = Some.Next(asked, asked.Write(Words, [], Reporter).Value, Reporter);
        Assert.False(answered.AwaitsReporter);
        Assert.True(answered.AwaitsDesk);

        Assert.False(Some.Next(answered, Validated, Ana).AwaitsDesk);
    }

    [Fact]
    public void There_is_no_outcome_to_tell_before_something_is_decided()
    {
        Assert.Equal("report.no-outcome", Why(Of().Tell(Purpose.Outcome, Channel.WebForm, Words, Ana)));
        Assert.Equal("report.no-outcome", Why(Of(Validated).Tell(Purpose.Outcome, Channel.WebForm, Words, Ana)));
        Assert.False(Of(Dismissed).Tell(Purpose.Outcome, Channel.WebForm, Words, Ana).Refused(out _, out _));
    }

    [Fact]
    public void What_was_told_is_told_anew_when_the_decision_changes()
    {
        var told = Of(Dismissed, Outcome);
        Assert.True(told.ReporterTold);

        Assert.False(Some.Next(told, Validated, Ana).ReporterTold);
    }

    [Fact]
    public void Who_left_an_address_is_not_untold_because_he_is_anonymous()
    {
        Assert.Equal("malformed", Why(Of().LeaveUntold(NotToldBecause.Anonymous, "Nobody to tell.", Ana)));
        Assert.False(Of(ReportSamples.Received() with { Anonymous = true }, []).LeaveUntold(NotToldBecause.Anonymous, "Nobody to tell.", Ana).Refused(out _, out _));
    }

    [Fact]
    public void It_is_not_closed_before_the_reporter_knows_the_outcome() =>
        Assert.Equal("report.untold", Why(Of(Dismissed, Determined).Close(ClosureReason.NotAVulnerability, "As designed.", Leo)));

    [Fact]
    public void It_is_not_closed_before_it_is_determined_whether_it_is_a_complaint() =>
        Assert.Equal("report.complaint-open", Why(Of(Dismissed, Outcome).Close(ClosureReason.NotAVulnerability, "As designed.", Leo)));

    [Fact]
    public void It_is_not_closed_for_a_reason_that_was_never_decided()
    {
        Assert.Equal("report.reason-unfit", Why(Of(Dismissed, Determined, Outcome).Close(ClosureReason.Duplicate, "Seen before.", Leo)));
        Assert.DoesNotContain(ClosureReason.FixedAndPublished, Of(Dismissed).FittingReasons);
        Assert.Contains(ClosureReason.NotAVulnerability, Of(Dismissed).FittingReasons);
    }

    [Fact]
    public void Where_a_patient_may_be_harmed_whoever_decided_does_not_close()
    {
        var report = Of(Dismissed, Determined, Outcome);

        Assert.Equal("report.second-person", Why(report.Close(ClosureReason.NotAVulnerability, "As designed.", Ana)));
        Assert.False(report.Close(ClosureReason.NotAVulnerability, "As designed.", Leo).Refused(out _, out _));
        Assert.False(Of(ReportSamples.Received() with { PatientHarm = Answer.No }, [Dismissed, Determined, Outcome])
            .Close(ClosureReason.NotAVulnerability, "As designed.", Ana).Refused(out _, out _));
    }

    [Fact]
    public void Nobody_is_owed_a_word_about_spam() =>
        Assert.False(Of(new ReportEvent.Invalidated("Everything.")).Close(ClosureReason.Spam, "It sells shoes.", Leo).Refused(out _, out _));

    [Fact]
    public void Reopened_it_begins_again_and_still_knows_what_it_is()
    {
        var report = Of(Dismissed, Determined, Outcome, new ReportEvent.Closed(ClosureReason.NotAVulnerability, "As designed."), new ReportEvent.Reopened("It was not."));

        Assert.Equal((ReportStage.Received, 2, "R-2026-0042"), (report.Stage, report.Generation, report.Number));
        Assert.Null(report.Disposition);
        Assert.Null(report.ClosedAt);
        Assert.False(report.ReporterTold);
        Assert.NotNull(report.Complaint);
    }

    [Fact]
    public void The_reporter_may_write_even_when_it_is_closed()
    {
        var closed = Of(Dismissed, new ReportEvent.Closed(ClosureReason.NotAVulnerability, "As designed."));

        Assert.True(Some.Next(closed, closed.Write(Words, [], Reporter).Value, Reporter).AwaitsDesk);
    }

    [Fact]
    public void The_reporter_alone_stops_mails_about_his_report_and_takes_them_again()
    {
        var report = Of();

        Assert.True(report.MailWanted);
        Assert.True(report.ChooseMail(false, Ana).Refused(out _, out _));
        Assert.True(report.ChooseMail(true, Reporter).Refused(out var why, out _));
        Assert.Equal("report.mail-chosen", why.Code);
        var stopped = Some.Next(report, report.ChooseMail(false, Reporter).Value, Reporter);
        Assert.False(stopped.MailWanted);
        Assert.False(stopped.AwaitsDesk);
        Assert.True(Some.Next(stopped, stopped.ChooseMail(true, Reporter).Value, Reporter).MailWanted);
    }

    [Fact]
    public void A_correction_changes_what_it_names_and_keeps_what_was_received()
    {
        var report = Of(Of().Correct(SourceCategory.User, null, Answer.Yes, "He is the operator.", Ana).Value);

        Assert.Equal((SourceCategory.User, Answer.Yes), (report.Source, report.PatientHarm));
        Assert.Equal(SourceCategory.Researcher, report.Received.Source);
        Assert.Equal("malformed", Why(Of().Correct(null, null, null, "Nothing.", Ana)));
    }

    private static ReportEvent Validated { get; } = new ReportEvent.Validated("Reproduced.");
    private static ReportEvent Dismissed { get; } = new ReportEvent.Dismissed(Disposition.NotAVulnerability, null, "As designed.");
    private static ReportEvent Determined { get; } = new ReportEvent.ComplaintDetermined(false, "No deficiency is alleged.", null);
    private static ReportEvent Outcome { get; } = new ReportEvent.ReporterTold(Purpose.Outcome, Channel.WebForm, Words);

    private static Report Of(params ImmutableArray<ReportEvent> then) => Of(ReportSamples.Received(), then);

    private static Report Of(ReportEvent.Received received, ImmutableArray<ReportEvent> then) => Some.State<Report>(Ana, [received, .. then]);

    private static string Why(Outcome<ReportEvent> decision)
    {
        Assert.True(decision.Refused(out var why, out _));
        return why.Code;
    }
}
