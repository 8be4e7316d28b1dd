using Aftercare.Products;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Sites;

/// <summary>A site: for the desk and for its own operators. Whom to call there is sealed.</summary>
public sealed class SiteRow : ViewRow
{
    public string Name { get; set; } = "";

    /// <summary>The name in capitals, to be searched: the two databases disagree about letters beyond ASCII.</summary>
    public string SearchName { get; set; } = "";
    public string Country { get; set; } = "";

    /// <summary>The key that its receipts must carry; null until one is enrolled.</summary>
    public string? KeyId { get; set; }
    public string? KeyFingerprint { get; set; }
    public long? KeySince { get; set; }

    internal static View View { get; } = View.Of<Site, SiteRow>("sites",
        site => [new SiteRow
        {
            Name = site.Name,
            SearchName = site.Name.ToUpperInvariant(),
            Country = site.Country,
            KeyId = site.Key?.KeyId,
            KeyFingerprint = site.Key?.Fingerprint,
            KeySince = site.Key?.Since.Ms,
        }],
        (views, row) => views.Desk || views.Sites.Contains(row.Subject),
        row => row.HasIndex(site => site.Name));
}

/// <summary>A device: for the desk and for the operators of its site.</summary>
public sealed class DeviceRow : ViewRow
{
    public Guid Site { get; set; }
    public Guid Product { get; set; }
    public string Serial { get; set; } = "";
    public string? Udi { get; set; }

    /// <summary>The installed release; null: not known.</summary>
    public Guid? Release { get; set; }
    public HowKnown How { get; set; }

    /// <summary>When we were told, in milliseconds.</summary>
    public long ReleaseRecordedAt { get; set; }
    public DeviceStage Stage { get; set; }

    internal static View View { get; } = View.Of<Device, DeviceRow>("devices",
        device => [new DeviceRow
        {
            Site = device.Site,
            Product = device.Product,
            Serial = device.Serial,
            Udi = device.Udi,
            Release = device.Release,
            How = device.How,
            ReleaseRecordedAt = device.ReleaseRecordedAt.Ms,
            Stage = device.Stage,
        }],
        (views, row) => (views.Desk && (views.EveryProduct || views.Products.Contains(row.Product))) || views.Sites.Contains(row.Site),
        row =>
        {
            row.Property(device => device.How).HasConversion<string>();
            row.Property(device => device.Stage).HasConversion<string>();
            row.HasIndex(device => device.Site);
            row.HasIndex(device => new { device.Product, device.Serial });
            row.HasIndex(device => device.Release);
        });
}
