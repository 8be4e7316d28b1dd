using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Says anew which sites an operator sees.</summary>
public static class ChangeSites
{
    public sealed record Command(Guid Id, int Seen, ImmutableArray<Guid> Sites);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(
            Face.Desk, "/people/{id:guid}/change-sites", PeopleDesk.Inviters, fields => new Command(fields.Id("id"), fields.Seen(), fields.Ids("sites")), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Person>(command.Id, command.Seen, stop)).Refused(out var why, out var person))
            return why;
        if (person.ChangeSites(command.Sites, store.Actor).Refused(out why, out var changed))
            return why;
        if (await PeopleDesk.Unknown(store, command.Sites, stop) is { } unknown)
            return unknown;
        return await store.Record(new Done($"/desk/people/{person.Id}", person.Id), stop, Change.To(person, changed));
    }
}
