using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.SignOn;

/// <summary>Why somebody whom the provider vouches for was not let in.</summary>
public enum TurnedAwayBecause
{
    /// <summary>Nobody with his address is invited or has an account here.</summary>
    Unknown,

    /// <summary>The provider does not say that the address is his.</summary>
    AddressNotVerified,

    /// <summary>The person with his address signs in by another identity of the same provider.</summary>
    AnotherIdentity,
}

/// <summary>What happened to an identity of the provider that belongs to nobody here. Who it is, is sealed and erasable.</summary>
public abstract record StrangerEvent : Event
{
    [Kind("stranger.turned-away")]
    public sealed record TurnedAway(TurnedAwayBecause Because) : StrangerEvent;
}

public enum StrangerStage
{
    TurnedAway,
}

/// <summary>An identity of the provider that tried to sign in and belongs to nobody here. It is on record, and makes no account.</summary>
public sealed record Stranger : Subject, IFold<Stranger>
{
    /// <value>1 day: whoever tries all day long is on record once.</value>
    private static readonly TimeSpan Often = TimeSpan.FromDays(1);

    public static string Noun => "stranger";

    public static Lifecycle<StrangerStage> Life { get; } = new(Noun,
    [
        new("turn-away", "stranger.turned-away", [], StrangerStage.TurnedAway, [Role.System]),
        new("turn-away-again", "stranger.turned-away", [StrangerStage.TurnedAway], StrangerStage.TurnedAway, [Role.System]),
    ]);

    public TurnedAwayBecause Because { get; private init; }

    /// <summary>On how many days, or for how many reasons.</summary>
    public int Times { get; private init; }

    /// <summary>What is to be put on record; null: it stands there already.</summary>
    public static StrangerEvent? TurnAway(Stranger? before, TurnedAwayBecause because, Instant now) =>
        before is not null && before.Because == because && now - before.Until < Often ? null : new StrangerEvent.TurnedAway(because);

    public static Stranger After(Stranger? before, Entry entry) => (StrangerEvent)entry.Event switch
    {
        StrangerEvent.TurnedAway e => (before ?? new Stranger()) with { Because = e.Because, Times = (before?.Times ?? 0) + 1 },
        var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
    };
}
