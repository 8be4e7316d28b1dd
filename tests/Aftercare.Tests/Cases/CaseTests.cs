using Aftercare.Cases;
using Aftercare.Tests.Ledger;
using Xunit;
using static Aftercare.Tests.Cases.SomeCase;

namespace Aftercare.Tests.Cases;

public sealed class CaseTests
{
    public static TheoryData<CaseStage> Stages => [.. Enum.GetValues<CaseStage>()];

    public static TheoryData<CaseStage> OpenStages => [.. Enum.GetValues<CaseStage>().Where(stage => stage != CaseStage.Closed)];

    [Fact]
    public void A_case_begins_with_a_report_and_is_valid_from_then_on()
    {
        var opened = Case.Open("C-2026-0007", "Replayed commands", [Report], [Some.Id("product")], Past, Ana).Value;

        var @case = Some.State<Case>(Ana, opened);

        Assert.Equal((CaseStage.Valid, 1), (@case.Stage, @case.Generation));
        Assert.Equal([Report], @case.Reports);
        Assert.Equal([new Assertion(CaseFact.VendorAware, Past, "The first word of its reports.")], @case.Assertions);
    }

    [Fact]
    public void There_is_no_case_without_a_report() =>
        Assert.Equal(["reports"], Case.Open("C-2026-0007", "Nobody said so", [], [], Past, Ana).Wrong());

    // Vultron's report management from V on (V→A, V→D, A→D, D→A, A→C, D→C; never V→C, and C is final), with reopening as a new generation.
    [Fact]
    public void The_stages_follow_each_other_as_in_report_management()
    {
        // What a list says has ended elsewhere is no move of ours.
        var moves = Case.Life.Steps.Where(step => step.To is not null && step.From.Length > 0 && step.Name != "close-elsewhere").SelectMany(step => step.From.Select(from => (from, step.To!.Value)));

        Assert.Equal(
            [
                (CaseStage.Valid, CaseStage.Accepted), (CaseStage.Valid, CaseStage.Deferred),
                (CaseStage.Accepted, CaseStage.Deferred), (CaseStage.Accepted, CaseStage.Closed),
                (CaseStage.Deferred, CaseStage.Accepted), (CaseStage.Deferred, CaseStage.Closed),
                (CaseStage.Closed, CaseStage.Valid),
            ],
            moves.Order());
    }

    [Theory, MemberData(nameof(Stages))]
    public void Every_stage_can_reach_closed(CaseStage from)
    {
        var reached = new HashSet<CaseStage> { from };
        while (Case.Life.Steps.FirstOrDefault(step => step.To is { } to && !reached.Contains(to) && step.From.Any(reached.Contains)) is { } step)
            reached.Add(step.To!.Value);

        Assert.Contains(CaseStage.Closed, reached);
    }

    [Fact]
    public void A_case_that_nobody_decided_on_cannot_be_closed() =>
        Assert.Equal("case.wrong-stage", Assessed.Close(NotAffected, Around, Lena, Now).Why());

    [Fact]
    public void An_assessed_case_is_accepted()
    {
        var accepted = Assessed.Then(Assessed.Accept("Real.", Around, Ana), Ana);

        Assert.Equal(CaseStage.Accepted, accepted.Stage);
    }

    [Fact]
    public void A_deferred_case_has_a_day_on_which_it_is_looked_at_again_and_loses_it_when_it_is_accepted()
    {
        var deferred = Assessed.Then(Assessed.Defer("Waits for the supplier.", Ahead, Around, Lena, Now), Lena);
        Assert.Equal((CaseStage.Deferred, Ahead), (deferred.Stage, deferred.ReviewOn));

        var accepted = deferred.Then(deferred.Accept("The supplier answered.", Around, Ana), Ana);

        Assert.Equal((CaseStage.Accepted, null), (accepted.Stage, accepted.ReviewOn));
    }

    [Fact]
    public void A_case_is_not_deferred_to_a_day_that_has_gone() =>
        Assert.Equal(["reviewOn"], Assessed.Defer("Later.", Past, Around, Lena, Now).Wrong());

    [Fact]
    public void Where_a_patient_could_be_harmed_nobody_defers_his_own_case()
    {
        var harmful = Assessed.Then(new CaseEvent.SafetyJudged(new SafetyJudgement(true, "Over-infusion.", [])));

        var lenas = harmful.Then(new CaseEvent.Assigned(Some.Id("Lena")));
        Assert.Equal("case.second-person", lenas.Defer("Later.", Ahead, Around, Lena, Now).Why());

        var anas = harmful.Then(new CaseEvent.Assigned(Some.Id("Ana")));
        Assert.Equal(CaseStage.Deferred, anas.Then(anas.Defer("Later.", Ahead, Around, Lena, Now), Lena).Stage);
    }

