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

    /// <summary>The provider of single sign-on does not list him any more in a group that stands for this role; it stays in force until somebody revokes it.</summary>
    [Kind("person.group-missing")]
    public sealed record GroupMissing(Role Role) : PersonEvent;

    /// <summary>The provider lists him again in a group that stands for this role.</summary>
    [Kind("person.group-found")]
    public sealed record GroupFound(Role Role) : PersonEvent;

    /// <summary>An operator's sites, said anew.</summary>
    [Kind("person.sites-changed")]
    public sealed record SitesChanged(ImmutableArray<Guid> Sites) : PersonEvent;

    /// <param name="Deputy">Who stands in for him in this role.</param>
    [Kind("person.deputy-named")]
    public sealed record DeputyNamed(Role Role, Guid Deputy) : PersonEvent;

    /// <param name="On">When he was trained for this role.</param>
    /// <param name="Reference">In what, and where the proof is, e.g. <c>SOP-114 rev. 3, training record 2026-17</c>.</param>
    /// <param name="NextDue">When it is due again; null: it is not repeated.</param>
    [Kind("person.trained")]
    public sealed record Trained(Role Role, Stated On, string Reference, Stated? NextDue) : PersonEvent;

    /// <summary>He lost his authenticator app and his recovery codes: his password alone lets him in again, until he sets up anew.</summary>
    [Kind("person.second-factor-reset")]
    public sealed record SecondFactorReset(string Reason) : PersonEvent;

    /// <summary>He is signed out everywhere, e.g. because a device of his was lost.</summary>
    [Kind("person.sessions-ended")]
    public sealed record SessionsEnded(string Reason) : PersonEvent;

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
    private static readonly ImmutableArray<Role> NotForPeople = [Role.Anonymous, Role.Invited, Role.Reporter, Role.Machine, Role.Importer, Role.MailGateway, Role.System];

    /// <summary>Roles that a person can be given.</summary>
    public static ImmutableArray<Role> Grantable { get; } = [.. Enum.GetValues<Role>().Except(NotForPeople)];

    public static string Noun => "person";

    public static Lifecycle<Standing> Life { get; } = new(Noun,
    [
        new("found", "person.founded", [], Standing.Active, [Role.System]),
        new("invite", "person.invited", [], Standing.Invited, [Role.Administrator, Role.Publisher, Role.Quality, Role.System]),
        new("renew-invitation", "person.invitation-renewed", [Standing.Invited], null, [Role.Administrator, Role.Publisher]) { Button = "New invitation link" },
        new("join", "person.joined", [Standing.Invited], Standing.Active, [Role.Invited, Role.System]),
        new("propose-role", "person.role-proposed", [Standing.Invited, Standing.Active], null, [Role.Administrator, Role.Quality, Role.System]) { Button = "Propose a role" },
        new("grant-role", "person.role-granted", [Standing.Invited, Standing.Active], null, [.. Granters, Role.Invited, Role.System]) { Button = "Grant" },
        new("revoke-role", "person.role-revoked", [Standing.Invited, Standing.Active], null, Granters) { Button = "Revoke" },
        new("miss-group", "person.group-missing", [Standing.Active], null, [Role.System]),
        new("find-group", "person.group-found", [Standing.Active], null, [Role.System]),
        new("change-sites", "person.sites-changed", [Standing.Invited, Standing.Active], null, [Role.Administrator, Role.Publisher]) { Button = "Change sites" },
        new("name-deputy", "person.deputy-named", [Standing.Active], null, Granters) { Button = "Name a deputy" },
        new("record-training", "person.trained", [Standing.Active], null, Granters) { Button = "Record training" },
        new("reset-second-factor", "person.second-factor-reset", [Standing.Active], null, [Role.Administrator]) { Button = "Reset the second factor" },
        new("end-sessions", "person.sessions-ended", [Standing.Active], null, [Role.Administrator]) { Button = "Sign out everywhere" },
        new("leave", "person.left", [Standing.Invited, Standing.Active], Standing.Left, Granters) { Button = "Has left" },
    ]);

    public Standing Standing { get; private init; }

    /// <summary>Roles in force: empty as soon as the person has left.</summary>
    public ImmutableHashSet<Role> Roles { get; private init; } = [];

    /// <summary>Roles that were in force when the person left.</summary>
    public ImmutableHashSet<Role> Former { get; private init; } = [];

    /// <summary>By role in force, who stands in; a role without a deputy is missing.</summary>
    public ImmutableDictionary<Role, Guid> Deputies { get; private init; } = ImmutableDictionary<Role, Guid>.Empty;

    /// <summary>The last training for each role; a role without one is missing.</summary>
    public ImmutableDictionary<Role, PersonEvent.Trained> Training { get; private init; } = ImmutableDictionary<Role, PersonEvent.Trained>.Empty;

    public ImmutableArray<Proposal> Proposals { get; private init; } = [];

    /// <summary>Roles in force that the provider of single sign-on does not support by a group any more: to be revoked, or kept on purpose.</summary>
    public ImmutableHashSet<Role> Ungrouped { get; private init; } = [];

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

    public Outcome<PersonEvent> Join(Actor by) =>
        Life.Bars("join", this, Standing, by) is { } bar ? bar : new PersonEvent.Joined();

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

    /// <summary>
    /// What follows from the groups in which the provider of single sign-on lists him: roles are proposed, never granted, and never taken away; what is missing
    /// is noted for those who may revoke it.
    /// </summary>
    /// <param name="named">The roles that his groups stand for.</param>
    /// <param name="mapped">All roles that any group stands for.</param>
    public ImmutableArray<PersonEvent> FromGroups(ImmutableArray<Role> named, ImmutableArray<Role> mapped) =>
    [
        .. named.Where(role => !Roles.Contains(role) && Proposals.All(proposal => proposal.Role != role)).Select(role => new PersonEvent.RoleProposed(role)),
        .. Roles.Where(role => mapped.Contains(role) && !named.Contains(role) && !Ungrouped.Contains(role)).Order().Select(role => new PersonEvent.GroupMissing(role)),
        .. Ungrouped.Where(named.Contains).Order().Select(role => new PersonEvent.GroupFound(role)),
    ];

    public Outcome<PersonEvent> ChangeSites(ImmutableArray<Guid> sites, Actor by)
    {
        if (Life.Bars("change-sites", this, Standing, by) is { } bar)
            return bar;
        if (!Roles.Contains(Role.Operator) && Proposals.All(proposal => proposal.Role != Role.Operator))
            return Refusal.State("person.not-operator", "Only operators of sites have sites.");
        return sites.IsEmpty ? Refusal.Malformed("sites", "An operator needs at least one site.") : new PersonEvent.SitesChanged(sites);
    }

    /// <param name="deputy">Holds the role himself, or it is proposed for him: who stands in must be able to act.</param>
    public Outcome<PersonEvent> NameDeputy(Role role, Person deputy, Actor by)
    {
        if (Life.Bars("name-deputy", this, Standing, by) is { } bar)
            return bar;
        if (!Roles.Contains(role))
            return Refusal.State("person.role-not-held", $"{role} is not held.");
        if (deputy.Id == Id)
            return Refusal.Malformed("deputy", "Nobody stands in for himself.");
        return deputy.Roles.Contains(role) || deputy.Proposals.Any(proposal => proposal.Role == role)
            ? new PersonEvent.DeputyNamed(role, deputy.Id)
            : Refusal.Malformed("deputy", $"This person neither holds {role} nor is proposed for it. Propose it first.");
    }

    /// <summary>Training for a role that he holds or is proposed for.</summary>
    public Outcome<PersonEvent> RecordTraining(PersonEvent.Trained training, Instant now, Actor by)
    {
        if (Life.Bars("record-training", this, Standing, by) is { } bar)
            return bar;
        if (by.IsSamePersonAs(Actor.PersonId(Id)))
            return Refusal.Role("person.own-training", "Nobody records his own training. Ask a second person.");
        if (!Roles.Contains(training.Role) && Proposals.All(proposal => proposal.Role != training.Role))
            return Refusal.State("person.role-not-held", $"{training.Role} is neither held nor proposed.");
        if (training.On.Earliest > now)
            return Refusal.Malformed("on", "This day has not come yet.");
        return training.NextDue is { } due && due.Earliest <= training.On.Earliest ? Refusal.Malformed("nextDue", "This is not after the training.") : training;
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

    public Outcome<PersonEvent> EndSessions(string reason, Actor by) =>
        Life.Bars("end-sessions", this, Standing, by) is { } bar ? bar : new PersonEvent.SessionsEnded(reason);

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
            PersonEvent.RoleRevoked e => person with { Roles = person.Roles.Remove(e.Role), Deputies = person.Deputies.Remove(e.Role), Ungrouped = person.Ungrouped.Remove(e.Role) },
            PersonEvent.GroupMissing e => person with { Ungrouped = person.Ungrouped.Add(e.Role) },
            PersonEvent.GroupFound e => person with { Ungrouped = person.Ungrouped.Remove(e.Role) },
            PersonEvent.SitesChanged e => person with { Sites = e.Sites },
            PersonEvent.DeputyNamed e => person with { Deputies = person.Deputies.SetItem(e.Role, e.Deputy) },
            PersonEvent.Trained e => person with { Training = person.Training.SetItem(e.Role, e) },
            PersonEvent.SecondFactorReset or PersonEvent.SessionsEnded => person,
            PersonEvent.Left => person with
            {
                Standing = Standing.Left,
                Former = person.Roles,
                Roles = [],
                Ungrouped = [],
                Proposals = [],
                Deputies = ImmutableDictionary<Role, Guid>.Empty,
            },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }
}
