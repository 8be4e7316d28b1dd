using System.Security.Cryptography;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Advisories;
using Aftercare.Server.Cases;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Evidence;
using Aftercare.Server.Notices;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Reports;
using Aftercare.Server.Statements;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Demo;

/// <summary>What the tour speaks of, and what the record shows of whoever has taken it so far.</summary>
/// <param name="Release">The release for which a Windows update is not approved.</param>
/// <param name="Update">Its number.</param>
/// <param name="Chain">The case that has gone the whole way.</param>
/// <param name="Untold">The case without an advisory.</param>
/// <param name="RootSha256">The fingerprint that a hospital compares, lowercase hex.</param>
internal sealed record TourFacts(Guid Release, string Update, string Advisory, (Guid Id, string Number) Chain, Guid Untold, string RootSha256)
{
    /// <summary>The newest anonymous report that came by the public form.</summary>
    public ReportRow? Told { get; private init; }

    /// <summary>The number of an advisory about the case that had none.</summary>
    public string? Drafted { get; private init; }

    /// <summary>The hospital has read what to do instead of the Windows update.</summary>
    public bool Read { get; private init; }

    /// <summary>Devices of the hospital of which it has said something, or its computer has.</summary>
    public int Answered { get; private init; }

    /// <summary>The serial number of a device for which the hospital has verified the update.</summary>
    public string? Verified { get; private init; }

    /// <summary>The report that the hospital's failed check has opened.</summary>
    public ReportRow? Failed { get; private init; }

    public bool Packed { get; private init; }

    /// <returns>Null while the demo is being filled.</returns>
    public static async Task<TourFacts?> Of(Store store, Installation installation, CancellationToken stop)
    {
        if (await End(store, stop) is not { } end)
            return null;
        var refused = await (await store.Rows<StatementRow>(stop)).SingleAsync(row => row.Identifier == DemoStory.NotApproved, stop);
        var advisory = await (await store.Rows<PublishedAdvisoryRow>(stop)).OrderBy(row => row.FirstReleaseAt).FirstAsync(stop);
        var cases = await store.Rows<CaseRow>(stop);
        var untold = await cases.Where(row => row.Title == DemoStory.Untold).Select(row => row.Subject).FirstAsync(stop);
        var hospital = await (await store.Rows<DeliveryDeviceRow>(stop)).Where(row => row.Serial.StartsWith(DemoStory.HospitalSerials)).OrderBy(row => row.Serial).ToListAsync(stop);
        var reports = (await store.Rows<ReportRow>(stop)).Where(row => row.ReceivedAt > end.Ms).OrderByDescending(row => row.ReceivedAt);
        return new TourFacts(refused.Release, hospital[0].Number, advisory.Number, (advisory.Case, await cases.Where(row => row.Subject == advisory.Case).Select(row => row.Number).SingleAsync(stop)), untold, await Root(installation, stop))
        {
            Told = await reports.FirstOrDefaultAsync(row => row.Channel == Channel.WebForm && row.Anonymous, stop),
            Drafted = await (await store.Rows<AdvisoryRow>(stop)).Where(row => row.Case == untold).Select(row => row.Number).FirstOrDefaultAsync(stop),
            Read = await (await store.Rows<NoticeRow>(stop)).AnyAsync(row => row.About == refused.Subject && row.Site == hospital[0].Site && row.ReadAt != null, stop),
            Answered = hospital.Count(row => row.Step is not (DeliveryStep.InAudience or DeliveryStep.Notified or DeliveryStep.Available)),
            Verified = hospital.Find(row => row.VerifiedAt is not null)?.Serial,
            Failed = await reports.FirstOrDefaultAsync(row => row.Channel == Channel.FailedVerification, stop),
            Packed = await (await store.Rows<PackRow>(stop)).AnyAsync(stop),
        };
    }

    // The story's last entry: whatever comes after it, a visitor has done.
    private static async Task<Instant?> End(Store store, CancellationToken stop)
    {
        var clinic = await (await store.Rows<DeliveryDeviceRow>(stop)).Where(row => row.Serial == DemoStory.Lost).Select(row => (Guid?)row.Subject).FirstOrDefaultAsync(stop);
        return clinic is { } delivery ? (await store.History<Delivery>(delivery, stop)).FirstOrDefault(entry => entry.Event is DeliveryEvent.FoundUnreachable)?.At : null;
    }

    private static async Task<string> Root(Installation installation, CancellationToken stop) =>
        Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(installation.Data.Repository, "metadata", "1.root.json"), stop)));
}
