using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Mail;

/// <summary>From here on no mail is sent, and what waits is withheld. The secret is forgotten.</summary>
internal static class TurnMailOff
{
    public sealed record Command(int Seen, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(Face.Desk, "/mail/turn-off", [Role.Administrator], fields => new Command(fields.Seen(), fields.Text("reason", 500)), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (await Mails.Settings(store, stop) is not { } known)
            return Refusal.Invisible;
        if ((await store.Find<MailSettings>(known.Id, command.Seen, stop)).Refused(out var why, out var settings))
            return why;
        if (settings.TurnOff(command.Reason, store.Actor).Refused(out why, out var off))
            return why;
        await Mails.DropSecret(store, stop);
        return await store.Record(new Done("/desk/mail", settings.Id), stop, Change.To(settings, off));
    }
}
