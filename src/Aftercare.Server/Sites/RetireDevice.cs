using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Sites;

/// <summary>Takes a device out of use for good: it belongs to no audience any more.</summary>
public static class RetireDevice
{
    public sealed record Command(Guid Id, int Seen, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/devices/{id:guid}/retire", SiteDesk.Roles, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.Text("reason", 500));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Device>(command.Id, command.Seen, stop)).Refused(out var why, out var device))
            return why;
        if (device.Retire(command.Reason, store.Actor).Refused(out why, out var retired))
            return why;
        return await store.Record(new Done($"/desk/devices/{device.Id}", device.Id), stop, Change.To(device, retired));
    }
}
