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
public sealed class Sequencer(Database database, LogFolder folder, TimeProvider clock)
{
    /// <value>1,000 entries in one step.</value>
    public const int Batch = 1000;

    private CompactRange _published = CompactRange.Empty;
    private int _generation;

    /// <summary>Puts what waits into the log.</summary>
    /// <returns>How many entries were taken; 0 when nothing waits or another sequencer was faster.</returns>
    public async Task<int> Step(CancellationToken stop)
    {
        using var turn = await database.Turn(stop);
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        await using var transaction = await record.Database.BeginTransactionAsync(stop);
        if (await Head(record, stop) is not { } head || await Waiting(record, stop) is not { Count: > 0 } waiting)
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

    /// <summary>Writes the tiles and, last, the checkpoint that the database holds and this folder lacks. Safe to repeat after a crash at any point.</summary>
    public async Task Publish(CancellationToken stop)
    {
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        if (await record.LogHead.AsNoTracking().SingleOrDefaultAsync(stop) is not { Size: > 0 } head || (head.Generation == _generation && head.Size == _published.Size))
            return;
        if (_generation != head.Generation)
            (_generation, _published) = (head.Generation, CompactRange.Empty);
        var checkpoint = await record.Checkpoints.AsNoTracking().Where(one => one.Generation == head.Generation && one.Size == head.Size).SingleAsync(stop);
        var fresh = (await record.Leaves.AsNoTracking().Where(leaf => leaf.Index >= _published.Size && leaf.Index < head.Size).OrderBy(leaf => leaf.Index).Select(leaf => leaf.Hash).ToListAsync(stop))
            .ConvertAll(hash => new TreeHash(hash));
        folder.Publish(_generation, Tiles.ToPublish(_published, fresh, tile => folder.Read(_generation, tile)), checkpoint.Note);
        _published = _published.Append(fresh);
    }

    /// <summary>
    /// What stands in the way of starting: the world has seen a newer checkpoint than this database holds, or another one of the same size.
    /// Going on would fork the log.
    /// </summary>
    public async Task<Refusal?> Restored(CancellationToken stop)
    {
        try
        {
            return folder.Published() is var (generation, published) ? await Restored(generation, published, stop) : null;
        }
        catch (UntrustedLogException fault)
        {
            return Refusal.State("log.other-key", $"The log that was published is not this installation's: {fault.Message} Restore the keys folder that belongs to the data.");
        }
    }

    private async Task<Refusal?> Restored(int generation, VerifiedCheckpoint published, CancellationToken stop)
    {
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        var head = await record.LogHead.AsNoTracking().SingleOrDefaultAsync(stop);
        // A gap was declared and the new generation is about to be published for the first time.
        if (head?.Generation == generation + 1)
            return null;
        var same = head?.Generation != generation ? null
            : await record.Checkpoints.AsNoTracking().SingleOrDefaultAsync(one => one.Generation == generation && one.Size == published.Size, stop);
        return same is null || VerifiedCheckpoint.Open(Encoding.UTF8.GetBytes(same.Note), folder.Key(generation)).Root != published.Root
            ? Older(published, head)
            : null;
    }

    private static Refusal Older(VerifiedCheckpoint published, LogHeadRecord? head) => Refusal.State("log.restored",
        $"The log that was published has {published.Size} entries; the database holds {head?.Size ?? 0}, or others: an older database was probably restored. " +
        "Way out: restore the newest backup; or, if it is lost, run 'aftercare-server declare-gap \"REASON\"' to begin a new log that names the gap.");

    private CheckpointRecord Sign(int generation, CompactRange grown) => new()
    {
        Generation = generation,
        Size = grown.Size,
        At = Instant.From(clock.GetUtcNow()).Ms,
        Note = new Checkpoint(folder.Origin(generation), grown.Size, grown.Root).Sign(folder.Signer(generation)).ToString(),
    };

    private static async Task<List<EntryRecord>> Waiting(RecordContext record, CancellationToken stop) =>
        await record.Entries.AsNoTracking().Where(entry => record.Unsequenced.Any(row => row.Row == entry.Row)).OrderBy(entry => entry.Row).Take(Batch).ToListAsync(stop);

    private static async Task<LogHeadRecord?> Head(RecordContext record, CancellationToken stop)
    {
        if (await record.LogHead.AsNoTracking().SingleOrDefaultAsync(stop) is { } found)
            return found;
        var head = new LogHeadRecord { Edge = CompactRange.Empty.ToBytes() };
        record.Add(head);
        try
        {
            await record.SaveChangesAsync(stop);
            return head;
        }
        catch (DbUpdateException fault) when (Database.IsDuplicate(fault))
        {
            // Another sequencer founded the log in this moment; the next step is on what it made.
            return null;
        }
    }
}
