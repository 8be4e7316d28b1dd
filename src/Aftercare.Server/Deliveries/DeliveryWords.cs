using Aftercare.Deliveries;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Deliveries;

/// <summary>Steps and evidence as people read them.</summary>
internal static class DeliveryWords
{
    public static string Of(DeliveryStep step) => step switch
    {
        DeliveryStep.InAudience => "Concerned, not told yet",
        DeliveryStep.Available => "Offered, no answer yet",
        DeliveryStep.Notified => "Told, no answer yet",
        DeliveryStep.Consented => "Will be installed",
        DeliveryStep.Fetched => "Downloaded",
        DeliveryStep.Verified => "Verified by the site's computer",
        DeliveryStep.Installed => "Installed",
        DeliveryStep.Confirmed => "Installed and working",
        DeliveryStep.Declined => "Declined",
        DeliveryStep.VerificationFailed => "Verification failed at the site",
        DeliveryStep.InstallFailed => "Installation failed",
        DeliveryStep.RolledBack => "Went back",
        DeliveryStep.Superseded => "No longer needed",
        DeliveryStep.NotApplicable => "Not for this device",
        _ => "Nobody answers",
    };

    public static Tone Tone(DeliveryStep step) => step switch
    {
        DeliveryStep.Installed or DeliveryStep.Confirmed => Platform.Web.Tone.Good,
        DeliveryStep.VerificationFailed or DeliveryStep.InstallFailed => Platform.Web.Tone.Danger,
        DeliveryStep.Declined or DeliveryStep.RolledBack or DeliveryStep.Unreachable => Platform.Web.Tone.Warning,
        DeliveryStep.Fetched or DeliveryStep.Verified or DeliveryStep.Consented => Platform.Web.Tone.Info,
        _ => Platform.Web.Tone.Neutral,
    };

    public static string Of(EvidenceKind evidence) => evidence switch
    {
        EvidenceKind.SignedReceipt => "Signed receipt of the site",
        EvidenceKind.ServerLog => "This server",
        EvidenceKind.ServiceReport => "Service report",
        EvidenceKind.CustomerStatement => "The site's word",
        _ => "None",
    };

    /// <summary>Steps after which nobody has heard from the site.</summary>
    public static bool IsUnknown(DeliveryStep step) => step is DeliveryStep.InAudience or DeliveryStep.Notified or DeliveryStep.Available;

    /// <summary>A device's serial and where it stands, for choosing it.</summary>
    public static ChoiceOption Choice(DeviceLadder device) => new(device.Device.ToString("D"), $"{device.Serial} ({Of(device.Current).ToLowerInvariant()})");
}
