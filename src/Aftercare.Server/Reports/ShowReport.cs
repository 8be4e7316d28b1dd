using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Aftercare.Json;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Cases;
using Aftercare.Server.Mail;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Reports;

/// <summary>One report at the desk: what was said with the original beside it, what was decided, and the steps that are open.</summary>
public static class ShowReport
{
    /// <param name="Contact">Null: anonymous, or erased.</param>
    /// <param name="Original">What came in, indented for reading; null when it was erased or is no text.</param>
    /// <param name="Repeats">Of a duplicate: the report that it repeats.</param>
    /// <param name="Case">The number of its case.</param>
    /// <param name="Mails">To the reporter, newest first.</param>
    /// <param name="Steps">What the viewer may do now, from the lifecycle table.</param>
    /// <param name="IdentityKept">Whoever looks may not know who reported, so neither contact nor originals are shown.</param>
    public sealed record Model(
        Report Report, ReportRow Row, IReadOnlyDictionary<Guid, string> Texts, Contact? Contact, string? Product, IReadOnlyList<ChoiceOption> Products,
        IReadOnlyDictionary<Guid, BlobRecord> Files, string? Original, ReportRow? Repeats, string? Case, ImmutableArray<Step> Steps, bool Overdue, ImmutableArray<TimelineItem> History, IReadOnlyList<SentMailRow> Mails, bool IdentityKept);

    /// <value>256 KiB are shown; a larger original is only handed out.</value>
    private const int MaxShown = 256 * 1024;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<ReportPage, Model>(Face.Desk, "/reports/{id:guid}", Allowed.Readers, Load);
        app.MapRead(Face.Desk, "/desk/reports/{id:guid}/files/{file:guid}", Allowed.Readers, Read);
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Report>(fields.Id("id"), stop) is not { } report)
            return Refusal.Invisible;
        var kept = KeepsIdentity(store.Viewer, report.Id);
        var texts = await store.TextsOf(report.Id, stop);
        if (kept)
            texts = WithoutIdentity(report, texts);
        var files = (await store.BlobsOf(report.Id, stop)).ToDictionary(blob => blob.Id);
        var rows = await store.Rows<ReportRow>(stop);
        var products = await ProductChoices.Of(store, stop);
        return new Model(
            report,
            await rows.SingleAsync(row => row.Subject == report.Id, stop),
            texts,
            kept ? null : await store.ContactOf(report.Id, stop),
            products.FirstOrDefault(option => option.Value == report.Product?.ToString("D"))?.Text,
            products,
            files,
            kept ? null : await Shown(store, files.GetValueOrDefault(report.Received.Original.Id), stop),
            report.Original is { } original ? await rows.SingleOrDefaultAsync(row => row.Subject == original, stop) : null,
            await (await store.Rows<CaseRow>(stop)).Where(row => row.Subject == report.Case).Select(row => row.Number).SingleOrDefaultAsync(stop),
            [.. Report.Life.Open(report.Stage, store.Actor).Where(step => step.Name != "acknowledge" || report.AcknowledgedAt is null)],
            report.NextWordBy < store.Now,
            await Chronicle.Of<Report>(store, report.Id, happened => ReportWordings.Of(happened, texts), stop),
            kept ? [] : await ListSentMail.Of(store, report.Id, stop),
            kept);
    }

    /// <summary>An auditor sees what was reported, not by whom, unless quality has granted it for this report.</summary>
    private static bool KeepsIdentity(Viewer viewer, Guid report) => viewer.Room is { } room && !room.Reporters.Contains(report);

    // Letters to and from somebody name him, and so does the credit that he asks for.
    private static Dictionary<Guid, string> WithoutIdentity(Report report, Dictionary<Guid, string> texts)
    {
        var told = report.Received.Passages.Where(passage => passage.About is not (About.Credit or About.Reference)).Select(passage => passage.Text.Id).ToHashSet();
        return texts.ToDictionary(pair => pair.Key, pair => told.Contains(pair.Key) ? pair.Value : "(kept with who reported)");
    }

    private static async Task<string?> Shown(Store store, BlobRecord? blob, CancellationToken stop)
    {
        if (blob is null or { Length: > MaxShown } || store.Open(blob) is not { } plain)
            return null;
        await using (plain)
        {
            var bytes = new byte[blob.Length];
            await plain.ReadExactlyAsync(bytes, stop);
            if (StrictJson.TryParse(bytes, out var json, out _))
                return JsonSerializer.Serialize(json, Readable);
            return IsText(bytes) ? Encoding.UTF8.GetString(bytes) : null;
        }
    }

    private static bool IsText(byte[] bytes) => System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.Contains((byte)0);

    private static async Task<Outcome<IResult>> Read(Store store, Fields fields, CancellationToken stop)
    {
        var (id, file) = (fields.Id("id"), fields.Id("file"));
        if (await store.Find<Report>(id, stop) is not { } report || KeepsIdentity(store.Viewer, id))
            return Refusal.Invisible;
        var blob = (await store.BlobsOf(report.Id, stop)).SingleOrDefault(blob => blob.Id == file);
        return blob is not null && store.Open(blob) is { } plain ? Outcome.Of<IResult>(new Download(plain, blob.Name)) : Refusal.Invisible;
    }
}
