using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Updates;

namespace Aftercare.Server.Statements;

/// <summary>What we say about other makers' updates, newest first.</summary>
public static class ListStatements
{
    public sealed record Line(StatementRow Statement, string Product, string Release);

    public sealed record Model(List<Line> Statements, PageOf Page, bool MayDraft);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<StatementsPage, Model>(Face.Desk, "/statements", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var (statements, products, releases) = (await store.Rows<StatementRow>(stop), await store.Rows<ProductRow>(stop), await store.Rows<ReleaseRow>(stop));
        var lines =
            from statement in statements
            join release in releases on statement.Release equals release.Subject
            join product in products on release.Product equals product.Subject
            orderby statement.Since descending, statement.Subject
            select new { statement, product.Name, release.VersionName };
        var (rows, page) = await PageOf.Take(lines, fields, stop);
        return new Model([.. rows.Select(row => new Line(row.statement, row.Name, row.VersionName))], page, Statement.Life.Bars("draft", null, null, store.Actor) is null);
    }
}
