using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Deliveries;

/// <summary>Enters what our engineer did at the site, with the date that his report states.</summary>
public static class ReportService
{
    public sealed record Command(Guid Id, int Seen, Guid Device, DeliveryStep Result, Stated On, string Reference, string? Note);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/deliveries/sites/{id:guid}/report-service", [Role.Service, Role.Support], Parse, Handle));

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Seen(), fields.Id("device"), fields.OneOf<DeliveryStep>("result"), fields.Stated("on"), fields.Text("reference", 100), fields.TextOrNull("note", 500));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Delivery>(command.Id, command.Seen, stop)).Refused(out var why, out var delivery))
            return why;
        if (command.On.Earliest > store.Now)
            return Refusal.Malformed("on", "This lies in the future.");
        if (delivery.ReportService(command.Device, command.Result, command.On, command.Reference, command.Note, store.Actor).Refused(out why, out var reported))
            return why;
        var version = command.Result switch
        {
            DeliveryStep.Installed => delivery.Update.ToVersion,
            DeliveryStep.RolledBack => delivery.Devices[command.Device].Before,
            _ => null,
        };
        var device = await InstalledRelease.Of(store, delivery, [command.Device], version, HowKnown.ServiceReport, command.Reference, stop);
        return await store.Record(new Done($"/desk/deliveries/sites/{delivery.Id}", delivery.Id), stop, [Change.To(delivery, reported), .. device]);
    }
}
