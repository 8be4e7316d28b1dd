using System.Data.Common;
using System.Globalization;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Aftercare.Server.Platform.Storage;

/// <summary>
/// Makes view tables from the ledger: the live ones, and one set per log size that somebody looks back to. Because a row follows from one subject alone,
/// the order of building does not matter and the result is always the same.
/// </summary>
public static class Generations
{
    private const string NextSchema = "views_next";
    private const string OldSchema = "views_old";
    private const int Batch = 500;

    /// <summary>Makes the live views when they are missing or have the shape of another version of this program.</summary>
    public static async Task Prepare(Database database, CancellationToken stop)
    {
        if (!await IsCurrent(database, stop))
            await Rebuild(database, stop);
    }

    /// <summary>Builds the live views anew. On PostgreSQL beside the running server, swapped in by rename; on SQLite while nothing else writes.</summary>
    /// <returns>How many subjects were projected.</returns>
    public static Task<int> Rebuild(Database database, CancellationToken stop) =>
        database.IsPostgres ? RebuildBeside(database, stop) : RebuildInPlace(database, stop);

    /// <summary>The views as they stood when the log had <paramref name="size"/> entries; built on first use and kept. A size that the log does not have yet means now.</summary>
    public static async Task<ViewContext> OpenAsOf(Database database, long size, Viewer viewer, CancellationToken stop)
    {
        (var name, size) = await AsOfName(database, size, stop);
        if (database.File is { } live)
        {
            var file = Path.Combine(Path.GetDirectoryName(live)!, "as-of", $"{name}.db");
            if (!File.Exists(file))
                await BuildFile(database, file, size, stop);
            var reading = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly }.ToString());
            await reading.OpenAsync(stop);
            return database.Views(reading, viewer, owns: true);
        }
        var connection = await database.Connect(stop);
        var generation = new Generation(name);
        await BuildSchema(database, connection, generation, size, stop);
        return database.Views(connection, viewer, generation, owns: true);
    }

    private static async Task<bool> IsCurrent(Database database, CancellationToken stop)
    {
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        await using var views = database.Views(connection, Viewer.System);
        var made = await record.Generations.AsNoTracking().SingleOrDefaultAsync(generation => generation.Name == Generation.LiveName, stop);
        return made?.Fingerprint == Database.Shape(views).Fingerprint;
    }

    // The name says all that the rows depend on: which log, how much of it, and the shape of this program's views.
    private static async Task<(string Name, long Size)> AsOfName(Database database, long size, CancellationToken stop)
    {
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        var head = await record.LogHead.AsNoTracking().SingleOrDefaultAsync(stop);
        var shape = await record.Generations.AsNoTracking().Where(generation => generation.Name == Generation.LiveName).Select(generation => generation.Fingerprint).SingleAsync(stop);
        var atMost = Math.Min(size, head?.Size ?? 0);
        return (string.Create(CultureInfo.InvariantCulture, $"as_of_{head?.Generation ?? 1}_{atMost}_{shape[..8]}"), atMost);
    }

    private static async Task<int> RebuildInPlace(Database database, CancellationToken stop)
    {
        using var turn = await database.Turn(stop);
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        await using var views = database.Views(connection, Viewer.System);
        await using var transaction = await record.Database.BeginTransactionAsync(stop);
        await views.Database.UseTransactionAsync(transaction.GetDbTransaction(), stop);
        // The word index drops the tables that it keeps its words in by itself.
        var old = await record.Database.SqlQuery<string>($"SELECT name AS Value FROM sqlite_master WHERE type = 'table' AND name LIKE 'view\\_%' ESCAPE '\\' AND name NOT LIKE 'view\\_search\\_words\\_%' ESCAPE '\\'").ToListAsync(stop);
        foreach (var table in old)
            await Database.Execute(connection, $"DROP TABLE \"{table}\"", stop, transaction.GetDbTransaction());
        await Database.Execute(connection, Database.Shape(views).Script, stop, transaction.GetDbTransaction());
        var count = await Fill(record.Entries, views, stop);
        await Note(record, views, stop);
        await transaction.CommitAsync(stop);
        return count;
    }

    private static async Task<int> RebuildBeside(Database database, CancellationToken stop)
    {
        await using var connection = await database.Connect(stop);
        // Nodes that start together with a new version build one after the other.
        await Database.Execute(connection, "SELECT pg_advisory_lock(hashtext('aftercare.rebuild'))", stop);
        try
        {
            return await BuildAndSwap(database, connection, stop);
        }
        finally
        {
            await Database.Execute(connection, "SELECT pg_advisory_unlock(hashtext('aftercare.rebuild'))", CancellationToken.None);
        }
    }

    private static async Task<int> BuildAndSwap(Database database, DbConnection connection, CancellationToken stop)
    {
        await using var record = database.Record(connection);
        await using var next = database.Views(connection, Viewer.System, new Generation(NextSchema));
        await Database.Execute(connection, $"DROP SCHEMA IF EXISTS {NextSchema} CASCADE; {Database.Shape(next).Script}", stop);
        // Reading needs a connection of its own while rows are written on this one.
        await using var reading = await database.Connect(stop);
        await using var source = database.Record(reading);
        var count = await Fill(source.Entries, next, stop);

        await using var transaction = await record.Database.BeginTransactionAsync(stop);
        await next.Database.UseTransactionAsync(transaction.GetDbTransaction(), stop);
        // From here nobody records; what came while we built is caught up, then the names change. Writers lock entries first too, so nobody waits for ever.
        await Database.Execute(connection, "LOCK TABLE entries IN SHARE ROW EXCLUSIVE MODE", stop, transaction.GetDbTransaction());
        await CatchUp(record, next, stop);
        await Database.Execute(connection,
            $"DROP SCHEMA IF EXISTS {OldSchema} CASCADE; ALTER SCHEMA {Database.LiveSchema} RENAME TO {OldSchema}",
            stop, transaction.GetDbTransaction(), onlyIf: await SchemaExists(record, Database.LiveSchema, stop));
        await Database.Execute(connection, $"ALTER SCHEMA {NextSchema} RENAME TO {Database.LiveSchema}", stop, transaction.GetDbTransaction());
        await using (var live = database.Views(connection, Viewer.System))
            await Note(record, live, stop);
        await transaction.CommitAsync(stop);
        await Database.Execute(connection, $"DROP SCHEMA IF EXISTS {OldSchema} CASCADE", stop);
        return count;
    }

    /// <summary>Projects again every subject that has grown since it was projected.</summary>
    private static async Task CatchUp(RecordContext record, ViewContext next, CancellationToken stop)
    {
        var now = await record.Entries.GroupBy(entry => entry.Subject).Select(of => new { of.Key, Version = of.Max(entry => entry.Version) }).ToListAsync(stop);
        var built = new Dictionary<Guid, int>();
        foreach (var noun in Nouns.All)
            foreach (var (subject, version) in await noun.Views[0].Versions(next, stop))
                built[subject] = version;
        foreach (var grown in now.Where(subject => built.GetValueOrDefault(subject.Key) != subject.Version))
            await ProjectAll(next, [.. (await record.Entries.AsNoTracking().Where(entry => entry.Subject == grown.Key).OrderBy(entry => entry.Version).ToListAsync(stop)).Select(entry => Entry.Read(entry.Bytes))], fresh: false, stop);
        await next.SaveChangesAsync(stop);
    }

    private static async Task BuildFile(Database database, string file, long size, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var part = $"{file}.{Guid.NewGuid():N}";
        await using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = part, Pooling = false }.ToString()))
        {
            await connection.OpenAsync(stop);
            await using var reading = await database.Connect(stop);
            await using var record = database.Record(reading);
            await using var views = database.Views(connection, Viewer.System);
            await using var transaction = await views.Database.BeginTransactionAsync(stop);
            await Database.Execute(connection, Database.Shape(views).Script, stop, transaction.GetDbTransaction());
            await Fill(UpTo(record, size), views, stop);
            await transaction.CommitAsync(stop);
        }
        File.Move(part, file, overwrite: true);
    }

    private static async Task BuildSchema(Database database, DbConnection connection, Generation generation, long size, CancellationToken stop)
    {
        await using var record = database.Record(connection);
        if (await SchemaExists(record, generation.Schema!, stop))
            return;
        await using var views = database.Views(connection, Viewer.System, generation);
        await using var reading = await database.Connect(stop);
        await using var source = database.Record(reading);
        await using var transaction = await record.Database.BeginTransactionAsync(stop);
        await views.Database.UseTransactionAsync(transaction.GetDbTransaction(), stop);
        // Two people may look back to the same size at once: the second waits, then finds it made.
        await Database.Execute(connection, $"SELECT pg_advisory_xact_lock(hashtext('{generation.Schema}'))", stop, transaction.GetDbTransaction());
        if (!await SchemaExists(record, generation.Schema!, stop))
        {
            await Database.Execute(connection, Database.Shape(views).Script, stop, transaction.GetDbTransaction());
            await Fill(UpTo(source, size), views, stop);
        }
        await transaction.CommitAsync(stop);
    }

    private static IQueryable<EntryRecord> UpTo(RecordContext record, long size) =>
        record.Entries.Where(entry => record.Leaves.Any(leaf => leaf.Row == entry.Row && leaf.Index < size));

    private static async Task<bool> SchemaExists(RecordContext record, string schema, CancellationToken stop) =>
        await record.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM information_schema.schemata WHERE schema_name = {schema}").SingleAsync(stop) > 0;

    private static async Task<int> Fill(IQueryable<EntryRecord> entries, ViewContext views, CancellationToken stop)
    {
        var (count, of) = (0, new List<Entry>());
        await foreach (var bytes in entries.AsNoTracking().OrderBy(entry => entry.Subject).ThenBy(entry => entry.Version).Select(entry => entry.Bytes).AsAsyncEnumerable().WithCancellation(stop))
        {
            var entry = Entry.Read(bytes);
            if (of.Count > 0 && of[0].Subject != entry.Subject)
                await Next();
            of.Add(entry);
        }
        if (of.Count > 0)
            await Next();
        await views.SaveChangesAsync(stop);
        views.ChangeTracker.Clear();
        return count;

        async Task Next()
        {
            await ProjectAll(views, of, fresh: true, stop);
            of.Clear();
            if (++count % Batch != 0)
                return;
            await views.SaveChangesAsync(stop);
            views.ChangeTracker.Clear();
        }
    }

    private static async Task ProjectAll(ViewContext views, IReadOnlyList<Entry> of, bool fresh, CancellationToken stop)
    {
        var noun = Nouns.Of(of[0].Kind);
        var state = noun.Fold(of)!;
        foreach (var view in noun.Views)
            await view.Project(views, state, fresh, stop);
    }

    private static async Task Note(RecordContext record, ViewContext live, CancellationToken stop)
    {
        var fingerprint = Database.Shape(live).Fingerprint;
        var made = await record.Generations.SingleOrDefaultAsync(generation => generation.Name == Generation.LiveName, stop);
        if (made is null)
            record.Add(new GenerationRecord { Name = Generation.LiveName, Fingerprint = fingerprint });
        else
            made.Fingerprint = fingerprint;
        await record.SaveChangesAsync(stop);
    }
}
