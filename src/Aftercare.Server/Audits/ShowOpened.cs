using System.Text.RegularExpressions;
using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Audits;

/// <summary>What the auditor opened, as both sides see it, with the digests by which nothing of it can be changed unnoticed.</summary>
public static partial class ShowOpened
{
    /// <param name="What">What the opened record is called, or the kind of page.</param>
    public sealed record Line(Opening Opening, string What);

    /// <param name="Intact">Whether what is kept still has this digest.</param>
    public sealed record Sealed(AuditEvent.OpeningsSealed Seal, bool Intact);

    /// <param name="Lines">Newest first.</param>
    /// <param name="Seals">Those that cover something on this page.</param>
    public sealed record Model(Audit Audit, List<Line> Lines, List<Sealed> Seals, int Total, PageOf Page);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<OpenedPage, Model>(Face.Audit, "/opened", [Role.Auditor], Mine);
        app.MapPage<OpenedPage, Model>(Face.Desk, "/audits/{id:guid}/opened", AuditDesk.Readers,
            async (store, fields, stop) => await store.Find<Audit>(fields.Id("id"), stop) is { } audit ? await Load(store, audit, fields, stop) : Refusal.Invisible);
    }

    private static async Task<Outcome<Model>> Mine(Store store, Fields fields, CancellationToken stop)
    {
        await using var live = MyAudit.Live(store);
        return (await MyAudit.Find(live, stop)).Refused(out var why, out var audit) ? why : await Load(live, audit, fields, stop);
    }

    private static async Task<Model> Load(Store store, Audit audit, Fields fields, CancellationToken stop)
    {
        var total = await store.CountOpenings(audit.Id, stop);
        var number = fields.TextOrNull("page", 10) is null ? 1 : Math.Max(1, fields.Number("page", 1, Opening.Most / PageOf.Size));
        var last = total - (number - 1) * PageOf.Size;
        var first = Math.Max(1, last - PageOf.Size + 1);
        var openings = await store.OpeningsOf(audit.Id, first, last, stop);
        var named = await Named(store, openings, stop);
        var seals = new List<Sealed>();
        foreach (var seal in audit.Seals.Where(seal => seal.Last >= first && seal.First <= last))
            seals.Add(new Sealed(seal, Opening.DigestOf(await store.OpeningsOf(audit.Id, seal.First, seal.Last, stop)) == seal.Digest));
        openings.Reverse();
        return new Model(audit, openings.ConvertAll(opening => new Line(opening, RecordOf(opening) is { } id && named.TryGetValue(id, out var record) ? record : PlaceOf(opening))), seals, total, new PageOf(number, first > 1, total));
    }

    private static async Task<Dictionary<Guid, string>> Named(Store store, List<Opening> openings, CancellationToken stop)
    {
        var ids = openings.Select(RecordOf).OfType<Guid>().Distinct().ToList();
        var named = new Dictionary<Guid, string>();
        foreach (var population in Enum.GetValues<Population>())
            foreach (var (id, item) in await Populations.Named(store, population, ids, stop))
                named[id] = item.Label;
        return named;
    }

    // "Register" for /audit/register.csv?source=user.
    private static string PlaceOf(Opening opening) =>
        opening.Address.Split('/', '?', '.') is [_, _, { Length: > 0 } place, ..] ? char.ToUpperInvariant(place[0]) + place[1..].Replace('-', ' ') : "Overview";

    private static Guid? RecordOf(Opening opening) => Guid.TryParse(AnId().Match(opening.Address).Value, out var id) ? id : null;

    [GeneratedRegex("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex AnId();
}
