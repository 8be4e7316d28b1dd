using System.Collections.Immutable;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Server.Sites;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Deliveries;

/// <summary>What an operator needs to decide about one update, and where his devices stand with it.</summary>
public static class ShowSiteUpdate
{
    /// <param name="Deliveries">To the viewer's own sites, with the sites' names.</param>
    public sealed record Model(
        Update Update, string Product, ImmutableArray<(Delivery Delivery, string Site)> Deliveries, string PublicUrl, bool HasKey, Dictionary<Guid, string> Texts);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var publicUrl = app.ServiceProvider.GetRequiredService<Installation>().PublicUrl;
        app.MapPage<SiteUpdatePage, Model>(Face.Portal, "/updates/{number}", [Role.Operator], (store, fields, stop) => Load(publicUrl, store, fields, stop));
    }

    private static async Task<Outcome<Model>> Load(string publicUrl, Store store, Fields fields, CancellationToken stop)
    {
        var (number, own) = (fields.Text("number", 40), store.Viewer.Sites.ToList());
        var rows = await (await store.Rows<DeliveryRow>(stop)).Where(row => row.Number == number && own.Contains(row.Site)).ToListAsync(stop);
        if (rows.Count == 0 || await store.Find<Update>(rows[0].Update, stop) is not { } update)
            return Refusal.Invisible;
        var sites = await (await store.Rows<SiteRow>(stop)).Where(row => own.Contains(row.Subject)).ToDictionaryAsync(row => row.Subject, row => row, stop);
        var (deliveries, texts) = (ImmutableArray.CreateBuilder<(Delivery, string)>(), new Dictionary<Guid, string>());
        foreach (var row in rows.OrderBy(row => sites[row.Site].Name, StringComparer.Ordinal))
        {
            deliveries.Add(((await store.Find<Delivery>(row.Subject, stop))!, sites[row.Site].Name));
            foreach (var (id, text) in await store.TextsOf(row.Subject, stop))
                texts[id] = text;
        }
        var product = await (await store.Rows<ProductRow>(stop)).Where(row => row.Subject == update.Product).Select(row => row.Name).SingleAsync(stop);
        return new Model(update, product, deliveries.ToImmutable(), publicUrl, rows.All(row => sites[row.Site].KeyId is not null), texts);
    }
}
