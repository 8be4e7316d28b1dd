using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Tests.Ledger;
using Aftercare.Vulnerabilities;
using Xunit;
using ClosureReason = Aftercare.Reports.ClosureReason;
using static Aftercare.Tests.Cases.SomeCase;

namespace Aftercare.Tests.Cases;

public sealed class ClosureTests
{
    private static readonly Guid Update = Some.Id("update");

    public static TheoryData<ClosureReason> Reasons => [.. Enum.GetValues<ClosureReason>()];

    private static CaseSurroundings With(UpdateFacts update) => Around with { Updates = [update] };

    private static Case Affected => Accepted.Then(
        new CaseEvent.StatusSet(Flaw, [Release], ProductStatus.KnownAffected, null, Remedy.VendorFix, "Has the code."),
        new CaseEvent.StatusSet(Flaw, [OlderRelease], ProductStatus.KnownNotAffected, Justification.ComponentNotPresent, null, "Has it not."),
        new CaseEvent.Asserted(CaseFact.FixReady, Past, "Tests."),
        new CaseEvent.DisclosureDecided(false, "Few users, all told."));

    [Fact]
    public void A_finished_case_is_closed_by_a_second_person()
    {
        var closed = Finished.Then(Finished.Close(NotAffected, Around, Lena, Now), Lena);

        Assert.Equal((CaseStage.Closed, NotAffected), (closed.Stage, closed.Closure));
    }

    [Fact]
    public void A_deferred_case_can_be_closed() =>
        Assert.Equal(CaseStage.Closed, Deferred.Then(Deferred.Close(Because(ClosureReason.Informative), Around, Lena, Now), Lena).Stage);

    [Fact]
    public void Nobody_closes_what_he_alone_answers_for()
    {
        var lenas = Finished.Then(new CaseEvent.Assigned(Some.Id("Lena")));
        Assert.Equal("case.second-person", lenas.Close(NotAffected, Around, Lena, Now).Why());
        Assert.False(lenas.Close(NotAffected, Around, Quinn, Now).Refused(out _, out _));

        var both = lenas.Then(new CaseEvent.Assigned(Some.Id("Ana")));
        Assert.False(both.Close(NotAffected, Around, Lena, Now).Refused(out _, out _));
    }

    [Fact]
    public void Who_opened_and_accepted_an_unassigned_case_does_not_close_it()
    {
        var alone = Some.State<Case>(Lena, new CaseEvent.Opened("C-2026-0008", "Mine", [Report], [], Past), new CaseEvent.SafetyJudged(new(false, "No.", [])), new CaseEvent.Accepted("Mine."));

        Assert.Equal("case.second-person", alone.Close(Because(ClosureReason.Informative), Around, Lena, Now).Why());
    }

    [Fact]
    public void A_case_stays_open_while_a_reporter_was_not_told()
    {
        var silent = Around with { Reports = [Around.Reports[0] with { ReporterTold = false }] };
        Assert.Equal("case.reporter-not-told", Finished.Close(NotAffected, silent, Lena, Now).Why());
    }

    [Fact]
    public void A_report_of_which_nothing_is_known_is_not_taken_for_told() =>
        Assert.Equal("case.reporter-not-told", Finished.Close(NotAffected, Around with { Reports = [] }, Lena, Now).Why());

    [Fact]
    public void A_case_is_not_decided_on_while_a_report_may_be_a_complaint()
    {
        var undecided = Around with { Reports = [Around.Reports[0] with { ComplaintDecided = false }] };

        Assert.Equal("case.complaint-undecided", Assessed.Accept("Real.", undecided, Ana).Why());
        Assert.Equal("case.complaint-undecided", Assessed.Defer("Later.", Ahead, undecided, Lena, Now).Why());
        Assert.Equal("case.complaint-undecided", Finished.Close(NotAffected, undecided, Lena, Now).Why());
    }

    [Fact]
    public void A_case_is_not_accepted_for_nothing() => Assert.Equal("case.no-vulnerability", Fresh.Accept("Real.", Around, Ana).Why());

