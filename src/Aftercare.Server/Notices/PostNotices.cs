using System.Collections.Immutable;
using Aftercare.Deliveries;
using Aftercare.Mail;
using Aftercare.Products;
using Aftercare.Server.Advisories;
using Aftercare.Server.Mail;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Jobs;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Sites;
using Aftercare.Server.Statements;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Notices;

/// <summary>
/// Brings what was published before every site that it concerns: each standing statement and advisory, each site where an affected release runs.
/// It looks at what is missing, so it can be asked at any time and does nothing twice; devices that come later are found by the next look.
/// </summary>
public static class PostNotices
{
    /// <summary>The job; caused by each publication, and recurring for devices that come to run an affected release.</summary>
    private const string Job = "notices.post";

    /// <value>10 minutes.</value>
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <value>50 notices in one transaction, so that nobody else waits long for his turn to write.</value>
    private const int AtOnce = 50;

    /// <value>2,000 devices looked at for one transaction; a larger site gets the rest with the next.</value>
    private const int DevicesAtOnce = 2000;

    /// <param name="Latest">The advisory's revision; 1 for a statement.</param>
    private sealed record Missing(NoticeTopic Topic, Guid About, int Latest, Guid Site, ImmutableArray<Guid> Devices);

    internal static IServiceCollection AddNotices(this IServiceCollection services) =>
        services.AddJob(Job, (provider, _, stop) => Follow(provider.GetRequiredService<Stores>(), stop), Every);

    /// <summary>What was just published, revised or taken back reaches the sites.</summary>
    /// <param name="version">Of the statement or advisory that changes.</param>
    internal static Task Cause(Store store, Guid about, int version, CancellationToken stop) =>
        store.Enqueue(Job, $"{about:D}:{version}", about, store.Now, stop);

    /// <summary>Posts, revises and lets lapse until nothing is missing.</summary>
    public static async Task Follow(Stores stores, CancellationToken stop)
    {
        while (await Step(stores, PostSome, stop))
        {
        }
        while (await Step(stores, CatchUpSome, stop))
        {
        }
    }

    private static async Task<bool> Step(Stores stores, Func<Store, CancellationToken, Task<List<Change>>> some, CancellationToken stop)
    {
        await using var store = stores.Open(Viewer.System);
        // Two nodes that look at once would post the same notice.
        await store.Alone(Job, stop);
        if (await some(store, stop) is not { Count: > 0 } changes)
            return false;
        _ = (await store.Record(new Done("/desk/notices", Guid.Empty), stop, [.. changes])).Value;
        return true;
    }

    private static async Task<List<Change>> PostSome(Store store, CancellationToken stop)
    {
        var changes = new List<Change>();
        foreach (var missing in await MissingOnes(store, stop))
        {
            var id = await (await store.Rows<NoticeRow>(stop)).Where(row => row.About == missing.About && row.Site == missing.Site).Select(row => (Guid?)row.Subject).SingleOrDefaultAsync(stop);
            if (id is { } existing && await store.Find<Notice>(existing, stop) is { } notice)
            {
                changes.Add(Change.To(notice, [.. notice.AddDevices(missing.Devices, store.Actor).Value]));
                continue;
            }
            var posted = Store.NewId();
            await Mail(store, missing.Site, posted, stop);
            changes.Add(Change.Begin(posted, [.. Notice.Post(missing.Topic, missing.About, missing.Latest, missing.Site, missing.Devices, store.Actor).Value]));
        }
        return changes;
    }

    private static async Task<List<Missing>> MissingOnes(Store store, CancellationToken stop)
    {
        var (devices, named) = ((await store.Rows<DeviceRow>(stop)).Where(row => row.Stage == DeviceStage.InUse), await store.Rows<NoticeDeviceRow>(stop));
        var statements =
            from statement in await store.Rows<StatementRow>(stop)
            join device in devices on statement.Release equals device.Release
            where statement.Stage == StatementStage.Published && !named.Any(one => one.About == statement.Subject && one.Device == device.Subject)
            orderby statement.Subject, device.Site, device.Subject
            select new { About = statement.Subject, device.Site, Device = device.Subject };
        var found = (await statements.Take(DevicesAtOnce).ToListAsync(stop)).GroupBy(one => (one.About, one.Site))
            .Select(group => new Missing(NoticeTopic.Statement, group.Key.About, 1, group.Key.Site, [.. group.Select(one => one.Device)])).Take(AtOnce).ToList();

        var advisories = await (await store.Rows<PublishedAdvisoryRow>(stop)).Where(row => !row.Withdrawn).Select(row => new { row.Subject, row.Revision, row.Affected }).ToListAsync(stop);
        foreach (var advisory in advisories.TakeWhile(_ => found.Count < AtOnce))
        {
            var concerned = await devices.Where(device => device.Release != null && advisory.Affected.Contains(device.Release.Value) && !named.Any(one => one.About == advisory.Subject && one.Device == device.Subject))
                .OrderBy(device => device.Site).ThenBy(device => device.Subject).Select(device => new { device.Site, device.Subject }).Take(DevicesAtOnce).ToListAsync(stop);
            found.AddRange(concerned.GroupBy(device => device.Site)
                .Select(site => new Missing(NoticeTopic.Advisory, advisory.Subject, advisory.Revision, site.Key, [.. site.Select(device => device.Subject)])).Take(AtOnce - found.Count));
        }
        return found;
    }

    // The site's contact hears that there is something to read, when he left an address.
    private static async Task Mail(Store store, Guid site, Guid notice, CancellationToken stop)
    {
        if (await store.ContactOf(site, stop) is { Email: not null })
            await Mails.Cause(store, MailPurpose.Notice, MailParty.Site, site, notice, stop);
    }

    private static async Task<List<Change>> CatchUpSome(Store store, CancellationToken stop)
    {
        var standing = (await store.Rows<NoticeRow>(stop)).Where(row => row.Stage == NoticeStage.Standing);
        var taken =
            from notice in standing
            join statement in await store.Rows<StatementRow>(stop) on notice.About equals statement.Subject
            where statement.Stage == StatementStage.Superseded
            orderby notice.Subject
            select notice.Subject;
        var revised =
            from notice in standing
            join advisory in await store.Rows<PublishedAdvisoryRow>(stop) on notice.About equals advisory.Subject
            where advisory.Withdrawn || notice.Revision < advisory.Revision
            orderby notice.Subject
            select new { notice.Subject, advisory.Withdrawn, advisory.Revision };

        var changes = new List<Change>();
        foreach (var id in await taken.Take(AtOnce).ToListAsync(stop))
        {
            var notice = (await store.Find<Notice>(id, stop))!;
            var replaced = (await store.Find<Statement>(notice.About, stop))!.SupersededBy is not null;
            if (!replaced)
                await Mail(store, notice.Site, notice.Id, stop);
            changes.Add(Change.To(notice, notice.Lapse(replaced, store.Actor).Value));
        }
        foreach (var row in await revised.Take(AtOnce).ToListAsync(stop))
        {
            var notice = (await store.Find<Notice>(row.Subject, stop))!;
            await Mail(store, notice.Site, notice.Id, stop);
            changes.Add(Change.To(notice, (row.Withdrawn ? notice.Lapse(replaced: false, store.Actor) : notice.Revise(row.Revision, store.Actor)).Value));
        }
        return changes;
    }
}
