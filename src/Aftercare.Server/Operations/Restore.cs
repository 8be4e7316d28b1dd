using System.Collections.Immutable;
using System.Globalization;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Keys;
using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Operations;

/// <summary>
/// Puts a backup where no database may be: into the data folder or, on PostgreSQL, into an empty database. Everything is checked before anything is written. Public
/// files that are there stay: they may be newer, and then say at the start that this backup was not the newest.
/// </summary>
internal static class Restore
{
    internal static async Task<int> Run(Installation installation, ImmutableArray<string> arguments, TextWriter output, CancellationToken stop)
    {
        var (from, to) = (new DataFolder(Path.GetFullPath(arguments[0])), installation.Data);
        if (!Directory.Exists(to.Keys))
            throw new CannotStartException($"Put the keys back first, at {to.Keys}: without them nothing that is sealed can be read.");
        using var held = installation.Postgres is null ? DataLock.Take(to, "the command restore") : null;
        var backup = BackupManifest.Read(from.Root);
        await RequireFit(installation, backup, stop);
        await RequireFree(installation, stop);
        _ = KeyRing.OpenExisting(to.Keys);
        await FileSums.Check(from.Root, backup.Sums, stop);

        await CopyPublic(from.Public, to.Public, stop);
        await CopyMissing(from.Blobs, to.Blobs, stop);
        await CopyMissing(from.Packages, to.Packages, stop);
        // The database comes last: a restore that was cut off can be started again.
        if (installation.Postgres is { } postgres)
            await TableFiles.Load(postgres, from.Tables, backup.Migration, backup.Tables, stop);
        else
            await PutDatabase(from.Database, to.Database, stop);
        return await Finish(installation, output, stop);
    }

    private static async Task RequireFit(Installation installation, BackupManifest backup, CancellationToken stop)
    {
        var own = installation.Postgres is null ? BackupManifest.Sqlite : BackupManifest.Postgres;
        if (backup.Database != own)
            throw new CannotStartException($"The backup is of an installation on {BackupManifest.Word(backup.Database)}, and this one is on {BackupManifest.Word(own)}: AFTERCARE_POSTGRES decides.");
        await using var database = installation.OpenDatabase();
        await using var record = database.Record(database.Unopened(), owns: true);
        if (!record.Database.GetMigrations().Contains(backup.Migration))
            throw new CannotStartException($"The backup was made by another version of Aftercare ({backup.Program}): its tables have the shape {backup.Migration}, which this one does not know. Restore it with the version that made it.");
    }

    private static async Task RequireFree(Installation installation, CancellationToken stop)
    {
        if (installation.Postgres is { } postgres)
            await TableFiles.RequireEmpty(postgres, stop);
        else if (File.Exists(installation.Data.Database))
            throw new CannotStartException($"There is a database at {installation.Data.Database} already. Move it away first; nothing is overwritten.");
    }

    private static async Task CopyPublic(string from, string to, CancellationToken stop)
    {
        if (Directory.Exists(to) || !Directory.Exists(from))
            return;
        var part = to + DurableFile.TemporaryEnding;
        if (Directory.Exists(part))
            Directory.Delete(part, recursive: true);
        await CopyFolder.Copy(from, part, _ => 0, stop);
        Directory.Move(part, to);
        DurableFile.SyncFolder(Path.GetDirectoryName(to)!);
    }

    private static Task CopyMissing(string from, string to, CancellationToken stop) =>
        CopyFolder.Copy(from, to, file => File.Exists(Path.Combine(to, Path.GetRelativePath(from, file))) ? -1 : 0, stop);

    // Under its name only when it is whole.
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

    private static async Task<int> Finish(Installation installation, TextWriter output, CancellationToken stop)
    {
        await using (var database = installation.OpenDatabase())
        {
            // An older backup is brought to this program's shape.
            await database.Migrate(stop);
            await EndSessions(database, stop);
            // The views were not in it.
            if (database.IsPostgres)
                await Generations.Prepare(database, stop);
        }
        var lacks = await Tell(installation, output, stop);
        return lacks || installation.Postgres is null ? 0 : await VerifyRecord.Run(installation, [], output, stop);
    }

    // Whoever was signed in when the backup was made may have signed out since, or been signed out.
    private static async Task EndSessions(Database database, CancellationToken stop)
    {
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        await record.Sessions.ExecuteDeleteAsync(stop);
    }

    private static async Task<bool> Tell(Installation installation, TextWriter output, CancellationToken stop)
    {
        var data = installation.Data;
        await using var database = installation.OpenReadOnly();
        var restored = await new Sequencer(database, new LogFolder(data.Log, LogKey.Open(data.Keys)), TimeProvider.System).Restored(stop);
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        var size = (await record.LogHead.AsNoTracking().SingleOrDefaultAsync(stop))?.Size ?? 0;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The backup is in place; its log has {size} entries."));
        await output.WriteLineAsync(restored?.Reason
            ?? $"Compare that with the newest checkpoint that left the house. If that one names more entries, they are lost: put it at {Path.Combine(data.Log, "checkpoint")} and run 'aftercare-server declare-gap \"REASON\"' before you start the server.");
        return restored is not null;
    }
}
