using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Proposes a role; a second person grants it.</summary>
public static class ProposeRole
{
    public sealed record Command(Guid Id, int Seen, Role Role);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(
            Face.Desk, "/people/{id:guid}/propose-role", PeopleDesk.Granters, fields => new Command(fields.Id("id"), fields.Seen(), fields.OneOf<Role>("role")), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Person>(command.Id, command.Seen, stop)).Refused(out var why, out var person))
            return why;
        if (person.ProposeRole(command.Role, store.Actor).Refused(out why, out var proposed))
            return why;
        return await store.Record(new Done($"/desk/people/{person.Id}", person.Id), stop, Change.To(person, proposed));
    }
}
