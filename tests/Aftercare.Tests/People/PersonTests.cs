using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.People;

public sealed class PersonTests
{
    private static readonly Actor OtherAdministrator = Actor.Person(Some.Id("other administrator"), Role.Administrator);
    private static readonly Actor Publisher = Actor.Person(Some.Id("publisher"), Role.Publisher);

    private static readonly Actor Newcomer = Actor.Person(Some.Id("newcomer"), Role.Invited);

    private static Person Active(params ReadOnlySpan<Event> then) =>
        Some.State<Person>(Some.Administrator, [new PersonEvent.Invited([], []), new PersonEvent.Joined(), .. then]);

    private static string Why(Outcome<PersonEvent> decision)
    {
        Assert.True(decision.Refused(out var why, out _));
        return why.Code;
    }

    [Fact]
    public void The_founder_is_administrator_and_nothing_else() =>
        Assert.Equal([Role.Administrator], Some.State<Person>(Actor.System, Person.Found()).Roles);

    [Fact]
    public void Who_was_invited_has_no_role_until_a_second_person_grants_it()
    {
        var invited = Some.State<Person>(Some.Administrator, Person.Invite([Role.Analyst, Role.Lead], [], Some.Administrator).Value);
        Assert.Empty(invited.Roles);
        Assert.Equal([Role.Analyst, Role.Lead], invited.Proposals.Select(proposal => proposal.Role));

        var joined = Some.Next(invited, invited.Join(Newcomer).Value, Newcomer);
        var granted = Some.Next(joined, joined.GrantRole(Role.Lead, Some.Quality).Value, Some.Quality);

        Assert.Equal([Role.Lead], granted.Roles);
        Assert.Equal([Role.Analyst], granted.Proposals.Select(proposal => proposal.Role));
    }

    [Fact]
    public void Who_proposed_a_role_cannot_grant_it()
    {
        var proposed = Active(new PersonEvent.RoleProposed(Role.Analyst));

        Assert.Equal("person.second-person", Why(proposed.GrantRole(Role.Analyst, Some.Administrator)));
        Assert.False(proposed.GrantRole(Role.Analyst, OtherAdministrator).Refused(out _, out _));
    }

    // Quality and signer are the two rights that an administrator would want for a deed of his own.
    [Theory]
    [InlineData(Role.Quality)]
    [InlineData(Role.Signer)]
    [InlineData(Role.Administrator)]
    public void Nobody_grants_himself_a_role(Role role)
    {
        var administrator = Some.State<Person>(OtherAdministrator, Person.Found(), new PersonEvent.RoleProposed(role));
        var himself = Actor.Person(administrator.Id, Role.Administrator);

        Assert.Equal("person.own-grant", Why(administrator.GrantRole(role, himself)));
    }

    [Theory]
    [InlineData(Role.Quality)]
    [InlineData(Role.Signer)]
    public void An_administrator_who_proposes_himself_cannot_grant_either(Role role)
    {
        var before = Some.State<Person>(Actor.System, Person.Found());
        var himself = Actor.Person(before.Id, Role.Administrator);

        var proposed = Some.Next(before, before.ProposeRole(role, himself).Value, himself);

        Assert.True(proposed.GrantRole(role, himself).Refused(out _, out _));
        Assert.DoesNotContain(role, proposed.Roles);
    }

    [Fact]
    public void A_role_that_nobody_proposed_cannot_be_granted() =>
        Assert.Equal("person.not-proposed", Why(Active().GrantRole(Role.Signer, Some.Quality)));

    [Fact]
    public void An_analyst_neither_proposes_nor_grants()
    {
        var analyst = Actor.Person(Some.Id("analyst"), Role.Analyst);
        var proposed = Active(new PersonEvent.RoleProposed(Role.Lead));

        Assert.Equal("person.wrong-role", Why(proposed.GrantRole(Role.Lead, analyst)));
        Assert.Equal("person.wrong-role", Why(proposed.ProposeRole(Role.Signer, analyst)));
        Assert.Equal("person.wrong-role", Why(proposed.Leave("I say so", analyst)));
    }

    [Fact]
    public void The_first_quality_person_confirms_himself_by_joining()
    {
        var invited = Some.State<Person>(Some.Administrator, new PersonEvent.Invited([Role.Quality, Role.Signer], []));

        Assert.Equal([new PersonEvent.RoleGranted(Role.Quality)], invited.GrantedByJoining(qualityExists: false));
        Assert.Empty(invited.GrantedByJoining(qualityExists: true));
    }

