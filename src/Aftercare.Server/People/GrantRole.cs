using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>The second person's word: the role is in force from the next request on.</summary>
public static class GrantRole
{
    public sealed record Command(Guid Id, int Seen, Role Role);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(
            Face.Desk, "/people/{id:guid}/grant-role", PeopleDesk.Granters, fields => new Command(fields.Id("id"), fields.Seen(), fields.OneOf<Role>("role")), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Person>(command.Id, command.Seen, stop)).Refused(out var why, out var person))
            return why;
        if (person.GrantRole(command.Role, store.Actor).Refused(out why, out var granted))
            return why;
        return await store.Record(new Done($"/desk/people/{person.Id}", person.Id), stop, Change.To(person, granted));
    }
}
