using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.People;

/// <summary>What happened to a machine's token. The secret itself is never in here.</summary>
public abstract record TokenEvent : Event
{
    /// <param name="Owner">The person who made it and answers for what is done with it.</param>
    /// <param name="Name">What the machine is called, e.g. "release pipeline".</param>
    /// <param name="Scope">The roles in which the machine may act.</param>
    [Kind("token.issued")]
    public sealed record Issued(Guid Owner, string Name, ImmutableArray<Role> Scope, Instant ExpiresAt) : TokenEvent;

    [Kind("token.revoked")]
    public sealed record Revoked(string Reason) : TokenEvent;
}

public enum TokenStage
{
    Issued,
    Revoked,
}

/// <summary>A machine's way in: some of its owner's roles, for a while.</summary>
public sealed record Token : Subject, IFold<Token>
{
    /// <summary>
    /// Roles that a machine can be given. Quality, lead, safety and administrator decide, and a machine must not be the second person beside its own owner.
    /// The last one is for machines alone, and an administrator gives it.
    /// </summary>
    public static ImmutableArray<Role> Scopes { get; } = [Role.Analyst, Role.Developer, Role.Signer, Role.Publisher, Role.Support, Role.Service, Role.Importer, Role.MailGateway];

    /// <summary>Who makes tokens: whoever has something to hand on.</summary>
    public static ImmutableArray<Role> Issuers { get; } = [.. Scopes.SelectMany(scope => GivenBy(scope)).Distinct()];

    /// <value>366 days.</value>
    public static readonly TimeSpan MaxLife = TimeSpan.FromDays(366);

    private static readonly ImmutableArray<Role> Revokers = [.. Issuers, Role.Quality, Role.System];

    public static string Noun => "token";

    public static Lifecycle<TokenStage> Life { get; } = new(Noun,
    [
        new("issue", "token.issued", [], TokenStage.Issued, [.. Issuers, Role.System]) { Button = "Make a token" },
        new("revoke", "token.revoked", [TokenStage.Issued], TokenStage.Revoked, Revokers) { Button = "Revoke" },
    ]);

    public Guid Owner { get; private init; }
    public string Name { get; private init; } = "";
    public ImmutableArray<Role> Scope { get; private init; } = [];
    public Instant ExpiresAt { get; private init; }
    public TokenStage Stage { get; private init; }

    /// <summary>Nobody gives a machine what he does not hold himself.</summary>
    public static Outcome<TokenEvent> Issue(Guid owner, string name, ImmutableArray<Role> scope, Instant expiresAt, Instant now, Actor by)
    {
        if (Life.Bars("issue", null, null, by) is { } bar)
            return bar;
        if (scope.IsEmpty || scope.Any(role => !Scopes.Contains(role)))
            return Refusal.Malformed("scope", $"At least one of {string.Join(", ", Scopes)}.");
        if (!by.Has(Role.System) && scope.FirstOrDefault(role => !MayHandOn(role, by), Role.System) is var missing and not Role.System)
            return Refusal.Role("token.wider-than-owner", $"You do not hold {missing}, so your token cannot.");
        if (expiresAt <= now || expiresAt - now > MaxLife)
            return Refusal.Malformed("expires", $"A token ends within {MaxLife.TotalDays:0} days from now.");
        return new TokenEvent.Issued(owner, name, scope, expiresAt);
    }

    /// <summary>The roles of whom a machine can have this one from. Some roles only machines have.</summary>
    public static ImmutableArray<Role> GivenBy(Role scope) => scope switch
    {
        Role.Importer => [Role.Lead, Role.Administrator],
        Role.MailGateway => [Role.Administrator],
        _ => [scope],
    };

    public static bool MayHandOn(Role scope, Actor by) => GivenBy(scope).Any(by.Has);

    /// <summary>By its owner, or by an administrator or quality.</summary>
    public Outcome<TokenEvent> Revoke(string reason, Actor by)
    {
        if (Life.Bars("revoke", this, Stage, by) is { } bar)
            return bar;
        return by.Id == Actor.PersonId(Owner) || by.Has(Role.Administrator) || by.Has(Role.Quality) || by.Has(Role.System)
            ? new TokenEvent.Revoked(reason)
            : Refusal.Role("token.not-owner", "Only its owner, an administrator or quality revokes a token.");
    }

    public static Token After(Token? before, Entry entry)
    {
        var token = before ?? new Token();
        return (TokenEvent)entry.Event switch
        {
            TokenEvent.Issued e => token with { Owner = e.Owner, Name = e.Name, Scope = e.Scope, ExpiresAt = e.ExpiresAt },
            TokenEvent.Revoked => token with { Stage = TokenStage.Revoked },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }
}
