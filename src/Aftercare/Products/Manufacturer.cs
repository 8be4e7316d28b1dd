using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Products;

public abstract record ManufacturerEvent : Event
{
    /// <param name="Name">The legal name, as on the label.</param>
    /// <param name="Country">ISO 3166-1 alpha-2, upper case.</param>
    /// <param name="Srn">EUDAMED single registration number; null where there is none.</param>
    [Kind("manufacturer.registered")]
    public sealed record Registered(string Name, string Country, string? Srn) : ManufacturerEvent;

    [Kind("manufacturer.imported")]
    public sealed record Imported(ImportedFrom From) : ManufacturerEvent, IImported;

    [Kind("manufacturer.taken-back")]
    public sealed record TakenBack(Guid Import, string Reason) : ManufacturerEvent, ITakenBack;
}

public enum ManufacturerStage
{
    Registered,
}

/// <summary>The legal manufacturer of a product family: who answers for it before the law.</summary>
public sealed record Manufacturer : Subject, IImportable<Manufacturer>
{
    public static string Noun => "manufacturer";

    public static Lifecycle<ManufacturerStage> Life { get; } = new(Noun,
    [
        new("register", "manufacturer.registered", [], ManufacturerStage.Registered, [Role.System, Role.Administrator, Role.Quality]) { Button = "Register a manufacturer" },
        new(IImportable<Manufacturer>.Import, "manufacturer.imported", [ManufacturerStage.Registered], null, Registrars.OfImports),
        new(IImportable<Manufacturer>.TakeBack, "manufacturer.taken-back", [ManufacturerStage.Registered], null, Registrars.OfUndoing),
    ]);

    public string Name { get; private init; } = "";
    public string Country { get; private init; } = "";
    public string? Srn { get; private init; }

    public static Outcome<ManufacturerEvent> Register(string name, string country, string? srn, Actor by)
    {
        if (Life.Bars("register", null, null, by) is { } bar)
            return bar;
        return CountryCode.Fault(country) is { } fault ? fault : new ManufacturerEvent.Registered(name, country, srn);
    }

    static Event IImportable<Manufacturer>.Imported(ImportedFrom from) => new ManufacturerEvent.Imported(from);

    static Event IImportable<Manufacturer>.TakenBack(Guid import, string reason) => new ManufacturerEvent.TakenBack(import, reason);

    static Refusal? IImportable<Manufacturer>.BarsTakingBack(Manufacturer record, Actor by) => Life.Bars(IImportable<Manufacturer>.TakeBack, record, ManufacturerStage.Registered, by);

    public static Manufacturer After(Manufacturer? before, Entry entry) => (ManufacturerEvent)entry.Event switch
    {
        ManufacturerEvent.Registered e => (before ?? new Manufacturer()) with { Name = e.Name, Country = e.Country, Srn = e.Srn },
        ManufacturerEvent.Imported or ManufacturerEvent.TakenBack => (before ?? new Manufacturer()),
        var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
    };
}
