using System.Collections.Immutable;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Updates;
using Aftercare.Vulnerabilities;

namespace Aftercare.Evidence;

/// <summary>How a supported release stands to a vulnerability that an update mends.</summary>
/// <param name="Label">As people say it.</param>
/// <param name="Mended">A published update that names the vulnerability installs over the release.</param>
public sealed record MendedRelease(string Label, ProductStatus Status, Remedy? Remedy, bool Mended);

/// <summary>A vulnerability that a published update mends, and every supported release of the case's products.</summary>
public sealed record MendedFlaw(Case Case, string Title, ImmutableArray<MendedRelease> Releases);

/// <summary>How an update fares on devices, in counts of them.</summary>
/// <param name="Uncovered">In use, on a release that the update is for, and in no delivery of it.</param>
/// <param name="ReleaseUnknown">In use, of the product, and nobody knows what they run.</param>
/// <param name="InAudience">In deliveries.</param>
/// <param name="Unanswered">Of these: what became of them is not known.</param>
/// <param name="Verified">Of these: the site's own program has found the files as they must be.</param>
/// <param name="ByService">Of these: installed, and only our engineer says so.</param>
/// <param name="ByServiceUnverified">Of the latter: no result of a check of the files is on record.</param>
/// <param name="Unreported">Of all: the check failed, and no report tells of it.</param>
public sealed record Progress(int Uncovered, int ReleaseUnknown, int InAudience, int Unanswered, int Verified, int ByService, int ByServiceUnverified, int Unreported)
{
    public static Progress None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0);
}

public sealed record ProgressedUpdate(Update Update, Progress Progress);

/// <summary>How updates travel.</summary>
/// <param name="Address">Where they are fetched.</param>
/// <param name="Fault">Why a fresh client would refuse the signed metadata now; null: it holds.</param>
public sealed record Transport(Guid Organisation, string Address, string? Fault);

/// <summary>Whether updates reach the devices that need them (IEC 81001-5-1 §6.3.2), untouched on the way (§6.3.3).</summary>
public static class DeliveryChecks
{
    private const int MostUnansweredPercent = 50;

    public static Check<MendedFlaw> Mended { get; } = new(
        "A632-01", "6.3.2", "A vulnerability that an update mends is mended for every supported release that it affects, or something else is approved instead.",
        PotentialSeverity.Major, [],
        flaw => new Examinee(Case.Noun, flaw.Case.Id, $"{flaw.Case.Number}, {flaw.Title}", flaw.Case.Products is [var only] ? only : null, flaw.Case.Began),
        flaw => !flaw.Releases.IsEmpty, JudgeMended)
    {
        StandsOn = "Published updates and the vulnerabilities that they name, supported releases, and what the cases say of them.",
        ClearedBy = "Publish an update for the release, or state in the case how it is affected.",
    };

    public static Check<ProgressedUpdate> Everybody { get; } = new(
        "A632-03", "6.3.2", "Every device that runs a release which an update is for is in a delivery of it.",
        PotentialSeverity.Major, [], NameOf, one => IsOffered(one) && one.Progress is not { InAudience: 0, Uncovered: 0, ReleaseUnknown: 0 }, JudgeEverybody)
    {
        StandsOn = "Published updates, their deliveries and the installed base.",
        ClearedBy = "Offer the update to the devices that were added, and record what each device runs.",
    };

    public static Check<ProgressedUpdate> Answered { get; } = new(
        "A632-06", "6.3.2", "Of most devices that an update was offered to it is known what became of it.",
        PotentialSeverity.Observation, [], NameOf, HasAudience, JudgeAnswered)
    {
        StandsOn = "Published updates and the devices in their deliveries.",
        ClearedBy = "Ask the sites that have not answered; receipts, answers and service reports count.",
    };

    public static Check<ProgressedUpdate> ServiceToo { get; } = new(
        "A632-07", "6.3.2", "What our engineers install is on record like what sites install: device, version, result of the check, person and date.",
        PotentialSeverity.Minor, [], NameOf, one => IsOffered(one) && one.Progress.ByService > 0, JudgeService)
    {
        StandsOn = "Service reports of installed updates.",
        ClearedBy = "Let the engineer's tool send a receipt with the result of its check.",
    };

