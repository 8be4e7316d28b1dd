using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Deliveries;

public enum DeliveryStage
{
    Open,

    /// <summary>The update was withdrawn, or a later one takes its place.</summary>
    Superseded,
}

/// <summary>An update as it is delivered: frozen when the delivery begins, so that a receipt is judged by what was offered.</summary>
/// <param name="ToVersion">The version that a device shows afterwards.</param>
/// <param name="FromVersions">The versions that it installs over.</param>
public sealed record OfferedUpdate(
    Guid Id, string Number, Guid Product, Guid ToRelease, string ToVersion, ImmutableArray<string> FromVersions, ImmutableArray<ReceiptFile> Files);

/// <param name="Version">The version that it runs, as far as we know.</param>
public sealed record AudienceMember(Guid Device, string Serial, string Version);

/// <summary>How a site was told.</summary>
public enum NoticeChannel
{
    Email,
    Letter,
    Telephone,
    Visit,
    Portal,
}

/// <summary>What happened to the delivery of one update to one site.</summary>
public abstract record DeliveryEvent : Event
{
    /// <param name="Challenge">Random; every receipt begins its nonce with it, so that none can have been made for another delivery.</param>
    [Kind("delivery.opened")]
    public sealed record Opened(OfferedUpdate Update, Guid Site, string Challenge, ImmutableArray<AudienceMember> Devices) : DeliveryEvent;

    /// <summary>Devices of the site that came to run an affected release, or were registered, after the delivery began.</summary>
    [Kind("delivery.audience-extended")]
    public sealed record AudienceExtended(ImmutableArray<AudienceMember> Devices) : DeliveryEvent;

    /// <summary>The update can be fetched: by every device that was only in the audience.</summary>
    [Kind("delivery.offered")]
    public sealed record Offered : DeliveryEvent;

    /// <param name="On">When the notice went out.</param>
    /// <param name="Note">To whom, or its reference.</param>
    [Kind("delivery.notified")]
    public sealed record Notified(NoticeChannel Channel, Stated On, string? Note) : DeliveryEvent;

    [Kind("delivery.consented")]
    public sealed record Consented(ImmutableArray<Guid> Devices) : DeliveryEvent;

    /// <param name="Reason">Why the site does not want it.</param>
    /// <param name="Mitigation">What protects the devices instead, as the site accepts it.</param>
    [Kind("delivery.declined")]
    public sealed record Declined(ImmutableArray<Guid> Devices, TextRef Reason, TextRef Mitigation) : DeliveryEvent;

    /// <param name="Digest">Lowercase hex SHA-256 of the signed statement.</param>
    /// <param name="KeyId">The site's key that signed it.</param>
    /// <param name="Device">Null: every device that waits.</param>
    /// <param name="At">By the clock of the site's computer.</param>
    /// <param name="Report">The report that a failed verification opened.</param>
    /// <param name="Envelope">The receipt as it came, with its signature: the proof.</param>
    [Kind("delivery.receipt-taken")]
    public sealed record ReceiptTaken(
        string Nonce, string Digest, string KeyId, ReceiptResult Result, Guid? Device, string? Before, string? After, Instant At, string? Reason,
        Guid? Report, string Envelope) : DeliveryEvent;

    /// <param name="Digest">Lowercase hex SHA-256 of what came as the signed statement.</param>
    /// <param name="Code">Why, e.g. <c>receipt.wrong-device</c>.</param>
    [Kind("delivery.receipt-refused")]
    public sealed record ReceiptRefused(string Digest, string Code, string Reason) : DeliveryEvent;

    /// <param name="Result">Installed, install-failed or rolled-back.</param>
    /// <param name="On">When it was done.</param>
    /// <param name="Reference">Of the service report.</param>
    [Kind("delivery.service-reported")]
    public sealed record ServiceReported(Guid Device, DeliveryStep Result, Stated On, string Reference, string? Note) : DeliveryEvent;

