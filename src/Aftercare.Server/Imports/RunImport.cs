using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Jobs;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Imports;

/// <summary>
/// Records what a clean file says, some lines at a time. Each batch is one transaction with the note of how far it has come, so that after a crash at
/// any moment nothing is there twice and nothing is missing.
/// </summary>
public static class RunImport
{
    public sealed record Command(Guid Id, int Seen);

    /// <param name="Start">Which start of the import this is: after it has stood still it is started anew.</param>
    public sealed record Payload(Guid Import, int Start);

    public const string Job = "import.run";

    /// <value>200 lines in one transaction: a second at most in which nobody else can write on SQLite.</value>
    internal const int Batch = 200;

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/imports/{id:guid}/run", CheckImport.Roles, fields => new Command(fields.Id("id"), fields.Seen()), Handle));

    internal static IServiceCollection AddImports(this IServiceCollection services) =>
        services.AddJob(Job, (provider, job, stop) => Work(provider.GetRequiredService<Stores>(), job.Read<Payload>().Import, stop));

    /// <summary>Goes on from where the import stands until it is done, or stands still.</summary>
    internal static async Task Work(Stores stores, Guid id, CancellationToken stop)
    {
        var lines = await Lines(stores, id, stop);
        while (await Next(stores, id, lines, stop))
            stop.ThrowIfCancellationRequested();
    }

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Import>(command.Id, command.Seen, stop)).Refused(out var why, out var import))
            return why;
        if (import.Run(Importer.Of(import.Kind).Bars(store.Actor), store.Actor).Refused(out why, out var started))
            return why;
        await store.Enqueue(Job, string.Create(CultureInfo.InvariantCulture, $"{import.Id:D}:{import.Version}"), new Payload(import.Id, import.Version), store.Now, stop);
        return await store.Record(new Done($"/desk/imports/{import.Id}", import.Id), stop, Change.To(import, started));
    }

    private static async Task<IReadOnlyList<ImportLine>> Lines(Stores stores, Guid id, CancellationToken stop)
    {
        await using var store = stores.Open(Viewer.System);
        var import = await store.Find<Import>(id, stop) ?? throw new InvalidOperationException($"There is no import {id}.");
        var blob = (await store.BlobsOf(id, stop)).Single(one => one.Id == import.File.Id);
        var bytes = new byte[blob.Length];
        await using var plain = store.Open(blob) ?? throw new InvalidOperationException("The file was erased.");
        await plain.ReadExactlyAsync(bytes, stop);
        return ImportFile.Read(import.Kind, bytes).Lines;
    }

    /// <returns>False when nothing is left to do.</returns>
    private static async Task<bool> Next(Stores stores, Guid id, IReadOnlyList<ImportLine> lines, CancellationToken stop)
    {
        await using var store = stores.Open(Viewer.System);
        if (await store.Find<Import>(id, stop) is not { Stage: ImportStage.Running } import)
            return false;
        // The cause of every entry of the batch. A second worker with the same batch loses the race for it.
        var cause = string.Create(CultureInfo.InvariantCulture, $"import:{id:D}:{import.Version}");
        store.Asked = new Asked(cause, SHA256.HashData(Encoding.UTF8.GetBytes(cause)));
        try
        {
            if (import.Upto >= lines.Count)
                return !await Recorded(store, import, import.Finish(store.Actor), [], stop);
            return await RecordBatch(store, import, [.. lines.Skip(import.Upto).Take(Batch)], stop);
        }
        catch (LostRaceException)
        {
            return true;
        }
    }

    private static async Task<bool> RecordBatch(Store store, Import import, ImportLine[] batch, CancellationToken stop)
    {
        var importer = Importer.Of(import.Kind);
        var judged = await importer.Judge(store, batch, alone: true, stop);
        if (judged.FirstOrDefault(one => !one.Faults.IsEmpty) is { } wrong)
            return !await Recorded(store, import, import.Stop(wrong.Line.Line, wrong.Faults[0].Reason, store.Actor), [], stop);
        var changes = new List<Change>();
        foreach (var one in judged.Where(one => one.IsNew))
            changes.Add(await importer.Begin(store, one, new ImportedFrom(import.Id, import.Name, import.File.Sha256, one.Line.Line), stop));
        return await Recorded(store, import, import.RecordBatch(import.Upto + batch.Length, changes.Count, store.Actor), changes, stop);
    }

    private static async Task<bool> Recorded(Store store, Import import, Outcome<ImportEvent> decided, List<Change> changes, CancellationToken stop)
    {
        var done = await store.Record(new Done($"/desk/imports/{import.Id}", import.Id), stop, [.. changes, Change.To(import, decided.Value)]);
        _ = done.Value;
        return true;
    }
}
