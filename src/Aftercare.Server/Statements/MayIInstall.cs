using System.Text.Json.Nodes;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Statements;

/// <summary>"May I install this?": what we say about somebody else's update on one of our releases, for everybody.</summary>
public static class MayIInstall
{
    /// <param name="Subject">The release's id.</param>
    public sealed record ReleaseChoice(Guid Subject, string Product, string Version);

    /// <param name="Statement">Null: we have none.</param>
    public sealed record Answer(string Asked, ReleaseChoice Release, Statement? Statement);

    /// <param name="Answer">Null: nothing was asked yet.</param>
    public sealed record Model(List<ReleaseChoice> Releases, Guid? Release, string? Asked, Answer? Answer, string Contact);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<MayIInstallPage, Model>(Face.FrontDoor, "/may-i-install", Allowed.Anyone, Load);
        app.MapRead(Face.FrontDoor, "/api/v1/may-i-install", Allowed.Anyone, Tell);
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var releases = await Releases(store, stop);
        var (release, asked) = (fields.IdOrNull("release"), fields.TextOrNull("update", 100));
        var contact = (await (await store.Rows<OrganisationRow>(stop)).FirstOrDefaultAsync(stop))?.SecurityContact ?? "";
        var chosen = releases.Find(one => one.Subject == release);
        var answer = chosen is null || asked is null ? null : new Answer(asked, chosen, await Find(store, chosen.Subject, asked, stop));
        return new Model(releases, release, asked, answer, contact);
    }

    private static async Task<Outcome<IResult>> Tell(Store store, Fields fields, CancellationToken stop)
    {
        var (release, asked) = (fields.Id("release"), fields.Text("update", 100));
        var statement = await Find(store, release, asked, stop);
        var json = new JsonObject { ["update"] = asked, ["verdict"] = statement?.Decision is { } decision ? Words.Of(decision.Verdict) : "unknown" };
        if (statement is { Decision: { } said })
        {
            json["supplier"] = statement.Update.Supplier;
            json["identifier"] = statement.Update.Identifier;
            json["conditions"] = said.Conditions;
            json["testedConfiguration"] = said.TestedConfiguration;
            json["measures"] = said.Mitigation?.Measures;
            json["reviewOn"] = said.Mitigation?.ReviewOn.Text;
            json["publishedAt"] = statement.PublishedAt?.ToString();
        }
        return Outcome.Of(Results.Text(json.ToJsonString(), "application/json"));
    }

    private static async Task<List<ReleaseChoice>> Releases(Store store, CancellationToken stop)
    {
        var (products, releases) = (await store.Rows<ProductRow>(stop), await store.Rows<ReleaseRow>(stop));
        return await (
            from release in releases
            join product in products on release.Product equals product.Subject
            orderby product.Name, release.ReleasedAt descending
            select new ReleaseChoice(release.Subject, product.Name, release.VersionName)).ToListAsync(stop);
    }

    private static async Task<Statement?> Find(Store store, Guid release, string asked, CancellationToken stop)
    {
        var key = ThirdPartyUpdate.KeyOf(asked);
        if (key.Length == 0)
            return null;
        // People leave out the KB of a KB number.
        var kb = key.All(char.IsAsciiDigit) ? "KB" + key : key;
        var id = await (await store.Rows<StatementRow>(stop))
            .Where(row => row.Release == release && (row.Key == key || row.Key == kb) && row.Stage == StatementStage.Published)
            .OrderByDescending(row => row.PublishedAt).Select(row => (Guid?)row.Subject).FirstOrDefaultAsync(stop);
        return id is { } found ? await store.Find<Statement>(found, stop) : null;
    }
}
