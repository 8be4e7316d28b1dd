using System.Collections.Immutable;
using System.Globalization;
using Aftercare.Ledger;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Keys;
using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Storage.Sealed;
using Aftercare.Trust.Log;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Operations;

/// <summary>
/// The way out when an older database was restored and the newest is lost: the log that the world has seen ends where it is, a new one begins, and its
/// record says so. The old checkpoint and tiles stay served.
/// </summary>
internal static class DeclareGap
{
    internal static async Task<int> Run(Installation installation, ImmutableArray<string> arguments, TextWriter output, CancellationToken stop)
    {
        installation.RequireThere();
        using var held = installation.Postgres is null ? DataLock.Take(installation.Data, "the command declare-gap") : null;
        await using var database = installation.OpenDatabase();
        await database.Migrate(stop);
        await Generations.Prepare(database, stop);
        var folder = new LogFolder(installation.Data.Log, LogKey.Open(installation.Data.Keys));
        if (await new Sequencer(database, folder, TimeProvider.System).Restored(stop) is null || folder.Published() is not var (generation, published))
            throw new CannotStartException("There is no gap: the database holds everything that was published.");

        var lost = LogGap.Declare(published.Note.Note.ToString(), await Held(database, stop), generation + 1, arguments[0], Actor.System);
        if (lost.Refused(out var why, out var declared))
            throw new CannotStartException(why.Faults.Select(fault => fault.Reason).FirstOrDefault() ?? why.Reason);
        // First the word, then the deed: a crash in between leaves a gap that can be declared again.
        await Record(installation, database, declared, stop);
        await BeginAnew(database, generation + 1, stop);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"The gap is on record. The log goes on as {folder.Origin(generation + 1)}; what was published as {published.Origin} stays, with its {published.Size} entries. Start the server."));
        return 0;
    }

    private static async Task<long> Held(Database database, CancellationToken stop)
    {
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        return await record.Leaves.LongCountAsync(stop);
    }

    // Every entry waits for the log again, as if it had been recorded now; the checkpoints of before stay.
    private static async Task BeginAnew(Database database, int generation, CancellationToken stop)
    {
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        await using var transaction = await record.Database.BeginTransactionAsync(stop);
        await record.Leaves.ExecuteDeleteAsync(stop);
        await record.Database.ExecuteSqlAsync($"""INSERT INTO unsequenced ("Row") SELECT "Row" FROM entries WHERE "Row" NOT IN (SELECT "Row" FROM unsequenced)""", stop);
        await record.LogHead.ExecuteDeleteAsync(stop);
        record.Add(new LogHeadRecord { Generation = generation, Size = 0, Edge = CompactRange.Empty.ToBytes() });
        await record.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
    }

    private static async Task Record(Installation installation, Database database, LogEvent declared, CancellationToken stop)
    {
        var ring = KeyRing.OpenExisting(installation.Data.Keys);
        await using var store = new Store(database, new Vault(ring, new BlobFiles(installation.Data.Blobs, ring)), Viewer.System, TimeProvider.System);
        var recorded = await store.Record(new Done("/desk/operations", Guid.Empty), stop, Change.Begin(Store.NewId(), declared));
        _ = recorded.Value;
    }
}
