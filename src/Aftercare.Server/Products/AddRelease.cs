using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Products;

/// <summary>Adds a release to a product, with the day until which it gets security updates.</summary>
public static class AddRelease
{
    public sealed record Command(Guid Product, string Version, Stated ReleasedOn, Stated? SupportedUntil);

    public sealed record Model(Product Product);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<AddReleasePage, Model>(Face.Desk, "/products/{id:guid}/releases/register", ProductDesk.Roles, Load);
        app.MapForm(new Change<Command>(Face.Desk, "/products/{id:guid}/releases/register", ProductDesk.Roles, Parse, Handle));
        app.MapApi(new Change<Command>(Face.Desk, "/products/{id:guid}/releases", ProductDesk.Roles, Parse, Handle));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop) =>
        await store.Find<Product>(fields.Id("id"), stop) is { } product ? new Model(product) : Refusal.Invisible;

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Text("version", 60), fields.Stated("releasedOn"), fields.StatedOrNull("supportedUntil"));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (await store.Find<Product>(command.Product, stop) is not { } product)
            return Refusal.Invisible;
        if (Release.Register(product.Id, command.Version, command.ReleasedOn, command.SupportedUntil, store.Actor).Refused(out var why, out var registered))
            return why;
        await store.Alone($"release.of:{product.Id}", stop);
        if (await (await store.Rows<ReleaseRow>(stop)).AnyAsync(row => row.Product == product.Id && row.VersionName == command.Version, stop))
            return Refusal.State("release.version-taken", $"{product.Name} has a release {command.Version} already.");
        var id = Store.NewId();
        return await store.Record(new Done($"/desk/releases/{id}", id), stop, Change.Begin(id, registered));
    }
}
