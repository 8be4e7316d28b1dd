using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.People;

/// <summary>Whether a person has come, is here, or has gone.</summary>
public enum Standing
{
    Invited,
    Active,
    Left,
}

/// <summary>What happened to a person's standing and rights. Names and addresses are never in here: they are sealed and erasable.</summary>
public abstract record PersonEvent : Event
{
    /// <summary>The installation's first administrator, made by the one-time set-up link.</summary>
    [Kind("person.founded")]
    public sealed record Founded : PersonEvent;

    /// <param name="Roles">Proposed with the invitation; each still needs a second person.</param>
    /// <param name="Sites">For an operator: the sites he will see.</param>
    [Kind("person.invited")]
    public sealed record Invited(ImmutableArray<Role> Roles, ImmutableArray<Guid> Sites) : PersonEvent;

    /// <summary>A fresh link; the one before opens nothing any more.</summary>
    [Kind("person.invitation-renewed")]
    public sealed record InvitationRenewed : PersonEvent;

    [Kind("person.joined")]
    public sealed record Joined : PersonEvent;

    [Kind("person.role-proposed")]
    public sealed record RoleProposed(Role Role) : PersonEvent;

    [Kind("person.role-granted")]
    public sealed record RoleGranted(Role Role) : PersonEvent;

    [Kind("person.role-revoked")]
    public sealed record RoleRevoked(Role Role, string Reason) : PersonEvent;

    /// <summary>An operator's sites, said anew.</summary>
    [Kind("person.sites-changed")]
    public sealed record SitesChanged(ImmutableArray<Guid> Sites) : PersonEvent;

    /// <summary>He lost his authenticator app and his recovery codes: his password alone lets him in again, until he sets up anew.</summary>
    [Kind("person.second-factor-reset")]
    public sealed record SecondFactorReset(string Reason) : PersonEvent;

    [Kind("person.left")]
    public sealed record Left(string Reason) : PersonEvent;
}

/// <summary>A role that one person proposed and a second has not granted yet.</summary>
public sealed record Proposal(Role Role, string By);

/// <summary>Somebody with an account. Rights are entries of the ledger: who may do what, since when, by whose decision.</summary>
public sealed record Person : Subject, IFold<Person>
{
    private static readonly ImmutableArray<Role> Granters = [Role.Administrator, Role.Quality];

    /// <summary>Roles that only others' tokens or links carry; no person can be given them.</summary>
    private static readonly ImmutableArray<Role> NotForPeople = [Role.Anonymous, Role.Reporter, Role.Machine, Role.System];

    /// <summary>Roles that a person can be given.</summary>
    public static ImmutableArray<Role> Grantable { get; } = [.. Enum.GetValues<Role>().Except(NotForPeople)];

    public static string Noun => "person";

    public static Lifecycle<Standing> Life { get; } = new(Noun,
    [
        new("found", "person.founded", [], Standing.Active, [Role.System]),
        new("invite", "person.invited", [], Standing.Invited, [Role.Administrator, Role.Publisher, Role.Quality, Role.System]),
        new("renew-invitation", "person.invitation-renewed", [Standing.Invited], null, [Role.Administrator, Role.Publisher]) { Button = "New invitation link" },
        new("join", "person.joined", [Standing.Invited], Standing.Active, [Role.Anonymous, Role.System]),
        new("propose-role", "person.role-proposed", [Standing.Invited, Standing.Active], null, [Role.Administrator, Role.Quality]) { Button = "Propose a role" },
        new("grant-role", "person.role-granted", [Standing.Invited, Standing.Active], null, [.. Granters, Role.Anonymous, Role.System]) { Button = "Grant" },
        new("revoke-role", "person.role-revoked", [Standing.Invited, Standing.Active], null, Granters) { Button = "Revoke" },
        new("change-sites", "person.sites-changed", [Standing.Invited, Standing.Active], null, [Role.Administrator, Role.Publisher]) { Button = "Change sites" },
        new("reset-second-factor", "person.second-factor-reset", [Standing.Active], null, [Role.Administrator]) { Button = "Reset the second factor" },
        new("leave", "person.left", [Standing.Invited, Standing.Active], Standing.Left, Granters) { Button = "Has left" },
    ]);

    public Standing Standing { get; private init; }

    /// <summary>Roles in force: empty as soon as the person has left.</summary>
    public ImmutableHashSet<Role> Roles { get; private init; } = [];

    public ImmutableArray<Proposal> Proposals { get; private init; } = [];

    public ImmutableArray<Guid> Sites { get; private init; } = [];

    public static PersonEvent Found() => new PersonEvent.Founded();

    public static Outcome<PersonEvent> Invite(ImmutableArray<Role> roles, ImmutableArray<Guid> sites, Actor by)
    {
        if (Life.Bars("invite", null, null, by) is { } bar)
            return bar;
        if (roles.Any(role => NotForPeople.Contains(role)))
            return Refusal.Malformed("roles", "One of these roles is not for people.");
        if (!by.Has(Role.Administrator) && roles.Any(role => !(role == Role.Operator && by.Has(Role.Publisher)) && !(role == Role.Auditor && by.Has(Role.Quality))))
            return Refusal.Role("person.wrong-role", "Only an administrator invites people of the house; a publisher invites operators of sites, and quality invites auditors.");
        if (roles.Contains(Role.Operator) != (sites.Length > 0))
            return Refusal.Malformed("sites", "An operator needs at least one site, and nobody else has any.");
        return new PersonEvent.Invited(roles, sites);
    }

