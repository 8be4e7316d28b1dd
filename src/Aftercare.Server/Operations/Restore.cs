using System.Collections.Immutable;
using System.Globalization;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Operations;

/// <summary>
/// Puts a backup of a SQLite installation into its data folder, where no database may be. Public files that are there stay: they may be newer, and then say
/// at the start that this backup was not the newest.
/// </summary>
internal static class Restore
{
    internal static async Task<int> Run(Installation installation, ImmutableArray<string> arguments, TextWriter output, CancellationToken stop)
    {
        if (installation.Postgres is not null)
            throw new CannotStartException("On PostgreSQL, restore the database with pg_restore, then copy the blobs and public folders back.");
        using var held = DataLock.Take(installation.Data, "the command restore");
        var (from, to) = (new DataFolder(Path.GetFullPath(arguments[0])), installation.Data);
        if (!File.Exists(from.Database))
            throw new CannotStartException($"There is no backup in {from.Root}: it would hold {Path.GetFileName(from.Database)}.");
        if (File.Exists(to.Database))
            throw new CannotStartException($"There is a database at {to.Database} already. Move it away first; nothing is overwritten.");
        if (!Directory.Exists(to.Keys))
            throw new CannotStartException($"Put the keys back first, at {to.Keys}: without them nothing that is sealed can be read.");

        if (!Directory.Exists(to.Public))
            await CopyFolder.Copy(from.Public, to.Public, _ => 0, stop);
        await CopyMissing(from.Blobs, to.Blobs, stop);
        await CopyMissing(from.Packages, to.Packages, stop);
        await PutDatabase(from.Database, to.Database, stop);
        await Tell(to, output, stop);
        return 0;
    }

    private static Task CopyMissing(string from, string to, CancellationToken stop) =>
        CopyFolder.Copy(from, to, file => File.Exists(Path.Combine(to, Path.GetRelativePath(from, file))) ? -1 : 0, stop);

    // The database comes last, under its name only when it is whole: a restore that was cut off can be started again.
    private static async Task PutDatabase(string from, string to, CancellationToken stop)
    {
        var part = to + DurableFile.TemporaryEnding;
        File.Delete(part);
        await using (var reading = File.OpenRead(from))
        await using (var writing = DurableFile.Create(part, DurableFile.OwnerOnly))
        {
            await reading.CopyToAsync(writing, stop);
            writing.Flush(flushToDisk: true);
        }
        File.Move(part, to);
        DurableFile.SyncFolder(Path.GetDirectoryName(to)!);
    }

    private static async Task Tell(DataFolder data, TextWriter output, CancellationToken stop)
    {
        await using var database = Database.SqliteReadOnly(data.Database);
        var restored = await new Sequencer(database, new LogFolder(data.Log, LogKey.Open(data.Keys)), TimeProvider.System).Restored(stop);
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        var size = (await record.LogHead.AsNoTracking().SingleOrDefaultAsync(stop))?.Size ?? 0;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The backup is in place; its log has {size} entries."));
        await output.WriteLineAsync(restored?.Reason
            ?? $"Compare that with the newest checkpoint that left the house. If that one names more entries, they are lost: put it at {Path.Combine(data.Log, "checkpoint")} and run 'aftercare-server declare-gap \"REASON\"' before you start the server.");
    }
}
