using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Sites;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Deliveries;

/// <summary>Whom an update concerns, as the installed base stands now.</summary>
/// <param name="Missing">By site: devices of an affected release that no delivery of the update has yet.</param>
/// <param name="ReleaseUnknown">Devices of the product of which nobody knows what they run: they can be in no audience.</param>
public sealed record Audience(Dictionary<Guid, ImmutableArray<AudienceMember>> Missing, int ReleaseUnknown)
{
    private const int ChallengeBytes = 16;

    public int MissingDevices => Missing.Values.Sum(devices => devices.Length);

    public static async Task<Audience> Of(Store store, Update update, CancellationToken stop)
    {
        var versions = await UpdateDesk.VersionsOf(store, update.Product, stop);
        var from = update.FromReleases.ToList();
        var inUse = (await store.Rows<DeviceRow>(stop)).Where(row => row.Product == update.Product && row.Stage == DeviceStage.InUse);
        var reached = (await store.Rows<DeliveryDeviceRow>(stop)).Where(row => row.Update == update.Id).Select(row => row.Device);
        var missing = await inUse.Where(row => row.Release != null && from.Contains(row.Release.Value) && !reached.Contains(row.Subject))
            .Select(row => new { row.Site, row.Subject, row.Serial, Release = row.Release!.Value }).ToListAsync(stop);
        return new Audience(
            missing.GroupBy(row => row.Site).ToDictionary(site => site.Key, site => site.OrderBy(row => row.Serial, StringComparer.Ordinal)
                .Select(row => new AudienceMember(row.Subject, row.Serial, versions[row.Release])).ToImmutableArray()),
            await inUse.CountAsync(row => row.Release == null, stop));
    }

    /// <summary>The update as its deliveries freeze it.</summary>
    public static async Task<OfferedUpdate> Offered(Store store, Update update, CancellationToken stop)
    {
        var versions = await UpdateDesk.VersionsOf(store, update.Product, stop);
        return new OfferedUpdate(
            update.Id, update.Number, update.Product, update.ToRelease, versions[update.ToRelease],
            [.. update.FromReleases.Select(release => versions[release])], [.. update.Files.Select(file => new ReceiptFile(file.Path, file.Sha256))]);
    }

    /// <summary>What it takes to offer the update to one more site, or to more devices of it.</summary>
    public static async Task<Outcome<Change>> Offer(Store store, OfferedUpdate update, Guid site, ImmutableArray<AudienceMember> devices, CancellationToken stop)
    {
        var existing = await (await store.Rows<DeliveryRow>(stop)).Where(row => row.Update == update.Id && row.Site == site).Select(row => (Guid?)row.Subject).SingleOrDefaultAsync(stop);
        if (existing is { } id && await store.Find<Delivery>(id, stop) is { } delivery)
            return delivery.ExtendAudience(devices, store.Actor).Refused(out var why, out var extended) ? why : Change.To(delivery, [.. extended]);
        var challenge = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(ChallengeBytes));
        return Delivery.Open(update, site, challenge, devices, store.Actor).Refused(out var refused, out var opened) ? refused : Change.Begin(Store.NewId(), [.. opened]);
    }
}
