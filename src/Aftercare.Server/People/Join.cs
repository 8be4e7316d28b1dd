using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.People;

/// <summary>The invited person accepts: name as it will be printed under signatures, and a password.</summary>
public static class Join
{
    public sealed record Command(string Secret, string Name, string Password);

    public sealed record Model(string Secret, Contact Contact, Person Person);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<JoinPage, Model>(Face.FrontDoor, "/invitation/{secret}", Allowed.Anyone, Load, openedBy: SecretPurpose.Invitation);
        app.MapForm(new Change<Command>(Face.FrontDoor, "/invitation/{secret}", Allowed.Anyone, Parse, Handle) { OpenedBy = SecretPurpose.Invitation });
    }

    private static async Task<Outcome<Model>> Load(Store visitor, Fields fields, CancellationToken stop)
    {
        var text = fields.Text("secret", 100);
        await using var store = visitor.As(Viewer.System);
        return await store.FindSecret(SecretPurpose.Invitation, text, stop) is { } secret
            && await store.Find<Person>(secret.Subject, stop) is { } person && await store.ContactOf(person.Id, stop) is { } contact
            ? new Model(text, contact, person)
            : Refusal.Invisible;
    }

    private static Command Parse(Fields fields) => new(fields.Text("secret", 100), fields.Text("name", 200), fields.Text("newPassword", 200, min: Accounts.MinPassword));

    private static async Task<Outcome<Done>> Handle(Store visitor, Command command, CancellationToken stop)
    {
        await using var system = visitor.As(Viewer.System);
        if (await system.FindSecret(SecretPurpose.Invitation, command.Secret, stop) is not { } invitation)
            return Refusal.Invisible;
        await using var store = visitor.As(Accepting(invitation.Subject, command.Name));
        if (await store.Find<Person>(invitation.Subject, stop) is not { } person || await store.ContactOf(person.Id, stop) is not { Email: { } email } contact)
            return Refusal.Invisible;
        if (person.Join(store.Actor).Refused(out var why, out var joined))
            return why;
        await store.Alone("person.quality", stop);
        if (await store.HasAccount(email, stop))
            return Refusal.State("person.address-taken", "Somebody signs in with this address already. Ask for an invitation to another address.");
        await store.UseUp(invitation, stop);
        await store.KeepContact(person.Id, contact with { Name = command.Name }, stop);
        await store.KeepAccount(person.Id, email, command.Password, stop);
        return await store.Record(new Done("/sign-in?welcome=1", person.Id), stop, Change.To(person, [joined, .. person.GrantedByJoining(await QualityExists(store, stop))]));
    }

    private static async Task<bool> QualityExists(Store store, CancellationToken stop) =>
        (await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing == Standing.Active).ToListAsync(stop)).Any(row => row.Roles.Contains(Role.Quality));

    // He acts himself, as the one who was invited; the link, not a role, lets him see what must be seen.
    private static Viewer Accepting(Guid person, string name) =>
        new() { Actor = new Actor(Actor.PersonId(person), [Role.Invited, Role.System]), Name = name, Person = person };
}
