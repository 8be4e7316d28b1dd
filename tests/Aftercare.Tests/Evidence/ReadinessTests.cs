using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Tests.Ledger;
using Aftercare.Tests.Reports;
using Xunit;

namespace Aftercare.Tests.Evidence;

public sealed class ReadinessTests
{
    private static readonly Actor Quinn = Actor.Person(Some.Id("Quinn"), Role.Quality);
    private static readonly Instant Late = Some.Monday.Plus(TimeSpan.FromDays(100));

    private static Readiness Fresh => Some.State<Readiness>(Quinn, new ReadinessEvent.SetUp());

    private static Report Undecided => Some.State<Report>(Quinn, ReportSamples.Received());

    [Fact]
    public void Checks_have_ids_of_their_own_and_settings_within_their_range() =>
        Assert.All(Checks.All, check =>
        {
            Assert.Same(check, Checks.Find(check.Id));
            Assert.Single(Checks.All, other => other.Id == check.Id);
            Assert.All(check.Settings, setting => Assert.True(setting.Allows(setting.Default)));
        });

    [Fact]
    public void A_waived_check_says_not_applicable_and_why_and_by_whom()
    {
        var readiness = Some.Next(Fresh, Fresh.WaiveCheck("A92-08", "No reports come here.", Quinn).Value, Quinn);

        var finding = Evaluation.Of(IntakeChecks.Decided, [Undecided], readiness, Late);

        Assert.Equal(CheckResult.NotApplicable, finding.Result);
        Assert.Equal(("No reports come here.", Quinn.Id), (finding.Waiver!.Reason, finding.Waiver.By));
        Assert.Single(finding.Shortfalls);
    }

    [Fact]
    public void A_waiver_that_was_lifted_counts_no_more()
    {
        var waived = Some.Next(Fresh, Fresh.WaiveCheck("A92-08", "No reports.", Quinn).Value, Quinn);
        var lifted = Some.Next(waived, waived.LiftWaiver("A92-08", "They do come.", Quinn).Value, Quinn);

        Assert.Equal(CheckResult.Fail, Evaluation.Of(IntakeChecks.Decided, [Undecided], lifted, Late).Result);
    }

    [Fact]
    public void A_limit_that_was_chosen_is_the_one_that_counts()
    {
        var at = Some.Monday.Plus(TimeSpan.FromDays(20));
        var patient = Some.Next(Fresh, Fresh.ChooseSetting("A92-08", "triage-limit", 30, "Our procedure.", Quinn).Value, Quinn);

        Assert.Equal(CheckResult.Fail, Evaluation.Of(IntakeChecks.Decided, [Undecided], Fresh, at).Result);
        Assert.Equal(CheckResult.Pass, Evaluation.Of(IntakeChecks.Decided, [Undecided], patient, at).Result);
    }

    [Fact]
    public void Records_from_before_the_go_live_are_counted_and_not_judged()
    {
        var live = Some.Next(Fresh, Fresh.SetGoLive(Some.Id("product"), Stated.Parse("2026-04-01", null), "Older ones are elsewhere.", Quinn).Value, Quinn);

        var finding = Evaluation.Of(IntakeChecks.Decided, [Undecided], live, Late);

        Assert.Equal((CheckResult.NoData, 0, 1), (finding.Result, finding.Examined, finding.BeforeGoLive));
    }

    [Fact]
    public void What_is_unknown_or_out_of_range_is_refused()
    {
        Assert.Equal("check", Fault(Fresh.WaiveCheck("A1-01", "Why not.", Quinn)));
        Assert.Equal("check", Fault(Fresh.ChooseSetting("A1-01", "x", 1, "Why not.", Quinn)));
        Assert.Equal("setting", Fault(Fresh.ChooseSetting("A92-08", "x", 1, "Why not.", Quinn)));
        Assert.Equal("value", Fault(Fresh.ChooseSetting("A92-08", "triage-limit", 91, "Why not.", Quinn)));
    }

    [Fact]
    public void Only_quality_decides_about_checks()
    {
        var lead = Actor.Person(Some.Id("Lena"), Role.Lead);

        Assert.Equal("readiness.wrong-role", Why(Fresh.WaiveCheck("A92-08", "Why not.", lead)));
        Assert.Equal("readiness.wrong-role", Why(Readiness.Begin(lead)));
    }

    [Fact]
    public void Only_quality_takes_originals_out_of_the_house()
    {
        var auditor = Actor.Person(Some.Id("Aud"), Role.Auditor);

        Assert.Null(EvidencePack.MayMake(originals: false, auditor));
        Assert.Equal("pack.originals", EvidencePack.MayMake(originals: true, auditor)!.Code);
        Assert.Equal("pack.wrong-role", EvidencePack.MayMake(originals: false, Actor.Person(Some.Id("Ana"), Role.Analyst))!.Code);
        Assert.Null(EvidencePack.MayMake(originals: true, Quinn));
    }

    [Fact]
    public void All_forty_six_checks_of_the_six_clauses_are_there_and_in_order()
    {
        Assert.Equal([("6.1.1", 5), ("6.3.1", 7), ("6.3.2", 7), ("6.3.3", 8), ("9.1", 2), ("9.2", 17)], Checks.All.GroupBy(check => check.Clause).Select(clause => (clause.Key, clause.Count())));
        Assert.All(Checks.All.GroupBy(check => check.Clause), clause =>
            Assert.Equal(Enumerable.Range(1, clause.Count()).Select(number => $"A{clause.Key.Replace(".", "", StringComparison.Ordinal)}-{number:D2}"), clause.Select(check => check.Id)));
    }

    [Fact]
    public void A_check_says_on_what_it_stands_and_what_clears_it_or_what_it_lacks() =>
        Assert.All(Checks.All, check => Assert.True(check is UnansweredCheck { Lacks.Length: > 0 } || (check.StandsOn.Length > 0 && check.ClearedBy.Length > 0), check.Id));

    [Fact]
    public void A_check_that_nothing_answers_is_no_data_and_can_be_waived_like_any_other() =>
        Assert.All(UnansweredChecks.All, check =>
        {
            Assert.Equal(CheckResult.NoData, new Evaluation(check, null).Finish().Result);
            var waived = Some.Next(Fresh, Fresh.WaiveCheck(check.Id, "It is kept elsewhere.", Quinn).Value, Quinn);
            Assert.Equal(CheckResult.NotApplicable, new Evaluation(check, waived).Finish().Result);
        });

    [Fact]
    public void The_words_of_checks_promise_nothing() =>
        Assert.All(Checks.All, check => Assert.DoesNotContain("complian", check.Text, StringComparison.OrdinalIgnoreCase));

    private static string Why(Outcome<ReadinessEvent> decision) => decision.Refused(out var why, out _) ? why.Code : "not refused";

    private static string Fault(Outcome<ReadinessEvent> decision) => decision.Refused(out var why, out _) ? Assert.Single(why.Faults).Field : "not refused";
}
