using System.Collections.Immutable;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Deliveries;

/// <summary>What the withdrawal of an update does to its deliveries: recorded in the withdrawal's own transaction.</summary>
public static class Withdrawal
{
    /// <returns>A change for each delivery that is still open.</returns>
    public static async Task<Outcome<ImmutableArray<Change>>> Of(Store store, Guid update, string reason, CancellationToken stop)
    {
        var open = await (await store.Rows<DeliveryRow>(stop)).Where(row => row.Update == update && row.Stage == DeliveryStage.Open).Select(row => row.Subject).ToListAsync(stop);
        var changes = ImmutableArray.CreateBuilder<Change>(open.Count);
        foreach (var id in open)
        {
            var delivery = (await store.Find<Delivery>(id, stop))!;
            if (delivery.Supersede(reason, store.Actor).Refused(out var why, out var superseded))
                return why;
            changes.Add(Change.To(delivery, superseded));
        }
        return changes.MoveToImmutable();
    }
}
