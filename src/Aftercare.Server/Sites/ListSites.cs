using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Sites;

/// <summary>All sites by name, with how many devices each runs.</summary>
public static class ListSites
{
    public sealed record Line(SiteRow Site, int Devices);

    public sealed record Model(List<Line> Sites, PageOf Page, string? Search, bool MayRegister);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<SitesPage, Model>(Face.Desk, "/sites", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var search = fields.TextOrNull("q", 100);
        var sites = await store.Rows<SiteRow>(stop);
        if (search?.ToUpperInvariant() is { } upper)
            sites = sites.Where(row => row.SearchName.Contains(upper));
        var (rows, page) = await PageOf.Take(sites.OrderBy(row => row.Name).ThenBy(row => row.Subject), fields, stop);
        var shown = rows.ConvertAll(row => row.Subject);
        var devices = await (await store.Rows<DeviceRow>(stop)).Where(row => shown.Contains(row.Site) && row.Stage == DeviceStage.InUse)
            .GroupBy(row => row.Site).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, stop);
        return new Model(
            rows.ConvertAll(row => new Line(row, devices.GetValueOrDefault(row.Subject))), page, search, Site.Life.Bars("register", null, null, store.Actor) is null);
    }
}