    public static Check<Transport> Protected { get; } = new(
        "A633-03", "6.3.3", "Nobody on the way can change an update or hold back a newer one: the metadata is signed, has not expired, and travels by TLS.",
        PotentialSeverity.Major, [],
        transport => new Examinee("organisation", transport.Organisation, transport.Address), _ => true, JudgeProtected)
    {
        StandsOn = "The published metadata, checked now by a client that begins with the first root, and our public address.",
        ClearedBy = "Sign the metadata anew before it expires, and serve it by https.",
    };

    public static Check<ProgressedUpdate> Receipted { get; } = new(
        "A633-06", "6.3.3", "For each update a site's own check has succeeded, and each check that failed became a report.",
        PotentialSeverity.Minor, [], NameOf, HasAudience, JudgeReceipted)
    {
        StandsOn = "Signed receipts of sites, and the reports that failed checks have opened.",
        ClearedBy = "Ask a site to check the package with its tool and to send the receipt.",
    };

    private static Examinee NameOf(ProgressedUpdate one) => new(Update.Noun, one.Update.Id, one.Update.Number, one.Update.Product, one.Update.Since);

    private static bool IsOffered(ProgressedUpdate one) => one.Update.Stage == UpdateStage.Published;

    private static bool HasAudience(ProgressedUpdate one) => IsOffered(one) && one.Progress.InAudience > 0;

    private static Judgement JudgeMended(MendedFlaw flaw, Settings settings, Instant at)
    {
        var affected = flaw.Releases.Where(release => release is { Status: ProductStatus.KnownAffected, Mended: false }).ToList();
        if (Named(affected.Where(release => release.Remedy is not (Remedy.Mitigation or Remedy.Workaround))) is { } unmended)
            return Gap.Whole($"Affected, supported and without an update: {unmended}.");
        if (Named(affected) is { } instead)
            return Gap.Part($"Without an update; there is something to do instead, and no approval of that is on record: {instead}.");
        return Named(flaw.Releases.Where(release => release is { Status: ProductStatus.UnderInvestigation, Mended: false })) is { } open
            ? Gap.Part($"It is not stated whether these are affected: {open}.")
            : Judgement.Good;
    }

    private static string? Named(IEnumerable<MendedRelease> releases) => string.Join(", ", releases.Select(release => release.Label)) is { Length: > 0 } names ? names : null;

    private static Judgement JudgeEverybody(ProgressedUpdate one, Settings settings, Instant at) => one.Progress switch
    {
        { Uncovered: > 0 and var devices } => Gap.Whole($"{devices} {(devices == 1 ? "device needs" : "devices need")} it and {(devices == 1 ? "is" : "are")} in no delivery of it."),
        { ReleaseUnknown: > 0 and var devices } => Gap.Part($"Of {devices} {(devices == 1 ? "device" : "devices")} of the product nobody knows what {(devices == 1 ? "it runs" : "they run")}."),
        _ => Judgement.Good,
    };

    private static Judgement JudgeAnswered(ProgressedUpdate one, Settings settings, Instant at) =>
        one.Progress is { Unanswered: var silent, InAudience: var all } && silent * 100L > (long)MostUnansweredPercent * all
            ? Gap.Part($"Of {silent} of {all} devices it is not known what became of it.")
            : Judgement.Good;

    private static Judgement JudgeService(ProgressedUpdate one, Settings settings, Instant at) =>
        one.Progress is { ByServiceUnverified: > 0 and var unverified, ByService: var all }
            ? Gap.Part($"Of {unverified} of {all} installations by our engineers no result of a check is on record.")
            : Judgement.Good;

    private static Judgement JudgeProtected(Transport transport, Settings settings, Instant at) =>
        (transport.Fault, transport.Address.StartsWith("https://", StringComparison.Ordinal)) switch
        {
            (null, true) => Judgement.Good,
            (null, false) => Gap.Part("The metadata is signed and holds; it does not travel by https."),
            ({ } fault, true) => Gap.Part($"Only TLS protects it: {fault}"),
            ({ } fault, false) => Gap.Whole($"Neither signatures nor TLS protect it: {fault}"),
        };

    private static Judgement JudgeReceipted(ProgressedUpdate one, Settings settings, Instant at) => one.Progress switch
    {
        { Unreported: > 0 and var devices } => Gap.Whole($"A check failed on {devices} {(devices == 1 ? "device" : "devices")}, and no report tells of it."),
        { Verified: 0 } => Gap.Part("No site's own check of it is on record."),
        _ => Judgement.Good,
    };
}
