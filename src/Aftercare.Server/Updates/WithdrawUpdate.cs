using Aftercare.Ledger;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;

namespace Aftercare.Server.Updates;

/// <summary>
/// Says that an update is not to be installed any more. Its packages are no longer served from this moment on, and its deliveries end; the next release of the
/// line takes it out of the signed metadata.
/// </summary>
public static class WithdrawUpdate
{
    public sealed record Command(Guid Id, int Seen, string Reason);

    internal static void Map(IEndpointRouteBuilder app) => app.MapForm(new Change<Command>(
        Face.Desk, "/updates/{id:guid}/withdraw", [Role.Publisher, Role.Lead, Role.Quality],
        fields => new(fields.Id("id"), fields.Seen(), fields.Text("reason", 2000)), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Update>(command.Id, command.Seen, stop)).Refused(out var why, out var update))
            return why;
        if (update.Withdraw(command.Reason, store.Actor).Refused(out why, out var withdrawn))
            return why;
        if ((await Withdrawal.Of(store, update.Id, $"{update.Number} was withdrawn: {command.Reason}", stop)).Refused(out why, out var deliveries))
            return why;
        return await store.Record(new Done(UpdateDesk.PageOf(update.Id), update.Id, update.Number), stop, [Change.To(update, withdrawn), .. deliveries]);
    }
}
