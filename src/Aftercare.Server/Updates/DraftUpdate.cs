using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Updates;

/// <summary>Begins an update: which product, which release it makes, over which ones it installs.</summary>
public static class DraftUpdate
{
    public sealed record Command(Guid Product, Guid ToRelease, ImmutableArray<Guid> FromReleases, UpdatePurpose Purpose, string Title, bool Open);

    /// <param name="Product">Null: the first question is which product.</param>
    /// <param name="Releases">Of the chosen product, newest first.</param>
    public sealed record Model(List<ProductRow> Products, ProductRow? Product, List<ReleaseRow> Releases);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<DraftUpdatePage, Model>(Face.Desk, "/updates/draft", UpdateDesk.Writers, Load);
        app.MapForm(new Change<Command>(Face.Desk, "/updates/draft", UpdateDesk.Writers, Parse, Handle));
        app.MapApi(new Change<Command>(Face.Desk, "/updates", UpdateDesk.Writers, Parse, Handle));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var products = await (await store.Rows<ProductRow>(stop)).OrderBy(row => row.Name).ToListAsync(stop);
        var product = fields.IdOrNull("product") is { } id ? products.Find(row => row.Subject == id) : products.Count == 1 ? products[0] : null;
        return new Model(products, product, product is null ? [] :
            await (await store.Rows<ReleaseRow>(stop)).Where(row => row.Product == product.Subject).OrderByDescending(row => row.ReleasedAt).ToListAsync(stop));
    }

    private static Command Parse(Fields fields) => new(
        fields.Id("product"), fields.Id("toRelease"), fields.Ids("fromReleases"), fields.OneOf<UpdatePurpose>("purpose"), fields.Text("title", 200), fields.Tick("open"));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (await store.Find<Product>(command.Product, stop) is not { } product)
            return Refusal.Malformed("product", "There is no such product.");
        if (await ProductDesk.Foreign(store, product.Id, [.. command.FromReleases, command.ToRelease], stop) is { } foreign)
            return foreign;
        var zone = (await (await store.Rows<OrganisationRow>(stop)).FirstAsync(stop)).TimeZone;
        var number = await store.Number("U", zone, stop);
        if (Update.Draft(number, product.Id, command.ToRelease, command.FromReleases, command.Purpose, command.Title, command.Open, store.Actor).Refused(out var why, out var drafted))
            return why;
        var id = Store.NewId();
        return await store.Record(new Done(UpdateDesk.PageOf(id), id, number), stop, Change.Begin(id, drafted));
    }
}
