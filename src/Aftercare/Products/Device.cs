using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Products;

/// <summary>How we know which release a device runs, the strongest last.</summary>
public enum HowKnown
{
    /// <summary>What left the factory; nobody has looked since.</summary>
    Shipped,

    /// <summary>The site's word.</summary>
    SiteStatement,

    ServiceReport,

    /// <summary>A receipt signed with the site's key.</summary>
    SignedReceipt,
}

public abstract record DeviceEvent : Event
{
    /// <param name="Udi">As on its label (UDI-DI and UDI-PI); null where there is none.</param>
    /// <param name="Release">The installed release; null: not known.</param>
    [Kind("device.registered")]
    public sealed record Registered(Guid Site, Guid Product, string Serial, string? Udi, Guid? Release, HowKnown How) : DeviceEvent;

    /// <summary>Another release is installed, or was all along.</summary>
    /// <param name="Note">Who said so, or the number of the service report.</param>
    [Kind("device.release-recorded")]
    public sealed record ReleaseRecorded(Guid Release, HowKnown How, string? Note) : DeviceEvent;

    /// <summary>Out of use for good: it no longer belongs to any audience.</summary>
    [Kind("device.retired")]
    public sealed record Retired(string Reason) : DeviceEvent;

    [Kind("device.imported")]
    public sealed record Imported(ImportedFrom From) : DeviceEvent, IImported;

    [Kind("device.taken-back")]
    public sealed record TakenBack(Guid Import, string Reason) : DeviceEvent, ITakenBack;
}

public enum DeviceStage
{
    InUse,
    Retired,
}

/// <summary>One device at a site: what an update is delivered to.</summary>
public sealed record Device : Subject, IImportable<Device>
{
    private static readonly ImmutableArray<Role> WhoKnows = [.. Registrars.OfSites, Role.Operator, Role.Machine];

    public static string Noun => "device";

    public static Lifecycle<DeviceStage> Life { get; } = new(Noun,
    [
        new("register", "device.registered", [], DeviceStage.InUse, Registrars.OfSites) { Button = "Register a device" },
        new("record-release", "device.release-recorded", [DeviceStage.InUse], null, WhoKnows) { Button = "Correct installed release" },
        new("retire", "device.retired", [DeviceStage.InUse], DeviceStage.Retired, Registrars.OfSites) { Button = "Retire" },
        new(IImportable<Device>.Import, "device.imported", [DeviceStage.InUse, DeviceStage.Retired], null, Registrars.OfImports),
        new(IImportable<Device>.TakeBack, "device.taken-back", [DeviceStage.InUse, DeviceStage.Retired], null, Registrars.OfUndoing),
    ]);

    public Guid Site { get; private init; }
    public Guid Product { get; private init; }
    public string Serial { get; private init; } = "";
    public string? Udi { get; private init; }

    /// <summary>The installed release as far as we know; null: not known.</summary>
    public Guid? Release { get; private init; }
    public HowKnown How { get; private init; }

    /// <summary>When we were told which release is installed.</summary>
    public Instant ReleaseRecordedAt { get; private init; }
    public DeviceStage Stage { get; private init; }

    public static Outcome<DeviceEvent> Register(Guid site, Guid product, string serial, string? udi, Guid? release, HowKnown how, Actor by) =>
        Life.Bars("register", null, null, by) is { } bar ? bar : new DeviceEvent.Registered(site, product, serial, udi, release, how);

    /// <summary>Says which release is installed, and how we know. The same release known in another way is news too.</summary>
    public Outcome<DeviceEvent> RecordRelease(Guid release, HowKnown how, string? note, Actor by)
    {
        if (Life.Bars("record-release", this, Stage, by) is { } bar)
            return bar;
        return release == Release && how == How
            ? Refusal.State("device.release-unchanged", "That is on record already.")
            : new DeviceEvent.ReleaseRecorded(release, how, note);
    }

    public Outcome<DeviceEvent> Retire(string reason, Actor by) =>
        Life.Bars("retire", this, Stage, by) is { } bar ? bar : new DeviceEvent.Retired(reason);

    static Event IImportable<Device>.Imported(ImportedFrom from) => new DeviceEvent.Imported(from);

    static Event IImportable<Device>.TakenBack(Guid import, string reason) => new DeviceEvent.TakenBack(import, reason);

    static Refusal? IImportable<Device>.BarsTakingBack(Device record, Actor by) => Life.Bars(IImportable<Device>.TakeBack, record, record.Stage, by);

    public static Device After(Device? before, Entry entry)
    {
        var device = before ?? new Device();
        return (DeviceEvent)entry.Event switch
        {
            DeviceEvent.Registered e => device with
            {
                Site = e.Site,
                Product = e.Product,
                Serial = e.Serial,
                Udi = e.Udi,
                Release = e.Release,
                How = e.How,
                ReleaseRecordedAt = entry.At,
            },
            DeviceEvent.ReleaseRecorded e => device with { Release = e.Release, How = e.How, ReleaseRecordedAt = entry.At },
            DeviceEvent.Retired => device with { Stage = DeviceStage.Retired },
            DeviceEvent.Imported or DeviceEvent.TakenBack => device,
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }
}
