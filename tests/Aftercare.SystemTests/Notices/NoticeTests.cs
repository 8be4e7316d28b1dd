using System.Net;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Notices;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Advisories;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Statements;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Notices;

/// <summary>What is published reaches the sites that it concerns, and we know who has read it.</summary>
public sealed class NoticeTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_no_reaches_each_site_with_a_concerned_device_and_nobody_else(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await PumpCase.In(world);
        var (north, south) = (await Site(world, "Klinikum Nord", pump.Old, "N-1", "N-2"), await Site(world, "Klinikum Süd", pump.New, "S-1"));
        using var nora = await world.Operator("Nora", north);
        using var sven = await world.Operator("Sven", south);
        using var support = await world.Person("Sue", Role.Support);
        (await nora.Get("/portal/notices")).Is(HttpStatusCode.OK).Shows("No notices");

        var statement = await SomeStatement.Published(world, pump.Old, Verdict.NotApproved);
        await Posted(world, statement);

        (await nora.Get("/portal")).Shows("1 to read");
        var list = (await nora.Get("/portal/notices")).Shows("Microsoft KB5031234 on Infusion pump 4.2.0").Shows("Not read yet");
        var notice = (await nora.Get(list.Link("/portal/notices/[0-9a-f-]{36}"))).Shows("Keep it in its own network.").Shows("N-1").Shows("N-2");
        (await sven.Get("/portal/notices")).Shows("No notices");
        (await sven.Get(notice.Path)).Is(HttpStatusCode.NotFound);
        (await sven.SendTo(await sven.Get("/portal"), "/sign-out", $"{notice.Path}/read", ("seen", "1"), ("nonce", $"{Store.NewId():D}"))).Is(HttpStatusCode.NotFound);
        (await support.Get($"/desk/notices?about={statement:D}")).Shows("0 of 1 standing notices were read").Shows("Klinikum Nord");

        (await nora.Send(notice, $"{notice.Path}/read")).Is(HttpStatusCode.OK).Shows("Read at your site");
        (await support.Get($"/desk/statements/{statement:D}")).Shows("1 of 1 sites have read it");
        var desk = (await support.Get((await support.Get("/desk/notices")).Link("/desk/notices/[0-9a-f-]{36}"))).Shows("Nora, operator");
        (await support.Submit(desk.Path, $"{desk.Path}/tell", ("channel", "telephone"), ("on", "2026-03-04"), ("note", "Ms Roth"))).Is(HttpStatusCode.OK).Shows("Telephone, 2026-03-04, Ms Roth");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task What_is_taken_back_must_be_read_again_and_what_is_replaced_gives_way(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await PumpCase.In(world);
        var north = await Site(world, "Klinikum Nord", pump.Old, "N-1");
        using var nora = await world.Operator("Nora", north);
        using var publisher = await world.Person("Petra", Role.Publisher);
        var first = await SomeStatement.Published(world, pump.Old, Verdict.UnderEvaluation);
        await Follow(world);

        var second = await SomeStatement.Published(world, pump.Old, Verdict.Approved);
        await Follow(world);
        await Follow(world);
        Assert.Equal([(first, NoticeStage.Lapsed, false), (second, NoticeStage.Standing, true)], await Standing(world));

        (await publisher.Submit($"/desk/statements/{second:D}", $"/desk/statements/{second:D}/supersede", ("reason", "The wrong release was tested."))).Is(HttpStatusCode.OK);
        await Follow(world);
        var taken = (await nora.Get((await nora.Get("/portal/notices")).Link("/portal/notices/[0-9a-f-]{36}"))).Shows("Does not hold any more").Shows("Do not act on it any more");
        Assert.DoesNotContain("wrong release was tested", taken.Html, StringComparison.Ordinal);
        (await nora.Send(taken, $"{taken.Path}/read")).Is(HttpStatusCode.OK);
        Assert.Equal([(first, NoticeStage.Lapsed, false), (second, NoticeStage.Lapsed, false)], await Standing(world));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_advisory_reaches_devices_that_come_later_and_its_revision_is_news(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await PumpCase.In(world);
        var north = await Site(world, "Klinikum Nord", pump.Old, "N-1");
        using var ana = await world.Person("Ana", Role.Analyst);
        using var lea = await world.Person("Lea", Role.Lead, Role.Publisher);
        using var nora = await world.Operator("Nora", north);
        var (path, number) = await ana.Draft(pump);
        await lea.Approve(path);
        (await lea.Publish(path)).Is(HttpStatusCode.OK);
        await Follow(world);
        var notice = (await nora.Get((await nora.Get("/portal/notices")).Link("/portal/notices/[0-9a-f-]{36}"))).Shows(number).Shows("High").Shows("Read the whole advisory");
        (await nora.Send(notice, $"{notice.Path}/read")).Is(HttpStatusCode.OK);

        await Device(world, north, pump.Old, "N-2");
        await Follow(world);
        var again = (await nora.Get(notice.Path)).Shows("N-2").Shows("We have read it");
        (await nora.Send(again, $"{notice.Path}/read")).Is(HttpStatusCode.OK);

        await ana.Submit(path, $"{path}/revise", ("change", "An update is available."));
        await lea.Approve(path);
        (await lea.Publish(path)).Is(HttpStatusCode.OK);
        await Follow(world);
        (await nora.Get("/portal/notices")).Shows("Changed since it was read");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Looking_again_and_two_who_look_at_once_post_nothing_twice(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await PumpCase.In(world);
        for (var i = 0; i < 60; i++)
            await Site(world, $"Site {i:D2}", pump.Old, $"SN-{i}");
        var statement = await SomeStatement.Published(world, pump.Old, Verdict.NotApproved);

        await Task.WhenAll(Follow(world), Follow(world), Follow(world));
        await Follow(world);

        await using var store = world.Store();
        var notices = await (await store.Rows<NoticeRow>(default)).Where(row => row.About == statement).ToListAsync();
        Assert.Equal((60, 60, true), (notices.Count, notices.Select(row => row.Site).Distinct().Count(), notices.All(row => row.Version == 1)));
        using var auditor = await world.Auditor("Aude");
        (await auditor.Get("/audit/notices")).Shows("Next");
        (await auditor.Get("/audit/notices?unread=yes&page=2")).Is(HttpStatusCode.OK).Shows("Site ");
    }

    [Fact]
    public async Task Its_pages_are_fit_for_everybody()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var pump = await PumpCase.In(world);
        var email = await world.MakePerson("Nora", [await Site(world, "Klinikum Nord", pump.Old, "N-1", "N-2")], Role.Operator, Role.Support);
        var statement = await SomeStatement.Published(world, pump.Old, Verdict.NotApproved);
        await Follow(world);
        await using var store = world.Store();
        var notice = await (await store.Rows<NoticeRow>(default)).Select(row => row.Subject).SingleAsync();

        foreach (var (width, dark) in new[] { (1440, false), (390, true) })
        {
            var page = await browser.NewPage(width, 900, dark);
            await using var context = page.Context;
            await page.GotoAsync(new Uri(world.Address, "/sign-in").AbsoluteUri);
            await page.FillAsync("#email", email);
            await page.FillAsync("#password", World.Password);
            await page.PressAsync("#password", "Enter");
            await page.WaitForURLAsync("**/desk");
            foreach (var path in new[] { "/portal", "/portal/notices", $"/portal/notices/{notice:D}", "/desk/notices", $"/desk/notices/{notice:D}", $"/desk/statements/{statement:D}" })
            {
                await page.GotoAsync(new Uri(world.Address, path).AbsoluteUri);
                await Browser.Axe(page);
                await Browser.Shot(page, $"notices{path.Replace(notice.ToString("D"), "one", StringComparison.Ordinal).Replace(statement.ToString("D"), "one", StringComparison.Ordinal).Replace('/', '-')}-{width}");
            }
        }
    }

    private static Task Follow(World world) => PostNotices.Follow(world.Services.GetRequiredService<Stores>(), default);

    // By the job that the publication caused, in its own time.
    private static async Task Posted(World world, Guid about)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            await using var store = world.Store();
            if (await (await store.Rows<NoticeRow>(default)).AnyAsync(row => row.About == about))
                return;
            await Task.Delay(100);
        }
        Assert.Fail("No notice within 30 seconds.");
    }

    private static async Task<List<(Guid About, NoticeStage Stage, bool Unread)>> Standing(World world)
    {
        await using var store = world.Store();
        var rows = await (await store.Rows<NoticeRow>(default)).OrderBy(row => row.Subject).ToListAsync();
        return rows.ConvertAll(row => (row.About, row.Stage, row.Unread));
    }

    private static async Task<Guid> Site(World world, string name, Guid release, params string[] serials)
    {
        var id = Store.NewId();
        await using var store = world.Store();
        _ = (await store.Record(new Done("/", id), default, Change.Begin(id, new SiteEvent.Registered(name, "DE")))).Value;
        foreach (var serial in serials)
            await Device(world, id, release, serial);
        return id;
    }

    private static async Task Device(World world, Guid site, Guid release, string serial)
    {
        await using var store = world.Store();
        var id = Store.NewId();
        var product = (await store.Find<Release>(release, default))!.Product;
        _ = (await store.Record(new Done("/", id), default, Change.Begin(id, new DeviceEvent.Registered(site, product, serial, null, release, HowKnown.Shipped)))).Value;
    }
}
