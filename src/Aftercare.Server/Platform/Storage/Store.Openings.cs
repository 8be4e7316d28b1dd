using Aftercare.Audits;
using Aftercare.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Storage;

// What auditors opened: kept beside the ledger, which holds a digest of every batch.
public sealed partial class Store
{
    /// <summary>Notes one opening, durable when it returns; false when the audit holds as many as it may.</summary>
    public async Task<bool> NoteOpening(Guid audit, long? asOf, string address, CancellationToken stop)
    {
        await Alone("audit.openings", stop);
        var record = await Records(stop);
        var last = await record.Openings.Where(opening => opening.Audit == audit).MaxAsync(opening => (int?)opening.Number, stop) ?? 0;
        if (last >= Opening.Most)
            return false;
        record.Add(new OpeningRecord { Audit = audit, Number = last + 1, At = Now.Ms, AsOf = asOf, Address = address });
        await SaveKept(stop);
        return true;
    }

    /// <summary>Openings of an audit that the caller has found, in order, from one number to another.</summary>
    public async Task<List<Opening>> OpeningsOf(Guid audit, int first, int last, CancellationToken stop) =>
        [.. (await (await Records(stop)).Openings.AsNoTracking().Where(opening => opening.Audit == audit && opening.Number >= first && opening.Number <= last).OrderBy(opening => opening.Number).ToListAsync(stop))
            .Select(opening => new Opening(opening.Number, new Instant(opening.At), opening.AsOf, opening.Address))];

    /// <summary>How many openings there are of an audit that the caller has found.</summary>
    public async Task<int> CountOpenings(Guid audit, CancellationToken stop) => await (await Records(stop)).Openings.CountAsync(opening => opening.Audit == audit, stop);

    /// <summary>The last checkpoint that is not later than this instant, and not above what the viewer looks back to; null before the first.</summary>
    public async Task<CheckpointRecord?> CheckpointAt(Instant at, CancellationToken stop)
    {
        var most = Viewer.AsOf ?? long.MaxValue;
        return await (await Records(stop)).Checkpoints.AsNoTracking().Where(one => one.At <= at.Ms && one.Size <= most)
            .OrderByDescending(one => one.Generation).ThenByDescending(one => one.Size).FirstOrDefaultAsync(stop);
    }
}