    [Fact]
    public void An_operator_confirms_himself_by_joining()
    {
        var invited = Some.State<Person>(Publisher, Person.Invite([Role.Operator], [Some.Id("site")], Publisher).Value);

        Assert.Equal([new PersonEvent.RoleGranted(Role.Operator)], invited.GrantedByJoining(qualityExists: true));
        Assert.Equal([Some.Id("site")], invited.Sites);
    }

    [Theory]
    [InlineData(Role.System)]
    [InlineData(Role.Machine)]
    [InlineData(Role.Reporter)]
    [InlineData(Role.Anonymous)]
    [InlineData(Role.Invited)]
    public void Some_roles_are_not_for_people(Role role)
    {
        Assert.Equal("malformed", Why(Person.Invite([role], [], Some.Administrator)));
        Assert.Equal("malformed", Why(Active().ProposeRole(role, Some.Administrator)));
    }

    [Fact]
    public void An_operator_has_sites_and_nobody_else_has()
    {
        Assert.Equal("malformed", Why(Person.Invite([Role.Operator], [], Publisher)));
        Assert.Equal("malformed", Why(Person.Invite([Role.Analyst], [Some.Id("site")], Some.Administrator)));
    }

    [Fact]
    public void A_publisher_invites_operators_only() =>
        Assert.Equal("person.wrong-role", Why(Person.Invite([Role.Analyst], [], Publisher)));

    [Fact]
    public void A_role_that_is_held_or_proposed_is_not_proposed_again()
    {
        var proposed = Active(new PersonEvent.RoleProposed(Role.Lead));
        var granted = Some.Next(proposed, proposed.GrantRole(Role.Lead, Some.Quality).Value, Some.Quality);

        Assert.Equal("person.role-held", Why(proposed.ProposeRole(Role.Lead, Some.Quality)));
        Assert.Equal("person.role-held", Why(granted.ProposeRole(Role.Lead, Some.Quality)));
    }

    [Fact]
    public void A_role_can_be_taken_away_and_proposed_anew()
    {
        var granted = Active(new PersonEvent.RoleGranted(Role.Lead));
        var revoked = Some.Next(granted, granted.RevokeRole(Role.Lead, "Leave of absence", Some.Quality).Value, Some.Quality);

        Assert.Empty(revoked.Roles);
        Assert.Equal("person.role-not-held", Why(revoked.RevokeRole(Role.Lead, "Again", Some.Quality)));
        Assert.False(revoked.ProposeRole(Role.Lead, Some.Administrator).Refused(out _, out _));
    }

    [Fact]
    public void Who_has_left_holds_nothing_and_gets_nothing()
    {
        var granted = Active(new PersonEvent.RoleGranted(Role.Lead), new PersonEvent.RoleProposed(Role.Signer));
        var left = Some.Next(granted, granted.Leave("Retired", Some.Quality).Value, Some.Quality);

        Assert.Empty(left.Roles);
        Assert.Empty(left.Proposals);
        Assert.Equal("person.wrong-stage", Why(left.ProposeRole(Role.Lead, Some.Administrator)));
        Assert.Equal("person.wrong-stage", Why(left.Join(Newcomer)));
    }

