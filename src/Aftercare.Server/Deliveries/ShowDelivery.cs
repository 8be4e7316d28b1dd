using System.Collections.Immutable;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Deliveries;

/// <summary>One update at one site: every device with every step, and what our people can add.</summary>
public static class ShowDelivery
{
    public sealed record Model(
        Delivery Delivery, string Site, Contact? Contact, Dictionary<Guid, string> Texts, ImmutableArray<TimelineItem> History, ImmutableHashSet<string> Steps);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<DeliveryPage, Model>(Face.Desk, "/deliveries/sites/{id:guid}", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Delivery>(fields.Id("id"), stop) is not { } delivery)
            return Refusal.Invisible;
        return new Model(
            delivery,
            await (await store.Rows<SiteRow>(stop)).Where(row => row.Subject == delivery.Site).Select(row => row.Name).SingleAsync(stop),
            await store.ContactOf(delivery.Site, stop),
            await store.TextsOf(delivery.Id, stop),
            await Chronicle.Of<Delivery>(store, delivery.Id, happened => Said(delivery, happened), stop),
            [.. Delivery.Life.Open(delivery.Stage, store.Actor).Select(step => step.Name)]);
    }

    private static string? Said(Delivery delivery, Event happened) => happened switch
    {
        DeliveryEvent.Opened e => e.Devices.Length == 1 ? "1 device." : $"{e.Devices.Length} devices.",
        DeliveryEvent.AudienceExtended e => $"{Serials(delivery, e.Devices.Select(device => device.Device))}.",
        DeliveryEvent.Notified e => $"{Words.Plain(e.Channel)} of {e.On}. {e.Note}",
        DeliveryEvent.Consented e => Serials(delivery, e.Devices),
        DeliveryEvent.Declined e => Serials(delivery, e.Devices),
        DeliveryEvent.ReceiptTaken e => $"{Words.Plain(e.Result)}{(e.Device is { } device ? $", device {delivery.Devices[device].Serial}" : "")}, signed with the site's key {e.KeyId[..8]}. {e.Reason}",
        DeliveryEvent.ReceiptRefused e => $"{e.Reason} ({e.Code}, SHA-256 {e.Digest[..16]}…)",
        DeliveryEvent.ServiceReported e => $"{delivery.Devices[e.Device].Serial}: {DeliveryWords.Of(e.Result).ToLowerInvariant()} on {e.On}. {e.Reference}. {e.Note}",
        DeliveryEvent.Confirmed e => $"{Serials(delivery, e.Devices)}, since {e.On}",
        DeliveryEvent.FoundUnreachable e => $"{Serials(delivery, e.Devices)}. {e.Reason}",
        DeliveryEvent.FoundNotApplicable e => $"{Serials(delivery, e.Devices)}. {e.Reason}",
        DeliveryEvent.Superseded e => e.Reason,
        _ => null,
    };

    private static string Serials(Delivery delivery, IEnumerable<Guid> devices) => string.Join(", ", devices.Select(id => delivery.Devices[id].Serial).Order(StringComparer.Ordinal));
}
