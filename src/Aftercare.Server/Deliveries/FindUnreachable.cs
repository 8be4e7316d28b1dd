using System.Collections.Immutable;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Deliveries;

/// <summary>Records that nobody at the site answers for these devices.</summary>
public static class FindUnreachable
{
    public sealed record Command(Guid Id, int Seen, ImmutableArray<Guid> Devices, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/deliveries/sites/{id:guid}/find-unreachable", [Role.Support, Role.Service, Role.Publisher, Role.Lead],
            fields => new Command(fields.Id("id"), fields.Seen(), fields.Ids("devices"), fields.Text("reason", 500)), Handle));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Delivery>(command.Id, command.Seen, stop)).Refused(out var why, out var delivery))
            return why;
        if (delivery.FindUnreachable(command.Devices, command.Reason, store.Actor).Refused(out why, out var found))
            return why;
        return await store.Record(new Done($"/desk/deliveries/sites/{delivery.Id}", delivery.Id), stop, Change.To(delivery, found));
    }
}
