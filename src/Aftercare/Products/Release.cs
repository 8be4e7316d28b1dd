using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Products;

public abstract record ReleaseEvent : Event
{
    /// <param name="Version">As the device shows it, e.g. <c>4.2.0</c>.</param>
    /// <param name="SupportedUntil">The last day with security updates; null: not announced yet.</param>
    [Kind("release.registered")]
    public sealed record Registered(Guid Product, string Version, Stated ReleasedOn, Stated? SupportedUntil) : ReleaseEvent;

    /// <summary>The end of support was announced, or moved. Sites count on this date.</summary>
    [Kind("release.support-changed")]
    public sealed record SupportChanged(Stated? SupportedUntil, string Reason) : ReleaseEvent;

    [Kind("release.imported")]
    public sealed record Imported(ImportedFrom From) : ReleaseEvent, IImported;

    [Kind("release.taken-back")]
    public sealed record TakenBack(Guid Import, string Reason) : ReleaseEvent, ITakenBack;
}

public enum ReleaseStage
{
    Registered,
}

/// <summary>One version of a product, as it is on devices.</summary>
public sealed record Release : Subject, IImportable<Release>
{
    public static string Noun => "release";

    public static Lifecycle<ReleaseStage> Life { get; } = new(Noun,
    [
        new("register", "release.registered", [], ReleaseStage.Registered, Registrars.All) { Button = "Add a release" },
        new("change-support", "release.support-changed", [ReleaseStage.Registered], null, Registrars.All) { Button = "Change end of support" },
        new(IImportable<Release>.Import, "release.imported", [ReleaseStage.Registered], null, Registrars.OfImports),
        new(IImportable<Release>.TakeBack, "release.taken-back", [ReleaseStage.Registered], null, Registrars.OfUndoing),
    ]);

    public Guid Product { get; private init; }

    /// <summary>As the device shows it, e.g. <c>4.2.0</c>. (<see cref="Subject.Version"/> counts entries.)</summary>
    public string VersionName { get; private init; } = "";
    public Stated ReleasedOn { get; private init; } = null!;

    /// <summary>The last day with security updates; null: not announced yet.</summary>
    public Stated? SupportedUntil { get; private init; }

    public static Outcome<ReleaseEvent> Register(Guid product, string version, Stated releasedOn, Stated? supportedUntil, Actor by)
    {
        if (Life.Bars("register", null, null, by) is { } bar)
            return bar;
        return Ends(supportedUntil, releasedOn) is { } backwards ? backwards : new ReleaseEvent.Registered(product, version, releasedOn, supportedUntil);
    }

    public Outcome<ReleaseEvent> ChangeSupport(Stated? supportedUntil, string reason, Actor by)
    {
        if (Life.Bars("change-support", this, ReleaseStage.Registered, by) is { } bar)
            return bar;
        if (supportedUntil == SupportedUntil)
            return Refusal.State("release.support-unchanged", "That is the end of support already. Give another date.");
        return Ends(supportedUntil, ReleasedOn) is { } backwards ? backwards : new ReleaseEvent.SupportChanged(supportedUntil, reason);
    }

    static Event IImportable<Release>.Imported(ImportedFrom from) => new ReleaseEvent.Imported(from);

    static Event IImportable<Release>.TakenBack(Guid import, string reason) => new ReleaseEvent.TakenBack(import, reason);

    static Refusal? IImportable<Release>.BarsTakingBack(Release record, Actor by) => Life.Bars(IImportable<Release>.TakeBack, record, ReleaseStage.Registered, by);

    public static Release After(Release? before, Entry entry)
    {
        var release = before ?? new Release();
        return (ReleaseEvent)entry.Event switch
        {
            ReleaseEvent.Registered e => release with { Product = e.Product, VersionName = e.Version, ReleasedOn = e.ReleasedOn, SupportedUntil = e.SupportedUntil },
            ReleaseEvent.SupportChanged e => release with { SupportedUntil = e.SupportedUntil },
            ReleaseEvent.Imported or ReleaseEvent.TakenBack => release,
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private static Refusal? Ends(Stated? supportedUntil, Stated releasedOn) =>
        supportedUntil is { } end && end.Earliest < releasedOn.Earliest ? Refusal.Malformed("supportedUntil", "Support cannot end before the release.") : null;
}
