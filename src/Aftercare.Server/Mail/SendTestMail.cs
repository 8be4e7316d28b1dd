using Aftercare.Channels.Mail;
using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Mail;

/// <summary>
/// Sends a mail to whoever asks, and to nobody else, while he waits; what the server said stands on the page, good or bad. It is not tried again.
/// </summary>
internal static class SendTestMail
{
    public sealed record Command;

    internal static void Map(IEndpointRouteBuilder app)
    {
        var (door, composer) = (app.ServiceProvider.GetRequiredService<MailDoor>(), app.ServiceProvider.GetRequiredService<MailComposer>());
        app.MapForm(new Change<Command>(Face.Desk, "/mail/test", [Role.Administrator], _ => new Command(), (store, _, stop) => Handle(store, door, composer, stop)));
    }

    private static async Task<Outcome<Done>> Handle(Store asking, MailDoor door, MailComposer composer, CancellationToken stop)
    {
        if (asking.Viewer.Person is not { } me || (await asking.ContactOf(me, stop))?.Email is not { } address || !EmailAddress.TryParse(address, out var to))
            return Refusal.State("mail.no-address", "Your account has no address that mail can be sent to.");
        // The server writes and sends it, on his word.
        await using var store = asking.As(asking.Viewer with { Actor = new Actor(asking.Actor.Id, [Role.System]) });
        if (await Mails.Settings(store, stop) is not { Stage: MailStage.On } settings)
            return Refusal.State("mail.off", "Mail is not set up. Save the settings first.");
        var id = Store.NewId();
        var written = (SentMailEvent.Written)SentMail.Write(MailPurpose.Test, MailParty.Person, me, me, MessageId.Of(id.ToString("N"), EmailAddress.Parse(settings.Current.SenderAddress).Domain).Text, store.Actor).Value;
        var mail = await composer.Write(store, settings, written, to, link: null, stop);
        var answer = await door.Send(settings, await Mails.Secret(store, stop), new Envelope(await SendMail.ReturnTo(store, settings, id, stop), [to]), mail, MailDoor.Quick, stop);
        SentMailEvent outcome = answer.Standing switch
        {
            Standing.Accepted => new SentMailEvent.HandedOver(1, answer.Words),
            Standing.Refused => new SentMailEvent.Refused(answer.Words),
            _ => new SentMailEvent.GivenUp(1, answer.Words),
        };
        return await store.Record(new Done("/desk/mail", id), stop, Change.Begin(id, written, outcome));
    }
}
