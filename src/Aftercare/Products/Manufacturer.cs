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
}

public enum ManufacturerStage
{
    Registered,
}

/// <summary>The legal manufacturer of a product family: who answers for it before the law.</summary>
public sealed record Manufacturer : Subject, IFold<Manufacturer>
{
    public static string Noun => "manufacturer";

    public static Lifecycle<ManufacturerStage> Life { get; } = new(Noun,
    [
        new("register", "manufacturer.registered", [], ManufacturerStage.Registered, [Role.System, Role.Administrator, Role.Quality]) { Button = "Register a manufacturer" },
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

    public static Manufacturer After(Manufacturer? before, Entry entry) => (ManufacturerEvent)entry.Event switch
    {
        ManufacturerEvent.Registered e => (before ?? new Manufacturer()) with { Name = e.Name, Country = e.Country, Srn = e.Srn },
        var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
    };
}