    [Fact]
    public void A_case_is_not_decided_on_before_its_vulnerabilities_are_rated_and_its_safety_is_judged()
    {
        var named = Fresh.Then(new CaseEvent.VulnerabilityAdded(Flaw, "No counter", null, null));

        var decision = named.Accept("Real.", Around, Ana);

        Assert.Equal("case.vulnerability-unscored", decision.Why());
        Assert.True(decision.Refused(out var why, out _));
        Assert.Equal(["case.vulnerability-unscored", "case.safety-not-judged"], why.Faults.Select(fault => fault.Field));
        Assert.Equal("case.safety-not-judged", named.Then(new CaseEvent.ScoreWaived(Flaw, "Later.")).Accept("Real.", Around, Ana).Why());
    }

    [Fact]
    public void Where_a_patient_could_be_harmed_a_decision_on_reporting_comes_before_the_end()
    {
        var harmful = Finished.Then(new CaseEvent.SafetyJudged(new SafetyJudgement(true, "Over-infusion.", [])));
        Assert.Equal("case.reportability-undecided", harmful.Close(NotAffected, Around, Lena, Now).Why());

        var decided = harmful.Then(new CaseEvent.ReportabilityDecided(new Reportability("EU", false, "Not in the field.")));
        Assert.False(decided.Close(NotAffected, Around, Lena, Now).Refused(out _, out _));
    }

