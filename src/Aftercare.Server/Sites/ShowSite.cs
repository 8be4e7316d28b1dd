using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Sites;

/// <summary>One site: its devices with what they run, whom to call, its key.</summary>
public static class ShowSite
{
    public sealed record Model(
        Site Site, Contact? Contact, List<DeviceLine> Devices, PageOf Page, string? Search, ImmutableArray<TimelineItem> History, bool MayRegister, bool MayCorrect);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<SitePage, Model>(Face.Desk, "/sites/{id:guid}", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Site>(fields.Id("id"), stop) is not { } site)
            return Refusal.Invisible;
        var search = fields.TextOrNull("q", 100);
        var devices = (await store.Rows<DeviceRow>(stop)).Where(row => row.Site == site.Id);
        if (search is not null)
            devices = devices.Where(row => row.Serial.Contains(search));
        var (rows, page) = await PageOf.Take(devices.OrderBy(row => row.Serial).ThenBy(row => row.Subject), fields, stop);
        return new Model(
            site, await store.ContactOf(site.Id, stop), await SiteDesk.Lines(store, rows, stop), page, search,
            await Chronicle.Of<Site>(store, site.Id, Said, stop),
            Device.Life.Bars("register", null, null, store.Actor) is null,
            Site.Life.Open(site.Stage, store.Actor).Any(step => step.Name == "correct"));
    }

    private static string? Said(Event happened) => happened switch
    {
        SiteEvent.Corrected e => $"{e.Name}, {e.Country}. {e.Reason}",
        SiteEvent.KeyEnrolled e => $"Fingerprint {e.Fingerprint}.",
        SiteEvent.KeyReplaced e => $"Fingerprint {e.Fingerprint}.",
        _ => null,
    };
}
