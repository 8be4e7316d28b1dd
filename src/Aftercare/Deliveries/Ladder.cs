using System.Collections.Immutable;
using Aftercare.Ledger;

namespace Aftercare.Deliveries;

/// <summary>How far an update has come on one device (IEC 81001-5-1 §6.3.2). A closed set; never renamed, as it is on record.</summary>
public enum DeliveryStep
{
    /// <summary>The device runs a release that the update is for.</summary>
    InAudience,

    /// <summary>The site was told.</summary>
    Notified,

    /// <summary>The site can fetch it.</summary>
    Available,

    /// <summary>The site said that it will install it.</summary>
    Consented,

    /// <summary>The files have arrived at the site.</summary>
    Fetched,

    /// <summary>The site's own program found signatures and files as they must be.</summary>
    Verified,

    Installed,

    /// <summary>The site says that the device does its work with the update.</summary>
    Confirmed,

    /// <summary>The site does not want it, and says what protects the device instead.</summary>
    Declined,

    /// <summary>What arrived at the site was not what was signed.</summary>
    VerificationFailed,

    InstallFailed,

    /// <summary>It was installed, and the device went back to what it had before.</summary>
    RolledBack,

    /// <summary>The update was withdrawn, or a later one takes its place.</summary>
    Superseded,

    /// <summary>The update is not for this device after all.</summary>
    NotApplicable,

    /// <summary>Nobody at the site answers.</summary>
    Unreachable,
}

/// <summary>What a step stands on, the weakest first.</summary>
public enum EvidenceKind
{
    None,

    /// <summary>Somebody at the site says so.</summary>
    CustomerStatement,

    /// <summary>Our engineer says so.</summary>
    ServiceReport,

    /// <summary>This server did it, or saw it.</summary>
    ServerLog,

    /// <summary>The site's program says so, signed with the site's key.</summary>
    SignedReceipt,
}

/// <summary>A row of the table of moves.</summary>
/// <param name="From">From where a device can come to the step.</param>
public sealed record Rung(DeliveryStep Step, ImmutableArray<DeliveryStep> From);

/// <summary>
/// Which moves there are. Forwards a step may be left out, as nobody reports every one; a failed try may be repeated. What is installed is
/// installed: that can be learned at any time, also after the update was withdrawn.
/// </summary>
public static class Ladder
{
    private static readonly ImmutableArray<DeliveryStep> Offered = [DeliveryStep.InAudience, DeliveryStep.Notified, DeliveryStep.Available];

    /// <summary>The device waits for a first or another try.</summary>
    private static readonly ImmutableArray<DeliveryStep> Waiting =
    [
        .. Offered, DeliveryStep.Consented, DeliveryStep.Declined, DeliveryStep.VerificationFailed, DeliveryStep.InstallFailed,
        DeliveryStep.RolledBack, DeliveryStep.Unreachable,
    ];

    private static readonly ImmutableArray<DeliveryStep> Undone = [.. Waiting, DeliveryStep.Fetched, DeliveryStep.Verified];

    /// <summary>Where nothing more is expected.</summary>
    public static ImmutableArray<DeliveryStep> Ends { get; } =
        [DeliveryStep.Installed, DeliveryStep.Confirmed, DeliveryStep.Superseded, DeliveryStep.NotApplicable];

    public static ImmutableArray<Rung> Rungs { get; } =
    [
        new(DeliveryStep.InAudience, []),
        new(DeliveryStep.Notified, [DeliveryStep.InAudience]),
        new(DeliveryStep.Available, [DeliveryStep.InAudience, DeliveryStep.Notified]),
        new(DeliveryStep.Consented, [.. Waiting.Remove(DeliveryStep.Consented)]),
        new(DeliveryStep.Fetched, Waiting),
        new(DeliveryStep.Verified, [.. Waiting, DeliveryStep.Fetched]),
        new(DeliveryStep.Installed, [.. Undone, DeliveryStep.Superseded, DeliveryStep.NotApplicable]),
        new(DeliveryStep.Confirmed, [.. Undone, DeliveryStep.Installed]),
        new(DeliveryStep.Declined, [.. Undone.Remove(DeliveryStep.Declined)]),
        new(DeliveryStep.VerificationFailed, [.. Undone.Remove(DeliveryStep.VerificationFailed)]),
        new(DeliveryStep.InstallFailed, [.. Undone.Remove(DeliveryStep.InstallFailed), DeliveryStep.Superseded, DeliveryStep.NotApplicable]),
        new(DeliveryStep.RolledBack, [.. Undone.Remove(DeliveryStep.RolledBack), DeliveryStep.Installed, DeliveryStep.Confirmed, DeliveryStep.Superseded, DeliveryStep.NotApplicable]),
        new(DeliveryStep.Superseded, Undone),
        new(DeliveryStep.NotApplicable, Undone),
        new(DeliveryStep.Unreachable, [.. Offered, DeliveryStep.Consented]),
    ];

    public static bool Leads(DeliveryStep from, DeliveryStep to) => Rungs[(int)to].From.Contains(from);

    /// <summary>Whether the device still waits for the update, or for an answer.</summary>
    public static bool IsOpen(DeliveryStep step) => !Ends.Contains(step);
}

/// <summary>One step of one device, as it was learned.</summary>
/// <param name="At">When it was recorded.</param>
/// <param name="Said">When it happened, as somebody stated it; null where the recording is the happening.</param>
/// <param name="By">The actor, as the ledger names him.</param>
/// <param name="Note">A reason or a reference from our own people or the site's program; null where nothing was said.</param>
/// <param name="Words">What somebody at the site wrote, which can be erased.</param>
public sealed record StepTaken(DeliveryStep Step, Instant At, Stated? Said, EvidenceKind Evidence, string By, Role Role, string? Note, ImmutableArray<TextRef> Words);

/// <summary>How one device climbs.</summary>
/// <param name="Serial">As on its label.</param>
/// <param name="Before">The version that it ran when it came into the audience.</param>
/// <param name="Current">Where it stands.</param>
/// <param name="Steps">Everything that was learned, in the order of recording. A notice after the offer stands here and moves nothing.</param>
public sealed record DeviceLadder(Guid Device, string Serial, string Before, DeliveryStep Current, ImmutableArray<StepTaken> Steps)
{
    /// <summary>What the installation stands on, if there is one: the strongest that was ever given for it since the last rollback.</summary>
    public EvidenceKind InstalledBy => Steps.Reverse().TakeWhile(step => step.Step != DeliveryStep.RolledBack)
        .Where(step => step.Step is DeliveryStep.Installed or DeliveryStep.Confirmed)
        .Select(step => step.Evidence).DefaultIfEmpty(EvidenceKind.None).Max();

    /// <summary>The first time that the step was learned; null: never.</summary>
    public StepTaken? First(DeliveryStep step) => Steps.FirstOrDefault(taken => taken.Step == step);

    internal DeviceLadder With(StepTaken taken) =>
        this with { Current = Ladder.Leads(Current, taken.Step) ? taken.Step : Current, Steps = Steps.Add(taken) };
}
