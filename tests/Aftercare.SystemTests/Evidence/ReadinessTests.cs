using System.Net;
using System.Text.RegularExpressions;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Notices;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Advisories;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Statements;
using Aftercare.SystemTests.Updates;
using Aftercare.Trust.Log;
using Aftercare.Updates;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Evidence;

public sealed class ReadinessTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Quality_sees_where_the_record_falls_short_and_mends_it(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var quality = await world.Person("Quinn", Role.Quality);
        using var lead = await world.Person("Lena", Role.Lead);
        var page = (await quality.Get("/desk/readiness")).Is(HttpStatusCode.OK)
            .Shows("not reviewed against the licensed text").Shows("No public form or e-mail address is open").Shows("No revision of the policy is published").Shows("security.txt is not there");
        Assert.Equal("Potential gap", Result(page, "A92-01"));
        Assert.Equal("No data", Result(page, "A92-08"));
        Assert.Equal("No data", Result(page, "A633-01"));
        Assert.DoesNotContain("ompliant", page.Text, StringComparison.Ordinal);

        var channels = await lead.Get("/desk/channels");
        var ids = Regex.Matches(channels.Html, "<option value=\"([0-9a-f-]{36})\"").Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(ids.Count >= 2, channels.Text);
        (await lead.Send(channels, "/desk/channels/open", [("name", "Public <b>form</b>"), ("wire", "web-form"), ("owner", ids[0]), ("deputy", ids[0]), ("procedure", "SOP-114"), ("sources", "researcher")])).Is(HttpStatusCode.BadRequest).Shows("Somebody else than the owner");
        var opened = await lead.Send(channels, "/desk/channels/open", [("name", "Public <b>form</b>"), ("wire", "web-form"), ("owner", ids[0]), ("deputy", ids[1]), ("procedure", "SOP-114"),
            .. ((string[])["tester", "supplier", "developer", "user", "audit-log", "researcher", "widespread"]).Select(source => ("sources", source))]);
        opened.Is(HttpStatusCode.OK).Shows("Public <b>form</b>").Shows("Never tested");
        page = await quality.Get("/desk/readiness");
        Assert.Equal("Potential gap, in part", Result(page, "A92-01"));
        Assert.Equal("No gap found", Result(page, "A92-05"));

        var test = Regex.Match(opened.Html, "action=\"(/desk/channels/[0-9a-f-]+/test)\"").Groups[1].Value;
        (await lead.Send(opened, test, ("on", DateTime.UtcNow.ToString("yyyy-MM-dd", null)), ("result", "succeeded"), ("finding", "Sent and arrived."))).Is(HttpStatusCode.OK).Shows("Sent and arrived.");
        // The page from before the test is stale.
        (await lead.Send(opened, test.Replace("/test", "/close", StringComparison.Ordinal), ("reason", "Not used."))).Is(HttpStatusCode.Conflict);
        Assert.Equal("No gap found", Result(await quality.Get("/desk/readiness"), "A92-01"));

        // A decision about a check is signed, and only quality's.
        page = await quality.Get("/desk/readiness");
        (await quality.Send(page, "/desk/readiness/waive-check", ("check", "A631-02"), ("reason", "Nothing of others is supported."), ("password", "wrong"))).Is(HttpStatusCode.Unauthorized);
        (await quality.Send(page, "/desk/readiness/waive-check", ("check", "A631-02"), ("reason", "Nothing of others is supported."), ("password", World.Password))).Is(HttpStatusCode.OK).Shows("signed by Quinn");
        Assert.Equal("Does not apply", Result(await quality.Get("/desk/readiness"), "A631-02"));
        (await lead.Get("/desk/readiness")).Is(HttpStatusCode.Forbidden);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_package_that_was_changed_in_the_store_and_metadata_that_does_not_hold_are_gaps(Db db)
    {
        await using var desk = await Releasing.Begin(db, postgres);
        await desk.Released();
        var page = (await desk.Quality.Get("/desk/readiness")).Is(HttpStatusCode.OK);
        Assert.Equal("No gap found", Result(page, "A633-01"));
        Assert.Equal("No gap found", Result(page, "A633-05"));
        Assert.Equal("No gap found", Result(page, "A631-06"));
        page.Shows("no device is on record that it is for");
        // The test's server speaks http.
        Assert.Equal("Potential gap, in part", Result(page, "A633-03"));
        Assert.Equal("No data", Result(page, "A632-06"));

        var package = await File.ReadAllBytesAsync(desk.StoredPackage);
        package[1000] ^= 1;
        await File.WriteAllBytesAsync(desk.StoredPackage, package);
        Assert.Equal("Potential gap", Result((await desk.Quality.Get("/desk/readiness")).Shows("is not what was signed"), "A633-05"));

        var line = await File.ReadAllTextAsync(desk.Metadata("1.pump.json"));
        await File.WriteAllTextAsync(desk.Metadata("1.pump.json"), line.Replace("3145728", "3145729", StringComparison.Ordinal));
        Assert.Equal("Potential gap", Result(await desk.Quality.Get("/desk/readiness"), "A633-01"));
        File.Delete(desk.StoredPackage);
        (await desk.Quality.Get("/desk/readiness")).Shows("is not in the store");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_no_that_sites_have_not_heard_is_a_gap_in_part_until_they_have(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var quality = await world.Person("Quinn", Role.Quality);
        var page = (await quality.Get("/desk/readiness")).Is(HttpStatusCode.OK).Shows("46 checks").Shows("No feed of public notices is watched here");
        Assert.Equal(46, Regex.Count(page.Html, "<article class=\"card\""));
        Assert.Equal("No data", Result(page, "A631-05"));
        Assert.Equal("No data", Result(page, "A92-15"));
        Assert.Equal("Potential gap", Result(page.Shows("Nobody holds Signer."), "A91-01"));
        Assert.Equal("Potential gap, in part", Result(page, "A92-06"));

        var pump = await PumpCase.In(world);
        await SomeStatement.Published(world, pump.Old, Verdict.NotApproved);
        page = (await quality.Get("/desk/readiness")).Shows("No site is on record that runs the release").Shows("It does not say: where the test is recorded").Shows("when the maker released the update");
        Assert.Equal("Potential gap, in part", Result(page, "A631-05"));
        Assert.Equal("No gap found", Result(page, "A631-07"));

        await Site(world, pump.Old);
        Assert.Equal("Potential gap, in part", Result((await quality.Get("/desk/readiness")).Shows("none of the 1 sites that it concerns has a notice of it"), "A631-05"));
        await PostNotices.Follow(world.Services.GetRequiredService<Stores>(), default);
        Assert.Equal("No gap found", Result(await quality.Get("/desk/readiness"), "A631-05"));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_auditor_reads_the_chain_with_its_proofs_and_not_the_readiness(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var @case = await world.MakeCase();
        using var auditor = await world.Auditor("Aud", @case);
        using var outsider = await world.Operator("Olga", Guid.NewGuid());
        using var anybody = world.Visitor();

        var page = await auditor.Get($"/audit/chains/{@case:D}");
        for (var tries = 0; tries < 50 && page.Text.Contains("Not yet", StringComparison.Ordinal); tries++, page = await auditor.Get($"/audit/chains/{@case:D}"))
            await Task.Delay(100);
        page.Is(HttpStatusCode.OK).Shows("Commands can be replayed").Shows("Judgement of patient safety").Shows("Sam Signer").Shows("1 Mar 2026").Shows("The therapy runs on.");
        (await auditor.Get("/audit/readiness")).Is(HttpStatusCode.NotFound);
        (await auditor.Get("/desk/readiness")).Is(HttpStatusCode.NotFound);
        (await outsider.Get($"/desk/chains/{@case:D}")).Is(HttpStatusCode.NotFound);
        (await auditor.Get($"/audit/chains/{Guid.NewGuid():D}")).Is(HttpStatusCode.NotFound);

        var proof = page.Link("/audit/proofs/[0-9]+");
        var key = NoteKey.Parse(Regex.Match((await anybody.Get("/keys")).Text, @"\S+\+[0-9a-f]{8}\+\S+").Value);
        var parsed = TlogProof.Parse(await auditor.Http.GetByteArrayAsync(new Uri(proof, UriKind.Relative)));
        Assert.Equal(proof[(proof.LastIndexOf('/') + 1)..], parsed.Index.ToString(null, null));
        Assert.True(VerifiedCheckpoint.Open(parsed.Checkpoint, key).Size > parsed.Index);
        (await outsider.Get(proof)).Is(HttpStatusCode.NotFound);
        (await auditor.Get("/audit/proofs/999999")).Is(HttpStatusCode.NotFound);
        (await auditor.Get("/audit/proofs/-1")).Is(HttpStatusCode.NotFound);

        // Looking back to before the case there is none.
        (await auditor.Get($"/audit/chains/{@case:D}?as-of=2")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_pages_can_be_read_by_everybody_and_on_a_telephone()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var @case = await world.MakeCase();
        var email = await world.MakePerson("Quinn", [], Role.Quality, Role.Lead);
        foreach (var (width, height) in ((int, int)[])[(1440, 900), (390, 844)])
        {
            var page = await browser.NewPage(width, height);
            await using var context = page.Context;
            await page.GotoAsync(new Uri(world.Address, "/sign-in").ToString());
            await page.FillAsync("[name=email]", email);
            await page.FillAsync("[name=password]", World.Password);
            await page.ClickAsync("form[action='/sign-in'] button[type=submit]");
            foreach (var path in (string[])[$"/desk/chains/{@case:D}", "/desk/readiness", "/desk/channels", "/keys"])
            {
                await page.GotoAsync(new Uri(world.Address, path).ToString());
                await Browser.Shot(page, $"evidence-{path.Split('/')[^(path.Contains("chains", StringComparison.Ordinal) ? 2 : 1)]}-{width}");
                await Browser.Axe(page);
            }
        }
    }

    private static async Task Site(World world, Guid release)
    {
        var (site, device) = (Store.NewId(), Store.NewId());
        await using var store = world.Store();
        var product = (await store.Find<Release>(release, default))!.Product;
        _ = (await store.Record(new Done("/", site), default, Change.Begin(site, new SiteEvent.Registered("Klinikum Nord", "DE")),
            Change.Begin(device, new DeviceEvent.Registered(site, product, "N-1", null, release, HowKnown.Shipped)))).Value;
    }

    private static string Result(Page page, string check) =>
        Regex.Match(WebUtility.HtmlDecode(Regex.Replace(page.Html, "<[^>]+>", "\n")), $@"\n{check} *\n\s*(.+?)\s*\n").Groups[1].Value;
}
