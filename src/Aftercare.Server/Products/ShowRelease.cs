using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Products;

/// <summary>One release: until when it gets security updates, what is in it, where it runs.</summary>
public static class ShowRelease
{
    public sealed record Model(Release Release, ProductRow Product, List<ItemRow> Items, int Devices, int Sites, ImmutableArray<TimelineItem> History, bool MayChange);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<ReleasePage, Model>(Face.Desk, "/releases/{id:guid}", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Release>(fields.Id("id"), stop) is not { } release)
            return Refusal.Invisible;
        var devices = (await store.Rows<DeviceRow>(stop)).Where(row => row.Release == release.Id && row.Stage == DeviceStage.InUse);
        return new Model(
            release,
            await (await store.Rows<ProductRow>(stop)).SingleAsync(row => row.Subject == release.Product, stop),
            await (await store.Rows<ItemRow>(stop)).Where(row => row.Product == release.Product && row.Releases.Contains(release.Id)).OrderBy(row => row.Name).ToListAsync(stop),
            await devices.CountAsync(stop),
            await devices.Select(row => row.Site).Distinct().CountAsync(stop),
            await Chronicle.Of<Release>(store, release.Id, Said, stop),
            Release.Life.Open(ReleaseStage.Registered, store.Actor).Any());
    }

    private static string? Said(Event happened) => happened is ReleaseEvent.SupportChanged e
        ? $"Security updates until {e.SupportedUntil?.Text ?? "a day not announced"}. {e.Reason}"
        : null;
}
