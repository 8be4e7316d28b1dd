using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Evidence;

public abstract record PackEvent : Event
{
    /// <param name="Manifest">Lowercase hex SHA-256 of the signed manifest, which names every other member with its own.</param>
    /// <param name="LogSize">The size of the log that its ledger entries are proved against.</param>
    /// <param name="Checkpoint">The log's signed checkpoint of that size.</param>
    /// <param name="Originals">Whether the sealed originals of reports are in it.</param>
    [Kind("pack.made")]
    public sealed record Made(Guid Case, string Manifest, long LogSize, string Checkpoint, int Members, bool Originals) : PackEvent;
}

public enum PackStage
{
    Made,
}

/// <summary>An evidence pack that left the house: who took it, about which case, and what it held.</summary>
public sealed record EvidencePack : Subject, IFold<EvidencePack>
{
    public static string Noun => "pack";

    public static Lifecycle<PackStage> Life { get; } = new(Noun,
    [
        new("make", "pack.made", [], PackStage.Made, [Role.Quality, Role.Lead, Role.Auditor]) { Button = "Make the evidence pack" },
    ]);

    public PackEvent.Made Content { get; private init; } = null!;

    public static Outcome<PackEvent> Make(PackEvent.Made content, Actor by)
    {
        if (MayMake(content.Originals, by) is { } bar)
            return bar;
        return content;
    }

    /// <summary>What stands in the way, before anything is gathered; null when nothing does.</summary>
    public static Refusal? MayMake(bool originals, Actor by) => Life.Bars("make", null, null, by)
        ?? (originals && !by.Has(Role.Quality) ? Refusal.Role("pack.originals", "Only quality may take the sealed originals of reports out of the house.") : null);

    public static EvidencePack After(EvidencePack? before, Entry entry) => (PackEvent)entry.Event switch
    {
        PackEvent.Made e => (before ?? new EvidencePack()) with { Content = e },
        var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
    };
}
