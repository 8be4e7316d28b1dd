using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Somebody has lost his authenticator app and his recovery codes; a second person lets him in again by password.</summary>
public static class ResetSecondFactor
{
    public sealed record Command(Guid Id, int Seen, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(
            Face.Desk, "/people/{id:guid}/reset-second-factor", [Role.Administrator], fields => new Command(fields.Id("id"), fields.Seen(), fields.Text("reason", 500)), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Person>(command.Id, command.Seen, stop)).Refused(out var why, out var person))
            return why;
        if (person.ResetSecondFactor(command.Reason, store.Actor).Refused(out why, out var reset))
            return why;
        if (!await store.HasSecondFactor(person.Id, stop))
            return Refusal.State("person.no-second-factor", "No authenticator app is set up, so there is nothing to reset.");
        await store.DropSecondFactor(person.Id, stop);
        return await store.Record(new Done($"/desk/people/{person.Id}", person.Id), stop, Change.To(person, reset));
    }
}
