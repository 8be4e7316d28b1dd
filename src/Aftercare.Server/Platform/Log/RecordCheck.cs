using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Trust.Log;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Log;

/// <summary>
/// Compares the ledger with its log: the bytes of every entry with the hash at its position, the index columns with the bytes, the positions with the
/// signed checkpoints, and all of it with what was published. One finding names one thing.
/// </summary>
public sealed class RecordCheck(Database database, LogFolder folder)
{
    /// <value>1,000 findings, then it stops looking for more.</value>
    public const int MaxFindings = 1000;

    /// <summary>Read at a time: a whole number of tiles.</summary>
    private const int Page = 16 * Tile.FullWidth;

    /// <param name="Entries">In the ledger.</param>
    /// <param name="Logged">Positions of the log.</param>
    /// <param name="Findings">One sentence each, e.g. <c>Entry row 7 (version 2 of …) has other bytes than those logged at position 6.</c></param>
    public sealed record Report(long Entries, long Logged, ImmutableArray<string> Findings);

    private readonly List<string> _findings = [];

    public async Task<Report> Run(CancellationToken stop)
    {
        await using var connection = await database.Connect(stop);
        await using var snapshot = await Database.Snapshot(connection, stop);
        await using var record = database.Record(connection);
        await record.Database.UseTransactionAsync(snapshot, stop);
        var entries = await CheckEntries(record, stop);
        await CheckVersions(record, stop);
        var logged = await CheckLog(record, stop);
        return new Report(entries, logged, [.. _findings]);
    }

    private void Find(FormattableString finding)
    {
        if (_findings.Count < MaxFindings)
            _findings.Add(finding.ToString(CultureInfo.InvariantCulture));
    }

