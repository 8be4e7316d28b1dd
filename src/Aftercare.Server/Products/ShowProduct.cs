using System.Collections.Immutable;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Products;

/// <summary>One product: its releases, its software items with the class that holds today, and what happened.</summary>
public static class ShowProduct
{
    public sealed record ReleaseLine(ReleaseRow Release, int Devices);

    /// <param name="Now">The class that holds at the moment; null: none yet.</param>
    /// <param name="Next">The class that is decided already and takes effect later.</param>
    public sealed record ItemLine(ItemRow Item, SoftwareClass? Now, ItemClassRow? Next);

    /// <param name="GoLive">Records of the product from before are told apart in the checks; null: not signed yet.</param>
    public sealed record Model(
        Product Product, string Manufacturer, Stated? GoLive, List<ReleaseLine> Releases, List<ItemLine> Items, ImmutableArray<TimelineItem> History, bool MayRegister, bool MayCorrect);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<ProductPage, Model>(Face.Desk, "/products/{id:guid}", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Product>(fields.Id("id"), stop) is not { } product)
            return Refusal.Invisible;
        var manufacturer = await (await store.Rows<ManufacturerRow>(stop)).SingleOrDefaultAsync(row => row.Subject == product.Manufacturer, stop);
        return new Model(
            product, manufacturer?.Name ?? "–", (await store.Find<Readiness>(Readiness.TheOne, stop))?.GoLive.GetValueOrDefault(product.Id), await Releases(store, product.Id, stop), await Items(store, product.Id, stop),
            await Chronicle.Of<Product>(store, product.Id, Said, stop),
            Release.Life.Bars("register", null, null, store.Actor) is null,
            Product.Life.Open(ProductStage.Registered, store.Actor).Any(step => step.Name == "correct"));
    }

    private static async Task<List<ReleaseLine>> Releases(Store store, Guid product, CancellationToken stop)
    {
        var releases = await (await store.Rows<ReleaseRow>(stop)).Where(row => row.Product == product).OrderByDescending(row => row.ReleasedAt).ToListAsync(stop);
        var devices = await (await store.Rows<DeviceRow>(stop)).Where(row => row.Product == product && row.Release != null && row.Stage == DeviceStage.InUse)
            .GroupBy(row => row.Release!.Value).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, stop);
        return [.. releases.Select(row => new ReleaseLine(row, devices.GetValueOrDefault(row.Subject)))];
    }

    private static async Task<List<ItemLine>> Items(Store store, Guid product, CancellationToken stop)
    {
        var items = await (await store.Rows<ItemRow>(stop)).Where(row => row.Product == product).OrderBy(row => row.Name).ToListAsync(stop);
        var classes = (await (await store.Rows<ItemClassRow>(stop)).Where(row => row.Product == product).OrderBy(row => row.Part).ToListAsync(stop)).ToLookup(row => row.Subject);
        return [.. items.Select(item => new ItemLine(
            item,
            classes[item.Subject].LastOrDefault(one => one.FromAt <= store.Now.Ms)?.Class,
            classes[item.Subject].FirstOrDefault(one => one.FromAt > store.Now.Ms)))];
    }

    private static string? Said(Event happened) => happened is ProductEvent.Corrected e ? $"{e.Name}, {e.Family}. {e.Reason}" : null;
}
