using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Products;

/// <summary>One software item: who answers for it, since when, why, and by whose signature.</summary>
public static class ShowItem
{
    /// <param name="Now">The class that holds at the moment; null: none.</param>
    /// <param name="Names">Who signed, by person.</param>
    public sealed record Model(
        SoftwareItem Item, ProductRow Product, List<ReleaseRow> Releases, Classification? Now, Dictionary<Guid, Contact> Names, ImmutableArray<TimelineItem> History, bool MayClassify, bool MayChange);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<ItemPage, Model>(Face.Desk, "/items/{id:guid}", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<SoftwareItem>(fields.Id("id"), stop) is not { } item)
            return Refusal.Invisible;
        var open = SoftwareItem.Life.Open(item.Stage, store.Actor).Select(step => step.Name).ToHashSet();
        return new Model(
            item,
            await (await store.Rows<ProductRow>(stop)).SingleAsync(row => row.Subject == item.Product, stop),
            await (await store.Rows<ReleaseRow>(stop)).Where(row => row.Product == item.Product).OrderByDescending(row => row.ReleasedAt).ToListAsync(stop),
            item.ClassAt(store.Now),
            await store.ContactsOf([.. item.Classes.Select(one => Chronicle.PersonOf(one.By)).OfType<Guid>().Distinct()], stop),
            await Chronicle.Of<SoftwareItem>(store, item.Id, Said, stop),
            open.Contains("classify"),
            open.Contains("change-releases"));
    }

    private static string? Said(Event happened) => happened is SoftwareItemEvent.Classified e ? $"{ClassWords.Of(e.Class)} from {e.From.Text}. {e.Rationale}" : null;
}
