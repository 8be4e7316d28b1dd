using Aftercare.Ledger;
using Aftercare.People;
using Xunit;

namespace Aftercare.Tests.Ledger;

public sealed class LifecycleTests
{
    private enum Stage
    {
        Draft,
        InReview,
        Approved,
    }

    private static readonly Lifecycle<Stage> Life = new("paper",
    [
        new("write", "person.founded", [], Stage.Draft, [Role.Analyst]),
        new("hand-in", "person.invited", [Stage.Draft], Stage.InReview, [Role.Lead, Role.Analyst]) { Button = "Hand in" },
        new("approve", "person.joined", [Stage.InReview], Stage.Approved, [Role.Quality]) { Button = "Approve", Signature = "Approval", NotBy = ["person.invited"] },
        new("comment", "person.left", [Stage.Draft, Stage.InReview], null, [Role.Analyst, Role.Quality]),
    ]);

    private static readonly Actor Analyst = Actor.Person(Some.Id("analyst"), Role.Analyst);
    private static readonly Actor Both = Actor.Person(Some.Id("both"), Role.Analyst, Role.Quality);

    [Fact]
    public void Nothing_bars_a_step_in_the_right_role_and_stage() => Assert.Null(Life.Bars("hand-in", null, Stage.Draft, Analyst));

    [Fact]
    public void A_step_that_begins_asks_for_no_stage() => Assert.Null(Life.Bars("write", null, null, Analyst));

    [Fact]
    public void A_role_that_lacks_the_step_is_told_which_role_it_needs() =>
        Assert.Equal(Refusal.Role("paper.wrong-role", "To approve needs the role Quality."), Life.Bars("approve", null, Stage.InReview, Analyst), SameWords);

    [Fact]
    public void A_wrong_stage_is_named_with_those_that_would_do() =>
        Assert.Equal(Refusal.State("paper.wrong-stage", "It is approved; to comment it must be draft or in review."), Life.Bars("comment", null, Stage.Approved, Analyst), SameWords);

    [Fact]
    public void Who_took_the_step_before_cannot_be_the_second_person()
    {
        var handedIn = Some.State<Person>(Both, new PersonEvent.Founded(), new PersonEvent.Invited([], []));

        Assert.Equal("paper.second-person", Life.Bars("approve", handedIn, Stage.InReview, Both)?.Code);
        Assert.Null(Life.Bars("approve", handedIn, Stage.InReview, Some.Quality));
    }

    [Fact]
    public void A_person_and_his_machine_are_no_two_people()
    {
        var machine = new Actor(Actor.MachineId(Some.Id("both"), Some.Id("token")), [Role.Machine, Role.Analyst, Role.Quality]);
        var byHimself = Some.State<Person>(Both, new PersonEvent.Founded(), new PersonEvent.Invited([], []));
        var byHisMachine = Some.State<Person>(machine, new PersonEvent.Founded(), new PersonEvent.Invited([], []));

        Assert.Equal("paper.second-person", Life.Bars("approve", byHimself, Stage.InReview, machine)?.Code);
        Assert.Equal("paper.second-person", Life.Bars("approve", byHisMachine, Stage.InReview, Both)?.Code);
        Assert.Null(Life.Bars("approve", byHisMachine, Stage.InReview, Some.Quality));
    }

    [Fact]
    public void The_last_one_who_took_the_step_counts_not_the_first()
    {
        var handedIn = Some.State<Person>(Both, new PersonEvent.Founded(), new PersonEvent.Invited([], []));
        var again = Some.Next(handedIn, new PersonEvent.Invited([], []), Analyst);

        Assert.Null(Life.Bars("approve", again, Stage.InReview, Both));
    }

    [Fact]
    public void Buttons_are_the_steps_that_stage_and_roles_allow_in_the_tables_order()
    {
        Assert.Equal(["hand-in", "comment"], Life.Open(Stage.Draft, Analyst).Select(step => step.Name));
        Assert.Equal(["approve", "comment"], Life.Open(Stage.InReview, Both).Select(step => step.Name));
        Assert.Empty(Life.Open(Stage.Approved, Both));
    }

    [Fact]
    public void A_step_that_the_table_does_not_know_is_a_bug() =>
        Assert.Throws<InvalidOperationException>(() => Life.Bars("burn", null, Stage.Draft, Analyst));

    private static bool SameWords(Refusal? one, Refusal? other) => (one?.Because, one?.Code, one?.Reason) == (other?.Because, other?.Code, other?.Reason);
}
