using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Cases;

/// <summary>Gives a case to somebody of the desk, or takes it away again.</summary>
public static class AssignCase
{
    public sealed record Command(Guid Person);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapStep("assign", "people", Parse, Assign);
        app.MapStep("unassign", "people", Parse, wish => wish.Case.Unassign(wish.Asked.Person, wish.By));
    }

    /// <summary>Who can be given a case: everybody at the desk, by id.</summary>
    internal static async Task<List<Guid>> Candidates(Store store, CancellationToken stop) =>
        [.. (await (await store.Rows<PersonRow>(stop)).Where(person => person.Standing == Standing.Active).ToListAsync(stop))
            .Where(person => person.Roles.Any(Allowed.Desk.Contains)).Select(person => person.Subject)];

    private static Command Parse(Fields fields) => new(fields.Id("person"));

    private static async Task<Outcome<CaseEvent>> Assign(Store store, Wish<Command> wish, CancellationToken stop) =>
        (await Candidates(store, stop)).Contains(wish.Asked.Person)
            ? wish.Case.Assign(wish.Asked.Person, wish.By)
            : Refusal.Malformed("person", "Choose somebody of the desk.");
}
