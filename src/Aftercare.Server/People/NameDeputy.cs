using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Says who stands in for somebody in a role. It grants nothing: the deputy holds the role himself.</summary>
public static class NameDeputy
{
    public sealed record Command(Guid Id, int Seen, Role Role, Guid Deputy);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(Face.Desk, "/people/{id:guid}/name-deputy", PeopleDesk.Granters, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.OneOf<Role>("role"), fields.Id("deputy"));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Person>(command.Id, command.Seen, stop)).Refused(out var why, out var person))
            return why;
        if (await store.Find<Person>(command.Deputy, stop) is not { } deputy)
            return Refusal.Malformed("deputy", "This is not a person here.");
        if (person.NameDeputy(command.Role, deputy, store.Actor).Refused(out why, out var named))
            return why;
        return await store.Record(new Done($"/desk/people/{person.Id}", person.Id), stop, Change.To(person, named));
    }
}
