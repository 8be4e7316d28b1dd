using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;

namespace Aftercare.Server.Deliveries;

/// <summary>Offers a published update to every site with a device that it installs on. Again later, it takes in the devices that have come to need it since.</summary>
public static class OfferUpdate
{
    /// <value>50 sites in one transaction, so that nobody else waits long for his turn to write.</value>
    private const int SitesAtOnce = 50;

    public sealed record Command(Guid Id, int Seen);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/deliveries/{id:guid}/offer", [Role.Publisher, Role.Lead], fields => new Command(fields.Id("id"), fields.Seen()), Handle));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Update>(command.Id, command.Seen, stop)).Refused(out var why, out var update))
            return why;
        if (update.Stage != UpdateStage.Published)
            return Refusal.State("delivery.not-published", "Only a published update is offered.") with { ClearAt = $"/desk/updates/{update.Id}" };
        var audience = await Audience.Of(store, update, stop);
        if (audience.Missing.Count == 0)
            return Refusal.State("delivery.nobody-missing", "Every device that we know to run an affected release is in the audience already.");
        var offered = await Audience.Offered(store, update, stop);
        var batches = audience.Missing.OrderBy(site => site.Key).Chunk(SitesAtOnce).ToList();
        foreach (var batch in batches.SkipLast(1))
        {
            // Each batch stands on its own: after a crash the next try goes on with the sites that are missing.
            await using var part = store.As(store.Viewer);
            part.Asked = null;
            if ((await Record(part, offered, batch, stop)).Refused(out why, out _))
                return why;
        }
        return await Record(store, offered, batches[^1], stop);
    }

    private static async Task<Outcome<Done>> Record(
        Store store, OfferedUpdate offered, KeyValuePair<Guid, System.Collections.Immutable.ImmutableArray<AudienceMember>>[] sites, CancellationToken stop)
    {
        var changes = new List<Change>(sites.Length);
        foreach (var (site, devices) in sites)
        {
            if ((await Audience.Offer(store, offered, site, devices, stop)).Refused(out var why, out var change))
                return why;
            changes.Add(change);
        }
        return await store.Record(new Done($"/desk/deliveries/{offered.Id}", offered.Id, offered.Number), stop, [.. changes]);
    }
}
