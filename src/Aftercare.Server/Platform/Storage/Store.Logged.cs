using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Aftercare.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Storage;

/// <summary>An entry and its place in the log.</summary>
/// <param name="Index">Null: it is committed, and the log takes it within a second or so.</param>
public sealed record LoggedEntry(Entry Entry, long? Index);

// The record as evidence: many subjects at once, and where their entries stand in the log.
public sealed partial class Store
{
    private const int SubjectsAtOnce = 200;

    /// <summary>The entries of a subject that the viewer may see, oldest first, each with its place in the log.</summary>
    public async Task<ImmutableArray<LoggedEntry>> Logged(Noun noun, Guid id, CancellationToken stop)
    {
        if (!await noun.Views[0].Sees(await Views(stop), id, stop))
            return [];
        var record = await Records(stop);
        var rows = await (
            from entry in record.Entries.AsNoTracking()
            where entry.Subject == id
            join leaf in record.Leaves on entry.Row equals leaf.Row into leaves
            from leaf in leaves.DefaultIfEmpty()
            orderby entry.Version
            select new { entry.Bytes, Index = (long?)leaf.Index }).ToListAsync(stop);
        return [.. rows.Where(row => Viewer.AsOf is not { } size || row.Index < size).Select(row => new LoggedEntry(Entry.Read(row.Bytes), row.Index))];
    }

    /// <summary>The state of each of these subjects, which the caller has found by their rows. In no particular order, some at a time.</summary>
    public async IAsyncEnumerable<T> Each<T>(IEnumerable<Guid> found, [EnumeratorCancellation] CancellationToken stop) where T : Subject, IFold<T>
    {
        var record = await Records(stop);
        foreach (var chunk in found.Chunk(SubjectsAtOnce))
        {
            var ids = chunk.ToList();
            var entries = record.Entries.AsNoTracking().Where(entry => ids.Contains(entry.Subject));
            if (Viewer.AsOf is { } size)
                entries = entries.Where(entry => record.Leaves.Any(leaf => leaf.Row == entry.Row && leaf.Index < size));
            var bytes = await entries.OrderBy(entry => entry.Subject).ThenBy(entry => entry.Version).Select(entry => entry.Bytes).ToListAsync(stop);
            foreach (var of in bytes.Select(one => Entry.Read(one)).GroupBy(entry => entry.Subject))
                yield return Fold.Of<T>(of)!;
        }
    }

    /// <summary>The newest checkpoint, or the newest one of the log size that the viewer looks back to; null before the first.</summary>
    public async Task<CheckpointRecord?> Checkpoint(CancellationToken stop)
    {
        var most = Viewer.AsOf ?? long.MaxValue;
        return await (await Records(stop)).Checkpoints.AsNoTracking().Where(one => one.Size <= most)
            .OrderByDescending(one => one.Generation).ThenByDescending(one => one.Size).FirstOrDefaultAsync(stop);
    }

    /// <summary>The earliest checkpoint that covers the entry at this place: from then on it could not be changed unnoticed.</summary>
    public async Task<CheckpointRecord?> FirstCheckpointOver(long index, int generation, CancellationToken stop) =>
        await (await Records(stop)).Checkpoints.AsNoTracking().Where(one => one.Generation == generation && one.Size > index).OrderBy(one => one.Size).FirstOrDefaultAsync(stop);

    /// <summary>The sealed originals of these subjects, which the caller has found, by their id.</summary>
    public async Task<Dictionary<Guid, BlobRecord>> OriginalsOf(IReadOnlyCollection<Guid> subjects, CancellationToken stop) =>
        await (await Records(stop)).Blobs.AsNoTracking().Where(blob => subjects.Contains(blob.Subject)).ToDictionaryAsync(blob => blob.Id, stop);

    /// <summary>Of these subjects, which the caller has found, those with a contact on file, erased ones included.</summary>
    public async Task<HashSet<Guid>> WithContact(IReadOnlyCollection<Guid> subjects, CancellationToken stop) =>
        [.. await (await Records(stop)).People.AsNoTracking().Where(person => subjects.Contains(person.Id)).Select(person => person.Id).ToListAsync(stop)];

    /// <summary>Whether the sealed file of an original is there and opens; its content is not read.</summary>
    public bool HasOriginal(BlobRecord blob)
    {
        try
        {
            using var plain = Open(blob);
            return plain?.Length == blob.Length;
        }
        catch (Exception fault) when (fault is IOException or Keys.SealBrokenException or Keys.KeyRingException)
        {
            return false;
        }
    }
}
