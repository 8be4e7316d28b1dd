using System.Net;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Advisories;
using Aftercare.SystemTests.Cases;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Statements;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Search;

/// <summary>Everybody finds what he may see, and nothing else, whatever he types.</summary>
public sealed class SearchTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Everybody_finds_what_he_may_see_and_nothing_else(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await PumpCase.In(world, "Zebrafish lets anybody in");
        var (north, south) = (await Site(world, "Klinikum Nörd", pump.Old, "N-4711", "N-4712"), await Site(world, "Klinikum Süd", pump.New, "S-0815"));
        var report = await world.MakeReport(null);
        var statement = await SomeStatement.Published(world, pump.Old, Verdict.Approved);
        using var ann = await world.Person("Annegret", Role.Analyst);
        using var sue = await world.Person("Sue", Role.Support);
        using var nora = await world.Operator("Nora", north);

        // A number that is typed in full comes first, and says so.
        var number = (await ann.Get(pump.Page)).Html is var page && System.Text.RegularExpressions.Regex.Match(page, @"C-\d{4}-\d{4}") is var found ? found.Value : "";
        (await ann.Get($"/desk/search?q={number.ToLowerInvariant()}")).Shows("Exactly this").Shows("Zebrafish lets anybody in");
        var (advisory, published) = await ann.Draft(pump, "Infusion pump: anybody gets in");
        var cve = (await ann.Get("/desk/search?q=cve-2026-1234")).Shows("Exactly this").Shows(published);
        Assert.True(cve.Html.IndexOf(pump.Page, StringComparison.Ordinal) < cve.Html.IndexOf(advisory, StringComparison.Ordinal), "The case with the CVE id does not come first.");

        // Every word, marks of letters aside; the last one unfinished; the words of a reporter; people.
        (await ann.Get("/desk/search?q=klinikum+nor")).Shows("Klinikum Nörd");
        Assert.Contains("<mark>Zebrafish</mark> lets", (await ann.Get("/desk/search?q=zebraf")).Html, StringComparison.Ordinal);
        Assert.Contains("pump accepts a <mark>command</mark> <mark>twice</mark>", (await ann.Get("/desk/search?q=twice+command")).Html, StringComparison.Ordinal);
        (await sue.Get("/desk/search?q=n-4711")).Shows("Infusion pump at Klinikum Nörd").Shows("Exactly this");
        (await ann.Get("/desk/search?q=annegret")).Shows("People").Shows("Annegret");
        (await ann.Get("/desk/search?q=kb5031234")).Shows("Exactly this").Shows("Cumulative update");
        (await ann.Get("/desk/search?q=zebrafish&only=device")).Shows("Nothing found");

        // The embargoed case's words, a draft advisory and another site's serial are not there for an operator.
        foreach (var hidden in new[] { "zebrafish", number, "CVE-2026-1234", "anybody gets in", published, "S-0815", "klinikum", "command twice", "annegret" })
            (await nora.Get($"/portal/search?q={Uri.EscapeDataString(hidden)}")).Is(HttpStatusCode.OK).Shows("Nothing found");
        var own = (await nora.Get("/portal/search?q=n-47")).Shows("Infusion pump at Klinikum Nörd");
        Assert.Equal(2, own.Html.Split("/portal?device=").Length - 1);
        (await nora.Get(own.Link("/portal\\?device=[0-9a-f-]{36}"))).Shows("All devices");
        (await nora.Get("/desk/search?q=zebrafish")).Is(HttpStatusCode.NotFound);
        using var nobody = world.Visitor();
        Assert.DoesNotContain("Zebrafish", (await nobody.Get("/desk/search?q=zebrafish")).Html, StringComparison.Ordinal);

        await NothingIsFoundThatIsNotSeen(world, [north], []);
        await TextsGoWhenTheyAreErased(world, ann, report);
        await ThePastIsFoundInThePast(world, ann, pump);
        await NothingTypedReachesTheEngine(ann);
        _ = (south, statement);
    }

    // What the index shows to a viewer, the noun's own view shows him too.
    private static async Task NothingIsFoundThatIsNotSeen(World world, params Guid[][] sitesOf)
    {
        foreach (var viewer in Enum.GetValues<Role>().SelectMany(role => sitesOf.Select(sites => Viewer.Anonymous with { Actor = Actor.Person(Store.NewId(), role), Sites = [.. sites] })))
        {
            await using var store = world.Store(viewer);
            foreach (var row in await (await store.Rows<SearchRow>(default)).ToListAsync())
            {
                await using var connection = await world.Services.GetRequiredService<Database>().Connect(default);
                await using var views = world.Services.GetRequiredService<Database>().Views(connection, viewer);
                var noun = Nouns.All.Single(noun => noun.Name == row.Noun);
                var seen = await noun.Views[0].Sees(views, row.Subject, default) || (row.Part == "public" && await noun.Views[1].Sees(views, row.Subject, default));
                Assert.True(seen, $"{viewer.Actor} finds {row.Noun} {row.Title}");
            }
        }
    }

    private static async Task TextsGoWhenTheyAreErased(World world, Visitor ann, Guid report)
    {
        await Tables.Tamper(world.Services.GetRequiredService<Database>(), "UPDATE texts SET \"Text\" = NULL, \"ErasedAt\" = 1");

        (await ann.Get("/desk/search?q=command+twice")).Shows("Nothing found");
        (await ann.Get($"/desk/reports/{report:D}")).Is(HttpStatusCode.OK);
    }

    private static async Task ThePastIsFoundInThePast(World world, Visitor ann, PumpCase pump)
    {
        var size = await world.Logged();
        await ann.Submit(pump.Page, $"{pump.Page}/retitle", ("title", "Axolotl lets anybody in"));

        (await ann.Get("/desk/search?q=axolotl")).Shows("lets anybody in");
        (await ann.Get("/desk/search?q=zebrafish+anybody&only=case")).Shows("Axolotl");
        (await ann.Get($"/desk/search?q=axolotl&as-of={size}")).Shows("Nothing found");
        (await ann.Get($"/desk/search?q=zebrafish&as-of={size}")).Shows("lets anybody in");
        Assert.True(await Generations.Rebuild(world.Services.GetRequiredService<Database>(), default) > 0);
        (await ann.Get("/desk/search?q=axolotl")).Shows("lets anybody in");
    }

    private static async Task NothingTypedReachesTheEngine(Visitor ann)
    {
        foreach (var typed in new[] { "\"", "*", "axolotl\"", "NEAR(axolotl anybody, 2)", "title:axolotl", "axolotl OR 1", "axolotl' OR '1'='1", "'; DROP TABLE view_search; --", "-axolotl", "^axolotl", "axolotl & !anybody | x:*", "{0} %_\\", "\u0000\ud83d\ude00", "(((", "<script>alert(1)</script>" })
        {
            var page = (await ann.Get($"/desk/search?q={Uri.EscapeDataString(typed)}")).Is(HttpStatusCode.OK);
            Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
        }
        (await ann.Get($"/desk/search?q={new string('a', 1000)}")).Is(HttpStatusCode.BadRequest).Shows("At most 200 characters");
        (await ann.Get($"/desk/search?q={Uri.EscapeDataString(string.Join(' ', Enumerable.Range(0, 60)))}")).Is(HttpStatusCode.OK);
        (await ann.Get("/desk/search?q=axolotl")).Shows("lets anybody in");
    }

    private static async Task<Guid> Site(World world, string name, Guid release, params string[] serials)
    {
        var id = Store.NewId();
        await using var store = world.Store();
        var product = (await store.Find<Release>(release, default))!.Product;
        _ = (await store.Record(new Done("/", id), default,
            [Change.Begin(id, new SiteEvent.Registered(name, "DE")), .. serials.Select(serial => Change.Begin(Store.NewId(), new DeviceEvent.Registered(id, product, serial, null, release, HowKnown.Shipped)))])).Value;
        return id;
    }
}
