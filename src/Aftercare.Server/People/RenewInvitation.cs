using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.People;
using Aftercare.Server.Mail;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Makes a fresh invitation link; the one before opens nothing any more.</summary>
public static class RenewInvitation
{
    public sealed record Command(Guid Id, int Seen);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var once = app.ServiceProvider.GetRequiredService<ShownOnce>();
        app.MapForm(new Change<Command>(
            Face.Desk, "/people/{id:guid}/renew-invitation", PeopleDesk.Inviters, fields => new Command(fields.Id("id"), fields.Seen()), (store, command, stop) => Handle(store, once, command, stop)));
    }

    private static async Task<Outcome<Done>> Handle(Store store, ShownOnce once, Command command, CancellationToken stop)
    {
        if ((await store.Find<Person>(command.Id, command.Seen, stop)).Refused(out var why, out var person))
            return why;
        if (person.RenewInvitation(store.Actor).Refused(out why, out var renewed))
            return why;
        await store.UseUpAll(SecretPurpose.Invitation, person.Id, stop);
        var secret = await store.IssueSecret(SecretPurpose.Invitation, person.Id, store.Now.Plus(PeopleDesk.InvitationLife), stop);
        await Mails.Cause(store, MailPurpose.Invitation, MailParty.Person, person.Id, person.Id, stop, link: $"/invitation/{secret}");
        return await store.Record(once.Tell(new Done($"/desk/people/{person.Id}", person.Id), "invitation", $"/invitation/{secret}", store.Viewer), stop, Change.To(person, renewed));
    }
}
