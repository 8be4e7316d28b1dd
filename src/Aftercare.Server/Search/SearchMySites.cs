using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Notices;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Search;

/// <summary>An operator's own devices, what his sites were told, and what is public, by words.</summary>
public static class SearchMySites
{
    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<SiteSearchPage, SearchModel>(Face.Portal, "/search", [Role.Operator], Load);

    private static async Task<Outcome<SearchModel>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var typed = fields.TextOrNull("q", SearchQuery.MaxLength);
        if (typed is null || SearchQuery.Of(typed) is not { } asked)
            return new SearchModel(typed, null, [], new PageOf(1, false, 0));
        // An operator can have a second role at the desk; his portal still shows what his sites may know.
        var (own, told) = (store.Viewer.Sites.ToList(), await store.Rows<NoticeRow>(stop));
        var rows = (await store.Matching(asked, stop)).Where(row =>
            (row.Noun == Device.Noun && row.Site != null && own.Contains(row.Site.Value))
            || (row.ForAll && (row.Noun == Advisory.Noun || row.Noun == Update.Noun || (row.Noun == Statement.Noun && told.Any(notice => notice.About == row.Subject && own.Contains(notice.Site))))));
        var (shown, page) = await PageOf.Take(Finding.Ranked(rows, asked), fields, stop, Finding.PageSize);
        var ids = shown.ConvertAll(row => row.Subject);
        var notices = (await told.Where(notice => ids.Contains(notice.About) && own.Contains(notice.Site)).Select(notice => new { notice.About, notice.Subject }).ToListAsync(stop)).ToLookup(one => one.About, one => one.Subject);
        var delivered = (await (await store.Rows<DeliveryRow>(stop)).Where(row => ids.Contains(row.Update) && own.Contains(row.Site)).Select(row => row.Update).ToListAsync(stop)).ToHashSet();
        var found = await Finding.Shown(store, asked, shown, row => AddressOf(row, notices[row.Subject], delivered), stop);
        return new SearchModel(typed, null, [.. found.Zip(shown, (one, row) => one with { Also = Told(row, notices[row.Subject]) })], page);
    }

    private static string AddressOf(SearchRow row, IEnumerable<Guid> notices, HashSet<Guid> delivered) => row.Noun switch
    {
        "device" => $"/portal?device={row.Subject:D}",
        "advisory" => $"/advisories/{row.Number}",
        "update" => delivered.Contains(row.Subject) ? $"/portal/updates/{row.Number}" : $"/updates/{row.Number}",
        _ => $"/portal/notices/{notices.First():D}",
    };

    private static (string Words, string Href)? Told(SearchRow row, IEnumerable<Guid> notices) =>
        row.Noun == Advisory.Noun && notices.Any() ? ("What it means for your devices", $"/portal/notices/{notices.First():D}") : null;
}
