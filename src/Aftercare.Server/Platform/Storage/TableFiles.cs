using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Aftercare.Server.Platform.Storage;

/// <summary>One record table in a file of its own.</summary>
/// <param name="Columns">In the order in which the file holds them.</param>
internal sealed record TableFile(string Name, ImmutableArray<string> Columns, long Rows);

/// <summary>
/// The record tables of a PostgreSQL database as files, and back: <c>COPY</c> in PostgreSQL's binary form, all of one moment, in flat memory.
/// Views are left out, and so is the note of their shape: they are made anew from the ledger.
/// </summary>
internal static class TableFiles
{
    private const string ShapeOfViews = "generations";
    private const string History = "__EFMigrationsHistory";

    /// <summary>Writes one durable file a table into a folder that exists, beside whoever records meanwhile. Needs no right to write in the database.</summary>
    /// <param name="saved">Told each file with its SHA-256.</param>
    /// <returns>The newest migration of the database, and its tables, each after those that it refers to.</returns>
    /// <exception cref="CannotStartException">The tables are missing, or have the shape of another version of this program.</exception>
    internal static async Task<(string Migration, ImmutableArray<TableFile> Tables)> Save(string connectionString, string folder, Action<string, byte[]> saved, CancellationToken stop)
    {
        await using var database = Database.PostgresReadOnly(Patient(connectionString));
        await using var connection = (NpgsqlConnection)await database.Connect(stop);
        await using var record = database.Record(connection);
        await using var transaction = await Database.Snapshot(connection, stop);
        await record.Database.UseTransactionAsync(transaction, stop);
        var tables = Ordered(record);
        await KeepShape(connection, transaction, tables, stop);
        var migration = await Shape(record, stop);
        var files = ImmutableArray.CreateBuilder<TableFile>(tables.Count);
        foreach (var table in tables)
        {
            ImmutableArray<string> columns = [.. table.Columns.Select(column => column.Name)];
            var file = PathOf(folder, table.Name);
            await using (var writing = DurableFile.Create(file, DurableFile.OwnerOnly))
            {
                await using var reading = await connection.BeginRawBinaryCopyAsync($"COPY {Columns(table.Name, columns)} TO STDOUT (FORMAT BINARY)", stop);
                saved(file, await FileSums.Copy(reading, writing, stop));
                writing.Flush(flushToDisk: true);
            }
            files.Add(new TableFile(table.Name, columns, await Count(connection, transaction, table.Name, stop)));
        }
        DurableFile.SyncFolder(folder);
        return (migration, files.ToImmutable());
    }

    /// <summary>
    /// Makes the tables as they were at <paramref name="migration"/> and fills them, in one transaction: after a crash at any moment the database is as empty as before.
    /// </summary>
    /// <exception cref="CannotStartException">The database holds something.</exception>
    /// <exception cref="InvalidDataException">The files do not belong to that shape, or hold something else than they should.</exception>
    internal static async Task Load(string connectionString, string folder, string migration, ImmutableArray<TableFile> tables, CancellationToken stop)
    {
        await using var database = Database.Postgres(Patient(connectionString));
        await using var connection = (NpgsqlConnection)await database.Connect(stop);
        await using var record = database.Record(connection);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await database.Lock(connection, "restore", transaction, stop);
        await RequireEmpty(connection, transaction, stop);
        var script = record.GetService<IMigrator>().GenerateScript(Migration.InitialDatabase, migration, MigrationsSqlGenerationOptions.NoTransactions);
        await Database.Execute(connection, script, stop, transaction);
        await RequireSameColumns(connection, transaction, tables, stop);
        foreach (var table in tables)
            await Fill(connection, transaction, folder, table, stop);
        await GoOnCounting(connection, transaction, stop);
        // The views are made from these tables next; without it the first plans are guesses.
        await Database.Execute(connection, $"ANALYZE {string.Join(", ", tables.Select(table => Quoted(table.Name)))}", stop, transaction);
        await transaction.CommitAsync(stop);
    }

    /// <exception cref="CannotStartException">The database holds something; the message says what.</exception>
    internal static async Task RequireEmpty(string connectionString, CancellationToken stop)
    {
        await using var database = Database.PostgresReadOnly(connectionString);
        await using var connection = await database.Connect(stop);
        await RequireEmpty(connection, transaction: null, stop);
    }

    internal static string PathOf(string folder, string table) => Path.Combine(folder, $"{table}.copy");

    private static async Task RequireEmpty(DbConnection connection, DbTransaction? transaction, CancellationToken stop)
    {
        // What an extension brought with it is no data of anybody.
        var found = await Texts(connection, transaction, """
            SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            ORDER BY 1 LIMIT 1
            """, stop);
        if (found is [var first, ..])
            throw new CannotStartException($"The database {connection.Database} is not empty: it holds {first}. Make a new one for the backup; nothing is overwritten.");
    }