    [Fact]
    public void Who_stands_in_holds_the_role_or_is_proposed_for_it_and_is_somebody_else()
    {
        var ana = Active(new PersonEvent.RoleGranted(Role.Lead));
        Person Other(params Event[] events) => Fold.Of<Person>([.. events.Prepend(new PersonEvent.Founded()).Select((happened, i) =>
            Entry.Write(new EntryHead(Some.Id("Bo"), i + 1, Some.Administrator.Id, Role.Administrator, Some.Monday, "test"), happened, null, new byte[16]))])!;
        var bo = Other(new PersonEvent.RoleGranted(Role.Lead));

        Assert.Equal("malformed", Why(ana.NameDeputy(Role.Lead, ana, Some.Quality)));
        Assert.Equal("malformed", Why(ana.NameDeputy(Role.Lead, Other(), Some.Quality)));
        Assert.Equal("malformed", Why(ana.NameDeputy(Role.Lead, Other(new PersonEvent.RoleGranted(Role.Lead), new PersonEvent.Left("Retired")), Some.Quality)));
        Assert.Equal("person.role-not-held", Why(ana.NameDeputy(Role.Signer, bo, Some.Quality)));
        Assert.Equal("person.wrong-role", Why(ana.NameDeputy(Role.Lead, bo, Actor.Person(Some.Id("lead"), Role.Lead))));
        Assert.False(ana.NameDeputy(Role.Lead, Other(new PersonEvent.RoleProposed(Role.Lead)), Some.Quality).Refused(out _, out _));

        var named = Some.Next(ana, ana.NameDeputy(Role.Lead, bo, Some.Quality).Value, Some.Quality);
        Assert.Equal(bo.Id, named.Deputies[Role.Lead]);
        Assert.Empty(Some.Next(named, named.RevokeRole(Role.Lead, "Moved", Some.Quality).Value, Some.Quality).Deputies);
        var left = Some.Next(named, named.Leave("Retired", Some.Quality).Value, Some.Quality);
        Assert.Empty(left.Deputies);
        Assert.Equal([Role.Lead], left.Former);
    }

    [Fact]
    public void Training_is_recorded_by_somebody_else_for_a_role_that_he_has_and_not_before_it_happened()
    {
        var ana = Active(new PersonEvent.RoleGranted(Role.Lead), new PersonEvent.RoleProposed(Role.Signer));
        var training = new PersonEvent.Trained(Role.Lead, Stated.Parse("2026-01-12", null), "SOP-114 rev. 3", Stated.Parse("2028-01-12", null));
        var himself = Actor.Person(ana.Id, Role.Quality);

        Assert.False(ana.RecordTraining(training, Some.Monday, Some.Quality).Refused(out _, out _));
        Assert.False(ana.RecordTraining(training with { Role = Role.Signer, NextDue = null }, Some.Monday, Some.Quality).Refused(out _, out _));
        Assert.Equal("person.own-training", Why(ana.RecordTraining(training, Some.Monday, himself)));
        Assert.Equal("person.role-not-held", Why(ana.RecordTraining(training with { Role = Role.Quality }, Some.Monday, Some.Quality)));
        Assert.Equal("malformed", Why(ana.RecordTraining(training with { On = Stated.Parse("2026-03-20", null) }, Some.Monday, Some.Quality)));
        Assert.Equal("malformed", Why(ana.RecordTraining(training with { NextDue = training.On }, Some.Monday, Some.Quality)));
    }

    [Fact]
    public void Nobody_joins_twice() => Assert.Equal("person.wrong-stage", Why(Active().Join(Newcomer)));

    [Fact]
    public void Only_an_operator_has_sites_and_never_none()
    {
        var op = Some.State<Person>(Some.Administrator, Person.Invite([Role.Operator], [Some.Id("site")], Publisher).Value);

        op = Some.Next(op, op.ChangeSites([Some.Id("other site")], Publisher).Value, Publisher);

        Assert.Equal([Some.Id("other site")], op.Sites);
        Assert.Equal("malformed", Why(op.ChangeSites([], Publisher)));
        Assert.Equal("person.not-operator", Why(Active().ChangeSites([Some.Id("site")], Some.Administrator)));
    }

    [Fact]
    public void An_invitation_is_renewed_until_somebody_has_joined()
    {
        var invited = Some.State<Person>(Some.Administrator, Person.Invite([Role.Analyst], [], Some.Administrator).Value);

        Assert.False(invited.RenewInvitation(Some.Administrator).Refused(out _, out _));
        Assert.Equal("person.wrong-stage", Why(Active().RenewInvitation(Some.Administrator)));
    }

    [Fact]
    public void Nobody_resets_his_own_second_factor_nor_does_anybody_but_an_administrator()
    {
        var person = Active();
        var himself = Actor.Person(person.Id, Role.Administrator);

        Assert.Equal("person.own-second-factor", Why(person.ResetSecondFactor("Lost it", himself)));
        Assert.Equal("person.wrong-role", Why(person.ResetSecondFactor("Lost it", Some.Quality)));
        Assert.Equal(new PersonEvent.SecondFactorReset("Lost it"), person.ResetSecondFactor("Lost it", OtherAdministrator).Value);
    }
}
