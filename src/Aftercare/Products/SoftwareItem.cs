using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Products;

/// <summary>What the manufacturer answers for in a software item (IEC 81001-5-1 §4.3); each class has the duties of those before it.</summary>
public enum SoftwareClass
{
    /// <summary>"Required, yours": risks known before release were considered; keeping it secure is the site's work.</summary>
    Required,

    /// <summary>"We notify": sites are told about known risks and which third-party updates fit.</summary>
    Supported,

    /// <summary>"Maintained by us": the manufacturer carries the risk and makes updates.</summary>
    Maintained,
}

/// <summary>Who wrote it; says nothing about who answers for it.</summary>
public enum Origin
{
    Own,
    ThirdParty,
}

public abstract record SoftwareItemEvent : Event
{
    /// <param name="Releases">The releases of the product that contain or need it.</param>
    /// <param name="Version">As its supplier calls it.</param>
    /// <param name="Purl">Package URL; null where none fits.</param>
    [Kind("item.registered")]
    public sealed record Registered(Guid Product, ImmutableArray<Guid> Releases, string Name, string? Supplier, string Version, string? Purl, Origin Origin) : SoftwareItemEvent;

    /// <summary>Which releases contain or need it, said anew.</summary>
    [Kind("item.releases-changed")]
    public sealed record ReleasesChanged(ImmutableArray<Guid> Releases) : SoftwareItemEvent;

    /// <param name="From">The class holds from here until the next one; may lie ahead, so that sites can be told in time.</param>
    [Kind("item.classified")]
    public sealed record Classified(SoftwareClass Class, Stated From, string Rationale) : SoftwareItemEvent;

    [Kind("item.imported")]
    public sealed record Imported(ImportedFrom From) : SoftwareItemEvent, IImported;

    [Kind("item.taken-back")]
    public sealed record TakenBack(Guid Import, string Reason) : SoftwareItemEvent, ITakenBack;
}

public enum SoftwareItemStage
{
    Unclassified,
    Classified,
}

/// <summary>One classification of the item's history.</summary>
/// <param name="By">The actor who signed it.</param>
public sealed record Classification(SoftwareClass Class, Stated From, string Rationale, string By, Instant At);

/// <summary>A part of a product's software, or software that it needs beside it (IEC 81001-5-1 §4.3).</summary>
public sealed record SoftwareItem : Subject, IImportable<SoftwareItem>
{
    public static string Noun => "item";

    public static Lifecycle<SoftwareItemStage> Life { get; } = new(Noun,
    [
        new("register", "item.registered", [], SoftwareItemStage.Unclassified, Registrars.All) { Button = "Add a software item" },
        new("change-releases", "item.releases-changed", [SoftwareItemStage.Unclassified, SoftwareItemStage.Classified], null, Registrars.All) { Button = "Change releases" },
        new("classify", "item.classified", [SoftwareItemStage.Unclassified, SoftwareItemStage.Classified], SoftwareItemStage.Classified, [Role.Quality])
        {
            Button = "Classify",
            Signature = "Approval of the classification",
        },
        new(IImportable<SoftwareItem>.Import, "item.imported", [SoftwareItemStage.Unclassified, SoftwareItemStage.Classified], null, Registrars.OfImports),
        new(IImportable<SoftwareItem>.TakeBack, "item.taken-back", [SoftwareItemStage.Unclassified, SoftwareItemStage.Classified], null, Registrars.OfUndoing),
    ]);

    public Guid Product { get; private init; }
    public ImmutableArray<Guid> Releases { get; private init; } = [];
    public string Name { get; private init; } = "";
    public string? Supplier { get; private init; }

    /// <summary>As its supplier calls it. (<see cref="Subject.Version"/> counts entries.)</summary>
    public string VersionName { get; private init; } = "";
    public string? Purl { get; private init; }
    public Origin Origin { get; private init; }

    /// <summary>In the order in which they take effect; of two from the same instant the later decision stands last and holds.</summary>
    public ImmutableArray<Classification> Classes { get; private init; } = [];

    public SoftwareItemStage Stage => Classes.IsEmpty ? SoftwareItemStage.Unclassified : SoftwareItemStage.Classified;

    /// <summary>The class that holds at this instant; null when none holds yet.</summary>
    public Classification? ClassAt(Instant at) => Classes.LastOrDefault(one => one.From.Earliest <= at);

    public static Outcome<SoftwareItemEvent> Register(
        Guid product, ImmutableArray<Guid> releases, string name, string? supplier, string version, string? purl, Origin origin, Actor by)
    {
        if (Life.Bars("register", null, null, by) is { } bar)
            return bar;
        return releases.IsEmpty ? NoRelease : new SoftwareItemEvent.Registered(product, releases, name, supplier, version, purl, origin);
    }

    public Outcome<SoftwareItemEvent> ChangeReleases(ImmutableArray<Guid> releases, Actor by)
    {
        if (Life.Bars("change-releases", this, Stage, by) is { } bar)
            return bar;
        return releases.IsEmpty ? NoRelease : new SoftwareItemEvent.ReleasesChanged(releases);
    }

    public Outcome<SoftwareItemEvent> Classify(SoftwareClass @class, Stated from, string rationale, Actor by)
    {
        if (Life.Bars("classify", this, Stage, by) is { } bar)
            return bar;
        return ClassAt(from.Earliest) is { } held && held.Class == @class
            ? Refusal.State("item.class-unchanged", "It has that class on that day already.")
            : new SoftwareItemEvent.Classified(@class, from, rationale);
    }

    static Event IImportable<SoftwareItem>.Imported(ImportedFrom from) => new SoftwareItemEvent.Imported(from);

    static Event IImportable<SoftwareItem>.TakenBack(Guid import, string reason) => new SoftwareItemEvent.TakenBack(import, reason);

    static Refusal? IImportable<SoftwareItem>.BarsTakingBack(SoftwareItem record, Actor by) => Life.Bars(IImportable<SoftwareItem>.TakeBack, record, record.Stage, by);

    public static SoftwareItem After(SoftwareItem? before, Entry entry)
    {
        var item = before ?? new SoftwareItem();
        return (SoftwareItemEvent)entry.Event switch
        {
            SoftwareItemEvent.Registered e => item with
            {
                Product = e.Product,
                Releases = e.Releases,
                Name = e.Name,
                Supplier = e.Supplier,
                VersionName = e.Version,
                Purl = e.Purl,
                Origin = e.Origin,
            },
            SoftwareItemEvent.ReleasesChanged e => item with { Releases = e.Releases },
            // OrderBy is stable: of two from the same instant the later decision stays last.
            SoftwareItemEvent.Classified e => item with
            {
                Classes = [.. item.Classes.Append(new Classification(e.Class, e.From, e.Rationale, entry.Head.Actor, entry.At)).OrderBy(one => one.From.Earliest)],
            },
            SoftwareItemEvent.Imported or SoftwareItemEvent.TakenBack => item,
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private static Refusal NoRelease { get; } = Refusal.Malformed("releases", "Choose at least one release.");
}
