using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Desk;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Reports;
using Aftercare.Updates;
using Xunit;

namespace Aftercare.SystemTests.Desk;

/// <summary>Which questions each role asks in the morning.</summary>
public sealed class AgendaTests
{
    public static TheoryData<Role> Roles => [.. Allowed.Desk];

    /// <summary>The step that answers a question, by the lifecycle table.</summary>
    public static TheoryData<Question, string> Steps
    {
        get
        {
            var steps = new TheoryData<Question, string>();
            foreach (var (question, step) in Taken)
                steps.Add(question, step.Name);
            return steps;
        }
    }

    private static Dictionary<Question, Step> Taken { get; } = new()
    {
        [Question.Acknowledge] = StepOf(Report.Life, "acknowledge"),
        [Question.ReporterWrote] = StepOf(Report.Life, "tell-reporter"),
        [Question.WordDue] = StepOf(Report.Life, "tell-reporter"),
        [Question.DecideReports] = StepOf(Report.Life, "validate"),
        [Question.Complaints] = StepOf(Report.Life, "determine-complaint"),
        [Question.UnassignedCases] = StepOf(Case.Life, "assign"),
        [Question.CasesToReview] = StepOf(Case.Life, "accept"),
        [Question.JudgeSafety] = StepOf(Case.Life, "judge-safety"),
        [Question.DecideReporting] = StepOf(Case.Life, "decide-reportability"),
        [Question.DecideDisclosure] = StepOf(Case.Life, "decide-disclosure"),
        [Question.ApproveAdvisories] = StepOf(Advisory.Life, "approve"),
        [Question.PublishAdvisories] = StepOf(Advisory.Life, "publish"),
        [Question.DecideStatements] = StepOf(Statement.Life, "decide"),
        [Question.PublishStatements] = StepOf(Statement.Life, "publish"),
        [Question.CompleteUpdates] = StepOf(Update.Life, "describe"),
        [Question.FreezeUpdates] = StepOf(Update.Life, "submit"),
        [Question.SignUpdates] = StepOf(Update.Life, "collect-signature"),
        [Question.PublishUpdates] = StepOf(Update.Life, "publish"),
        [Question.Policy] = StepOf(DisclosurePolicy.Life, "approve"),
        [Question.WaysIn] = StepOf(IntakeChannel.Life, "test"),
        [Question.Roles] = StepOf(Person.Life, "grant-role"),
        [Question.Invitations] = StepOf(Person.Life, "renew-invitation"),
    };

    [Theory, MemberData(nameof(Roles))]
    public void Every_role_of_the_desk_has_questions_and_each_once(Role role)
    {
        var asked = Agenda.For(one => one == role);

        Assert.NotEmpty(asked);
        Assert.Equal(asked.Distinct(), asked);
        Assert.All(asked, question => Assert.NotEqual("", Agenda.Heading(question)));
    }

    [Theory, MemberData(nameof(Steps))]
    public void Who_is_asked_to_take_a_step_may_take_it(Question question, string name) =>
        Assert.All(Allowed.Desk.Where(role => Agenda.For(one => one == role).Contains(question)), role => Assert.True(Taken[question].Roles.Contains(role), $"{role} may not {name}"));

    [Fact]
    public void Every_question_is_asked_by_somebody() =>
        Assert.Equal(Enum.GetValues<Question>(), Agenda.For(_ => true).Order());

    [Fact]
    public void Somebody_with_two_roles_reads_what_presses_in_either_first_and_nothing_twice()
    {
        var both = Agenda.For(role => role is Role.Analyst or Role.Publisher);

        Assert.Equal([Question.Acknowledge, Question.PublishAdvisories], both.Take(2));
        Assert.Equal(both.Distinct(), both);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7.9, 0)]
    [InlineData(8, 1)]
    [InlineData(30.9, 1)]
    [InlineData(31, 2)]
    [InlineData(90.9, 2)]
    [InlineData(91, 3)]
    public void A_report_is_as_old_as_the_whole_days_since_somebody_heard_of_it(double days, int band)
    {
        var now = new Instant(1_795_266_180_000);
        var (source, counts) = Assert.Single(ReportsByAge.From([(SourceCategory.Researcher, now.Plus(TimeSpan.FromDays(-days)))], now).Sources);

        Assert.Equal(SourceCategory.Researcher, source);
        Assert.Equal(1, counts[band]);
        Assert.Equal(1, counts.Sum());
    }

    [Fact]
    public void Every_step_of_a_device_stands_once_on_the_ladder_that_is_drawn() =>
        Assert.Equal(Enum.GetValues<DeliveryStep>().Length, ShowCoverage.Ladder(Enum.GetValues<DeliveryStep>().ToDictionary(step => step, _ => 1)).Sum(rung => rung.Devices));

    private static Step StepOf<TStage>(Lifecycle<TStage> life, string name) where TStage : struct, Enum => life.Steps.First(step => step.Name == name);
}
