using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Signs somebody out everywhere, e.g. because a device of his was lost; his password and passkeys stay.</summary>
public static class EndSessions
{
    public sealed record Command(Guid Id, int Seen, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(
            Face.Desk, "/people/{id:guid}/end-sessions", [Role.Administrator], fields => new Command(fields.Id("id"), fields.Seen(), fields.Text("reason", 500)), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Person>(command.Id, command.Seen, stop)).Refused(out var why, out var person))
            return why;
        if (person.EndSessions(command.Reason, store.Actor).Refused(out why, out var ended))
            return why;
        await store.EndSessions(person.Id, but: null, stop);
        return await store.Record(new Done($"/desk/people/{person.Id}", person.Id), stop, Change.To(person, ended));
    }
}
