using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Server.Advisories;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Updates;

/// <summary>What was published: for everybody as pages, for the command as JSON.</summary>
public static class PublishedUpdates
{
    public sealed record Line(UpdateRow Update, string Product, string Release);

    public sealed record ListModel(List<Line> Updates, PageOf Page);

    /// <param name="Cves">Of what is public; the others are not spoken of.</param>
    public sealed record Model(Update Update, string Product, string Line, string ToRelease, ImmutableArray<string> FromReleases, ImmutableArray<string> Cves);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<PublishedUpdatesPage, ListModel>(Face.FrontDoor, "/updates", Allowed.Anyone, List);
        app.MapPage<PublishedUpdatePage, Model>(Face.FrontDoor, "/updates/{number}", Allowed.Anyone, Show);
        app.MapRead(Face.FrontDoor, "/api/v1/updates/{number}", Allowed.Anyone, Tell);
    }

    private static async Task<Outcome<ListModel>> List(Store store, Fields fields, CancellationToken stop)
    {
        var (updates, products, releases) = (await store.Rows<UpdateRow>(stop), await store.Rows<ProductRow>(stop), await store.Rows<ReleaseRow>(stop));
        var lines =
            from update in updates
            join product in products on update.Product equals product.Subject
            join release in releases on update.ToRelease equals release.Subject
            where update.PublishedAt != null
            orderby update.PublishedAt descending, update.Number descending
            select new { update, product.Name, release.VersionName };
        var (rows, page) = await PageOf.Take(lines, fields, stop);
        return new ListModel([.. rows.Select(row => new Line(row.update, row.Name, row.VersionName))], page);
    }

    private static async Task<Outcome<Model>> Show(Store store, Fields fields, CancellationToken stop) =>
        await Find(store, fields, stop) is { Update.PublishedAt: not null } model ? model : Refusal.Invisible;

    /// <summary>By number or id; the desk's tokens find drafts too, so that the command can name an update by its number.</summary>
    private static async Task<Outcome<IResult>> Tell(Store store, Fields fields, CancellationToken stop)
    {
        if (await Find(store, fields, stop) is not { } model)
            return Refusal.Invisible;
        var update = model.Update;
        var json = new JsonObject
        {
            ["id"] = update.Id.ToString("D"),
            ["number"] = update.Number,
            ["title"] = update.Title,
            ["stage"] = Words.Of(update.Stage),
            ["product"] = model.Product,
            ["line"] = model.Line,
            ["release"] = model.ToRelease,
            ["from"] = new JsonArray([.. model.FromReleases.Select(version => (JsonNode)version)]),
            ["cves"] = new JsonArray([.. model.Cves.Select(cve => (JsonNode)cve)]),
            ["open"] = update.Open,
            ["sheet"] = update.Sheet?.ToJson(),
            ["files"] = new JsonArray([.. update.Files.Select(file => (JsonNode)new JsonObject { ["path"] = file.Path, ["length"] = file.Length, ["sha256"] = file.Sha256, ["sha512"] = file.Sha512 })]),
            ["publishedAt"] = update.PublishedAt?.ToString(),
            ["withdrawnBecause"] = update.WithdrawnBecause,
        };
        return Outcome.Of(Results.Text(json.ToJsonString(), "application/json"));
    }

    private static async Task<Model?> Find(Store store, Fields fields, CancellationToken stop)
    {
        var named = fields.Text("number", 40);
        var id = Guid.TryParse(named, CultureInfo.InvariantCulture, out var given) ? given : Guid.Empty;
        var row = await (await store.Rows<UpdateRow>(stop)).SingleOrDefaultAsync(one => one.Number == named || one.Subject == id, stop);
        if (row is null || await store.Find<Update>(row.Subject, stop) is not { } update)
            return null;
        var product = await (await store.Rows<ProductRow>(stop)).SingleAsync(one => one.Subject == update.Product, stop);
        var versions = await UpdateDesk.VersionsOf(store, update.Product, stop);
        return new Model(update, product.Name, product.Line, versions[update.ToRelease], [.. update.FromReleases.Select(release => versions[release])],
            await DisclosedCves(store, update, stop));
    }

    // What is public stands in the case and its advisories as the desk knows them, which nobody outside may see.
    private static async Task<ImmutableArray<string>> DisclosedCves(Store visitor, Update update, CancellationToken stop)
    {
        await using var store = visitor.As(Viewer.System);
        var cves = ImmutableArray.CreateBuilder<string>();
        foreach (var fixes in update.Fixes.GroupBy(fix => fix.Case))
            if (await store.Find<Case>(fixes.Key, stop) is { } @case)
            {
                var told = await ToldBy(store, @case, stop);
                cves.AddRange(@case.Vulnerabilities.Where(flaw => fixes.Any(fix => fix.Vulnerability == flaw.Id) && told(flaw.Id)).Select(flaw => flaw.Cve).OfType<string>());
            }
        return cves.ToImmutable();
    }

    /// <summary>Whether everybody may know of a vulnerability: the whole case is public, or an advisory that is out speaks of it.</summary>
    private static async Task<Func<Guid, bool>> ToldBy(Store store, Case @case, CancellationToken stop)
    {
        if (@case.Holds(CaseFact.PublicAware))
            return _ => true;
        var told = new HashSet<Guid>();
        foreach (var row in await (await store.Rows<PublishedAdvisoryRow>(stop)).Where(row => row.Case == @case.Id).ToListAsync(stop))
            if (await store.Find<Advisory>(row.Subject, stop) is { LatestText: { } text })
                told.UnionWith(text.Vulnerabilities.Select(words => words.Vulnerability));
        return told.Contains;
    }
}