    [Fact]
    public void A_release_without_an_answer_keeps_a_real_flaw_open()
    {
        var third = Around with { Releases = Around.Releases.Add(new ReleaseFacts(Some.Id("4.0.0"), "Pump 4.0.0")) };

        var decision = Finished.Close(NotAffected, third, Lena, Now);

        Assert.Equal("case.status-open", decision.Why());
        Assert.True(decision.Refused(out var why, out _));
        Assert.Contains("Pump 4.0.0", why.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_real_flaw_needs_a_decision_on_disclosure_and_what_is_to_be_disclosed_an_advisory()
    {
        var undecided = Accepted.Then(new CaseEvent.StatusSet(Flaw, [Release, OlderRelease], ProductStatus.KnownNotAffected, Justification.ComponentNotPresent, null, "Not shipped."));
        Assert.Equal("case.disclosure-undecided", undecided.Close(NotAffected, Around, Lena, Now).Why());

        var disclosed = undecided.Then(new CaseEvent.DisclosureDecided(true, "Users ask."));
        Assert.Equal("case.advisory-missing", disclosed.Close(NotAffected, Around, Lena, Now).Why());

        var published = Around with { Advisories = [new AdvisoryFacts(Some.Id("advisory"), "ACME-SA-2026-0001", AdvisoryStage.Published)] };
        Assert.False(disclosed.Close(NotAffected, published, Lena, Now).Refused(out _, out _));

        var withdrawn = Around with { Advisories = [new AdvisoryFacts(Some.Id("advisory"), "ACME-SA-2026-0001", AdvisoryStage.Withdrawn)] };
        Assert.Equal("case.advisory-missing", disclosed.Close(NotAffected, withdrawn, Lena, Now).Why());
    }

    [Fact]
    public void A_linked_advisory_or_update_is_published_before_the_end()
    {
        var advisory = Around with { Advisories = [new AdvisoryFacts(Some.Id("advisory"), "ACME-SA-2026-0001", AdvisoryStage.Draft)] };
        Assert.Equal("case.advisory-unpublished", Finished.Close(NotAffected, advisory, Lena, Now).Why());

        var update = With(new UpdateFacts(Update, "U-2026-0003", Published: false, []));
        Assert.Equal("case.update-unpublished", Finished.Close(NotAffected, update, Lena, Now).Why());
    }

    [Fact]
    public void A_promised_update_is_owed_to_every_affected_release()
    {
        var fixedNow = Because(ClosureReason.FixedAndPublished);
        Assert.Equal("case.fix-unpublished", Affected.Close(fixedNow, Around, Lena, Now).Why());

        var forAnother = With(new UpdateFacts(Update, "U-2026-0003", Published: true, [OlderRelease]));
        Assert.Equal("case.fix-unpublished", Affected.Close(fixedNow, forAnother, Lena, Now).Why());

        var published = With(new UpdateFacts(Update, "U-2026-0003", Published: true, [Release, OlderRelease]));
        Assert.False(Affected.Close(fixedNow, published, Lena, Now).Refused(out _, out _));
    }

    [Fact]
    public void Nothing_is_fixed_and_published_while_no_fix_is_ready() =>
        Assert.Equal("case.fix-not-asserted", Finished.Close(Because(ClosureReason.FixedAndPublished), Around, Lena, Now).Why());

    [Fact]
    public void Nothing_ends_as_not_affected_while_a_release_is_affected() =>
        Assert.Equal("case.affected", Affected.Close(NotAffected, With(new UpdateFacts(Update, "U-2026-0003", Published: true, [Release])), Lena, Now).Why());

    [Theory]
    [InlineData(ClosureReason.Duplicate, "original")]
    [InlineData(ClosureReason.FixedByEarlierRelease, "release")]
    [InlineData(ClosureReason.RiskAccepted, "expires")]
    [InlineData(ClosureReason.NotAVulnerability, "reference")]
    [InlineData(ClosureReason.OutOfScope, "reference")]
    [InlineData(ClosureReason.UnsupportedProduct, "reference")]
    public void A_reason_is_not_taken_without_its_particulars(ClosureReason reason, string missing) =>
        Assert.Equal([missing], Finished.Close(Because(reason), Around, Lena, Now).Wrong());

    [Fact]
    public void A_risk_is_not_accepted_until_yesterday() =>
        Assert.Equal(["expires"], Finished.Close(Because(ClosureReason.RiskAccepted) with { Expires = Past }, Around, Lena, Now).Wrong());

    [Fact]
    public void A_case_does_not_repeat_itself() =>
        Assert.Equal(["original"], Finished.Close(Because(ClosureReason.Duplicate) with { Original = Finished.Id }, Around, Lena, Now).Wrong());

    // No dead end: with its particulars, each of the reasons closes a case that fits it.
    [Theory, MemberData(nameof(Reasons))]
    public void Every_reason_can_close_a_case(ClosureReason reason)
    {
        var closure = new Closure(reason, "Because.", Some.Id("original"), Release, Ahead, "PR-12");
        var @case = reason == ClosureReason.FixedAndPublished ? Finished.Then(new CaseEvent.Asserted(CaseFact.FixReady, Past, "Tests.")) : Finished;

        Assert.Equal(CaseStage.Closed, @case.Then(@case.Close(closure, Around, Lena, Now), Lena).Stage);
    }

    [Fact]
    public void What_is_no_flaw_of_ours_owes_users_nothing() =>
        Assert.False(Accepted.Close(Because(ClosureReason.Spam), Around, Lena, Now).Refused(out _, out _));

    [Fact]
    public void A_refusal_names_everything_that_is_missing_at_once()
    {
        var decision = Accepted.Close(Because(ClosureReason.Mitigated), Around with { Reports = [] }, Lena, Now);

        Assert.True(decision.Refused(out var why, out _));
        Assert.Equal(["case.reporter-not-told", "case.complaint-undecided", "case.status-open", "case.disclosure-undecided"], why.Faults.Select(fault => fault.Field));
    }

    [Fact]
    public void What_is_to_be_done_now_follows_the_stage_and_ends_with_it()
    {
        var harmful = Assessed.Then(new CaseEvent.SafetyJudged(new SafetyJudgement(true, "Over-infusion.", [])));

        Assert.Equal(["case.no-vulnerability", "case.safety-not-judged"], Duties.Next(Fresh, Around).Select(duty => duty.Code));
        Assert.Equal(["case.reportability-undecided"], Duties.Next(harmful, Around).Select(duty => duty.Code));
        Assert.Equal(["case.status-open", "case.disclosure-undecided"], Duties.Next(Accepted, Around).Select(duty => duty.Code));
        Assert.Empty(Duties.Next(Finished, Around));
        Assert.Empty(Duties.Next(Closed, Around with { Reports = [] }));
    }

    [Fact]
    public void A_list_says_what_a_case_lacks_by_itself()
    {
        Assert.Equal(["case.no-vulnerability", "case.safety-not-judged"], Duties.OfItself(Fresh).Select(duty => duty.Code));
        Assert.Empty(Duties.OfItself(Assessed));
        Assert.Empty(Duties.OfItself(Closed));
    }
}
