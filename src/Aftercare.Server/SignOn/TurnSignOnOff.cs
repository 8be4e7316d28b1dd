using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.SignOn;

namespace Aftercare.Server.SignOn;

/// <summary>From here on nobody signs in by the provider. The secret is forgotten; who belongs to which identity stays.</summary>
internal static class TurnSignOnOff
{
    public sealed record Command(int Seen, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(Face.Desk, "/sign-on/turn-off", [Role.Administrator], fields => new Command(fields.Seen(), fields.Text("reason", 500)), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (await SignOns.Settings(store, stop) is not { } known)
            return Refusal.Invisible;
        if ((await store.Find<SignOnSettings>(known.Id, command.Seen, stop)).Refused(out var why, out var settings))
            return why;
        if (settings.TurnOff(command.Reason, store.Actor).Refused(out why, out var off))
            return why;
        await SignOns.DropSecret(store, stop);
        return await store.Record(new Done("/desk/sign-on", settings.Id), stop, Change.To(settings, off));
    }
}
