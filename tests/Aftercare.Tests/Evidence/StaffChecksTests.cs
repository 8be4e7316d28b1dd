using System.Collections.Immutable;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Evidence;

public sealed class StaffChecksTests
{
    private static readonly Instant Now = Some.Monday.Plus(TimeSpan.FromDays(5));
    private static readonly PersonEvent.Trained Trained = new(Role.Signer, Stated.Parse("2026-01-12", null), "SOP-114 rev. 3", Stated.Parse("2027-01-12", null));

    [Fact]
    public void A_role_with_a_trained_holder_and_a_deputy_who_holds_it_too_passes_until_training_is_due_again()
    {
        var (sam, sue) = (Signer("Sam", "Sue"), Signer("Sue"));

        Assert.Equal(CheckResult.Pass, Judge(sam, sue).Result);
        Assert.Equal(CheckResult.Partial, Judge(Trained.NextDue!.Earliest, sam, sue).Result);
    }

    [Fact]
    public void A_role_that_nobody_holds_fails_and_the_gap_names_it()
    {
        var finding = Judge();

        Assert.Equal(CheckResult.Fail, finding.Result);
        Assert.Contains("Nobody holds Signer", Assert.Single(finding.Shortfalls).Gap.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_role_without_deputy_passes_in_part_and_so_does_one_whose_deputy_has_left_lost_the_role_or_was_only_proposed()
    {
        var sam = Signer("Sam", "Sue");

        Assert.Equal(CheckResult.Partial, Judge(Signer("Sam")).Result);
        Assert.Equal(CheckResult.Partial, Judge(Signer("Sam"), Signer("Sue")).Result);
        Assert.Equal(CheckResult.Partial, Judge(sam).Result);
        Assert.Equal(CheckResult.Partial, Judge(sam, Then("Sue", new PersonEvent.RoleGranted(Role.Signer), new PersonEvent.RoleRevoked(Role.Signer, "Moved."))).Result);
        Assert.Equal(CheckResult.Partial, Judge(sam, Then("Sue", new PersonEvent.RoleProposed(Role.Signer))).Result);
    }

    [Fact]
    public void A_holder_without_training_for_that_role_passes_in_part()
    {
        var sue = Then("Sue", new PersonEvent.RoleGranted(Role.Signer), Trained with { Role = Role.Lead });

        var finding = Judge(Signer("Sam", "Sue"), sue);

        Assert.Equal(CheckResult.Partial, finding.Result);
        Assert.Contains("Of 2 who hold it, for 1", Assert.Single(finding.Shortfalls).Gap.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_organisation_there_is_no_data() => Assert.Equal(CheckResult.NoData, Evaluation.Of(StaffChecks.Staffed, [], null, Now).Result);

    [Fact]
    public void Every_duty_is_somebodys_whom_a_role_can_make_so() =>
        Assert.All(Enum.GetValues<HandlingDuty>(), duty => Assert.All(StaffChecks.RolesOf(duty), role => Assert.Contains(role, Person.Grantable)));

    private static Finding Judge(params ImmutableArray<Person> people) => Judge(Now, people);

    private static Finding Judge(Instant at, params ImmutableArray<Person> people) =>
        Evaluation.Of(StaffChecks.Staffed, [new StaffedDuty(HandlingDuty.Signing, Some.Id("organisation"), people)], null, at);

    private static Person Signer(string name, string? deputy = null) => Then(name,
        [new PersonEvent.RoleGranted(Role.Signer), Trained, .. deputy is null ? Array.Empty<Event>() : [new PersonEvent.DeputyNamed(Role.Signer, Some.Id(deputy))]]);

    private static Person Then(string name, params Event[] events)
    {
        Person? person = null;
        foreach (var (happened, i) in new Event[] { new PersonEvent.Founded() }.Concat(events).Select((happened, i) => (happened, i)))
            person = Fold.Next(person, Entry.Write(new EntryHead(Some.Id(name), i + 1, Some.Administrator.Id, Role.Administrator, Some.Monday, "test"), happened, null, new byte[16]));
        return person!;
    }
}