    // Holds off a new version that would change a table which has not been copied yet. Asked before the first look, which fixes the moment that everything is of.
    private static async Task KeepShape(DbConnection connection, DbTransaction transaction, IReadOnlyList<ITable> tables, CancellationToken stop)
    {
        try
        {
            await Database.Execute(connection, $"LOCK TABLE {string.Join(", ", tables.Select(table => Quoted(table.Name)))} IN ACCESS SHARE MODE", stop, transaction);
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            throw new CannotStartException($"The database {connection.Database} does not hold the tables of this version of Aftercare: {fault.MessageText}. Choose another with AFTERCARE_POSTGRES.");
        }
    }

    private static async Task<string> Shape(RecordContext record, CancellationToken stop)
    {
        var (applied, own) = ((await record.Database.GetAppliedMigrationsAsync(stop)).LastOrDefault() ?? "none", record.Database.GetMigrations().Last());
        return applied == own ? own
            : throw new CannotStartException($"The database has the shape {applied}, this program makes {own}. Back up with the version of Aftercare that the server runs.");
    }

    private static List<ITable> Ordered(RecordContext record)
    {
        var left = record.Model.GetRelationalModel().Tables.Where(table => table.Name != ShapeOfViews).OrderBy(table => table.Name, StringComparer.Ordinal).ToList();
        var ordered = new List<ITable>();
        while (left.FirstOrDefault(table => table.ForeignKeyConstraints.All(key => ordered.Contains(key.PrincipalTable))) is { } next)
        {
            ordered.Add(next);
            left.Remove(next);
        }
        return left.Count == 0 ? ordered : throw new InvalidOperationException($"These tables refer to each other in a circle: {string.Join(", ", left.Select(table => table.Name))}.");
    }

    private static async Task RequireSameColumns(DbConnection connection, DbTransaction transaction, ImmutableArray<TableFile> tables, CancellationToken stop)
    {
        var made = await Texts(connection, transaction, $"""
            SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname NOT IN ('{History}', '{ShapeOfViews}') AND a.attnum > 0 AND NOT a.attisdropped
            """, stop);
        var differs = made.ToHashSet(StringComparer.Ordinal);
        differs.SymmetricExceptWith(tables.SelectMany(table => table.Columns.Select(column => $"{table.Name}.{column}")));
        if (differs.Count > 0)
            throw new InvalidDataException($"The backup does not fit the tables that it says it was made from; these columns differ: {string.Join(", ", differs.Order(StringComparer.Ordinal))}.");
    }

    private static async Task Fill(NpgsqlConnection connection, DbTransaction transaction, string folder, TableFile table, CancellationToken stop)
    {
        try
        {
            await using var reading = File.OpenRead(PathOf(folder, table.Name));
            await using var writing = await connection.BeginRawBinaryCopyAsync($"COPY {Columns(table.Name, table.Columns)} FROM STDIN (FORMAT BINARY)", stop);
            await reading.CopyToAsync(writing, stop);
        }
        catch (PostgresException fault)
        {
            throw new InvalidDataException($"The database does not take {table.Name}: {fault.MessageText}", fault);
        }
        if (await Count(connection, transaction, table.Name, stop) is var rows && rows != table.Rows)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The table {table.Name} got {rows} rows; the backup was made of {table.Rows}."));
    }

    // COPY brings the numbers of the rows, not the counters that they came from.
    private static async Task GoOnCounting(DbConnection connection, DbTransaction transaction, CancellationToken stop)
    {
        var set = await Texts(connection, transaction, """
            SELECT format('SELECT setval(pg_get_serial_sequence(%L, %L), coalesce(max(%I), 0) + 1, false) FROM %I', quote_ident(c.relname), a.attname, a.attname, c.relname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE n.nspname = current_schema() AND a.attidentity <> ''
            """, stop);
        foreach (var statement in set)
            await Database.Execute(connection, statement, stop, transaction);
    }

    private static async Task<long> Count(DbConnection connection, DbTransaction transaction, string table, CancellationToken stop) =>
        long.Parse((await Texts(connection, transaction, $"SELECT count(*)::text FROM {Quoted(table)}", stop))[0], CultureInfo.InvariantCulture);

    private static async Task<List<string>> Texts(DbConnection connection, DbTransaction? transaction, string sql, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        await using var reader = await command.ExecuteReaderAsync(stop);
        var texts = new List<string>();
        while (await reader.ReadAsync(stop))
            texts.Add(reader.GetString(0));
        return texts;
    }

    private static string Columns(string table, ImmutableArray<string> columns) => $"{Quoted(table)} ({string.Join(", ", columns.Select(Quoted))})";

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    // A table may be large and a disk slow; the token ends it, not a clock.
    private static string Patient(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 }.ConnectionString;
}
