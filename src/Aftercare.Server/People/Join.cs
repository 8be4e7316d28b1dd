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
        return await Accept(store, invitation.Subject, command.Name, command.Password, () => store.UseUp(invitation, stop), stop);
    }

    /// <summary>
    /// The same for an invited person whose address the provider of single sign-on has verified: without a password, and with the name that he was invited by.
    /// </summary>
    internal static async Task<Outcome<Done>> BySignOn(Store system, Guid invited, CancellationToken stop)
    {
        if (await system.ContactOf(invited, stop) is not { } contact)
            return Refusal.Invisible;
        await using var store = system.As(Accepting(invited, contact.Name));
        try
        {
            return await Accept(store, invited, contact.Name, password: null, () => store.UseUpAll(SecretPurpose.Invitation, invited, stop), stop);
        }
        catch (LostRaceException)
        {
            return Refusal.State("person.joined-meanwhile", "The invitation was accepted at the same moment. Begin again.");
        }
    }

    private static async Task<Outcome<Done>> Accept(Store store, Guid invited, string name, string? password, Func<Task> useUp, CancellationToken stop)
    {
        if (await store.Find<Person>(invited, stop) is not { } person || await store.ContactOf(person.Id, stop) is not { Email: { } email } contact)
            return Refusal.Invisible;
        if (person.Join(store.Actor).Refused(out var why, out var joined))
            return why;
        await store.Alone("person.quality", stop);
        if (await store.HasAccount(email, stop))
            return Refusal.State("person.address-taken", "Somebody signs in with this address already. Ask for an invitation to another address.");
        await useUp();
        await store.KeepContact(person.Id, contact with { Name = name }, stop);
        await store.KeepAccount(person.Id, email, password, stop);
        return await store.Record(new Done("/sign-in?welcome=1", person.Id), stop, Change.To(person, [joined, .. person.GrantedByJoining(await QualityExists(store, stop))]));
    }

    private static async Task<bool> QualityExists(Store store, CancellationToken stop) =>
        (await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing == Standing.Active).ToListAsync(stop)).Any(row => row.Roles.Contains(Role.Quality));

    // He acts himself, as the one who was invited; the link, not a role, lets him see what must be seen.
    private static Viewer Accepting(Guid person, string name) =>
        new() { Actor = new Actor(Actor.PersonId(person), [Role.Invited, Role.System]), Name = name, Person = person };
}
