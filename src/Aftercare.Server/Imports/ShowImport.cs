using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Imports;

/// <summary>One file of records: what it would do or has done, its faults, and the records that it brought.</summary>
public static class ShowImport
{
    /// <param name="Faults">The first of them; <paramref name="MoreFaults"/> when there are others.</param>
    /// <param name="Records">A page of what it brought, in the order of the file.</param>
    public sealed record Model(
        Import Import, List<ImportFault> Faults, bool MoreFaults, List<Brought> Records, PageOf Page, ImmutableArray<TimelineItem> History, ImmutableHashSet<string> Open);

    /// <value>200 faults on the page and to the command; all of them are in the CSV.</value>
    private const int MaxShown = 200;

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<ImportPage, Model>(Face.Desk, "/imports/{id:guid}", Allowed.Desk, Load);
        app.MapRead(Face.Desk, "/desk/imports/{id:guid}/faults.csv", Allowed.Desk, FaultsFile);
        app.MapRead(Face.Desk, "/desk/imports/{id:guid}/file", CheckImport.Roles, Original);
        app.MapRead(Face.Desk, "/api/v1/imports/{id:guid}", [.. Allowed.Desk, Role.Importer], Tell);
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Import>(fields.Id("id"), stop) is not { } import)
            return Refusal.Invisible;
        var faults = await Faults(store, import, MaxShown + 1, stop);
        var (records, page) = await Importer.Of(import.Kind).Records(store, import, fields, stop);
        var open = store.Viewer.AsOf is null ? Import.Life.Open(import.Stage, store.Actor).Select(step => step.Name).ToImmutableHashSet() : [];
        if (import.Counts.Refused > 0 || Importer.Of(import.Kind).Bars(store.Actor) is not null)
            open = open.Remove("run");
        return new Model(import, [.. faults.Take(MaxShown)], faults.Count > MaxShown, records, page, await History(store, import.Id, stop), open);
    }

    // Without the batches, of which there may be hundreds: how far they have come stands above.
    private static async Task<ImmutableArray<TimelineItem>> History(Store store, Guid import, CancellationToken stop) =>
        await Chronicle.Of(store, [.. (await store.History<Import>(import, stop)).Where(entry => entry.Event is not ImportEvent.BatchRecorded)], Said, stop);

    private static async Task<Outcome<IResult>> FaultsFile(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Import>(fields.Id("id"), stop) is not { } import)
            return Refusal.Invisible;
        var faults = await Faults(store, import, int.MaxValue, stop);
        return Outcome.Of(Results.File(Csv.Write(["Line", "Place", "Column", "Fault"], faults.Select(fault => new[] { Text(fault.Line), Text(fault.At), fault.Column, fault.Reason })), Csv.MediaType, "faults.csv"));
    }

    private static async Task<Outcome<IResult>> Original(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Import>(fields.Id("id"), stop) is not { } import || (await store.BlobsOf(import.Id, stop)).SingleOrDefault(blob => blob.Id == import.File.Id) is not { } blob || store.Open(blob) is not { } plain)
            return Refusal.Invisible;
        return Outcome.Of<IResult>(new Download(plain, blob.Name));
    }

    private static async Task<Outcome<IResult>> Tell(Store store, Fields fields, CancellationToken stop)
    {
        if (!store.Viewer.Desk || await store.Find<Import>(fields.Id("id"), stop) is not { } import)
            return Refusal.Invisible;
        var faults = await Faults(store, import, MaxShown, stop);
        return Outcome.Of(Results.Json(new
        {
            id = import.Id,
            seen = import.Version,
            kind = import.What,
            file = import.Name,
            sha256 = import.File.Sha256,
            stage = Words.Of(import.Stage),
            reason = import.Reason,
            counts = new { @new = import.Counts.New, unchanged = import.Counts.Unchanged, refused = import.Counts.Refused },
            done = import.Upto,
            recorded = import.Recorded,
            faults = faults.Select(fault => new { line = fault.Line, place = fault.At, column = fault.Column, reason = fault.Reason }),
        }));
    }

    private static async Task<List<ImportFault>> Faults(Store store, Import import, int most, CancellationToken stop)
    {
        var faults = new List<ImportFault>();
        if (import.Faults is not { } kept || (await store.BlobsOf(import.Id, stop)).SingleOrDefault(blob => blob.Id == kept.Id) is not { } blob || store.Open(blob) is not { } plain)
            return faults;
        await using (plain)
            await foreach (var fault in JsonSerializer.DeserializeAsyncEnumerable<ImportFault>(plain, cancellationToken: stop))
            {
                if (faults.Count >= most)
                    break;
                faults.Add(fault!);
            }
        return faults;
    }

    private static string? Said(Event happened) => happened switch
    {
        ImportEvent.Checked e => string.Create(CultureInfo.InvariantCulture, $"{e.Counts.New} new, {e.Counts.Unchanged} here already, {e.Counts.Refused} with faults."),
        ImportEvent.Stopped e => string.Create(CultureInfo.InvariantCulture, $"Line {e.Line}: {e.Reason}"),
        ImportEvent.Abandoned e => e.Reason,
        ImportEvent.Undone e => $"{ImportWords.Records(e.Records)} taken back. {e.Reason}",
        _ => null,
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
