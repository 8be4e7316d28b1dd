using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Products;

/// <summary>Writes down anew what was wrong about a product; the line stays.</summary>
public static class CorrectProduct
{
    public sealed record Command(Guid Id, int Seen, string Name, string Family, string? Model, string? UdiDi, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/products/{id:guid}/correct", ProductDesk.Roles, Parse, Handle));

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Seen(), fields.Text("name", 200), fields.Text("family", 200), fields.TextOrNull("model", 100), fields.TextOrNull("udiDi", 40), fields.Text("reason", 500));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Product>(command.Id, command.Seen, stop)).Refused(out var why, out var product))
            return why;
        if (product.Correct(command.Name, command.Family, command.Model, command.UdiDi, command.Reason, store.Actor).Refused(out why, out var corrected))
            return why;
        return await store.Record(new Done($"/desk/products/{product.Id}", product.Id), stop, Change.To(product, corrected));
    }
}
