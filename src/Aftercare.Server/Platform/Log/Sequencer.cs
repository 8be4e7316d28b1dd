using System.Text;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Trust.Log;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Log;

/// <summary>
/// Takes committed entries in row order into the tile log (C2SP tlog-tiles). One checkpoint row moves by compare-and-swap before anything is published,
/// so two sequencers on one database cannot fork the log: one of them loses and tries again on what the other made.
/// </summary>
public sealed class Sequencer(Database database, LogKey key, string name, string folder, TimeProvider clock)
{
    /// <value>1,000 entries in one step.</value>
    public const int Batch = 1000;

    private CompactRange _published = CompactRange.Empty;
    private int _generation;

    /// <summary>The log's name, as every checkpoint says it; a declared gap begins a new one.</summary>
    public static string Origin(string name, int generation) => generation == 1 ? $"{name}/log" : $"{name}/log/{generation}";

    public NoteKey PublicKey(int generation = 1) => key.Key(Origin(name, generation));

    /// <summary>Puts what waits into the log.</summary>
    /// <returns>How many entries were taken; 0 when nothing waits or another sequencer was faster.</returns>
    public async Task<int> Step(CancellationToken stop)
    {
        using var turn = await database.Turn(stop);
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        await using var transaction = await record.Database.BeginTransactionAsync(stop);
        var head = await record.LogHead.AsNoTracking().SingleOrDefaultAsync(stop) ?? await Found(record, stop);
        var waiting = await Waiting(record, stop);
        if (waiting.Count == 0)
            return 0;

        var edge = CompactRange.FromBytes(head.Edge);
        var leaves = waiting.Select((entry, i) => new LeafRecord { Index = head.Size + i, Row = entry.Row, Hash = MerkleTree.LeafHash(entry.Bytes).ToArray() }).ToList();
        var grown = edge.Append(leaves.Select(leaf => new TreeHash(leaf.Hash)));
        var moved = await record.LogHead.Where(row => row.Size == head.Size && row.Generation == head.Generation)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Size, grown.Size).SetProperty(row => row.Edge, grown.ToBytes()), stop);
        if (moved == 0)
            return 0;
        record.AddRange(leaves);
        record.Add(Sign(head.Generation, grown));
        var rows = waiting.ConvertAll(entry => entry.Row);
        await record.Unsequenced.Where(row => rows.Contains(row.Row)).ExecuteDeleteAsync(stop);
        await record.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        return leaves.Count;
    }

    /// <summary>Writes the tiles and, last, the checkpoint that the database holds and this folder lacks.</summary>
    public async Task Publish(CancellationToken stop)
    {
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        if (await record.LogHead.AsNoTracking().SingleOrDefaultAsync(stop) is not { Size: > 0 } head || (head.Generation == _generation && head.Size == _published.Size))
            return;
        var checkpoint = await record.Checkpoints.AsNoTracking().Where(one => one.Generation == head.Generation).OrderByDescending(one => one.Size).FirstAsync(stop);
        if (_generation != head.Generation)
            (_generation, _published) = (head.Generation, CompactRange.Empty);
        var fresh = (await record.Leaves.AsNoTracking().Where(leaf => leaf.Index >= _published.Size && leaf.Index < checkpoint.Size).OrderBy(leaf => leaf.Index).Select(leaf => leaf.Hash).ToListAsync(stop))
            .ConvertAll(hash => new TreeHash(hash));
        foreach (var file in Tiles.ToPublish(_published, fresh, Read))
            Write(PathOf(file.Tile), file.Bytes.Span);
        Write(Path.Combine(Folder, "checkpoint"), Encoding.UTF8.GetBytes(checkpoint.Note));
        _published = _published.Append(fresh);
    }

    /// <summary>The newest checkpoint that this folder shows to the world; null when nothing was published yet.</summary>
    public VerifiedCheckpoint? Published()
    {
        for (var generation = 1; ; generation++)
        {
            var next = Path.Combine(FolderOf(generation + 1), "checkpoint");
            if (File.Exists(next))
                continue;
            var path = Path.Combine(FolderOf(generation), "checkpoint");
            return File.Exists(path) ? VerifiedCheckpoint.Open(File.ReadAllBytes(path), key.Key(Origin(name, generation)), Origin(name, generation)) : null;
        }
    }

    /// <summary>
    /// What stands in the way of starting: the world has seen a newer checkpoint than this database holds, or another one of the same size.
    /// Going on would fork the log.
    /// </summary>
    public async Task<Refusal?> Restored(CancellationToken stop)
    {
        if (Published() is not { } published)
            return null;
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        var head = await record.LogHead.AsNoTracking().SingleOrDefaultAsync(stop);
        var generation = head?.Generation ?? 1;
        if (published.Origin != Origin(name, generation))
            return generation > 1 && published.Origin == Origin(name, generation - 1) ? null : Older(published, head);
        if (head is null || published.Size > head.Size)
            return Older(published, head);
        var same = await record.Checkpoints.AsNoTracking().SingleOrDefaultAsync(one => one.Generation == generation && one.Size == published.Size, stop);
        return same is null || VerifiedCheckpoint.Open(Encoding.UTF8.GetBytes(same.Note), key.Key(published.Origin)).Root != published.Root ? Older(published, head) : null;
    }

    private static Refusal Older(VerifiedCheckpoint published, LogHeadRecord? head) => Refusal.State("log.restored",
        $"The database holds {head?.Size ?? 0} log entries, but {published.Size} have been published: an older database was probably restored. " +
        "Way out: restore the newest backup; or, if it is lost, run 'aftercare-server declare-gap' to begin a new log that names the gap.");

    private string Folder => FolderOf(_generation);

    private string FolderOf(int generation) => generation == 1 ? folder : Path.Combine(folder, $"generation-{generation}");

    // The log is for anybody to read; only the server writes it.
    private static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        DurableFile.CreateFolder(Path.GetDirectoryName(path)!, DurableFile.AnybodyReadsFolder);
        DurableFile.WriteAllBytesAtomically(path, bytes, DurableFile.AnybodyReads);
    }

    private string PathOf(Tile tile) => Path.Combine(Folder, tile.ToString());

    private byte[]? Read(Tile tile) => File.Exists(PathOf(tile)) ? File.ReadAllBytes(PathOf(tile)) : null;

    private CheckpointRecord Sign(int generation, CompactRange grown) => new()
    {
        Generation = generation,
        Size = grown.Size,
        At = Instant.From(clock.GetUtcNow()).Ms,
        Note = new Checkpoint(Origin(name, generation), grown.Size, grown.Root).Sign(key.Signer(Origin(name, generation))).ToString(),
    };

    private static async Task<List<EntryRecord>> Waiting(RecordContext record, CancellationToken stop) =>
        await record.Entries.AsNoTracking().Where(entry => record.Unsequenced.Any(row => row.Row == entry.Row)).OrderBy(entry => entry.Row).Take(Batch).ToListAsync(stop);

    private static async Task<LogHeadRecord> Found(RecordContext record, CancellationToken stop)
    {
        var head = new LogHeadRecord { Edge = CompactRange.Empty.ToBytes() };
        record.Add(head);
        try
        {
            await record.SaveChangesAsync(stop);
        }
        catch (DbUpdateException fault) when (Database.IsDuplicate(fault))
        {
            throw new LostRaceException();
        }
        return head;
    }
}
