using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Products;

/// <summary>What happened to a product: what is sold under one name, in many releases.</summary>
public abstract record ProductEvent : Event
{
    /// <param name="Manufacturer">The legal manufacturer who answers for it.</param>
    /// <param name="Name">As on the label.</param>
    /// <param name="Family">Products that share software and people are listed together under this name.</param>
    /// <param name="Line">Begins the paths of its updates; never changes, as devices in the field hold signatures over it.</param>
    /// <param name="Model">Model or reference number; null where there is none.</param>
    /// <param name="UdiDi">UDI device identifier (MDR Annex VI part C); null where there is none.</param>
    [Kind("product.registered")]
    public sealed record Registered(Guid Manufacturer, string Name, string Family, string Line, string? Model, string? UdiDi) : ProductEvent;

    /// <summary>What was written down wrongly, written down again. The line stays.</summary>
    [Kind("product.corrected")]
    public sealed record Corrected(string Name, string Family, string? Model, string? UdiDi, string Reason) : ProductEvent;

    [Kind("product.imported")]
    public sealed record Imported(ImportedFrom From) : ProductEvent, IImported;

    [Kind("product.taken-back")]
    public sealed record TakenBack(Guid Import, string Reason) : ProductEvent, ITakenBack;
}

public enum ProductStage
{
    Registered,
}

/// <summary>What is sold under one name. Its releases and software items are subjects of their own.</summary>
public sealed record Product : Subject, IImportable<Product>
{
    /// <value>40 characters.</value>
    public const int MaxLine = 40;

    public static string Noun => "product";

    public static Lifecycle<ProductStage> Life { get; } = new(Noun,
    [
        new("register", "product.registered", [], ProductStage.Registered, Registrars.All) { Button = "Register a product" },
        new("correct", "product.corrected", [ProductStage.Registered], null, Registrars.All) { Button = "Correct" },
        new(IImportable<Product>.Import, "product.imported", [ProductStage.Registered], null, Registrars.OfImports),
        new(IImportable<Product>.TakeBack, "product.taken-back", [ProductStage.Registered], null, Registrars.OfUndoing),
    ]);

    public Guid Manufacturer { get; private init; }
    public string Name { get; private init; } = "";
    public string Family { get; private init; } = "";

    /// <summary>Unique in the installation: <c>^[a-z0-9][a-z0-9-]{0,39}$</c>.</summary>
    public string Line { get; private init; } = "";
    public string? Model { get; private init; }
    public string? UdiDi { get; private init; }

    public static Outcome<ProductEvent> Register(Guid manufacturer, string name, string family, string line, string? model, string? udiDi, Actor by)
    {
        if (Life.Bars("register", null, null, by) is { } bar)
            return bar;
        return IsLine(line)
            ? new ProductEvent.Registered(manufacturer, name, family, line, model, udiDi)
            : Refusal.Malformed("line", $"1 to {MaxLine} lower-case letters, digits and hyphens, beginning with a letter or digit, e.g. infusion-pump.");
    }

    public Outcome<ProductEvent> Correct(string name, string family, string? model, string? udiDi, string reason, Actor by) =>
        Life.Bars("correct", this, ProductStage.Registered, by) is { } bar ? bar : new ProductEvent.Corrected(name, family, model, udiDi, reason);

    public static bool IsLine(string line) =>
        line.Length is > 0 and <= MaxLine && line[0] != '-' && line.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    static Event IImportable<Product>.Imported(ImportedFrom from) => new ProductEvent.Imported(from);

    static Event IImportable<Product>.TakenBack(Guid import, string reason) => new ProductEvent.TakenBack(import, reason);

    static Refusal? IImportable<Product>.BarsTakingBack(Product record, Actor by) => Life.Bars(IImportable<Product>.TakeBack, record, ProductStage.Registered, by);

    public static Product After(Product? before, Entry entry)
    {
        var product = before ?? new Product();
        return (ProductEvent)entry.Event switch
        {
            ProductEvent.Registered e => product with { Manufacturer = e.Manufacturer, Name = e.Name, Family = e.Family, Line = e.Line, Model = e.Model, UdiDi = e.UdiDi },
            ProductEvent.Corrected e => product with { Name = e.Name, Family = e.Family, Model = e.Model, UdiDi = e.UdiDi },
            ProductEvent.Imported or ProductEvent.TakenBack => product,
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }
}
