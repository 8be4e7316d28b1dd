using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Vulnerabilities;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Products;

/// <summary>Adds a software item to releases of a product; quality classifies it afterwards.</summary>
public static class AddItem
{
    public sealed record Command(Guid Product, ImmutableArray<Guid> Releases, string Name, string? Supplier, string Version, string? Purl, Origin Origin);

    public sealed record Model(Product Product, List<ReleaseRow> Releases);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<AddItemPage, Model>(Face.Desk, "/products/{id:guid}/items/register", ProductDesk.Roles, Load);
        app.MapForm(new Change<Command>(Face.Desk, "/products/{id:guid}/items/register", ProductDesk.Roles, Parse, Handle));
        app.MapApi(new Change<Command>(Face.Desk, "/products/{id:guid}/items", ProductDesk.Roles, Parse, Handle));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Product>(fields.Id("id"), stop) is not { } product)
            return Refusal.Invisible;
        return new Model(product, await (await store.Rows<ReleaseRow>(stop)).Where(row => row.Product == product.Id).OrderByDescending(row => row.ReleasedAt).ToListAsync(stop));
    }

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Ids("releases"), fields.Text("name", 200), fields.TextOrNull("supplier", 200), fields.Text("version", 100), fields.ParseClass<PackageUrl>("purl", "a package URL, e.g. pkg:generic/openssl@3.0.13")?.ToString(), fields.OneOf<Origin>("origin"));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (await store.Find<Product>(command.Product, stop) is not { } product)
            return Refusal.Invisible;
        if (await ProductDesk.Foreign(store, product.Id, command.Releases, stop) is { } foreign)
            return foreign;
        if (SoftwareItem.Register(product.Id, command.Releases, command.Name, command.Supplier, command.Version, command.Purl, command.Origin, store.Actor).Refused(out var why, out var registered))
            return why;
        await store.Alone($"item.of:{product.Id}", stop);
        if (await (await store.Rows<ItemRow>(stop)).AnyAsync(row => row.Product == product.Id && row.Name == command.Name && row.VersionName == command.Version, stop))
            return Refusal.State("item.taken", $"{product.Name} has an item {command.Name} {command.Version} already. Change its releases instead.");
        var id = Store.NewId();
        return await store.Record(new Done($"/desk/items/{id}", id), stop, Change.Begin(id, registered));
    }
}