    [Fact]
    public void A_harmless_case_may_be_deferred_by_its_only_lead()
    {
        var lenas = Assessed.Then(new CaseEvent.Assigned(Some.Id("Lena")));

        Assert.Equal(CaseStage.Deferred, lenas.Then(lenas.Defer("Later.", Ahead, Around, Lena, Now), Lena).Stage);
    }

    [Fact]
    public void A_reopened_case_keeps_what_was_found_and_is_decided_anew()
    {
        var reopened = Closed.Then(Closed.Reopen("A second way in.", Ana), Ana);

        Assert.Equal((CaseStage.Valid, 2), (reopened.Stage, reopened.Generation));
        Assert.Null(reopened.Closure);
        Assert.Single(reopened.Vulnerabilities);
        Assert.Equal(2, reopened.Statuses.Length);
        Assert.Equal("case.safety-not-judged", reopened.Accept("Again.", Around, Ana).Why());
    }

    [Fact]
    public void A_report_is_attached_once_and_brings_its_product()
    {
        var (second, product) = (Some.Id("second report"), Some.Id("second product"));

        var attached = Fresh.Then(Fresh.AttachReport(second, product, Ana), Ana);

        Assert.Equal([Report, second], attached.Reports);
        Assert.Equal([Some.Id("product"), product], attached.Products);
        Assert.Equal("case.report-attached", attached.AttachReport(second, product, Ana).Why());
    }

    [Fact]
    public void Who_is_assigned_answers_for_the_case_and_before_that_whoever_opened_it()
    {
        Assert.Equal([Ana.Id], Fresh.Answerable);

        var assigned = Fresh.Then(Fresh.Assign(Some.Id("Dora"), Lena), Lena);
        Assert.Equal([Dora.Id], assigned.Answerable);
        Assert.Equal("case.assigned", assigned.Assign(Some.Id("Dora"), Lena).Why());

        var nobody = assigned.Then(assigned.Unassign(Some.Id("Dora"), Lena), Lena);
        Assert.Equal([Ana.Id], nobody.Answerable);
        Assert.Equal("case.not-assigned", nobody.Unassign(Some.Id("Dora"), Lena).Why());
    }

    [Theory, MemberData(nameof(OpenStages))]
    public void Only_clinical_safety_judges_the_safety(CaseStage stage)
    {
        var judgement = new SafetyJudgement(true, "Over-infusion.", ["RF-12"]);

        Assert.Equal(judgement, In(stage).Then(In(stage).JudgeSafety(judgement, Sara), Sara).Safety);
        Assert.All([Ana, Lena, Quinn, Dora, Paul], other => Assert.Equal("case.wrong-role", In(stage).JudgeSafety(judgement, other).Why()));
    }

    [Fact]
    public void Only_quality_decides_on_reporting_and_a_later_decision_for_a_market_replaces_the_earlier()
    {
        var yes = new Reportability("EU", true, "A serious incident.");
        Assert.Equal("case.wrong-role", Accepted.DecideReportability(yes, Lena).Why());
        Assert.Equal(["market"], Accepted.DecideReportability(yes with { Market = "eu" }, Quinn).Wrong());

        var decided = Accepted.Then(new CaseEvent.ReportabilityDecided(new("EU", false, "Not yet.")), new CaseEvent.ReportabilityDecided(new("US", false, "No.")));
        decided = decided.Then(decided.DecideReportability(yes, Quinn), Quinn);

        Assert.Equal(["US", "EU"], decided.Reportability.Select(one => one.Market));
        Assert.Equal(yes, decided.Reportability[1]);
    }

    [Fact]
    public void Decisions_are_signed()
    {
        var decisions = Case.Life.Steps.Where(step => step.Signature is not null).Select(step => step.Name);

        Assert.Equal(["defer", "close", "judge-safety", "decide-reportability", "decide-disclosure"], decisions);
    }

    [Fact]
    public void A_closed_case_changes_only_by_facts_by_reopening_and_by_undoing_the_import_that_brought_it()
    {
        var open = Case.Life.Steps.Where(step => step.From.Contains(CaseStage.Closed)).Select(step => step.Name);

        Assert.Equal(["reopen", "assert", "withdraw-assertion", "import", "take-back"], open);
        Assert.Equal("case.wrong-stage", Closed.Retitle("Something else", Ana).Why());
    }

    [Fact]
    public void Support_changes_nothing_of_a_case() =>
        Assert.DoesNotContain(Case.Life.Steps, step => step.Roles.Any(Paul.Has));
}
