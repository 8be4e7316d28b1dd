using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Statements;

/// <summary>Begins a statement: whose update, for which software item, under which release of ours.</summary>
public static class DraftStatement
{
    internal static ImmutableArray<Role> Roles { get; } = [Role.Developer, Role.Publisher, Role.Lead, Role.Quality];

    public sealed record Command(Guid Item, Guid Release, ThirdPartyUpdate Update);

    /// <param name="Product">Null: the first question is which product.</param>
    public sealed record Model(List<ProductRow> Products, ProductRow? Product, List<ItemRow> Items, List<ReleaseRow> Releases);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<DraftStatementPage, Model>(Face.Desk, "/statements/draft", Roles, Load);
        app.MapForm(new Change<Command>(Face.Desk, "/statements/draft", Roles, Parse, Handle));
        app.MapApi(new Change<Command>(Face.Desk, "/statements", Roles, Parse, Handle));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var products = await (await store.Rows<ProductRow>(stop)).OrderBy(row => row.Name).ToListAsync(stop);
        var product = fields.IdOrNull("product") is { } id ? products.Find(row => row.Subject == id) : products.Count == 1 ? products[0] : null;
        if (product is null)
            return new Model(products, null, [], []);
        return new Model(products, product,
            await (await store.Rows<ItemRow>(stop)).Where(row => row.Product == product.Subject).OrderBy(row => row.Name).ToListAsync(stop),
            await (await store.Rows<ReleaseRow>(stop)).Where(row => row.Product == product.Subject).OrderByDescending(row => row.ReleasedAt).ToListAsync(stop));
    }

    private static Command Parse(Fields fields) => new(fields.Id("item"), fields.Id("release"), new ThirdPartyUpdate(
        fields.Text("supplier", 200), fields.Text("identifier", 100), fields.Text("title", 300), fields.StatedOrNull("releasedOn")));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (await store.Find<SoftwareItem>(command.Item, stop) is not { } item)
            return Refusal.Malformed("item", "There is no such software item.");
        if (!item.Releases.Contains(command.Release))
            return Refusal.Malformed("release", $"{item.Name} {item.VersionName} is not part of that release.");
        if (ThirdPartyUpdate.KeyOf(command.Update.Identifier).Length == 0)
            return Refusal.Malformed("identifier", "Letters or digits are needed, e.g. KB5031234.");
        if (Statement.Draft(command.Item, command.Release, command.Update, store.Actor).Refused(out var why, out var drafted))
            return why;
        var id = Store.NewId();
        return await store.Record(new Done($"/desk/statements/{id:D}", id), stop, Change.Begin(id, drafted));
    }
}