    public Outcome<PersonEvent> RenewInvitation(Actor by) =>
        Life.Bars("renew-invitation", this, Standing, by) is { } bar ? bar : new PersonEvent.InvitationRenewed();

    public Outcome<PersonEvent> Join() =>
        Life.Bars("join", this, Standing, Actor.Anonymous) is { } bar ? bar : new PersonEvent.Joined();

    public Outcome<PersonEvent> ProposeRole(Role role, Actor by)
    {
        if (Life.Bars("propose-role", this, Standing, by) is { } bar)
            return bar;
        if (NotForPeople.Contains(role))
            return Refusal.Malformed("role", $"{role} is not a role for people.");
        if (Roles.Contains(role) || Proposals.Any(proposal => proposal.Role == role))
            return Refusal.State("person.role-held", $"{role} is held or proposed already.");
        return new PersonEvent.RoleProposed(role);
    }

    /// <summary>The second person's word. Nobody grants what he proposed, and nobody grants himself anything.</summary>
    public Outcome<PersonEvent> GrantRole(Role role, Actor by)
    {
        if (Life.Bars("grant-role", this, Standing, by) is { } bar)
            return bar;
        if (Proposals.FirstOrDefault(proposal => proposal.Role == role) is not { } proposed)
            return Refusal.State("person.not-proposed", $"Nobody has proposed {role} for this person.");
        if (by.IsSamePersonAs(Actor.PersonId(Id)))
            return Refusal.Role("person.own-grant", "Nobody grants himself a role. Ask a second person.");
        if (by.IsSamePersonAs(proposed.By))
            return Refusal.Role("person.second-person", "You proposed it; a second person grants it.");
        return new PersonEvent.RoleGranted(role);
    }

    /// <summary>
    /// The way out of the first day: while nobody holds <see cref="Role.Quality"/>, the invited person's own acceptance counts as the second person,
    /// for that role only. Operators are confirmed by accepting, as they gain nothing but the sight of their own sites.
    /// </summary>
    public ImmutableArray<PersonEvent> GrantedByJoining(bool qualityExists) =>
        [.. Proposals.Where(proposal => proposal.Role == Role.Operator || (proposal.Role == Role.Quality && !qualityExists))
            .Select(proposal => new PersonEvent.RoleGranted(proposal.Role))];

    public Outcome<PersonEvent> RevokeRole(Role role, string reason, Actor by)
    {
        if (Life.Bars("revoke-role", this, Standing, by) is { } bar)
            return bar;
        return Roles.Contains(role) ? new PersonEvent.RoleRevoked(role, reason) : Refusal.State("person.role-not-held", $"{role} is not held.");
    }

    public Outcome<PersonEvent> ChangeSites(ImmutableArray<Guid> sites, Actor by)
    {
        if (Life.Bars("change-sites", this, Standing, by) is { } bar)
            return bar;
        if (!Roles.Contains(Role.Operator) && Proposals.All(proposal => proposal.Role != Role.Operator))
            return Refusal.State("person.not-operator", "Only operators of sites have sites.");
        return sites.IsEmpty ? Refusal.Malformed("sites", "An operator needs at least one site.") : new PersonEvent.SitesChanged(sites);
    }

    /// <summary>By a second person, who knows by other ways that it is he: a stolen session must not take off its own lock.</summary>
    public Outcome<PersonEvent> ResetSecondFactor(string reason, Actor by)
    {
        if (Life.Bars("reset-second-factor", this, Standing, by) is { } bar)
            return bar;
        return by.IsSamePersonAs(Actor.PersonId(Id))
            ? Refusal.Role("person.own-second-factor", "Nobody resets his own second factor. Ask another administrator.")
            : new PersonEvent.SecondFactorReset(reason);
    }

    public Outcome<PersonEvent> Leave(string reason, Actor by) =>
        Life.Bars("leave", this, Standing, by) is { } bar ? bar : new PersonEvent.Left(reason);

    public static Person After(Person? before, Entry entry)
    {
        var person = before ?? new Person();
        return (PersonEvent)entry.Event switch
        {
            PersonEvent.Founded => person with { Standing = Standing.Active, Roles = [Role.Administrator] },
            PersonEvent.Invited e => person with { Standing = Standing.Invited, Sites = e.Sites, Proposals = [.. e.Roles.Select(role => new Proposal(role, entry.Head.Actor))] },
            PersonEvent.InvitationRenewed => person,
            PersonEvent.Joined => person with { Standing = Standing.Active },
            PersonEvent.RoleProposed e => person with { Proposals = person.Proposals.Add(new Proposal(e.Role, entry.Head.Actor)) },
            PersonEvent.RoleGranted e => person with { Roles = person.Roles.Add(e.Role), Proposals = person.Proposals.RemoveAll(proposal => proposal.Role == e.Role) },
            PersonEvent.RoleRevoked e => person with { Roles = person.Roles.Remove(e.Role) },
            PersonEvent.SitesChanged e => person with { Sites = e.Sites },
            PersonEvent.SecondFactorReset => person,
            PersonEvent.Left => person with { Standing = Standing.Left, Roles = [], Proposals = [] },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }
}
