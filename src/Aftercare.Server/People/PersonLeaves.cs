using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Somebody has left: account, invitation and tokens end in the same moment as his roles.</summary>
public static class PersonLeaves
{
    public sealed record Command(Guid Id, int Seen, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(
            Face.Desk, "/people/{id:guid}/leave", PeopleDesk.Granters, fields => new Command(fields.Id("id"), fields.Seen(), fields.Text("reason", 500)), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Person>(command.Id, command.Seen, stop)).Refused(out var why, out var person))
            return why;
        if (person.Leave(command.Reason, store.Actor).Refused(out why, out var left))
            return why;
        if (await PeopleDesk.LastAdministrator(store, person.Id, stop) is { } last)
            return last;
        if ((await PeopleDesk.EndTokens(store, person.Id, null, "Its owner has left.", stop)).Refused(out why, out var tokens))
            return why;
        await store.DropAccount(person.Id, stop);
        await store.UseUpAll(SecretPurpose.Invitation, person.Id, stop);
        return await store.Record(new Done($"/desk/people/{person.Id}", person.Id), stop, [Change.To(person, left), .. tokens]);
    }
}
