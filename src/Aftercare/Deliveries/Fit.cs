using System.Collections.Immutable;
using Aftercare.Ledger;

namespace Aftercare.Deliveries;

/// <summary>What an update is for, as its signed metadata says.</summary>
/// <param name="Line">The product's line: the first part of the paths of its files.</param>
/// <param name="ToVersion">The version that a device shows afterwards.</param>
/// <param name="FromVersions">The versions that it can be installed over.</param>
public sealed record InstallOffer(string Line, string ToVersion, ImmutableArray<string> FromVersions, bool Withdrawn);

/// <param name="Version">What it runs; null: not known.</param>
public sealed record InstalledDevice(string Line, string? Version, bool Retired);

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
        if (device.Line != offer.Line)
            faults.Add(Refusal.State("fit.other-product", $"The update is for {offer.Line}; the device is a {device.Line}."));
        else if (device.Version is not { } version)
            faults.Add(Refusal.State("fit.version-unknown", "The manufacturer does not know which version the device runs. Tell him on the portal or by his service."));
        else if (version == offer.ToVersion)
            faults.Add(Refusal.State("fit.installed", $"The device runs {version} already."));
        else if (!offer.FromVersions.Contains(version))
            faults.Add(Refusal.State("fit.version-not-covered", $"The device runs {version}; the update installs over {string.Join(", ", offer.FromVersions)}."));
        return faults.ToImmutable();
    }
}