    /// <param name="On">Since when, as stated.</param>
    [Kind("delivery.confirmed")]
    public sealed record Confirmed(ImmutableArray<Guid> Devices, Stated On, TextRef? Words) : DeliveryEvent;

    /// <param name="Reason">Whom we tried to reach, and how.</param>
    [Kind("delivery.found-unreachable")]
    public sealed record FoundUnreachable(ImmutableArray<Guid> Devices, string Reason) : DeliveryEvent;

    [Kind("delivery.found-not-applicable")]
    public sealed record FoundNotApplicable(ImmutableArray<Guid> Devices, string Reason) : DeliveryEvent;

    /// <summary>Devices on which it is not installed need it no more.</summary>
    [Kind("delivery.superseded")]
    public sealed record Superseded(string Reason) : DeliveryEvent;
}

/// <summary>One update on its way to one site: whom it concerns there, and how far each device has come, standing on which evidence.</summary>
public sealed record Delivery : Subject, IFold<Delivery>
{
    /// <value>100 devices in an entry; more follow in further ones.</value>
    public const int MembersAnEntry = 100;

    /// <value>1,000 devices in one answer of a site.</value>
    public const int MaxDevices = 1000;

    /// <value>5,000 receipts and 100 refused ones; a site that sends more has a program that runs wild.</value>
    private const int MaxReceipts = 5000;
    private const int MaxRefused = 100;

    private static readonly ImmutableArray<Role> Deliverers = [Role.Publisher, Role.Lead, Role.System];
    private static readonly ImmutableArray<Role> Callers = [Role.Support, Role.Service, Role.Publisher, Role.Lead];
    private static readonly ImmutableArray<Role> TheSite = [Role.Operator, Role.Support];
    private static readonly ImmutableArray<DeliveryStage> WhileOpen = [DeliveryStage.Open];
    private static readonly ImmutableArray<DeliveryStage> Any = [DeliveryStage.Open, DeliveryStage.Superseded];

    public static string Noun => "delivery";

    public static Lifecycle<DeliveryStage> Life { get; } = new(Noun,
    [
        new("open", "delivery.opened", [], DeliveryStage.Open, Deliverers),
        new("extend-audience", "delivery.audience-extended", WhileOpen, null, Deliverers),
        new("offer", "delivery.offered", WhileOpen, null, Deliverers),
        new("notify", "delivery.notified", WhileOpen, null, [.. Callers, Role.System]) { Button = "Record a notice" },
        new("consent", "delivery.consented", WhileOpen, null, TheSite) { Button = "We will install it" },
        new("decline", "delivery.declined", WhileOpen, null, TheSite) { Button = "We do not install it" },
        new("take-receipt", "delivery.receipt-taken", Any, null, [Role.Machine]),
        new("refuse-receipt", "delivery.receipt-refused", Any, null, [Role.Machine]),
        new("report-service", "delivery.service-reported", Any, null, [Role.Service, Role.Support]) { Button = "Record the service report" },
        new("confirm", "delivery.confirmed", WhileOpen, null, TheSite) { Button = "It is installed and works" },
        new("find-unreachable", "delivery.found-unreachable", WhileOpen, null, Callers) { Button = "Nobody answers" },
        new("find-not-applicable", "delivery.found-not-applicable", WhileOpen, null, Callers) { Button = "Not for these devices" },
        new("supersede", "delivery.superseded", WhileOpen, DeliveryStage.Superseded, [Role.Publisher, Role.Lead, Role.Quality, Role.System]),
    ]);

    public DeliveryStage Stage { get; private init; }
    public OfferedUpdate Update { get; private init; } = null!;
    public Guid Site { get; private init; }
    public string Challenge { get; private init; } = "";

    public ImmutableDictionary<Guid, DeviceLadder> Devices { get; private init; } = ImmutableDictionary<Guid, DeviceLadder>.Empty;

