using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Trust;
using Aftercare.Updates;

namespace Aftercare.Server.Updates;

/// <summary>Thaws an update that is being signed; its signatures are void.</summary>
public static class ReturnUpdate
{
    public sealed record Command(Guid Id, int Seen, string Reason);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var keeper = app.ServiceProvider.GetRequiredService<RepositoryKeeper>();
        app.Map(new Change<Command>(Face.Desk, "/updates/{id:guid}/return", [Role.Publisher, Role.Lead, Role.Quality],
            fields => new(fields.Id("id"), fields.Seen(), fields.Text("reason", 2000)),
            (store, command, stop) => keeper.Alone(() => Handle(keeper, store, command, stop), stop)));
    }

    private static async Task<Outcome<Done>> Handle(RepositoryKeeper keeper, Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Update>(command.Id, command.Seen, stop)).Refused(out var why, out var update))
            return why;
        if (update.Return(command.Reason, store.Actor).Refused(out why, out var returned))
            return why;
        if ((await keeper.Current(stop)).Refused(out why, out var published))
            return why;
        // A crash came between the repository and the ledger: the world has it, so it can only be published or withdrawn.
        if ((await UpdateDesk.DraftsOf(store, update, stop)).Any(draft => RepositoryKeeper.Offers(published, draft)))
            return Refusal.State("update.offered", "The repository offers it already. Publish it once more to complete that, then withdraw it.");
        return await store.Record(new Done(UpdateDesk.PageOf(update.Id), update.Id, update.Number), stop, Change.To(update, returned));
    }
}
