using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Takes a role away at once, and with it the person's sessions and his tokens that act in it.</summary>
public static class RevokeRole
{
    public sealed record Command(Guid Id, int Seen, Role Role, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(Face.Desk, "/people/{id:guid}/revoke-role", PeopleDesk.Granters, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.OneOf<Role>("role"), fields.Text("reason", 500));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Person>(command.Id, command.Seen, stop)).Refused(out var why, out var person))
            return why;
        if (person.RevokeRole(command.Role, command.Reason, store.Actor).Refused(out why, out var revoked))
            return why;
        if (command.Role == Role.Administrator && await PeopleDesk.LastAdministrator(store, person.Id, stop) is { } last)
            return last;
        if ((await PeopleDesk.EndTokens(store, person.Id, command.Role, "Its owner's role was revoked.", stop)).Refused(out why, out var tokens))
            return why;
        await store.EndSessions(person.Id, but: null, stop);
        return await store.Record(new Done($"/desk/people/{person.Id}", person.Id), stop, [Change.To(person, revoked), .. tokens]);
    }
}
