using System.Net;
using System.Text.RegularExpressions;
using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.Server.Audits;
using Aftercare.Server.Cases;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Jobs;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.SystemTests.Evidence;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Audits;

/// <summary>What an auditor sees, does and leaves behind, and what he does not.</summary>
public sealed class AuditRoomTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    private static readonly Guid Quality = Store.NewId();

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Quality_invites_an_auditor_who_draws_asks_and_is_seen_until_the_audit_ends(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var quinn = await world.Person("Quinn", Role.Quality);
        using var ada = await world.Person("Ada", Role.Administrator);
        using var finder = world.Visitor();
        var first = SomeReport.NumberOn(await SomeReport.Send(finder, SomeReport.WithAddress));
        var early = await world.Logged();
        var second = SomeReport.NumberOn(await SomeReport.Send(finder, SomeReport.Anonymous));
        await world.Logged();

        // Nobody lets somebody in alone.
        (await ada.Get("/desk/audits/announce")).Is(HttpStatusCode.Forbidden);
        var announced = (await quinn.Submit("/desk/audits/announce", "/desk/audits/announce",
            ("title", "Surveillance 2026"), ("body", "notified-body"), ("of", "Body 0000"), ("name", "Aud Itor"), ("email", "aud@body.test"),
            ("from", Day(-1)), ("until", Day(5)))).Is(HttpStatusCode.OK).Shows("Waits for a second person");
        var audit = announced.Path.Split('?')[0];
        using var aud = await Joins(world, announced.Once());
        (await aud.Get("/audit")).Is(HttpStatusCode.NotFound);
        Assert.DoesNotContain("Let the auditor in\"", announced.Html, StringComparison.Ordinal);
        var seen = await ada.Get(audit);
        (await quinn.SendTo(await quinn.Get(audit), $"{audit}/close", $"{audit}/open")).Is(HttpStatusCode.Forbidden).Shows("audit.second-person");
        (await ada.Send(seen, $"{audit}/open")).Is(HttpStatusCode.OK).Shows("Open");

        // In the room, and nowhere else.
        (await aud.Get("/home")).Is(HttpStatusCode.OK).Shows("Surveillance 2026").Shows("Product user (d) 1");
        foreach (var path in (string[])["/desk", "/desk/reports", "/desk/register", "/desk/audits", "/desk/people", audit])
            (await aud.Get(path)).Is(HttpStatusCode.NotFound);
        foreach (var person in new[] { quinn, ada })
            (await person.Get("/audit/register")).Is(HttpStatusCode.NotFound);

        // As it was: the moment stays while he walks on, and can be left.
        (await aud.Get("/audit/register")).Shows("2 reports").Shows("as it stands now");
        var then = (await aud.Get($"/audit/as-of?to={early}&back=/register")).Is(HttpStatusCode.OK).Shows("1 reports").Shows($"the first {early} entries of the log");
        Assert.Equal($"/audit/at/{early}/register", then.Path);
        Assert.DoesNotContain(second, then.Text, StringComparison.Ordinal);
        var report = (await aud.Get(then.Link($"/audit/at/{early}/reports/[0-9a-f-]+"))).Shows(first).Shows("as of");
        Assert.DoesNotContain("href=\"/desk", report.Html, StringComparison.Ordinal);
        Assert.DoesNotMatch($"href=\"/audit(?!/at/{early})", report.Html);
        Assert.Equal("/audit/register", (await aud.Get("/audit/as-of?now=true&back=/register")).Path);
        (await aud.Get("/audit/as-of?to=2999-01-01&back=/register")).Is(HttpStatusCode.BadRequest).Shows("in the future");
        (await aud.Get("/audit/as-of?to=2001-01-01+10:20&back=/register")).Is(HttpStatusCode.BadRequest).Shows("before the first entry");
        (await aud.Get("/audit/as-of?to=999999&back=/register")).Is(HttpStatusCode.BadRequest).Shows("entries so far");
        (await aud.Get("/audit/as-of?to=yesterday")).Is(HttpStatusCode.BadRequest).Shows("Write a moment");

        // A sample: numbered, the same for the same seed, with its check list.
        var sample = await Draw(aud, ("population", "reports"), ("size", "1"), ("seed", "4711"));
        var again = await Draw(aud, ("population", "reports"), ("size", "1"), ("seed", "4711"));
        Assert.Equal(("/audit/samples/1", "/audit/samples/2"), (sample.Path, again.Path));
        Assert.Equal(Items(sample), Items(again));
        Assert.Equal(2, Items(await Draw(aud, ("population", "reports"), ("size", "100"))).Count);
        Assert.Single(Items(await Draw(aud, ("population", "reports"), ("size", "100"), ("logSize", $"{early}"))));
        (await aud.Submit("/audit/samples", "/audit/samples/draw", ("population", "cases"), ("size", "5"), ("source", "user"), ("seed", "keep me"))).Is(HttpStatusCode.BadRequest).Shows("Only reports have a source");
        (await aud.Submit(sample.Path, "/audit/samples/1/look-at", ("item", Items(sample)[0]), ("note", "In time."))).Is(HttpStatusCode.OK).Shows("Looked at").Shows("In time.");
        Assert.Contains("In time.", await aud.Http.GetStringAsync(new Uri("/audit/samples/1.csv", UriKind.Relative)), StringComparison.Ordinal);
        (await quinn.Get($"{audit}/samples/1")).Is(HttpStatusCode.OK).Shows("In time.").Shows("4711");
        Assert.DoesNotContain("look-at", (await quinn.Get($"{audit}/samples/1")).Html, StringComparison.Ordinal);

        // A request, and its answer.
        await aud.Submit("/audit/requests", "/audit/requests/ask", ("text", "Show me the one that took longest."));
        (await quinn.Submit(audit, $"{audit}/answer", ("text", "This one."), ("link", "/desk/register"))).Is(HttpStatusCode.OK);
        (await aud.Get("/audit/requests")).Shows("This one.").Shows("/desk/register");

        // What he opened, for both sides; what is sealed cannot be changed.
        (await aud.Get("/audit/opened")).Shows("/audit/register").Shows($"log size {early}");
        await Seal(world);
        (await quinn.Get($"{audit}/opened")).Shows("/audit/register").Shows("As sealed");
        await Tamper(world);
        (await quinn.Get($"{audit}/opened")).Shows("Differs from what was sealed");

        // A second tab, after the end.
        var tab = await aud.Get("/audit/samples");
        (await quinn.Submit(audit, $"{audit}/close", ("reason", "Over."))).Is(HttpStatusCode.OK).Shows("Ended");
        (await aud.Get("/audit")).Is(HttpStatusCode.NotFound);
        (await aud.Send(tab, "/audit/samples/draw", ("population", "reports"), ("size", "1"))).Is(HttpStatusCode.NotFound);
        (await quinn.Get(audit)).Shows("Sample 4");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task What_is_under_embargo_is_nowhere_whatever_moment_is_looked_at(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var secret = await world.MakeCase("Unlocked bootloader");
        var granted = await world.MakeCase("Replayed commands");
        var size = await world.Logged();
        using var aud = await world.Auditor("Aud", granted);
        await using var all = world.Store();
        var number = await (await all.Rows<CaseRow>(default)).Where(row => row.Subject == secret).Select(row => row.Number).SingleAsync();
        var reports = await (await all.Rows<CaseReportRow>(default)).ToDictionaryAsync(row => row.Subject, row => row.Report);

        foreach (var at in (string[])["/audit", $"/audit/at/{size}"])
        {
            foreach (var path in (string[])[$"/cases/{secret:D}", $"/chains/{secret:D}", $"/reports/{reports[secret]:D}"])
                (await aud.Get(at + path)).Is(HttpStatusCode.NotFound);
            foreach (var path in (string[])["", "/cases?show=all", "/register", "/register.csv", "/reports", "/advisories", "/updates", $"/chains/{granted:D}", $"/cases/{granted:D}"])
            {
                var page = (await aud.Get(at + path)).Is(HttpStatusCode.OK);
                Assert.DoesNotContain(number, page.Text, StringComparison.Ordinal);
                Assert.DoesNotContain("bootloader", page.Text, StringComparison.Ordinal);
                Assert.DoesNotContain(reports[secret].ToString("D"), page.Html, StringComparison.Ordinal);
            }
            (await aud.Get(at)).Shows("Cases, all 1").Shows("Reports from every source 1");
            (await aud.Get($"{at}/cases/{granted:D}")).Shows("Replayed commands");
        }
        Assert.Equal([granted.ToString("D")], Items(await Draw(aud, ("population", "cases"), ("size", "100"))));
        Assert.Equal($"{granted:D}\n", (await aud.Get("/audit/samples/1/ids")).Html);
        Assert.Equal(HttpStatusCode.OK, (await aud.TakePack($"/audit/chains/{granted:D}")).Status);

        // The grant is withdrawn: also from the moments at which it stood.
        var audit = await Find(world);
        await Decide(world, audit.WithdrawGrant(Withheld.Case, granted, "Seen.", Actor.Person(Quality, Role.Quality)).Value);
        (await aud.Get($"/audit/at/{await world.Logged()}/cases/{granted:D}")).Is(HttpStatusCode.NotFound);
        (await aud.Get("/audit")).Shows("Cases, all 0");
        Assert.Equal("", (await aud.Get("/audit/samples/1/ids")).Html);
    }

    [Fact]
    public async Task Who_reported_is_kept_with_the_original_unless_it_is_granted()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var finder = world.Visitor();
        await SomeReport.Send(finder, [.. SomeReport.WithAddress, ("credit", "Rita of the finders")]);
        using var aud = await world.Auditor("Aud");
        var report = (await aud.Get("/audit/register")).Link("/audit/reports/[0-9a-f-]+");
        var id = Guid.Parse(report[^36..]);
        await using var store = world.Store();
        var file = (await store.BlobsOf(id, default))[0].Id;

        var page = (await aud.Get(report)).Is(HttpStatusCode.OK).Shows("Identity kept").Shows("takes any password");
        Assert.DoesNotContain("rita", page.Html, StringComparison.OrdinalIgnoreCase);
        (await aud.Get($"{report}/files/{file:D}")).Is(HttpStatusCode.NotFound);
        (await aud.Get($"/desk/reports/{id:D}/files/{file:D}")).Is(HttpStatusCode.NotFound);

        await Decide(world, (await Find(world)).Grant(Withheld.Reporter, id, "She agrees.", Actor.Person(Quality, Role.Quality)).Value);
        (await aud.Get(report)).Shows("rita@finder.test").Shows("Rita of the finders");
        (await aud.Get($"{report}/files/{file:D}")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_audit_of_one_product_shows_nothing_of_another()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var finder = world.Visitor();
        var (pump, monitor) = (await SomeReport.Product(world, "Halden pump"), await SomeReport.Product(world, "Vigil monitor"));
        var about = new Dictionary<Guid, string>();
        foreach (var product in new[] { pump, monitor })
            about[product] = SomeReport.NumberOn(await SomeReport.Send(finder, [.. SomeReport.Anonymous.Where(field => field.Name is not ("product" or "otherProduct")), ("product", product.ToString())]));
        var unknown = SomeReport.NumberOn(await SomeReport.Send(finder, SomeReport.Anonymous));
        using var aud = await InBox(world, TimeSpan.FromHours(-1), TimeSpan.FromHours(1), pump);

        var register = (await aud.Get("/audit/register")).Shows(about[pump]).Shows("1 reports");
        Assert.DoesNotContain(about[monitor], register.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(unknown, register.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-60, 60, HttpStatusCode.OK)]
    [InlineData(60, 120, HttpStatusCode.NotFound)]
    [InlineData(-120, -1, HttpStatusCode.NotFound)]
    public async Task Outside_of_its_time_box_the_room_opens_nothing(int from, int until, HttpStatusCode status)
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var aud = await InBox(world, TimeSpan.FromMinutes(from), TimeSpan.FromMinutes(until));

        foreach (var path in (string[])["/audit", "/audit/register", "/audit/register.csv", "/audit/at/1/register", "/audit/samples", "/audit/people"])
            (await aud.Get(path)).Is(status);
    }

    [Fact]
    public async Task Records_that_stand_still_show_nothing_later_whatever_is_asked()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var finder = world.Visitor();
        await SomeReport.Send(finder, SomeReport.Anonymous);
        var size = await world.Logged();
        await SomeReport.Send(finder, SomeReport.Anonymous);
        var later = await world.Logged();
        using var aud = await InBox(world, TimeSpan.FromHours(-1), TimeSpan.FromHours(1), null, size);
        await world.Logged();

        foreach (var path in (string[])["/audit/register", $"/audit/at/{later}/register", $"/audit/register?as-of={later}"])
            (await aud.Get(path)).Shows("1 reports").Shows($"the first {size} entries");
        (await aud.Get($"/audit/as-of?to={later}&back=/register")).Is(HttpStatusCode.BadRequest);
        (await aud.Submit("/audit/samples", "/audit/samples/draw", ("population", "reports"), ("size", "5"), ("logSize", $"{later}"))).Is(HttpStatusCode.BadRequest).Shows("Between 1 and");
        Assert.Single(Items(await Draw(aud, ("population", "reports"), ("size", "5"))));
    }

    [Fact]
    public async Task In_the_room_nothing_changes_but_the_auditors_own_samples_notes_and_requests()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var @case = await world.MakeCase();
        using var aud = await world.Auditor("Aud", @case);
        var endpoints = world.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(one => one.Metadata.GetMetadata<Allowed>()?.Face == Face.Audit).ToList();

        Assert.Equal(
            ["/audit/chains/{id:guid}/pack", "/audit/requests/ask", "/audit/samples/draw", "/audit/samples/{number:int}/look-at"],
            endpoints.Where(one => one.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("POST")).Select(one => one.RoutePattern.RawText).Order(StringComparer.Ordinal));
        Assert.All(endpoints, one => Assert.Equal([Role.Auditor], one.Metadata.GetRequiredMetadata<Allowed>().Roles));

        // And no page offers anything else.
        foreach (var path in endpoints.Where(one => !one.RoutePattern.RawText!.Contains('{', StringComparison.Ordinal)).Select(one => one.RoutePattern.RawText!).Append($"/audit/cases/{@case:D}").Append($"/audit/chains/{@case:D}"))
        {
            var posts = Regex.Matches((await aud.Get(path)).Html, "<form\\b[^>]*method=\"post\"[^>]*action=\"([^\"]*)\"").Select(match => match.Groups[1].Value);
            Assert.DoesNotContain(posts, action => !Regex.IsMatch(action, "^(/sign-out|/audit/(samples/.*|requests/ask|chains/.*/pack))$"));
        }
    }

    [Fact]
    public async Task Our_own_checks_are_shown_only_when_quality_shares_them_and_decided_by_nobody_there()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var @case = await world.MakeCase();
        using var aud = await world.Auditor("Aud");
        Assert.DoesNotContain("/audit/readiness", (await aud.Get("/audit")).Html, StringComparison.Ordinal);
        (await aud.Get("/audit/readiness")).Is(HttpStatusCode.NotFound);

        await Decide(world, (await Find(world)).DecideReadiness(true, "Asked for.", Actor.Person(Quality, Role.Quality)).Value);

        var page = await aud.Get((await aud.Get("/audit")).Link("/audit/readiness"));
        Assert.DoesNotContain("step-form", page.Is(HttpStatusCode.OK).Html, StringComparison.Ordinal);
        Assert.DoesNotContain(@case.ToString("D"), page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_room_that_cannot_note_what_is_opened_opens_nothing()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var aud = await world.Auditor("Aud");
        await using (var connection = await world.Services.GetRequiredService<Database>().Connect(default))
        await using (var record = world.Services.GetRequiredService<Database>().Record(connection))
        {
            record.Add(new OpeningRecord { Audit = (await Find(world)).Id, Number = Opening.Most, Address = "/audit" });
            await record.SaveChangesAsync();
        }

        (await aud.Get("/audit")).Is(HttpStatusCode.Conflict).Shows("audit.openings-full");
        (await aud.Get("/audit/register.csv")).Is(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task The_room_can_be_read_by_everybody_and_on_a_telephone()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var finder = world.Visitor();
        await SomeReport.Send(finder, SomeReport.WithAddress);
        var @case = await world.MakeCase();
        await world.Logged();
        var email = await world.MakeAuditor("Aud", @case);
        using (var aud = await world.SignIn(email))
        {
            await Draw(aud, ("population", "reports"), ("size", "2"), ("seed", "4711"));
            await aud.Submit("/audit/requests", "/audit/requests/ask", ("text", "Show me the report that took longest, with its original."));
        }
        var audit = (await Find(world)).Id;
        var quality = await world.MakePerson("Quinn", [], Role.Quality);
        foreach (var (width, height) in ((int, int)[])[(1440, 900), (390, 844)])
        {
            await Look(world, email, width, height, "/audit", "/audit/register", $"/audit/chains/{@case:D}", "/audit/samples", "/audit/samples/1", "/audit/requests", "/audit/opened", "/audit/at/3/register");
            await Look(world, quality, width, height, "/desk/audits", "/desk/audits/announce", $"/desk/audits/{audit:D}", $"/desk/audits/{audit:D}/opened");
        }
    }

    private async Task Look(World world, string email, int width, int height, params string[] paths)
    {
        var page = await browser.NewPage(width, height);
        await using var context = page.Context;
        await page.GotoAsync(new Uri(world.Address, "/sign-in").ToString());
        await page.FillAsync("[name=email]", email);
        await page.FillAsync("[name=password]", World.Password);
        await page.ClickAsync("form[action='/sign-in'] button[type=submit]");
        foreach (var path in paths)
        {
            await page.GotoAsync(new Uri(world.Address, path).ToString());
            await Browser.Shot(page, $"audit-{Regex.Replace(path, "[0-9a-f-]{36}", "x").Trim('/').Replace('/', '-')}-{width}");
            await Browser.Axe(page);
        }
    }

    private static string Day(int days) => DateTimeOffset.UtcNow.AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<Visitor> Joins(World world, string link)
    {
        using var stranger = world.Visitor();
        var path = new Uri(link).AbsolutePath;
        (await stranger.Submit(path, path, ("name", "Aud Itor"), ("newPassword", World.Password))).Is(HttpStatusCode.OK);
        return await world.SignIn("aud@body.test");
    }

    private static async Task<Page> Draw(Visitor aud, params (string Name, string Value)[] fields) => (await aud.Submit("/audit/samples", "/audit/samples/draw", fields)).Is(HttpStatusCode.OK);

    private static List<string> Items(Page sample) => [.. Regex.Matches(sample.Html, "id=\"item-([0-9a-f]{32})\"").Select(match => Guid.Parse(match.Groups[1].Value).ToString("D"))];

    /// <summary>An auditor whose time box is so many minutes from now.</summary>
    private static async Task<Visitor> InBox(World world, TimeSpan from, TimeSpan until, Guid? product = null, long? logSize = null)
    {
        var email = await world.MakePerson("Aud", [], Role.Auditor);
        await using var store = world.Store(new Viewer { Actor = Actor.Person(Quality, Role.Quality, Role.Administrator), Name = "Quinn" });
        var person = (await (await store.Rows<Aftercare.Server.People.PersonRow>(default)).ToListAsync()).Single(row => row.Roles.Contains(Role.Auditor)).Subject;
        var terms = new AuditEvent.Announced("A-2026-0009", "Audit", AuditBody.Customer, "Klinikum Nord", person, store.Now.Plus(from), store.Now.Plus(until), product is { } one ? [one] : [], false, logSize);
        _ = (await store.Record(new Done("/", person), default, Change.Begin(Store.NewId(), terms, new AuditEvent.Opened()))).Value;
        return await world.SignIn(email);
    }

    private static async Task<Audit> Find(World world)
    {
        await using var store = world.Store();
        return (await store.Find<Audit>(await (await store.Rows<AuditRow>(default)).Select(row => row.Subject).SingleAsync(), default))!;
    }

    private static async Task Decide(World world, AuditEvent decided)
    {
        await using var store = world.Store(new Viewer { Actor = Actor.Person(Quality, Role.Quality), Name = "Quinn" });
        _ = (await store.Record(new Done("/", Guid.Empty), default, Change.To(await Find(world), decided))).Value;
    }

    private static Task Seal(World world) => AuditDesk.Seal(world.Services, new Job("", "", "", 1, 1), default);

    // As somebody does who has the database.
    private static async Task Tamper(World world)
    {
        var database = world.Services.GetRequiredService<Database>();
        await using var connection = await database.Connect(default);
        await using var record = database.Record(connection);
        await record.Openings.Where(opening => opening.Number == 2).ExecuteUpdateAsync(set => set.SetProperty(opening => opening.Address, "/audit/policy"));
    }
}
