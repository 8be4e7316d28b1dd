using System.Net;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Aftercare.SystemTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Aftercare.SystemTests.Statements;

/// <summary>"May I install this?", from the draft at the desk to the answer that everybody reads.</summary>
public sealed class StatementTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    private readonly Guid _product = Store.NewId();
    private readonly Guid _release = Store.NewId();
    private readonly Guid _item = Store.NewId();

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_no_comes_with_what_to_do_instead_and_is_published_by_a_second_person(Db db)
    {
        await using var world = await Begin(db);
        using var lead = await world.Person("Lena", Role.Lead);
        using var publisher = await world.Person("Petra", Role.Publisher);
        using var hospital = world.Visitor();
        (await hospital.Get(Ask("KB5031234"))).Is(HttpStatusCode.OK).Shows("We have no statement about KB5031234 on Pump 4.2.0 yet.").Shows("security@acme.test");

        var statement = await Draft(lead, "Cumulative <script>alert(1)</script> update");
        (await Decide(lead, statement, ("verdict", "not-approved"))).Is(HttpStatusCode.BadRequest).Shows("needs what to do instead");
        (await Decide(lead, statement, ("verdict", "approved-with-conditions"), ("testedConfiguration", "Pump on Windows 11"))).Is(HttpStatusCode.BadRequest).Shows("Say the conditions");
        (await lead.Submit(statement, statement + "/decide", ("verdict", "approved"), ("decidedOn", "2026-03-01"), ("password", "not it"))).Is(HttpStatusCode.Unauthorized);
        (await Decide(lead, statement, [("verdict", "not-approved"), .. Instead])).Is(HttpStatusCode.OK).Shows("Compatibility verdict");
        (await hospital.Get(Ask("KB5031234"))).Shows("We have no statement");
        (await lead.SendTo(await lead.Get(statement), statement + "/decide", statement + "/publish")).Is(HttpStatusCode.Forbidden).Shows("second person");
        (await publisher.Submit(statement, statement + "/publish")).Is(HttpStatusCode.OK).Shows("Published");

        var answer = (await hospital.Get(Ask("kb 5031-234"))).Shows("No, do not install Microsoft KB5031234 on Pump 4.2.0.").Shows("Keep it in its own network.").Shows("alert(1)");
        Assert.DoesNotContain("<script>alert", answer.Html, StringComparison.Ordinal);
        (await hospital.Get(Ask("5031234"))).Shows("No, do not install");
        hospital.Http.DefaultRequestHeaders.AcceptLanguage.Clear();
        hospital.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de");
        (await hospital.Get(Ask("KB5031234"))).Shows("Nein, installieren Sie Microsoft KB5031234 nicht auf Pump 4.2.0.").Shows("Was Sie bis dahin tun");
        (await hospital.Get("/api/v1" + Ask("KB5031234"))).Shows("\"verdict\":\"not-approved\"");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_newer_statement_supersedes_the_one_that_stood_and_a_wrong_one_is_taken_back(Db db)
    {
        await using var world = await Begin(db);
        using var lead = await world.Person("Lena", Role.Lead);
        using var publisher = await world.Person("Petra", Role.Publisher);
        using var support = await world.Person("Sven", Role.Support);
        using var hospital = world.Visitor();
        var first = await Published(lead, publisher, ("verdict", "under-evaluation"));
        (await hospital.Get(Ask("KB5031234"))).Shows("Please wait with Microsoft KB5031234");

        var second = await Published(lead, publisher, ("verdict", "approved"), ("testedConfiguration", "Pump 4.2.0 on Windows 11"));
        (await publisher.Get(first)).Shows("Superseded").Shows("A newer statement takes its place");
        (await hospital.Get(Ask("KB5031234"))).Shows("Yes, you may install Microsoft KB5031234 on Pump 4.2.0.").Shows("Pump 4.2.0 on Windows 11");

        (await support.SendTo(await support.Get(second), "/sign-out", second + "/supersede")).Is(HttpStatusCode.Forbidden);
        (await publisher.Submit(second, second + "/supersede", ("reason", "The wrong release was tested."))).Is(HttpStatusCode.OK).Shows("The wrong release was tested.");
        (await hospital.Get(Ask("KB5031234"))).Shows("We have no statement");
        (await hospital.Get(second)).Is(HttpStatusCode.OK).Shows("Sign in");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Nobody_publishes_his_own_verdict_by_his_machine(Db db)
    {
        await using var world = await Begin(db);
        using var lead = await world.Person("Lena", Role.Lead, Role.Publisher);
        using var pipeline = world.Visitor();
        var statement = await Draft(lead, "Cumulative update");
        (await Decide(lead, statement, ("verdict", "approved"), ("testedConfiguration", "Pump 4.2.0 on Windows 11"))).Is(HttpStatusCode.OK);
        var secret = (await lead.Submit("/desk/tokens", "/desk/tokens/issue", ("name", "pipeline"), ("scope", "publisher"), ("days", "1"))).Once();

        var answer = await pipeline.Api($"{statement["/desk".Length..]}/publish", secret, new { seen = 2 }, "run-1");

        Assert.Equal((HttpStatusCode.Forbidden, "statement.second-person"), (answer.Status, answer.Body.GetProperty("code").GetString()));
        (await lead.Get("/desk/tokens")).Shows("pipeline");
    }

    [Fact]
    public async Task The_answer_reads_well_on_a_wide_and_a_narrow_screen()
    {
        await using var world = await Begin(Db.Sqlite);
        using var lead = await world.Person("Lena", Role.Lead);
        using var publisher = await world.Person("Petra", Role.Publisher);
        await Published(lead, publisher, [("verdict", "not-approved"), .. Instead]);
        foreach (var width in (int[])[1440, 390])
        {
            var page = await browser.NewPage(width, 900);
            await using var context = page.Context;
            await page.GotoAsync(new Uri(world.Address, Ask("KB5031234")).AbsoluteUri);
            await Browser.Axe(page);
            await Browser.Shot(page, $"may-i-install-{width}");
        }
    }

    private static (string, string)[] Instead { get; } =
    [
        ("measures", "Keep it in its own network."), ("riskIfNotApplied", "A worm could spread."), ("riskIfApplied", "The pump's driver stops."), ("workflowEffect", "None."), ("reviewOn", "2026-12-01"),
    ];

    private string Ask(string update) => $"/may-i-install?release={_release:D}&update={Uri.EscapeDataString(update)}";

    private static Task<Page> Decide(Visitor by, string statement, params (string, string)[] fields) =>
        by.Submit(statement, statement + "/decide", [("decidedOn", "2026-03-01"), ("password", World.Password), .. fields]);

    private async Task<string> Draft(Visitor by, string title) =>
        (await by.Submit($"/desk/statements/draft?product={_product:D}", "/desk/statements/draft",
            ("item", _item.ToString("D")), ("release", _release.ToString("D")), ("supplier", "Microsoft"), ("identifier", "KB5031234"), ("title", title))).Is(HttpStatusCode.OK).Path;

    private async Task<string> Published(Visitor lead, Visitor publisher, params (string, string)[] decision)
    {
        var statement = await Draft(lead, "Cumulative update");
        (await Decide(lead, statement, decision)).Is(HttpStatusCode.OK);
        (await publisher.Submit(statement, statement + "/publish")).Is(HttpStatusCode.OK).Shows("Published");
        return statement;
    }

    private async Task<World> Begin(Db db)
    {
        var world = await World.Founded(db, postgres);
        await using var store = world.Store();
        var manufacturer = await (await store.Rows<ManufacturerRow>(default)).Select(row => row.Subject).FirstAsync();
        _ = (await store.Record(new Done("/", _product), default,
            Change.Begin(_product, Product.Register(manufacturer, "Pump", "Pumps", "pump", null, null, store.Actor).Value),
            Change.Begin(_release, Release.Register(_product, "4.2.0", Stated.Parse("2026-01-10", null), null, store.Actor).Value),
            Change.Begin(_item, SoftwareItem.Register(_product, [_release], "Windows", "Microsoft", "11", null, Origin.ThirdParty, store.Actor).Value))).Value;
        return world;
    }
}