    private async Task<long> CheckEntries(RecordContext record, CancellationToken stop)
    {
        var count = 0L;
        var rows = record.Entries.AsNoTracking()
            .LeftJoin(record.Leaves.AsNoTracking(), entry => entry.Row, leaf => leaf.Row, (entry, leaf) => new { Entry = entry, Leaf = leaf, Waits = entry.Unsequenced != null })
            .OrderBy(row => row.Entry.Row);
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(stop))
        {
            count++;
            CheckColumns(row.Entry);
            if (row.Leaf is null && !row.Waits)
                Find($"{Name(row.Entry)} is neither in the log nor waiting for it: it was put there past the program.");
            else if (row.Leaf is { } leaf && MerkleTree.LeafHash(row.Entry.Bytes) != new TreeHash(leaf.Hash))
                Find($"{Name(row.Entry)} has other bytes than those logged at position {leaf.Index}.");
        }
        return count;
    }

    private void CheckColumns(EntryRecord row)
    {
        try
        {
            var entry = Entry.Read(row.Bytes);
            Compare(row, "subject", row.Subject, entry.Subject);
            Compare(row, "version", row.Version, entry.Version);
            Compare(row, "kind", row.Kind, entry.Kind);
            Compare(row, "actor", row.Actor, entry.Head.Actor);
            Compare(row, "instant", new Instant(row.At), entry.At);
        }
        catch (LedgerCorruptException fault)
        {
            Find($"{Name(row)} cannot be read. {fault.Message}");
        }
    }

    private void Compare<T>(EntryRecord row, string column, T indexed, T written) where T : notnull
    {
        if (!indexed.Equals(written))
            Find($"{Name(row)} has {column} {written} in its bytes and {indexed} in its column.");
    }

    private async Task CheckVersions(RecordContext record, CancellationToken stop)
    {
        var broken = await record.Entries.GroupBy(entry => entry.Subject)
            .Where(of => of.Count() != of.Max(entry => entry.Version) || of.Min(entry => entry.Version) != 1)
            .Select(of => new { of.Key, Count = of.Count(), Last = of.Max(entry => entry.Version) }).Take(MaxFindings).ToListAsync(stop);
        foreach (var subject in broken)
            Find($"Subject {subject.Key:D} has {subject.Count} entries, but its last one has version {subject.Last}: entries are missing.");
    }

    private async Task<long> CheckLog(RecordContext record, CancellationToken stop)
    {
        var head = await record.LogHead.AsNoTracking().SingleOrDefaultAsync(stop);
        var published = folder.Published();
        var of = head is not null && published?.Generation == head.Generation ? published.Value.Checkpoint : null;
        var (tree, sound) = (CompactRange.Empty, true);
        while (await LeavesAfter(record, tree.Size, stop) is { Count: > 0 } leaves)
        {
            CheckTiles(head!.Generation, tree.Size, leaves, of?.Size ?? 0);
            var checkpoints = await CheckpointsBetween(record, head.Generation, tree.Size, tree.Size + leaves.Count, stop);
            foreach (var leaf in leaves)
            {
                if (leaf.Index != tree.Size)
                {
                    Find($"Position {tree.Size} of the log is missing.");
                    return tree.Size;
                }
                if (!leaf.HasEntry)
                    Find($"Position {leaf.Index} of the log is entry row {leaf.Row}, which is missing from the ledger.");
                tree = tree.Append(leaf.Hash);
                if (sound && checkpoints.TryGetValue(tree.Size, out var note))
                    sound = CheckRoot(head.Generation, tree, note);
            }
        }
        CheckEnds(head, tree, of);
        return tree.Size;
    }

    private sealed record LoggedLeaf(long Index, long Row, TreeHash Hash, bool HasEntry);

    private static async Task<List<LoggedLeaf>> LeavesAfter(RecordContext record, long index, CancellationToken stop) =>
        (await record.Leaves.AsNoTracking().Where(leaf => leaf.Index >= index).OrderBy(leaf => leaf.Index).Take(Page)
            .Select(leaf => new { leaf.Index, leaf.Row, leaf.Hash, HasEntry = record.Entries.Any(entry => entry.Row == leaf.Row) }).ToListAsync(stop))
            .ConvertAll(leaf => new LoggedLeaf(leaf.Index, leaf.Row, new TreeHash(leaf.Hash), leaf.HasEntry));

    private static Task<Dictionary<long, string>> CheckpointsBetween(RecordContext record, int generation, long from, long to, CancellationToken stop) =>
        record.Checkpoints.AsNoTracking().Where(one => one.Generation == generation && one.Size > from && one.Size <= to).ToDictionaryAsync(one => one.Size, one => one.Note, stop);

    // A hash that was changed in the database together with its entry is found by what the world was given.
    private void CheckTiles(int generation, long from, List<LoggedLeaf> leaves, long published)
    {
        foreach (var ofTile in leaves.Where(leaf => leaf.Index < published).GroupBy(leaf => leaf.Index / Tile.FullWidth))
        {
            var tile = new Tile(0, ofTile.Key, (int)Math.Min(Tile.FullWidth, published - ofTile.Key * Tile.FullWidth));
            if (folder.Read(generation, tile) is not { } bytes || bytes.Length != tile.Width * TreeHash.Length)
                Find($"The published {tile} is missing or cut.");
            else
                foreach (var leaf in ofTile.Where(leaf => !leaf.Hash.Equals(new TreeHash(bytes.AsSpan((int)(leaf.Index % Tile.FullWidth) * TreeHash.Length, TreeHash.Length)))))
                    Find($"Position {leaf.Index} of the log (entry row {leaf.Row}) has another hash in the database than was published.");
        }
    }

    private bool CheckRoot(int generation, CompactRange tree, string note)
    {
        try
        {
            if (VerifiedCheckpoint.Open(Encoding.UTF8.GetBytes(note), folder.Key(generation)).Root == tree.Root)
                return true;
            Find($"The first {tree.Size} entries of the log are not those of the checkpoint that was signed for them.");
        }
        catch (UntrustedLogException fault)
        {
            Find($"The stored checkpoint of size {tree.Size} is not the log's word: {fault.Message}");
        }
        return false;
    }

    private void CheckEnds(LogHeadRecord? head, CompactRange tree, VerifiedCheckpoint? published)
    {
        if ((head?.Size ?? 0) != tree.Size)
            Find($"The head of the log says {head?.Size ?? 0} entries; {tree.Size} are there.");
        else if (head is not null && CompactRange.FromBytes(head.Edge).Root != tree.Root)
            Find($"The head of the log does not follow from its {tree.Size} entries.");
        if (published is not null && published.Size > tree.Size)
            Find($"{published.Size} entries were published; the database holds {tree.Size} of the log.");
    }

    private static string Name(EntryRecord entry) => string.Create(CultureInfo.InvariantCulture, $"Entry row {entry.Row} (version {entry.Version} of {entry.Subject:D})");
}
