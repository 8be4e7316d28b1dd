using System.Collections.Immutable;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Notices;

/// <summary>One notice to one site, as our own people follow it.</summary>
public static class ShowNotice
{
    /// <param name="MayTell">Whether the viewer may record another way in which the site was told.</param>
    public sealed record Model(Notice Notice, NoticeSubject Subject, string Site, bool MayTell, ImmutableArray<TimelineItem> History);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<NoticePage, Model>(Face.Desk, "/notices/{id:guid}", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Notice>(fields.Id("id"), stop) is not { } notice)
            return Refusal.Invisible;
        return new Model(
            notice, (await NoticeDesk.Subjects(store, [notice.About], stop))[notice.About],
            await (await store.Rows<SiteRow>(stop)).Where(row => row.Subject == notice.Site).Select(row => row.Name).SingleAsync(stop),
            Notice.Life.Bars("tell", notice, notice.Stage, store.Actor) is null, await Chronicle.Of<Notice>(store, notice.Id, Said, stop));
    }

    private static string? Said(Event happened) => happened switch
    {
        NoticeEvent.Posted e => e.Devices.Length == 1 ? "1 device." : $"{e.Devices.Length} devices.",
        NoticeEvent.DevicesAdded e => e.Devices.Length == 1 ? "1 more device." : $"{e.Devices.Length} more devices.",
        NoticeEvent.Revised e => $"Revision {e.Revision}.",
        NoticeEvent.Told e => string.Join(", ", new[] { Words.Plain(e.Channel), e.On.Text, e.Note }.OfType<string>()) + ".",
        NoticeEvent.Lapsed e => e.Replaced ? "Another one takes its place." : "It was taken back.",
        _ => null,
    };
}
