using System.Collections.Immutable;
using Aftercare.Ledger;

namespace Aftercare.Deliveries;

/// <summary>What an update is for. Releases are named by their ids.</summary>
/// <param name="FromReleases">The releases that it can be installed over.</param>
public sealed record InstallOffer(Guid Product, Guid ToRelease, ImmutableArray<Guid> FromReleases, bool Withdrawn);

/// <param name="Release">The installed release; null: not known.</param>
public sealed record InstalledDevice(Guid Product, Guid? Release, bool Retired);

/// <summary>May this update be installed on this device? Decided alike by the server and by the site's program.</summary>
public static class Fit
{
    /// <summary>Every condition that fails, in words for the operator; empty: it fits.</summary>
    public static ImmutableArray<Refusal> Faults(InstallOffer offer, InstalledDevice device)
    {
        var faults = ImmutableArray.CreateBuilder<Refusal>();
        if (offer.Withdrawn)
            faults.Add(Refusal.State("fit.withdrawn", "The manufacturer has withdrawn the update."));
        if (device.Retired)
            faults.Add(Refusal.State("fit.retired", "The device is registered as out of use."));
        if (device.Product != offer.Product)
            faults.Add(Refusal.State("fit.other-product", "The update is for another product."));
        else if (device.Release is null)
            faults.Add(Refusal.State("fit.release-unknown", "Nobody has told the manufacturer which release the device runs. Say it on the portal or to the manufacturer's service."));
        else if (device.Release == offer.ToRelease)
            faults.Add(Refusal.State("fit.installed", "The device runs the release that the update makes."));
        else if (!offer.FromReleases.Contains(device.Release.Value))
            faults.Add(Refusal.State("fit.release-not-covered", "The update does not install over the release that the device runs."));
        return faults.ToImmutable();
    }
}
