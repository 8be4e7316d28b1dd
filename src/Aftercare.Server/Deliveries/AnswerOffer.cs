using System.Collections.Immutable;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Deliveries;

/// <summary>What a site answers to an offer: it will install it, it will not, or it has.</summary>
public static class AnswerOffer
{
    private const int MaxText = 2000;

    public sealed record Consent(Guid Id, int Seen, ImmutableArray<Guid> Devices);

    public sealed record Decline(Guid Id, int Seen, ImmutableArray<Guid> Devices, string Reason, string Mitigation);

    public sealed record Confirm(Guid Id, int Seen, ImmutableArray<Guid> Devices, Stated On, string? Words);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapForm(new Change<Consent>(Face.Portal, "/deliveries/{id:guid}/consent", [Role.Operator],
            fields => new Consent(fields.Id("id"), fields.Seen(), fields.Ids("devices")), Handle));
        app.MapForm(new Change<Decline>(Face.Portal, "/deliveries/{id:guid}/decline", [Role.Operator],
            fields => new Decline(fields.Id("id"), fields.Seen(), fields.Ids("devices"), fields.Text("reason", MaxText), fields.Text("mitigation", MaxText)), Handle));
        app.MapForm(new Change<Confirm>(Face.Portal, "/deliveries/{id:guid}/confirm", [Role.Operator],
            fields => new Confirm(fields.Id("id"), fields.Seen(), fields.Ids("devices"), fields.Stated("on"), fields.TextOrNull("words", MaxText)), Handle));
    }

    private static async Task<Outcome<Done>> Handle(Store store, Consent command, CancellationToken stop)
    {
        if ((await Own(store, command.Id, command.Seen, stop)).Refused(out var why, out var delivery))
            return why;
        if (delivery.Consent(command.Devices, store.Actor).Refused(out why, out var consented))
            return why;
        return await store.Record(To(delivery), stop, Change.To(delivery, consented));
    }

    internal static async Task<Outcome<Done>> Handle(Store store, Decline command, CancellationToken stop)
    {
        if ((await Own(store, command.Id, command.Seen, stop)).Refused(out var why, out var delivery))
            return why;
        var (reason, mitigation) = (await store.KeepText(delivery.Id, command.Reason, stop), await store.KeepText(delivery.Id, command.Mitigation, stop));
        if (delivery.Decline(command.Devices, reason, mitigation, store.Actor).Refused(out why, out var declined))
            return why;
        return await store.Record(To(delivery), stop, Change.To(delivery, declined));
    }

    private static async Task<Outcome<Done>> Handle(Store store, Confirm command, CancellationToken stop)
    {
        if ((await Own(store, command.Id, command.Seen, stop)).Refused(out var why, out var delivery))
            return why;
        if (command.On.Earliest > store.Now)
            return Refusal.Malformed("on", "This lies in the future.");
        var words = command.Words is null ? null : await store.KeepText(delivery.Id, command.Words, stop);
        if (delivery.Confirm(command.Devices, command.On, words, store.Actor).Refused(out why, out var confirmed))
            return why;
        var devices = await InstalledRelease.Of(store, delivery, command.Devices, delivery.Update.ToVersion, HowKnown.SiteStatement, $"Confirmed on the portal, {delivery.Update.Number}", stop);
        return await store.Record(To(delivery), stop, [Change.To(delivery, confirmed), .. devices]);
    }

    // Somebody with a second role at the desk sees more deliveries than he may answer for.
    private static async Task<Outcome<Delivery>> Own(Store store, Guid id, int seen, CancellationToken stop)
    {
        if ((await store.Find<Delivery>(id, seen, stop)).Refused(out var why, out var delivery))
            return why;
        return store.Viewer.Sites.Contains(delivery.Site) ? delivery : Refusal.Invisible;
    }

    private static Done To(Delivery delivery) => new($"/portal/updates/{delivery.Update.Number}", delivery.Id, delivery.Update.Number);
}
