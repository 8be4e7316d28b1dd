using System.Collections.Immutable;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.Data.Sqlite;

namespace Aftercare.Server.Operations;

/// <summary>
/// Copies a SQLite installation into a new folder, also while the server runs. Public files first, so that the copy never shows the world more than its
/// database holds; originals and packages last, as each was durable before the database named it.
/// </summary>
internal static class BackUp
{
    internal static async Task<int> Run(Installation installation, ImmutableArray<string> arguments, TextWriter output, CancellationToken stop)
    {
        if (installation.Postgres is not null)
            throw new CannotStartException("On PostgreSQL, copy in this order: the public folder, the database with pg_dump, then the blobs folder. The server may run meanwhile.");
        var (from, to) = (installation.Data, new DataFolder(Path.GetFullPath(arguments[0])));
        if (!File.Exists(from.Database))
            throw new CannotStartException($"There is no database at {from.Database}. Choose the data folder with AFTERCARE_DATA.");
        if (Directory.Exists(to.Root) && Directory.EnumerateFileSystemEntries(to.Root).Any())
            throw new CannotStartException($"The folder {to.Root} is not empty. A backup never overwrites anything.");

        DurableFile.CreateFolder(to.Root, DurableFile.OwnerOnlyFolder);
        // What points comes before what it points to: the copy of a pointer is never newer than the copy of its target.
        await CopyFolder.Copy(from.Public, to.Public, file => PublicFiles.IsVersioned(Address(from, file)) ? 1 : 0, stop);
        await CopyDatabase(from.Database, to.Database, stop);
        await CopyFolder.Copy(from.Blobs, to.Blobs, _ => 0, stop);
        await CopyFolder.Copy(from.Packages, to.Packages, _ => 0, stop);
        await output.WriteLineAsync($"Database, originals, packages and public files are in {to.Root}.");
        await output.WriteLineAsync($"The keys are not: copy {from.Keys} to another place, under another lock. Without them nothing that is sealed can be read.");
        return 0;
    }

    private static string Address(DataFolder data, string file) => "/" + Path.GetRelativePath(data.Public, file).Replace(Path.DirectorySeparatorChar, '/');

    private static async Task CopyDatabase(string from, string to, CancellationToken stop)
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
    }
}
