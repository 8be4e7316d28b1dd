using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Cases;

/// <summary>Another product shares the code or the component, so its releases need an answer too (IEC 81001-5-1 §9.5).</summary>
public static class AddProduct
{
    public sealed record Command(Guid Product);

    internal static void Map(IEndpointRouteBuilder app) => app.MapStep("add-product", "statuses", fields => new Command(fields.Id("product")), Add);

    private static async Task<Outcome<CaseEvent>> Add(Store store, Wish<Command> wish, CancellationToken stop) =>
        await (await store.Rows<ProductRow>(stop)).AnyAsync(row => row.Subject == wish.Asked.Product, stop)
            ? wish.Case.AddProduct(wish.Asked.Product, wish.By)
            : Refusal.Malformed("product", "Choose one of our products.");
}
