using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Updates;

namespace Aftercare.Server.Updates;

/// <summary>All updates, newest first, each with its product and where it stands.</summary>
public static class ListUpdates
{
    public sealed record Line(UpdateRow Update, string Product, string Release);

    public sealed record Model(List<Line> Updates, PageOf Page, bool MayDraft);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<UpdatesPage, Model>(Face.Desk, "/updates", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var (updates, products, releases) = (await store.Rows<UpdateRow>(stop), await store.Rows<ProductRow>(stop), await store.Rows<ReleaseRow>(stop));
        var lines =
            from update in updates
            join product in products on update.Product equals product.Subject
            join release in releases on update.ToRelease equals release.Subject
            orderby update.Since descending, update.Number descending
            select new { update, product.Name, release.VersionName };
        var (rows, page) = await PageOf.Take(lines, fields, stop);
        return new Model([.. rows.Select(row => new Line(row.update, row.Name, row.VersionName))], page, Update.Life.Bars("draft", null, null, store.Actor) is null);
    }
}
