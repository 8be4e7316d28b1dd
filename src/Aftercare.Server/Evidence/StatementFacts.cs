using Aftercare.Deliveries;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Notices;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Aftercare.Server.Sites;
using Aftercare.Server.Statements;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Evidence;

/// <summary>All statements, and the third-party items and releases that they could be about.</summary>
internal sealed class StatementFacts
{
    private readonly List<StatementRow> _statements;
    private readonly Dictionary<Guid, KnownRelease> _releases;
    private readonly List<ItemRow> _items;
    private readonly ILookup<Guid, ItemClassRow> _classes;

    private StatementFacts(List<StatementRow> statements, List<KnownRelease> releases, List<ItemRow> items, List<ItemClassRow> classes) =>
        (_statements, _releases, _items, _classes) = (statements, releases.ToDictionary(release => release.Id), items, classes.ToLookup(row => row.Subject));

    public static async Task<StatementFacts> Of(Store store, CancellationToken stop) => new(
        await (await store.Rows<StatementRow>(stop)).OrderBy(row => row.Since).ToListAsync(stop),
        await CaseFacts.Releases(store, stop),
        await (await store.Rows<ItemRow>(stop)).Where(row => row.Origin == Origin.ThirdParty).OrderBy(row => row.Name).ToListAsync(stop),
        await (await store.Rows<ItemClassRow>(stop)).ToListAsync(stop));

    public IEnumerable<SupportedPart> SupportedParts(Instant at)
    {
        var said = _statements.ToLookup(row => row.Item);
        return from item in _items
               where ClassAt(item, at) is SoftwareClass.Supported or SoftwareClass.Maintained
               from id in item.Releases
               where _releases.TryGetValue(id, out var release) && release.IsSupported(at)
               select new SupportedPart(item.Subject, item.Product, $"{item.Name} {item.VersionName} in {_releases[id].Label}", [.. Known(said[item.Subject], id)]);
    }

    /// <summary>Published statements on the same item, release and update.</summary>
    public IEnumerable<SaidTogether> SaidTogether() => _statements.Where(row => row.Stage == StatementStage.Published).GroupBy(row => (row.Item, row.Release, row.Key))
        .Select(group => new SaidTogether(group.First().Subject, $"{group.First().Supplier} {group.First().Identifier}", [.. group.Select(row => row.Verdict)]));

    public async Task<List<ToldStatement>> Told(Store store, CancellationToken stop)
    {
        var published = _statements.Where(row => row.Stage == StatementStage.Published).Select(row => row.Subject).ToList();
        if (published.Count == 0)
            return [];
        var sites = (await (await store.Rows<DeviceRow>(stop)).Where(row => row.Stage == DeviceStage.InUse && row.Release != null).Select(row => new { row.Release, row.Site }).Distinct().ToListAsync(stop))
            .ToLookup(row => row.Release!.Value, row => row.Site);
        var noticed = (await (await store.Rows<NoticeRow>(stop)).Where(row => row.Topic == NoticeTopic.Statement && row.Stage == NoticeStage.Standing).Select(row => new { row.About, row.Site }).ToListAsync(stop))
            .Select(row => (row.About, row.Site)).ToHashSet();
        return [.. (await Examination.Listed(store.Each<Statement>(published, stop))).Select(statement =>
            new ToldStatement(statement, sites[statement.Release].Count(), sites[statement.Release].Count(site => noticed.Contains((statement.Id, site)))))];
    }

    private static IEnumerable<KnownUpdate> Known(IEnumerable<StatementRow> ofItem, Guid release) => ofItem.GroupBy(row => row.Key).Select(update =>
    {
        var here = update.Where(row => row.Release == release && row.Stage != StatementStage.Superseded).ToList();
        StatementStage? stage = here.Count == 0 ? null : here.Exists(row => row.Stage == StatementStage.Published) ? StatementStage.Published : StatementStage.Draft;
        return new KnownUpdate(update.First().Identifier, stage);
    });

    private SoftwareClass? ClassAt(ItemRow item, Instant at) =>
        _classes[item.Subject].Where(row => row.FromAt <= at.Ms).OrderBy(row => row.Part, StringComparer.Ordinal).LastOrDefault()?.Class;
}
