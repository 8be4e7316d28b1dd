using Aftercare.Deliveries;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Deliveries;

/// <summary>One update on its way to one site: for the desk and for that site.</summary>
public sealed class DeliveryRow : ViewRow
{
    public Guid Update { get; set; }

    /// <summary>The update's number.</summary>
    public string Number { get; set; } = "";
    public Guid Site { get; set; }
    public Guid Product { get; set; }
    public DeliveryStage Stage { get; set; }
    public int Devices { get; set; }

    /// <summary>Devices that still wait for the update, or for an answer.</summary>
    public int Open { get; set; }
    public int Receipts { get; set; }
    public int RefusedReceipts { get; set; }
    public Guid? FailureReport { get; set; }

    internal static View View { get; } = View.Of<Delivery, DeliveryRow>("deliveries",
        delivery => [new DeliveryRow
        {
            Update = delivery.Update.Id,
            Number = delivery.Update.Number,
            Site = delivery.Site,
            Product = delivery.Update.Product,
            Stage = delivery.Stage,
            Devices = delivery.Devices.Count,
            Open = delivery.Devices.Values.Count(device => Ladder.IsOpen(device.Current)),
            Receipts = delivery.Receipts.Count,
            RefusedReceipts = delivery.RefusedReceipts.Count,
            FailureReport = delivery.FailureReport,
        }],
        (views, row) => (views.Desk && (views.EveryProduct || views.Products.Contains(row.Product)) && !views.Hidden.Contains(row.Update)) || views.Sites.Contains(row.Site),
        row =>
        {
            row.Property(delivery => delivery.Stage).HasConversion<string>();
            row.HasIndex(delivery => delivery.Update);
            row.HasIndex(delivery => new { delivery.Site, delivery.Number }).IsUnique();
        });
}

/// <summary>How far one device has come with one update. Instants are those of recording, in milliseconds; null: not yet, or not told.</summary>
public sealed class DeliveryDeviceRow : ViewRow
{
    public Guid Update { get; set; }
    public string Number { get; set; } = "";
    public Guid Site { get; set; }
    public Guid Product { get; set; }
    public Guid Device { get; set; }
    public string Serial { get; set; } = "";

    /// <summary>The version that it ran when it came into the audience.</summary>
    public string Before { get; set; } = "";
    public DeliveryStep Step { get; set; }
    public long StepAt { get; set; }
    public long? NotifiedAt { get; set; }
    public long? FetchedAt { get; set; }
    public long? VerifiedAt { get; set; }
    public long? InstalledAt { get; set; }

    /// <summary>What the installation stands on.</summary>
    public EvidenceKind InstalledBy { get; set; }

    internal static View View { get; } = View.Of<Delivery, DeliveryDeviceRow>("delivery_devices",
        delivery => delivery.Devices.Values.Select(device => new DeliveryDeviceRow
        {
            Part = device.Device.ToString("N"),
            Update = delivery.Update.Id,
            Number = delivery.Update.Number,
            Site = delivery.Site,
            Product = delivery.Update.Product,
            Device = device.Device,
            Serial = device.Serial,
            Before = device.Before,
            Step = device.Current,
            StepAt = device.Steps[^1].At.Ms,
            NotifiedAt = device.First(DeliveryStep.Notified)?.At.Ms,
            FetchedAt = device.First(DeliveryStep.Fetched)?.At.Ms,
            VerifiedAt = device.First(DeliveryStep.Verified)?.At.Ms,
            InstalledAt = device.InstalledBy == EvidenceKind.None ? null : (device.First(DeliveryStep.Installed) ?? device.First(DeliveryStep.Confirmed))?.At.Ms,
            InstalledBy = device.InstalledBy,
        }),
        (views, row) => (views.Desk && (views.EveryProduct || views.Products.Contains(row.Product)) && !views.Hidden.Contains(row.Update)) || views.Sites.Contains(row.Site),
        row =>
        {
            row.Property(device => device.Step).HasConversion<string>();
            row.Property(device => device.InstalledBy).HasConversion<string>();
            row.HasIndex(device => new { device.Update, device.Step });
            row.HasIndex(device => device.Device);
        });
}
