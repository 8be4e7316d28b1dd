using Aftercare.Server.Platform.Keys;
using Aftercare.Server.Platform.Storage;
using Microsoft.Data.Sqlite;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>A SQLite database with the tables of this program in it, as its first start leaves them: made once, copied for each test.</summary>
internal static class PreparedFile
{
    private static readonly Lazy<Task<byte[]>> Bytes = new(Prepare);

    public static async Task Copy(DataFolder data)
    {
        // A server that finds data and no keys refuses to start.
        _ = KeyRing.OpenOrCreate(data.Keys);
        await File.WriteAllBytesAsync(data.Database, await Bytes.Value);
    }

    private static async Task<byte[]> Prepare()
    {
        var folder = Directory.CreateTempSubdirectory("aftercare-prepared-");
        try
        {
            var file = Path.Combine(folder.FullName, "aftercare.db");
            await using (var database = Database.Sqlite(file))
            {
                await database.Migrate(CancellationToken.None);
                await Generations.Prepare(database, CancellationToken.None);
                await using var connection = await database.Connect(CancellationToken.None);
                await Database.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)", CancellationToken.None);
                SqliteConnection.ClearPool((SqliteConnection)connection);
            }
            return await File.ReadAllBytesAsync(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
