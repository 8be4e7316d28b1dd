using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Products;

/// <summary>All products with their newest release, by family.</summary>
public static class ListProducts
{
    /// <param name="Newest">The release that came out last; null when there is none yet.</param>
    public sealed record Line(ProductRow Product, string Manufacturer, int Releases, ReleaseRow? Newest);

    public sealed record Model(List<Line> Products, bool MayRegister, bool MayRegisterManufacturer);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<ProductsPage, Model>(Face.Desk, "/products", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var products = await (await store.Rows<ProductRow>(stop)).OrderBy(row => row.Family).ThenBy(row => row.Name).ToListAsync(stop);
        var releases = (await (await store.Rows<ReleaseRow>(stop)).ToListAsync(stop)).ToLookup(row => row.Product);
        var manufacturers = await (await store.Rows<ManufacturerRow>(stop)).ToDictionaryAsync(row => row.Subject, row => row.Name, stop);
        return new Model(
            [.. products.Select(row => new Line(row, manufacturers.GetValueOrDefault(row.Manufacturer, "–"), releases[row.Subject].Count(), releases[row.Subject].MaxBy(one => one.ReleasedAt)))],
            Product.Life.Bars("register", null, null, store.Actor) is null,
            Manufacturer.Life.Bars("register", null, null, store.Actor) is null);
    }
}
