using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Trust;
using Aftercare.Updates;

namespace Aftercare.Server.Updates;

/// <summary>
/// Puts a signed update into the repository, then on record. What a crash leaves half done is completed by publishing again: the repository knows that it offers
/// these very bytes already.
/// </summary>
public static class PublishUpdate
{
    public sealed record Command(Guid Id, int Seen);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var keeper = app.ServiceProvider.GetRequiredService<RepositoryKeeper>();
        app.MapForm(new Change<Command>(Face.Desk, "/updates/{id:guid}/publish", [Role.Publisher, Role.Lead], fields => new(fields.Id("id"), fields.Seen()),
            (store, command, stop) => keeper.Alone(() => Handle(keeper, store, command, stop), stop)));
    }

    internal static async Task<Outcome<Done>> Handle(RepositoryKeeper keeper, Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Update>(command.Id, command.Seen, stop)).Refused(out var why, out var update))
            return why;
        if (Update.Life.Bars("publish", update, update.Stage, store.Actor) is { } bar)
            return bar;
        var drafts = await UpdateDesk.DraftsOf(store, update, stop);
        var threshold = UpdateDesk.ThresholdOf(drafts);
        // Everything that could refuse is asked before the world sees it.
        if (update.Publish(threshold, 0, store.Actor).Refused(out why, out _))
            return why;
        if (UpdateDesk.Unproved(store) is { } unproved)
            return unproved;
        if ((await keeper.Publish(drafts, stop)).Refused(out why, out var snapshot))
            return why;
        var published = update.Publish(threshold, snapshot, store.Actor).Value;
        return await store.Record(new Done(UpdateDesk.PageOf(update.Id), update.Id, update.Number), stop, Change.To(update, published));
    }
}
