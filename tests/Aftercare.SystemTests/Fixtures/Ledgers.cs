using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Keys;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Storage.Sealed;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>A store without a server: an empty data folder and an empty database, with their tables.</summary>
public sealed class Ledgers : IAsyncDisposable
{
    private readonly string? _postgres;
    private readonly Vault _vault;
    private readonly List<Database> _open = [];

    private Ledgers(DataFolder data, string? postgres)
    {
        (Data, _postgres) = (data, postgres);
        var ring = KeyRing.OpenOrCreate(data.Keys);
        _vault = new Vault(ring, new BlobFiles(data.Blobs, ring));
        Database = Open();
    }

    public DataFolder Data { get; }

    public Database Database { get; }

    public string? PostgresConnection => _postgres;

    public static async Task<Ledgers> Begin(Db db, PostgresServer postgres)
    {
        var ledgers = new Ledgers(new DataFolder(Directory.CreateTempSubdirectory("aftercare-").FullName), db == Db.Postgres ? await postgres.NewDatabase() : null);
        await ledgers.Database.Migrate(CancellationToken.None);
        await Generations.Prepare(ledgers.Database, CancellationToken.None);
        return ledgers;
    }

    /// <summary>The same database once more, as another process would open it.</summary>
    public Database Open()
    {
        var database = _postgres is null ? Database.Sqlite(Data.Database) : Database.Postgres(_postgres);
        _open.Add(database);
        return database;
    }

    public Store Store(Database? database = null, Viewer? viewer = null) => new(database ?? Database, _vault, viewer ?? Viewer.System, TimeProvider.System);

    /// <summary>Records the beginning of so many people, each in a transaction of its own.</summary>
    public async Task<Guid[]> Record(int people, Database? database = null)
    {
        var ids = new Guid[people];
        for (var i = 0; i < people; i++)
        {
            await using var store = Store(database);
            ids[i] = Server.Platform.Storage.Store.NewId();
            _ = (await store.Record(new Done("/", ids[i]), CancellationToken.None, Change.Begin(ids[i], Person.Found(), new PersonEvent.RoleGranted(Role.Lead)))).Value;
        }
        return ids;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _open)
            await database.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Data.Root, recursive: true);
    }
}
