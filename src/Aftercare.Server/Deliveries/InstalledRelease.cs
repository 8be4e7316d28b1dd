using System.Collections.Immutable;
using Aftercare.Deliveries;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Deliveries;

/// <summary>What a reported installation says about the device itself: which release it runs now, and how we know.</summary>
internal static class InstalledRelease
{
    /// <returns>Nothing where the device is registered so already, or where the version is not one of the product's.</returns>
    public static async Task<ImmutableArray<Change>> Of(Store store, Delivery delivery, IEnumerable<Guid> devices, string? version, HowKnown how, string note, CancellationToken stop)
    {
        var release = await (await store.Rows<ReleaseRow>(stop)).Where(row => row.Product == delivery.Update.Product && row.VersionName == version)
            .Select(row => (Guid?)row.Subject).FirstOrDefaultAsync(stop);
        if (release is not { } runs)
            return [];
        var changes = ImmutableArray.CreateBuilder<Change>();
        foreach (var id in devices)
        {
            // A weaker word about the same release says nothing new.
            if (await store.Find<Device>(id, stop) is { } device && !(device.Release == runs && device.How >= how)
                && !device.RecordRelease(runs, how, note, store.Actor).Refused(out _, out var recorded))
                changes.Add(Change.To(device, recorded));
        }
        return changes.ToImmutable();
    }
}
