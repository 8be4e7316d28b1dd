using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.People;

/// <summary>Everybody who has, had or will have an account, with what he may do.</summary>
public static class ListPeople
{
    /// <param name="Contact">Null: erased.</param>
    public sealed record Line(PersonRow Person, Contact? Contact);

    public sealed record Model(List<Line> People, PageOf Page, bool MayInvite);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<PeoplePage, Model>(Face.Desk, "/people", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        // Names are sealed, so the database cannot order by them: the newest come first.
        var (rows, page) = await PageOf.Take((await store.Rows<PersonRow>(stop)).OrderByDescending(row => row.Since).ThenBy(row => row.Subject), fields, stop);
        var contacts = await store.ContactsOf(rows.ConvertAll(row => row.Subject), stop);
        return new Model(
            rows.ConvertAll(row => new Line(row, contacts.GetValueOrDefault(row.Subject))), page, Person.Life.Bars("invite", null, null, store.Actor) is null);
    }
}
