using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Notices;

/// <summary>What the operator's own sites were told, the unread first.</summary>
public static class ShowSiteNotices
{
    public sealed record Model(List<NoticeRow> Notices, Dictionary<Guid, NoticeSubject> Subjects, Dictionary<Guid, string> Sites, PageOf Page);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<SiteNoticesPage, Model>(Face.Portal, "/notices", [Role.Operator], Load);

    /// <summary>How many wait to be read at these sites.</summary>
    internal static async Task<int> Unread(Store store, CancellationToken stop)
    {
        var own = store.Viewer.Sites.ToList();
        return await (await store.Rows<NoticeRow>(stop)).CountAsync(row => own.Contains(row.Site) && row.Unread, stop);
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var own = store.Viewer.Sites.ToList();
        var notices = (await store.Rows<NoticeRow>(stop)).Where(row => own.Contains(row.Site) && (row.Stage == NoticeStage.Standing || row.Unread || row.ReadAt != null));
        var (rows, page) = await PageOf.Take(notices.OrderByDescending(row => row.Unread).ThenByDescending(row => row.PostedAt).ThenBy(row => row.Subject), fields, stop);
        return new Model(
            rows, await NoticeDesk.Subjects(store, [.. rows.Select(row => row.About).Distinct()], stop),
            await (await store.Rows<SiteRow>(stop)).Where(row => own.Contains(row.Subject)).ToDictionaryAsync(row => row.Subject, row => row.Name, stop), page);
    }
}
