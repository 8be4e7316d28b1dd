using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.People;
using Aftercare.Server.Mail;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Invites somebody by a link that is shown once; roles given with it are proposals.</summary>
public static class InvitePerson
{
    public sealed record Command(string Name, string Email, ImmutableArray<Role> Roles, ImmutableArray<Guid> Sites);

    public sealed record Model(List<ChoiceOption> Roles, List<ChoiceOption> Sites);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var once = app.ServiceProvider.GetRequiredService<ShownOnce>();
        app.MapPage<InvitePage, Model>(Face.Desk, "/people/invite", PeopleDesk.Inviters, Load);
        app.MapForm(new Change<Command>(Face.Desk, "/people/invite", PeopleDesk.Inviters, Parse, (store, command, stop) => Handle(store, once, command, stop)));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var roles = store.Actor.Has(Role.Administrator) ? Person.Grantable : [Role.Operator];
        return new Model([.. roles.Select(PeopleDesk.Choice)], await PeopleDesk.Sites(store, stop));
    }

    private static Command Parse(Fields fields)
    {
        var email = fields.Text("email", 200);
        if (email.Length > 0 && !email.Contains('@', StringComparison.Ordinal))
            fields.Fault("email", "An e-mail address, e.g. name@example.com.");
        return new Command(fields.Text("name", 200), email, fields.ManyOf<Role>("roles"), fields.Ids("sites"));
    }

    private static async Task<Outcome<Done>> Handle(Store store, ShownOnce once, Command command, CancellationToken stop)
    {
        if (Person.Invite(command.Roles, command.Sites, store.Actor).Refused(out var why, out var invited))
            return why;
        if (await PeopleDesk.Unknown(store, command.Sites, stop) is { } unknown)
            return unknown;
        if (await store.HasAccount(command.Email, stop))
            return Refusal.State("person.address-taken", "Somebody signs in with this address already.");
        var id = Store.NewId();
        await store.KeepContact(id, new Contact(command.Name, command.Email), stop);
        var secret = await store.IssueSecret(SecretPurpose.Invitation, id, store.Now.Plus(PeopleDesk.InvitationLife), stop);
        await Mails.Cause(store, MailPurpose.Invitation, MailParty.Person, id, id, stop, link: $"/invitation/{secret}");
        return await store.Record(once.Tell(new Done($"/desk/people/{id}", id), "invitation", $"/invitation/{secret}", store.Viewer), stop, Change.Begin(id, invited));
    }
}