    /// <summary>The digest of each receipt that was taken, by its nonce.</summary>
    public ImmutableDictionary<string, string> Receipts { get; private init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Digests of what was refused.</summary>
    public ImmutableHashSet<string> RefusedReceipts { get; private init; } = [];

    /// <summary>The report about a failed verification that no good one has followed yet.</summary>
    public Guid? FailureReport { get; private init; }

    /// <summary>Begins the delivery: frozen are the update and the devices that need it now.</summary>
    /// <param name="challenge">At least 16 random bytes as text.</param>
    public static Outcome<ImmutableArray<DeliveryEvent>> Open(OfferedUpdate update, Guid site, string challenge, ImmutableArray<AudienceMember> devices, Actor by)
    {
        if (Life.Bars("open", null, null, by) is { } bar)
            return bar;
        if (devices.IsEmpty)
            return Refusal.State("delivery.no-audience", "No device of this site runs a release that the update is for.");
        return ImmutableArray.Create<DeliveryEvent>(
            [new DeliveryEvent.Opened(update, site, challenge, [.. devices.Take(MembersAnEntry)]), .. Chunked(devices.Skip(MembersAnEntry)), new DeliveryEvent.Offered()]);
    }

    /// <summary>Takes in devices that the audience lacks; those that it has are passed over. Empty when there is none.</summary>
    public Outcome<ImmutableArray<DeliveryEvent>> ExtendAudience(ImmutableArray<AudienceMember> devices, Actor by)
    {
        if (Life.Bars("extend-audience", this, Stage, by) is { } bar)
            return bar;
        var missing = devices.Where(device => !Devices.ContainsKey(device.Device)).ToList();
        return missing.Count == 0 ? ImmutableArray<DeliveryEvent>.Empty : ImmutableArray.Create<DeliveryEvent>([.. Chunked(missing), new DeliveryEvent.Offered()]);
    }

    public Outcome<DeliveryEvent> Notify(NoticeChannel channel, Stated on, string? note, Actor by) =>
        Life.Bars("notify", this, Stage, by) is { } bar ? bar : new DeliveryEvent.Notified(channel, on, note);

    public Outcome<DeliveryEvent> Consent(ImmutableArray<Guid> devices, Actor by) =>
        (Life.Bars("consent", this, Stage, by) ?? Barred(devices, DeliveryStep.Consented)) is { } bar ? bar : new DeliveryEvent.Consented(devices);

    public Outcome<DeliveryEvent> Decline(ImmutableArray<Guid> devices, TextRef reason, TextRef mitigation, Actor by) =>
        (Life.Bars("decline", this, Stage, by) ?? Barred(devices, DeliveryStep.Declined)) is { } bar ? bar : new DeliveryEvent.Declined(devices, reason, mitigation);

    /// <summary>The site's word that the update is installed and the device works: weaker than a receipt, and shown so.</summary>
    public Outcome<DeliveryEvent> Confirm(ImmutableArray<Guid> devices, Stated on, TextRef? words, Actor by) =>
        (Life.Bars("confirm", this, Stage, by) ?? Barred(devices, DeliveryStep.Confirmed)) is { } bar ? bar : new DeliveryEvent.Confirmed(devices, on, words);

    public Outcome<DeliveryEvent> ReportService(Guid device, DeliveryStep result, Stated on, string reference, string? note, Actor by)
    {
        if (Life.Bars("report-service", this, Stage, by) is { } bar)
            return bar;
        if (result is not (DeliveryStep.Installed or DeliveryStep.InstallFailed or DeliveryStep.RolledBack))
            return Refusal.Malformed("result", "A service report says installed, install failed or rolled back.");
        return Barred([device], result) is { } barred ? barred : new DeliveryEvent.ServiceReported(device, result, on, reference, note);
    }

    public Outcome<DeliveryEvent> FindUnreachable(ImmutableArray<Guid> devices, string reason, Actor by) =>
        (Life.Bars("find-unreachable", this, Stage, by) ?? Barred(devices, DeliveryStep.Unreachable)) is { } bar ? bar : new DeliveryEvent.FoundUnreachable(devices, reason);

    public Outcome<DeliveryEvent> FindNotApplicable(ImmutableArray<Guid> devices, string reason, Actor by) =>
        (Life.Bars("find-not-applicable", this, Stage, by) ?? Barred(devices, DeliveryStep.NotApplicable)) is { } bar ? bar : new DeliveryEvent.FoundNotApplicable(devices, reason);

    public Outcome<DeliveryEvent> Supersede(string reason, Actor by) =>
        Life.Bars("supersede", this, Stage, by) is { } bar ? bar : new DeliveryEvent.Superseded(reason);

    /// <summary>The device with this serial in the audience; null when there is none.</summary>
    public DeviceLadder? BySerial(string serial) => Devices.Values.FirstOrDefault(device => device.Serial == serial);

    /// <summary>Whether exactly this receipt was taken before: it then gets the answer that it got.</summary>
    public bool Knows(Receipt receipt, string digest) => Receipts.GetValueOrDefault(receipt.Nonce) == digest;

    /// <summary>
    /// Judges a receipt whose signature by the site's key holds. What is refused here is recorded with <see cref="RefuseReceipt"/>.
    /// </summary>
    /// <param name="digest">Lowercase hex SHA-256 of the signed statement.</param>
    /// <param name="keyId">The site's key.</param>
    /// <param name="report">Where a failed verification is reported; needed when <see cref="NeedsReport"/> says so.</param>
    /// <param name="envelope">As it came.</param>
    public Outcome<DeliveryEvent> TakeReceipt(Receipt receipt, string digest, string keyId, Guid? report, string envelope, Actor by)
    {
        if ((Life.Bars("take-receipt", this, Stage, by) ?? Against(receipt, digest)) is { } bar)
            return bar;
        if (NeedsReport(receipt) != report.HasValue)
            throw new ArgumentException("A failed verification is reported once, and nothing else is.", nameof(report));
        return new DeliveryEvent.ReceiptTaken(
            receipt.Nonce, digest, keyId, receipt.Result, receipt.Device is { } serial ? BySerial(serial)!.Device : null,
            receipt.Before, receipt.After, receipt.At, receipt.Reason, report, envelope);
    }

    /// <summary>A failed verification opens a report, once until the site has verified the update.</summary>
    public bool NeedsReport(Receipt receipt) => receipt.Result == ReceiptResult.VerificationFailed && FailureReport is null;

    /// <summary>Takes note of a receipt that is not believed; null when that is on record already.</summary>
    public Outcome<DeliveryEvent>? RefuseReceipt(string digest, Refusal why, Actor by)
    {
        if (RefusedReceipts.Contains(digest) || RefusedReceipts.Count >= MaxRefused)
            return null;
        return Life.Bars("refuse-receipt", this, Stage, by) is { } bar ? bar : new DeliveryEvent.ReceiptRefused(digest, why.Code, why.Reason);
    }

    /// <summary>What speaks against a receipt; null when nothing does.</summary>
    private Refusal? Against(Receipt receipt, string digest)
    {
        if (Receipts.TryGetValue(receipt.Nonce, out var other) && other != digest)
            return Refusal.State("receipt.nonce-reused", "Another receipt was taken under this nonce.");
        if (receipt.Update != Update.Number)
            return Refusal.State("receipt.other-update", $"The receipt is about {receipt.Update}, not about {Update.Number}.");
        if (!receipt.Nonce.StartsWith(Challenge + ".", StringComparison.Ordinal) || receipt.Nonce.Length == Challenge.Length + 1)
            return Refusal.State("receipt.foreign", "The receipt was made for another delivery.");
        if (!receipt.Files.All(Update.Files.Contains))
            return Refusal.State("receipt.other-files", "The receipt names files that this update does not have.");
        if (receipt.Device is { } serial && BySerial(serial) is null)
            return Refusal.State("receipt.wrong-device", "The device is not one of this site's devices that the update was offered to.");
        if (Stage == DeliveryStage.Superseded && receipt.Result is (ReceiptResult.Verified or ReceiptResult.VerificationFailed))
            return Refusal.State("receipt.superseded", "The update was withdrawn or replaced. Do not install it.");
        if (AgainstVersions(receipt) is { } versions)
            return versions;
        return Receipts.Count >= MaxReceipts ? Refusal.State("receipt.too-many", $"More than {MaxReceipts} receipts came for this update. Ask the manufacturer.") : null;
    }

    private Refusal? AgainstVersions(Receipt receipt)
    {
        if (receipt.Before is { } before && receipt.Result != ReceiptResult.RolledBack && before != Update.ToVersion && !Update.FromVersions.Contains(before))
            return Refusal.State("receipt.other-version", $"The update does not install over {before}.");
        return receipt.Result switch
        {
            ReceiptResult.Installed when receipt.After != Update.ToVersion =>
                Refusal.State("receipt.other-version", $"After the update a device shows {Update.ToVersion}; the receipt says {receipt.After ?? "nothing"}."),
            ReceiptResult.RolledBack when receipt.After == Update.ToVersion =>
                Refusal.State("receipt.other-version", $"A device that went back does not show {Update.ToVersion}."),
            _ => null,
        };
    }

    private Refusal? Barred(ImmutableArray<Guid> devices, DeliveryStep to)
    {
        if (devices.Length is 0 or > MaxDevices)
            return Refusal.Malformed("devices", $"Choose 1 to {MaxDevices} devices.");
        foreach (var id in devices)
        {
            if (!Devices.TryGetValue(id, out var device))
                return Refusal.Malformed("devices", "One of these devices does not belong to this delivery.");
            if (!Ladder.Leads(device.Current, to))
                return Refusal.State("delivery.wrong-step", $"Device {device.Serial} stands at '{Words(device.Current)}'; from there it does not come to '{Words(to)}'.");
        }
        return null;
    }

    public static Delivery After(Delivery? before, Entry entry)
    {
        var delivery = before ?? new Delivery();
        return (DeliveryEvent)entry.Event switch
        {
            DeliveryEvent.Opened e => (delivery with { Update = e.Update, Site = e.Site, Challenge = e.Challenge }).Joined(e.Devices, entry),
            DeliveryEvent.AudienceExtended e => delivery.Joined(e.Devices, entry),
            DeliveryEvent.Offered => delivery.Moved(Taken(entry, DeliveryStep.Available, EvidenceKind.ServerLog), delivery.Where(DeliveryStep.Available)),
            DeliveryEvent.Notified e => delivery.Moved(Taken(entry, DeliveryStep.Notified, Of(e.Channel), e.On, e.Note), delivery.WhereOpen()),
            DeliveryEvent.Consented e => delivery.Moved(Taken(entry, DeliveryStep.Consented, EvidenceKind.CustomerStatement), e.Devices),
            DeliveryEvent.Declined e => delivery.Moved(Taken(entry, DeliveryStep.Declined, EvidenceKind.CustomerStatement) with { Words = [e.Reason, e.Mitigation] }, e.Devices),
            DeliveryEvent.ReceiptTaken e => delivery.Receipted(e, entry),
            DeliveryEvent.ReceiptRefused e => delivery with { RefusedReceipts = delivery.RefusedReceipts.Add(e.Digest) },
            DeliveryEvent.ServiceReported e => delivery.Moved(Taken(entry, e.Result, EvidenceKind.ServiceReport, e.On, e.Note is null ? e.Reference : $"{e.Reference}: {e.Note}"), [e.Device]),
            DeliveryEvent.Confirmed e => delivery.Moved(Taken(entry, DeliveryStep.Confirmed, EvidenceKind.CustomerStatement, e.On) with { Words = e.Words is { } words ? [words] : [] }, e.Devices),
            DeliveryEvent.FoundUnreachable e => delivery.Moved(Taken(entry, DeliveryStep.Unreachable, EvidenceKind.None, note: e.Reason), e.Devices),
            DeliveryEvent.FoundNotApplicable e => delivery.Moved(Taken(entry, DeliveryStep.NotApplicable, EvidenceKind.None, note: e.Reason), e.Devices),
            DeliveryEvent.Superseded e => (delivery with { Stage = DeliveryStage.Superseded })
                .Moved(Taken(entry, DeliveryStep.Superseded, EvidenceKind.ServerLog, note: e.Reason), delivery.Where(DeliveryStep.Superseded)),
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private Delivery Joined(ImmutableArray<AudienceMember> members, Entry entry) => this with
    {
        Devices = Devices.AddRange(members.Select(member => KeyValuePair.Create(member.Device,
            new DeviceLadder(member.Device, member.Serial, member.Version, DeliveryStep.InAudience, [Taken(entry, DeliveryStep.InAudience, EvidenceKind.ServerLog)])))),
    };

    private Delivery Receipted(DeliveryEvent.ReceiptTaken e, Entry entry)
    {
        var step = StepOf(e.Result);
        var taken = Taken(entry, step, EvidenceKind.SignedReceipt, Stated.At(e.At.Utc), e.Reason);
        var devices = e.Device is { } device ? [device] : Where(step).ToImmutableArray();
        // Verified bytes have arrived: the receipt says both.
        var fetched = e.Result == ReceiptResult.Verified ? Moved(taken with { Step = DeliveryStep.Fetched }, devices.Where(id => Ladder.Leads(Devices[id].Current, DeliveryStep.Fetched))) : this;
        return fetched.Moved(taken, devices) with
        {
            Receipts = Receipts.SetItem(e.Nonce, e.Digest),
            FailureReport = e.Result switch
            {
                ReceiptResult.VerificationFailed => e.Report ?? FailureReport,
                ReceiptResult.Verified => null,
                _ => FailureReport,
            },
        };
    }

    private Delivery Moved(StepTaken taken, IEnumerable<Guid> devices) => this with
    {
        Devices = Devices.SetItems(devices.Where(Devices.ContainsKey).Select(id => KeyValuePair.Create(id, Devices[id].With(taken)))),
    };

    private IEnumerable<Guid> Where(DeliveryStep to) => Devices.Values.Where(device => Ladder.Leads(device.Current, to)).Select(device => device.Device);

    private IEnumerable<Guid> WhereOpen() => Devices.Values.Where(device => Ladder.IsOpen(device.Current)).Select(device => device.Device);

    private static IEnumerable<DeliveryEvent> Chunked(IEnumerable<AudienceMember> devices) =>
        devices.Chunk(MembersAnEntry).Select(chunk => new DeliveryEvent.AudienceExtended([.. chunk]));

    private static StepTaken Taken(Entry entry, DeliveryStep step, EvidenceKind evidence, Stated? said = null, string? note = null) =>
        new(step, entry.At, said, evidence, entry.Head.Actor, entry.Head.Role, note, []);

    // The portal shows what this server wrote there; a letter or a call is our people's word.
    private static EvidenceKind Of(NoticeChannel channel) => channel == NoticeChannel.Portal ? EvidenceKind.ServerLog : EvidenceKind.ServiceReport;

    private static DeliveryStep StepOf(ReceiptResult result) => result switch
    {
        ReceiptResult.Verified => DeliveryStep.Verified,
        ReceiptResult.VerificationFailed => DeliveryStep.VerificationFailed,
        ReceiptResult.Installed => DeliveryStep.Installed,
        ReceiptResult.InstallFailed => DeliveryStep.InstallFailed,
        _ => DeliveryStep.RolledBack,
    };

    private static string Words(DeliveryStep step) =>
        string.Concat(step.ToString().Select((c, i) => !char.IsUpper(c) ? c.ToString() : i == 0 ? char.ToLowerInvariant(c).ToString() : $" {char.ToLowerInvariant(c)}"));
}
