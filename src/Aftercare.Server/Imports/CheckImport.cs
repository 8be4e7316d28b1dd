using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Imports;

/// <summary>Tries a file of records and records what came of it; nothing else. Only a file without a fault can be run afterwards.</summary>
public static class CheckImport
{
    public sealed record Command(string Kind, UploadedFile? File);

    public sealed record Model(List<ImportRow> Imports, PageOf Page, bool MayImport);

    /// <value>50,000 faults are kept; who has more begins anew anyway.</value>
    private const int MaxFaults = 50_000;

    /// <value>64 MiB for the faults of one file, far above what so many can need.</value>
    private const long MaxFaultBytes = 64L * 1024 * 1024;

    /// <summary>Who brings lists in by file.</summary>
    internal static readonly ImmutableArray<Role> Roles = [Role.Administrator, Role.Lead, Role.Importer];

    private static readonly FileLimits Files = new(1, ImportFile.MaxBytes);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<ImportsPage, Model>(Face.Desk, "/imports", Allowed.Desk, Load);
        app.Map(new Change<Command>(Face.Desk, "/imports", Roles, Parse, Handle) { Files = Files });
        app.MapRead(Face.Desk, "/desk/imports/templates/{kind}.csv", Allowed.Desk, (_, fields, _) => Task.FromResult(Template(fields)));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var (rows, page) = await PageOf.Take((await store.Rows<ImportRow>(stop)).OrderByDescending(row => row.CheckedAt).ThenBy(row => row.Subject), fields, stop);
        return new Model(rows, page, Import.Life.Bars("check", null, null, store.Actor) is null);
    }

    private static Command Parse(Fields fields)
    {
        var kind = fields.Text("kind", 40);
        if (kind.Length > 0 && ImportKinds.Find(kind) is null)
            fields.Fault("kind", $"One of {string.Join(", ", ImportKinds.All.Select(one => one.Name))}.");
        if (fields.Files.IsEmpty)
            fields.Fault("file", "Choose the file.");
        return new Command(kind, fields.Files.FirstOrDefault());
    }

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        var (importer, upload) = (Importer.Of(ImportKinds.Find(command.Kind)!), command.File!);
        if ((Import.Life.Bars("check", null, null, store.Actor) ?? importer.Bars(store.Actor)) is { } bar)
        {
            store.Discard(upload.Blob);
            return bar;
        }
        var file = ImportFile.Read(importer.Kind, await Bytes(store, upload.Blob, stop));
        var (counts, faults) = await Compare(store, importer, file, stop);
        var id = Store.NewId();
        var kept = await store.KeepBlob(id, upload.Blob, upload.Name, upload.MediaType, stop);
        var faultsKept = faults.IsEmpty ? null : await KeepFaults(store, id, faults, stop);
        if (Import.Check(importer.Kind, upload.Name, kept, counts, faultsKept, importer.Bars(store.Actor), store.Actor).Refused(out var why, out var tried))
            return why;
        return await store.Record(new Done($"/desk/imports/{id}", id), stop, Change.Begin(id, tried));
    }

    /// <summary>What the file would do: pure reading, nothing is written.</summary>
    internal static async Task<(ImportCounts Counts, ImmutableArray<ImportFault> Faults)> Compare(Store store, Importer importer, ImportFile file, CancellationToken stop)
    {
        var judged = await importer.Judge(store, file.Lines, alone: false, stop);
        var faults = file.Faults.Concat(judged.SelectMany(one => one.Faults)).ToList();
        var (bad, first) = (new HashSet<int>(faults.Select(fault => fault.Line)), new Dictionary<string, int>(StringComparer.Ordinal));
        var (fresh, same) = (0, 0);
        foreach (var one in judged.Where(one => one.Faults.IsEmpty))
            if (!first.TryAdd(one.Key, one.Line.Line))
                faults.Add(one.Line.Fault(null, $"The same record as on line {first[one.Key]}."));
            else if (!one.IsNew)
                same++;
            else
                fresh++;
        // Counted by record, as a line of JSON can hold several.
        var refused = file.Unreadable ? 1 : judged.Count - fresh - same + bad.Except(file.Lines.Select(line => line.Line)).Count();
        return (new ImportCounts(fresh, same, Math.Max(refused, faults.Count > 0 ? 1 : 0)), [.. faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.At).Take(MaxFaults)]);
    }

    internal static async Task<byte[]> Bytes(Store store, Platform.Storage.Sealed.StoredBlob blob, CancellationToken stop)
    {
        var bytes = new byte[blob.Length];
        await using var plain = store.Open(blob);
        await plain.ReadExactlyAsync(bytes, stop);
        return bytes;
    }

    private static async Task<BlobRef> KeepFaults(Store store, Guid id, ImmutableArray<ImportFault> faults, CancellationToken stop)
    {
        using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(faults));
        return await store.KeepBlob(id, await store.SaveBlob(json, MaxFaultBytes, stop), "faults.json", "application/json", stop);
    }

    private static Outcome<IResult> Template(Fields fields) => ImportKinds.Find(fields.Text("kind", 40)) is { IsDocuments: false } kind
        ? Outcome.Of(Results.File(
            Encoding.UTF8.GetPreamble().Concat(Csv.Write([.. kind.Columns.Select(column => column.Name)], [])).ToArray(), Csv.MediaType, $"{kind.Name}.csv"))
        : Refusal.Invisible;
}
