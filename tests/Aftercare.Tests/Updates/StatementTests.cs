using Aftercare.Ledger;
using Aftercare.Tests.Ledger;
using Aftercare.Updates;
using Xunit;

namespace Aftercare.Tests.Updates;

public sealed class StatementTests
{
    private static readonly Actor Lead = Actor.Person(Some.Id("lead"), Role.Lead);
    private static readonly Actor Publisher = Actor.Person(Some.Id("publisher"), Role.Publisher);
    private static readonly StatementEvent.Decided Approval = new(Verdict.Approved, "Pump 4.2.0 on Windows 11", "TR-17", null, null, Stated.Parse("2026-03-01", null));

    [Theory]
    [InlineData(Verdict.Approved, "testedConfiguration")]
    [InlineData(Verdict.NotApproved, "measures")]
    public void A_verdict_without_what_it_needs_is_refused(Verdict verdict, string field) =>
        Assert.Contains(field, FaultsOf(Drafted().Decide(Approval with { Verdict = verdict, TestedConfiguration = " " }, Lead)));

    [Fact]
    public void Conditions_are_said_where_there_are_any() =>
        Assert.Equal(["conditions"], FaultsOf(Drafted().Decide(Approval with { Verdict = Verdict.ApprovedWithConditions }, Lead)));

    [Fact]
    public void What_to_do_instead_is_said_whole() =>
        Assert.Equal(["measures", "workflowEffect"], FaultsOf(Drafted().Decide(
            Approval with { Verdict = Verdict.NotApproved, Mitigation = StatementSamples.Instead with { Measures = "", WorkflowEffect = " " } }, Lead)));

    [Fact]
    public void Nobody_publishes_what_he_decided()
    {
        var decided = Decided(Approval);

        Assert.Equal("statement.second-person", Refused(decided.Publish(Lead)));
        Assert.Equal(new StatementEvent.Published(), decided.Publish(Publisher).Value);
    }

    [Fact]
    public void Nothing_undecided_is_published() => Assert.Equal("statement.undecided", Refused(Drafted().Publish(Publisher)));

    [Fact]
    public void A_published_statement_is_superseded_and_not_changed()
    {
        var published = Some.Next(Decided(Approval), new StatementEvent.Published(), Publisher);
        var superseded = Some.Next(published, published.Supersede(Some.Id("newer"), "Tested again.", Publisher).Value, Publisher);

        Assert.Equal("statement.wrong-stage", Refused(published.Decide(Approval, Lead)));
        Assert.Equal((StatementStage.Superseded, (Guid?)Some.Id("newer")), (superseded.Stage, superseded.SupersededBy));
    }

    [Fact]
    public void A_publisher_does_not_decide() => Assert.Equal("statement.wrong-role", Refused(Drafted().Decide(Approval, Publisher)));

    [Theory]
    [InlineData("KB5031234")]
    [InlineData("kb 5031-234")]
    [InlineData(" KB_5031234 ")]
    public void An_update_is_found_however_its_number_is_spelled(string typed) => Assert.Equal("KB5031234", ThirdPartyUpdate.KeyOf(typed));

    private static Statement Drafted() => Some.State<Statement>(Publisher, StatementSamples.All[0]);

    private static Statement Decided(StatementEvent.Decided decision) => Some.Next(Drafted(), Drafted().Decide(decision, Lead).Value, Lead);

    private static string Refused(Outcome<StatementEvent> outcome) => outcome.Refused(out var why, out _) ? why.Code : "nothing was refused";

    private static IEnumerable<string> FaultsOf(Outcome<StatementEvent> outcome) => outcome.Refused(out var why, out _) ? why.Faults.Select(fault => fault.Field) : [];
}
