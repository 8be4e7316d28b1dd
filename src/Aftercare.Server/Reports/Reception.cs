using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Policy;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Reports;

/// <summary>What somebody tells us about a vulnerability, whichever way it came in.</summary>
/// <param name="FirstHeard">Null: now, by us.</param>
/// <param name="Contact">Null: the reporter stays anonymous.</param>
/// <param name="AsSent">Exactly what came in, at most 1 MiB; kept as the sealed original.</param>
public sealed record Telling(
    SourceCategory Source, Channel Channel, ReportRoute Route, Stated? FirstHeard, FirstHearer FirstHeardBy, Answer PatientHarm, Guid? Product,
    Contact? Contact, ImmutableArray<(About About, string Text)> Passages, byte[] AsSent)
{
    public Answer? ClinicalUse { get; init; }
    public Answer? DataAccessed { get; init; }
    public Answer? ExploitationSeen { get; init; }
    public Answer? MultiVendor { get; init; }
    public string? Language { get; init; }
    public bool Parked { get; init; }

    public ImmutableArray<UploadedFile> Files { get; init; } = [];

    /// <summary>The file that is the report itself, kept as the original instead of the fields as sent; null where fields were filled in.</summary>
    public UploadedFile? Document { get; init; }

    public ReportedAdvisory? Advisory { get; init; }
}

/// <summary>What every way in has in common: number, promise, sealed original, erasable texts.</summary>
public static class Reception
{
    /// <value>50 MiB a file.</value>
    public const long MaxFileBytes = 50 * 1024 * 1024;

    public static FileLimits Files { get; } = new(Report.MaxAttachments, MaxFileBytes);

    /// <summary>Keeps what was told under the id of the report to be; the caller records the event that this returns, with what else he decides.</summary>
    public static async Task<Outcome<ReportEvent.Received>> Receive(Store store, Guid id, Telling telling, CancellationToken stop)
    {
        if (telling.Product is { } product && !await (await store.Rows<ProductRow>(stop)).AnyAsync(row => row.Subject == product, stop))
            return Refusal.Malformed("product", "We have no such product.");
        if (await (await store.Rows<OrganisationRow>(stop)).SingleOrDefaultAsync(stop) is not { TimeZone: var zone })
            return Refusal.State("not-set-up", "Nobody has set this installation up yet, so nobody would read it.");
        var policy = await InForce(store, stop);
        var firstHeard = telling.FirstHeard ?? Stated.At(TimeZoneInfo.ConvertTime(store.Now.Utc, zone));
        var received = new ReportEvent.Received
        {
            Number = await store.Number("R", zone, stop),
            Source = telling.Source,
            Channel = telling.Channel,
            Route = telling.Route,
            FirstHeard = firstHeard,
            FirstHeardBy = telling.FirstHeardBy,
            PatientHarm = telling.PatientHarm,
            Anonymous = telling.Contact is null,
            AcknowledgeBy = BusinessDays.EndOf(firstHeard, policy?.AcknowledgeWithinBusinessDays ?? DisclosurePolicy.DefaultAcknowledgeWithin, zone),
            UpdateEveryDays = policy?.UpdateEveryDays ?? DisclosurePolicy.DefaultUpdateEvery,
            PolicyRevision = policy?.Revision,
            Product = telling.Product,
            ClinicalUse = telling.ClinicalUse,
            DataAccessed = telling.DataAccessed,
            ExploitationSeen = telling.ExploitationSeen,
            MultiVendor = telling.MultiVendor,
            Language = telling.Language,
            Parked = telling.Parked,
            Passages = await KeepPassages(store, id, telling.Passages, stop),
            Advisory = telling.Advisory,
            Original = await KeepOriginal(store, id, telling, stop),
            Attachments = await KeepFiles(store, id, telling.Files, stop),
        };
        if (telling.Contact is not null)
            await store.KeepContact(id, telling.Contact, stop);
        return Report.Receive(received, store.Now, store.Actor).Refused(out var why, out _) ? why : received;
    }

    /// <summary>The revision that is published; null when none is.</summary>
    public static async Task<PolicyRow?> InForce(Store store, CancellationToken stop) =>
        await (await store.Rows<PolicyRow>(stop)).Where(row => row.Stage == PolicyStage.Published).OrderByDescending(row => row.Revision).FirstOrDefaultAsync(stop);

    /// <summary>Names uploaded files as originals of the report.</summary>
    internal static async Task<ImmutableArray<BlobRef>> KeepFiles(Store store, Guid report, ImmutableArray<UploadedFile> files, CancellationToken stop)
    {
        var kept = ImmutableArray.CreateBuilder<BlobRef>(files.Length);
        foreach (var file in files)
            kept.Add(await store.KeepBlob(report, file.Blob, Plain(file.Name), file.MediaType, stop));
        return kept.MoveToImmutable();
    }

    private static async Task<BlobRef> KeepOriginal(Store store, Guid report, Telling telling, CancellationToken stop) => telling.Document is { } document
        ? await store.KeepBlob(report, document.Blob, Plain(document.Name), document.MediaType, stop)
        : await store.KeepBlob(report, await store.SaveBlob(new MemoryStream(telling.AsSent), Doors.MaxBodyBytes, stop), "as-sent.json", "application/json", stop);

    private static async Task<ImmutableArray<Passage>> KeepPassages(Store store, Guid report, ImmutableArray<(About About, string Text)> passages, CancellationToken stop)
    {
        var kept = ImmutableArray.CreateBuilder<Passage>(passages.Length);
        foreach (var (about, text) in passages)
            kept.Add(new Passage(about, await store.KeepText(report, text, stop)));
        return kept.MoveToImmutable();
    }

    // Control and direction marks would let "gnp.exe" look like "exe.png".
    private static string Plain(string name) => string.Concat(name.Select(c => char.GetUnicodeCategory(c)
        is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format ? '_' : c));
}
