using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Advisories;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Search;

/// <summary>Everything that the desk may see, by its words.</summary>
public static class SearchTheDesk
{
    /// <value>2,000 people, the newest: names are sealed, so each has to be opened.</value>
    private const int MostPeople = 2000;

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<SearchPage, SearchModel>(Face.Desk, "/search", Allowed.Desk, Load);

    private static async Task<Outcome<SearchModel>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var (typed, only) = (fields.TextOrNull("q", SearchQuery.MaxLength), fields.TextOrNull("only", 20));
        if (typed is null || SearchQuery.Of(typed) is not { } asked)
            return new SearchModel(typed, only, [], new PageOf(1, false, 0));
        var rows = (await Finding.Rows(store, asked, stop)).Where(row => row.ForDesk);
        if (only is not null)
            rows = rows.Where(row => row.Noun == only);
        var (shown, page) = await PageOf.Take(Finding.Ranked(rows, asked), fields, stop, Finding.PageSize);
        var found = await Finding.Shown(store, asked, shown, AddressOf, stop);
        return new SearchModel(typed, only, page.Number == 1 && (only ?? Person.Noun) == Person.Noun ? [.. found, .. await People(store, asked, stop)] : found, page);
    }

    private static string AddressOf(SearchRow row) => row.Noun switch
    {
        "case" => $"/desk/cases/{row.Subject:D}",
        "report" => $"/desk/reports/{row.Subject:D}",
        "advisory" => AdvisoryDesk.PageOf(row.Subject),
        "past-advisory" => $"/desk/past-advisories/{row.Subject:D}",
        "update" => $"/desk/updates/{row.Subject:D}",
        "statement" => $"/desk/statements/{row.Subject:D}",
        "source" => "/desk/sources",
        "product" => $"/desk/products/{row.Subject:D}",
        "release" => $"/desk/releases/{row.Subject:D}",
        "item" => $"/desk/items/{row.Subject:D}",
        "site" => $"/desk/sites/{row.Subject:D}",
        _ => $"/desk/devices/{row.Subject:D}",
    };

    private static async Task<IEnumerable<Found>> People(Store store, SearchQuery asked, CancellationToken stop)
    {
        var people = await (await store.Rows<PersonRow>(stop)).OrderByDescending(row => row.Since).ThenBy(row => row.Subject).Take(MostPeople).ToDictionaryAsync(row => row.Subject, stop);
        var contacts = await store.ContactsOf(people.Keys, stop);
        return contacts.Where(one => asked.Fits(one.Value.Name, one.Value.Email)).OrderBy(one => one.Value.Name, StringComparer.Ordinal).Take(Finding.PageSize)
            .Select(one => new Found(Person.Noun, $"/desk/people/{one.Key:D}", "", Snippet.Marked(one.Value.Name, asked), string.Join(", ", people[one.Key].Roles.Select(PeopleDesk.Of)), Words.Plain(people[one.Key].Standing), false, []));
    }
}
