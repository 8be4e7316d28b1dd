using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Products;

/// <summary>Registers a product under a line of its own: the line begins the paths of its updates.</summary>
public static class RegisterProduct
{
    public sealed record Command(Guid Manufacturer, string Name, string Family, string Line, string? Model, string? UdiDi);

    public sealed record Model(List<ManufacturerRow> Manufacturers);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<RegisterProductPage, Model>(Face.Desk, "/products/register", ProductDesk.Roles, Load);
        app.MapForm(new Change<Command>(Face.Desk, "/products/register", ProductDesk.Roles, Parse, Handle));
        app.MapApi(new Change<Command>(Face.Desk, "/products", ProductDesk.Roles, Parse, Handle));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop) =>
        new Model(await (await store.Rows<ManufacturerRow>(stop)).OrderBy(row => row.Name).ToListAsync(stop));

    private static Command Parse(Fields fields) => new(
        fields.Id("manufacturer"), fields.Text("name", 200), fields.Text("family", 200), fields.Text("line", Product.MaxLine), fields.TextOrNull("model", 100), fields.TextOrNull("udiDi", 40));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (await store.Find<Manufacturer>(command.Manufacturer, stop) is null)
            return Refusal.Malformed("manufacturer", "There is no such manufacturer.");
        if (Product.Register(command.Manufacturer, command.Name, command.Family, command.Line, command.Model, command.UdiDi, store.Actor).Refused(out var why, out var registered))
            return why;
        await store.Alone("product.line", stop);
        if (await (await store.Rows<ProductRow>(stop)).AnyAsync(row => row.Line == command.Line, stop))
            return Refusal.State("product.line-taken", $"Another product has the line {command.Line}. Choose another one.");
        var id = Store.NewId();
        return await store.Record(new Done($"/desk/products/{id}", id), stop, Change.Begin(id, registered));
    }
}
