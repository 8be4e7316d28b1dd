using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Advisories;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Server.Sites;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Notices;

/// <summary>One notice to the operator's site, with all that it takes to act on it.</summary>
public static class ShowSiteNotice
{
    /// <param name="Version">What it runs now; null: not known to us.</param>
    public sealed record DeviceNow(string Serial, string? Version, bool Retired);

    /// <param name="Statement">Null when it is about an advisory.</param>
    /// <param name="Advisory">Null when it is about a statement.</param>
    /// <param name="Updates">Numbers of the updates that the advisory offers.</param>
    public sealed record Model(
        Notice Notice, NoticeSubject Subject, string Site, Statement? Statement, PublishedAdvisoryRow? Advisory, List<string> Updates, List<DeviceNow> Devices);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<SiteNoticePage, Model>(Face.Portal, "/notices/{id:guid}", [Role.Operator], Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        // Somebody with a second role at the desk sees more notices than he may answer for.
        if (await store.Find<Notice>(fields.Id("id"), stop) is not { } notice || !store.Viewer.Sites.Contains(notice.Site))
            return Refusal.Invisible;
        var advisory = await (await store.Rows<PublishedAdvisoryRow>(stop)).SingleOrDefaultAsync(row => row.Subject == notice.About, stop);
        var updates = advisory is null ? [] : await (await store.Rows<DeliveryRow>(stop))
            .Where(row => row.Site == notice.Site && advisory.Updates.Contains(row.Update)).Select(row => row.Number).Distinct().OrderBy(number => number).ToListAsync(stop);
        return new Model(
            notice, (await NoticeDesk.Subjects(store, [notice.About], stop))[notice.About],
            await (await store.Rows<SiteRow>(stop)).Where(row => row.Subject == notice.Site).Select(row => row.Name).SingleAsync(stop),
            notice.Topic == NoticeTopic.Statement ? await store.Find<Statement>(notice.About, stop) : null, advisory, updates, await DevicesNow(store, notice, stop));
    }

    private static async Task<List<DeviceNow>> DevicesNow(Store store, Notice notice, CancellationToken stop)
    {
        var named = (await store.Rows<NoticeDeviceRow>(stop)).Where(row => row.Subject == notice.Id).Select(row => row.Device);
        var devices =
            from device in await store.Rows<DeviceRow>(stop)
            join release in await store.Rows<ReleaseRow>(stop) on device.Release equals release.Subject into releases
            from release in releases.DefaultIfEmpty()
            where named.Contains(device.Subject)
            orderby device.Serial
            select new DeviceNow(device.Serial, release == null ? null : release.VersionName, device.Stage == DeviceStage.Retired);
        return await devices.ToListAsync(stop);
    }
}
