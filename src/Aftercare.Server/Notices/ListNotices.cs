using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Notices;

/// <summary>Who was told what, and who has read it; of everything, or of one statement or advisory.</summary>
public static class ListNotices
{
    /// <param name="Sites">That were told and have a standing notice.</param>
    public sealed record Count(int Sites, int Read, int Devices);

    public sealed record Line(NoticeRow Notice, string Site);

    /// <param name="About">Null: of everything.</param>
    public sealed record Model(List<Line> Notices, Dictionary<Guid, NoticeSubject> Subjects, Guid? About, bool UnreadOnly, Count Count, PageOf Page);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<NoticesPage, Model>(Face.Desk, "/notices", Allowed.Readers, Load);

    /// <summary>How far the notices about one statement or advisory have come.</summary>
    internal static async Task<Count> Of(Store store, Guid? about, CancellationToken stop)
    {
        var standing = (await store.Rows<NoticeRow>(stop)).Where(row => row.Stage == NoticeStage.Standing && (about == null || row.About == about));
        return new Count(await standing.CountAsync(stop), await standing.CountAsync(row => !row.Unread, stop), await standing.SumAsync(row => row.Devices, stop));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var (about, unread) = (fields.IdOrNull("about"), fields.TextOrNull("unread", 5) is not null);
        var lines =
            from notice in await store.Rows<NoticeRow>(stop)
            join site in await store.Rows<SiteRow>(stop) on notice.Site equals site.Subject
            where (about == null || notice.About == about) && (!unread || notice.Unread)
            orderby notice.Unread descending, notice.PostedAt descending, notice.Subject
            select new { notice, site.Name };
        var (rows, page) = await PageOf.Take(lines, fields, stop);
        return new Model(
            [.. rows.Select(row => new Line(row.notice, row.Name))], await NoticeDesk.Subjects(store, [.. rows.Select(row => row.notice.About).Append(about ?? Guid.Empty).Distinct()], stop),
            about, unread, await Of(store, about, stop), page);
    }
}
