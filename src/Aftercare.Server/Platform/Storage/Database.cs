using System.Data;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Aftercare.Server.Platform.Access;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace Aftercare.Server.Platform.Storage;

/// <summary>
/// The one database of an installation: SQLite in the data folder, or PostgreSQL by connection string. Everything that differs between the two is here.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    public const string LiveSchema = "views";
    private readonly string? _sqlite;
    private readonly NpgsqlDataSource? _postgres;
    private readonly bool _readOnly;

    // SQLite has one writer at a time; waiting in line here beats sleeping and retrying there.
    private readonly SemaphoreSlim _gate = new(1, 1);

    private Database(string? sqlite, NpgsqlDataSource? postgres, bool readOnly = false) => (_sqlite, _postgres, _readOnly) = (sqlite, postgres, readOnly);

    /// <summary>The SQLite file; null on PostgreSQL.</summary>
    public string? File => _sqlite is null ? null : new SqliteConnectionStringBuilder(_sqlite).DataSource;

    /// <summary>Told after each commit of this process, so that sequencer and jobs need not wait for their next look.</summary>
    public event Action? OnCommitted;

    public bool IsPostgres => _postgres is not null;

    /// <summary>The generation of views that everybody reads.</summary>
    public Generation Live => new(IsPostgres ? LiveSchema : null);

    public static Database Sqlite(string file) => new(
        new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true, DefaultTimeout = 30 }.ToString(), null);

    public static Database Postgres(string connectionString) => new(null, NpgsqlDataSource.Create(connectionString));

    /// <summary>For looking only: needs no right to write, neither in the database nor in its folder.</summary>
    public static Database SqliteReadOnly(string file)
    {
        // Without a write-ahead log nobody has the file open, and SQLite needs no files of its own beside it.
        var source = System.IO.File.Exists(file + "-wal") ? file : $"file:{Uri.EscapeDataString(file)}?immutable=1";
        return new(new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString(), null, readOnly: true);
    }

    /// <inheritdoc cref="SqliteReadOnly"/>
    public static Database PostgresReadOnly(string connectionString) =>
        new(null, NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Options = "-c default_transaction_read_only=on" }.ConnectionString), readOnly: true);

    /// <summary>A connection that its user opens and closes.</summary>
    public DbConnection Unopened() => _postgres is null ? new SqliteConnection(_sqlite) : _postgres.CreateConnection();

    public async Task<DbConnection> Connect(CancellationToken stop)
    {
        var connection = Unopened();
        await connection.OpenAsync(stop);
        if (IsPostgres || _readOnly)
            return connection;
        // FULL: a commit is on the disk when it returns. With NORMAL, WAL loses acknowledged commits at power loss.
        await Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000;", stop);
        return connection;
    }

    /// <param name="owns">The context closes the connection when it is disposed.</param>
    public RecordContext Record(DbConnection connection, bool owns = false) => IsPostgres
        ? new PostgresRecord(Options<PostgresRecord>(connection, owns))
        : new SqliteRecord(Options<SqliteRecord>(connection, owns));

    /// <param name="owns">The context closes the connection when it is disposed.</param>
    public ViewContext Views(DbConnection connection, Viewer viewer, Generation? generation = null, bool owns = false) =>
        new(Options<ViewContext>(connection, owns), generation ?? Live, viewer);

    /// <summary>Everything read until it is disposed is of one moment, whatever others record meanwhile.</summary>
    public static async Task<DbTransaction> Snapshot(DbConnection connection, CancellationToken stop) => connection is SqliteConnection sqlite
        ? sqlite.BeginTransaction(deferred: true)
        : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);

    /// <summary>Waits for the turn to write. Dispose it after commit or roll-back. PostgreSQL needs no turn.</summary>
    public async Task<IDisposable?> Turn(CancellationToken stop)
    {
        if (IsPostgres)
            return null;
        await _gate.WaitAsync(stop);
        return new TurnTaken(_gate);
    }

    /// <summary>Waits until no other transaction holds this name, and holds it until the transaction ends. SQLite has one writer at a time, so there it is held already.</summary>
    public async Task Lock(DbConnection connection, string name, DbTransaction transaction, CancellationToken stop)
    {
        if (!IsPostgres)
            return;
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", (NpgsqlConnection)connection, (NpgsqlTransaction)transaction)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = name } },
        };
        await command.ExecuteNonQueryAsync(stop);
    }

    public void Committed() => OnCommitted?.Invoke();

    public static async Task Execute(DbConnection connection, string sql, CancellationToken stop, DbTransaction? transaction = null, bool onlyIf = true)
    {
        if (!onlyIf)
            return;
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        // These statements build and swap tables and may wait for whoever reads them; the token ends them, not a clock.
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Brings the record tables to this program's shape.</summary>
    public async Task Migrate(CancellationToken stop)
    {
        await using var connection = await Connect(stop);
        await using var record = Record(connection);
        await record.Database.MigrateAsync(stop);
    }

    /// <summary>The statements that make one generation of views, and their fingerprint: another fingerprint is another shape.</summary>
    public static (string Script, string Fingerprint) Shape(ViewContext views)
    {
        var script = views.Database.GenerateCreateScript() + SearchIndex.Script(views.Generation);
        return (script, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script))));
    }

    /// <summary>True when the database says that a row with this key is there already.</summary>
    public static bool IsDuplicate(DbUpdateException fault) => fault.InnerException switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => true,
        SqliteException { SqliteExtendedErrorCode: 2067 or 1555 } => true, // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY
        _ => false,
    };

    /// <summary>True when two transactions stood in each other's way and one of them has to try again.</summary>
    public static bool IsContention(Exception fault) => fault is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    public async ValueTask DisposeAsync()
    {
        _gate.Dispose();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    private DbContextOptions<T> Options<T>(DbConnection connection, bool owns) where T : DbContext
    {
        var builder = new DbContextOptionsBuilder<T>()
            .ReplaceService<IModelCacheKeyFactory, PerGeneration>();
        return (IsPostgres ? builder.UseNpgsql(connection, owns) : builder.UseSqlite(connection, owns)).Options;
    }

    private sealed class TurnTaken(SemaphoreSlim gate) : IDisposable
    {
        private SemaphoreSlim? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Release();
    }
}
