using Aftercare.Products;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Products;

/// <summary>A product; public, as its label is.</summary>
public sealed class ProductRow : ViewRow
{
    public Guid Manufacturer { get; set; }
    public string Name { get; set; } = "";
    public string Family { get; set; } = "";
    public string Line { get; set; } = "";
    public string? Model { get; set; }
    public string? UdiDi { get; set; }

    internal static View View { get; } = View.Of<Product, ProductRow>("products",
        product => [new ProductRow
        {
            Manufacturer = product.Manufacturer,
            Name = product.Name,
            Family = product.Family,
            Line = product.Line,
            Model = product.Model,
            UdiDi = product.UdiDi,
        }],
        (views, row) => true,
        row => row.HasIndex(product => product.Line));
}

/// <summary>A release; public.</summary>
public sealed class ReleaseRow : ViewRow
{
    public Guid Product { get; set; }

    /// <summary>As the device shows it, e.g. <c>4.2.0</c>.</summary>
    public string VersionName { get; set; } = "";

    /// <summary>As it was stated: <c>2026-03-04</c>.</summary>
    public string ReleasedOn { get; set; } = "";

    /// <summary>For ordering, in milliseconds.</summary>
    public long ReleasedAt { get; set; }

    public string? SupportedUntil { get; set; }

    internal static View View { get; } = View.Of<Release, ReleaseRow>("releases",
        release => [new ReleaseRow
        {
            Product = release.Product,
            VersionName = release.VersionName,
            ReleasedOn = release.ReleasedOn.Text,
            ReleasedAt = release.ReleasedOn.Earliest.Ms,
            SupportedUntil = release.SupportedUntil?.Text,
        }],
        (views, row) => true,
        row => row.HasIndex(release => release.Product));
}

/// <summary>A software item; public, as sites must know what they run.</summary>
public sealed class ItemRow : ViewRow
{
    public Guid Product { get; set; }
    public List<Guid> Releases { get; set; } = [];
    public string Name { get; set; } = "";
    public string? Supplier { get; set; }

    /// <summary>As its supplier calls it.</summary>
    public string VersionName { get; set; } = "";
    public string? Purl { get; set; }
    public Origin Origin { get; set; }

    internal static View View { get; } = View.Of<SoftwareItem, ItemRow>("items",
        item => [new ItemRow
        {
            Product = item.Product,
            Releases = [.. item.Releases],
            Name = item.Name,
            Supplier = item.Supplier,
            VersionName = item.VersionName,
            Purl = item.Purl,
            Origin = item.Origin,
        }],
        (views, row) => true,
        row =>
        {
            row.Property(item => item.Origin).HasConversion<string>();
            row.HasIndex(item => item.Product);
        });
}

/// <summary>
/// One classification of a software item; public. The class at an instant is that of the last row by part whose <see cref="FromAt"/> is not later.
/// </summary>
public sealed class ItemClassRow : ViewRow
{
    public Guid Product { get; set; }
    public SoftwareClass Class { get; set; }

    /// <summary>As it was stated.</summary>
    public string From { get; set; } = "";

    public long FromAt { get; set; }

    internal static View View { get; } = View.Of<SoftwareItem, ItemClassRow>("item_classes",
        item => item.Classes.Select((one, order) => new ItemClassRow
        {
            Part = $"{order:D4}",
            Product = item.Product,
            Class = one.Class,
            From = one.From.Text,
            FromAt = one.From.Earliest.Ms,
        }),
        (views, row) => true,
        row =>
        {
            row.Property(one => one.Class).HasConversion<string>();
            row.HasIndex(one => one.Product);
        });
}
