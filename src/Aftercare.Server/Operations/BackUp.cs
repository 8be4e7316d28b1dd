using System.Collections.Immutable;
using System.Globalization;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Operations;

/// <summary>
/// Copies an installation into a new folder, also while the server runs. Public files first, so that the copy never shows the world more than its
/// database holds; originals and packages after the database, as each was durable before the database named it; last the list of all files and the manifest,
/// without which nothing is restored.
/// </summary>
/// <remarks>
/// On PostgreSQL the tables are copied by this program and not by <c>pg_dump</c>, which would have to be installed beside it, in a version not older than a server
/// that may stand elsewhere; see <c>docs/decisions/0007</c>.
/// </remarks>
internal static class BackUp
{
    internal static async Task<int> Run(Installation installation, ImmutableArray<string> arguments, TextWriter output, CancellationToken stop)
    {
        var (from, to) = (installation.Data, new DataFolder(Path.GetFullPath(arguments[0])));
        installation.RequireThere();
        if (Directory.Exists(to.Root) && Directory.EnumerateFileSystemEntries(to.Root).Any())
            throw new CannotStartException($"The folder {to.Root} is not empty. A backup never overwrites anything.");

        DurableFile.CreateFolder(to.Root, DurableFile.OwnerOnlyFolder);
        await using var sums = new FileSums(to.Root);
        // What points comes before what it points to: the copy of a pointer is never newer than the copy of its target.
        await CopyFolder.Copy(from.Public, to.Public, file => PublicFiles.IsVersioned(Address(from, file)) ? 1 : 0, stop, sums.Add);
        var (migration, tables) = installation.Postgres is { } postgres ? await CopyTables(postgres, to, sums, stop) : await CopyDatabase(from.Database, to.Database, sums, stop);
        await CopyFolder.Copy(from.Blobs, to.Blobs, _ => 0, stop, sums.Add);
        await CopyFolder.Copy(from.Packages, to.Packages, _ => 0, stop, sums.Add);
        new BackupManifest(BackupManifest.CurrentFormat, typeof(BackUp).Assembly.GetName().Version!.ToString(3), TimeProvider.System.GetUtcNow().ToString("u", CultureInfo.InvariantCulture),
            installation.Postgres is null ? BackupManifest.Sqlite : BackupManifest.Postgres, migration, tables, await sums.Finish(stop)).Write(to.Root);
        await output.WriteLineAsync($"Database, originals, packages and public files are in {to.Root}.");
        await output.WriteLineAsync($"The keys are not: copy {from.Keys} to another place, under another lock. Without them nothing that is sealed can be read.");
        return 0;
    }

    private static string Address(DataFolder data, string file) => "/" + Path.GetRelativePath(data.Public, file).Replace(Path.DirectorySeparatorChar, '/');

    private static async Task<(string Migration, ImmutableArray<TableFile> Tables)> CopyTables(string postgres, DataFolder to, FileSums sums, CancellationToken stop)
    {
        DurableFile.CreateFolder(to.Tables, DurableFile.OwnerOnlyFolder);
        return await TableFiles.Save(postgres, to.Tables, sums.Add, stop);
    }

    private static async Task<(string Migration, ImmutableArray<TableFile> Tables)> CopyDatabase(string from, string to, FileSums sums, CancellationToken stop)
    {
        await using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = from, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 0 }.ToString()))
        {
            await connection.OpenAsync(stop);
            await using var command = connection.CreateCommand();
            command.CommandText = "VACUUM INTO $to";
            command.Parameters.AddWithValue("$to", to);
            await command.ExecuteNonQueryAsync(stop);
        }
        // VACUUM INTO leaves flushing to whoever asked for it.
        await using (var file = new FileStream(to, FileMode.Open, FileAccess.ReadWrite))
            file.Flush(flushToDisk: true);
        DurableFile.SyncFolder(Path.GetDirectoryName(to)!);
        sums.Add(to, await FileSums.Of(to, stop));
        await using var database = Database.SqliteReadOnly(to);
        await using var copy = await database.Connect(stop);
        await using var record = database.Record(copy);
        return ((await record.Database.GetAppliedMigrationsAsync(stop)).Last(), []);
    }
}
