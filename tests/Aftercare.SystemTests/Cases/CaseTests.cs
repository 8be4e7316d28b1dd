using System.Net;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Cases;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Advisories;
using Aftercare.SystemTests.Fixtures;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Aftercare.SystemTests.Cases;

/// <summary>From a report to the end of its case, over real HTTP.</summary>
public sealed class CaseTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private const string Vector = "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H";

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_report_becomes_a_case_that_is_rated_answered_for_decided_on_and_closed_by_a_second_person(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await world.MakePump();
        var report = await world.MakeReport(pump.Product);
        using var ana = await world.Person("Ana", Role.Analyst);
        using var lena = await world.Person("Lena", Role.Lead);
        using var sara = await world.Person("Sara", Role.Safety);

        var open = (await ana.Get($"/desk/reports/{report}")).Link("/desk/cases/new[^\"]*");
        var page = (await ana.Submit(open, "/desk/cases", ("title", "Commands can be replayed"))).Is(HttpStatusCode.OK);
        page.Shows("Valid, being assessed").Shows("1 Mar 2026").Shows("Name the vulnerability.");
        var @case = page.Path;
        await Step(ana, @case, "add-vulnerability", ("title", "No counter in commands"), ("cve", "CVE-2026-10001"), ("cwe", "CWE-294"));

        // Nothing is accepted before it is rated and judged, and the refusal names all that is missing.
        var refused = (await Step(ana, @case, "accept", ("reason", "Real."))).Is(HttpStatusCode.Conflict);
        refused.Shows("Before you can accept").Shows("by a CVSS vector, or say why not").Shows("Clinical safety judges").Shows("is a complaint");

        var flaw = await Flaw(world);
        (await Step(ana, @case, "score-vulnerability", ("vulnerability", flaw), ("vector", Vector))).Shows("8.1 High").Shows(Vector);
        (await Step(sara, @case, "judge-safety", ("harmPossible", "no"), ("statement", "The therapy runs on."), ("password", World.Password))).Shows("Signed by Sara: Judgement of patient safety.");
        await world.Settle(report);
        (await Step(ana, @case, "accept", ("reason", "Real, and ours."))).Shows("Accepted, being handled").Shows("State for 'No counter in commands'");

        // The version-status table: what nobody answered for keeps the case open.
        (await Step(ana, @case, "set-status", ("releases", pump.Release.ToString()), ("status", "known-not-affected"), ("justification", "vulnerable-code-not-present"), ("reason", "Code review."))).Shows("Not affected");
        await Step(ana, @case, "assign", ("person", await IdOf(world, "Ana")));
        (await Step(lena, @case, "decide-disclosure", ("disclose", "no"), ("reason", "Nobody is concerned."), ("password", World.Password))).Shows("Do not disclose");
        (await Close(lena, @case, "not-affected")).Is(HttpStatusCode.Conflict).Shows("case.status-open").Shows("Infusion pump 4.1.0");

        (await Step(ana, @case, "set-status", ("releases", pump.OlderRelease.ToString()), ("status", "known-not-affected"), ("justification", "component-not-present"), ("reason", "Older hardware."))).Shows("Nothing is missing");

        // An update that names the case is published before the case ends, or leaves it.
        await using var store = world.Store();
        var update = await world.MakeUpdate(pump, new Fix((await (await store.Rows<CaseRow>(default)).SingleAsync()).Subject, Guid.Parse(flaw), "CVE-2026-10001"));
        (await Close(lena, @case, "not-affected")).Is(HttpStatusCode.Conflict).Shows("case.update-unpublished");
        await world.NameFixes(update);
        (await Close(lena, @case, "not-affected")).Is(HttpStatusCode.OK).Shows("Not affected").Shows("Closed");

        var closed = await (await store.Rows<CaseRow>(default)).SingleAsync();
        Assert.Equal((CaseStage.Closed, $"C-{DateTime.UtcNow.Year}-0001", 8.1m), (closed.Stage, closed.Number, closed.Score!.Value));
        Assert.Equal(ReportStage.Accepted, (await store.Find<Report>(report, default))!.Stage);
        Assert.Equal(2, await (await store.Rows<CaseStatusRow>(default)).CountAsync());
        Assert.Equal(report, (await (await store.Rows<CaseReportRow>(default)).SingleAsync()).Report);

        (await ana.Get("/desk/cases?show=mine")).Shows("No case waits for you");
        (await ana.Get("/desk/cases?show=all")).Shows("Commands can be replayed");
        (await Step(ana, @case, "reopen", ("reason", "A second way in."))).Shows("opened for the 2. time").Shows("Clinical safety judges");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Nobody_closes_alone_and_nobody_decides_in_anothers_place(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var report = await world.MakeReport(null, CaseWorld.Settled);
        using var lena = await world.Person("Lena", Role.Lead, Role.Safety);
        using var quinn = await world.Person("Quinn", Role.Quality);
        using var paul = await world.Person("Paul", Role.Support);
        var @case = (await Open(lena, report, "A doubtful report")).Path;
        await Step(lena, @case, "judge-safety", ("harmPossible", "yes"), ("statement", "Over-infusion."), ("password", World.Password));

        // Lena answers for it alone: where harm is possible she neither defers it nor ends it.
        (await Step(lena, @case, "defer", ("reason", "Later."), ("reviewOn", "2099-01-01"), ("password", World.Password))).Is(HttpStatusCode.Forbidden).Shows("case.second-person");
        await Step(lena, @case, "judge-safety", ("harmPossible", "no"), ("statement", "The pump stops safely."), ("password", World.Password));
        (await Step(lena, @case, "defer", ("reason", "Waits for the supplier."), ("reviewOn", "2099-01-01"), ("password", World.Password))).Shows("Deferred").Shows("1 Jan 2099");
        (await Close(lena, @case, "informative")).Is(HttpStatusCode.Forbidden).Shows("case.second-person");

        // What the table does not offer is not on the page, and is refused when it is sent all the same.
        var open = await paul.Get(@case);
        Assert.DoesNotContain("<form class=\"step-form\"", open.Html, StringComparison.Ordinal);
        (await Forge(paul, lena, @case, "judge-safety", ("harmPossible", "no"), ("statement", "All is well."))).Is(HttpStatusCode.Forbidden).Shows("case.wrong-role");
        (await Forge(paul, lena, @case, "close", ("reason", "spam"), ("rationale", "Away with it."))).Is(HttpStatusCode.Forbidden).Shows("case.wrong-role");

        (await Step(quinn, @case, "close", ("reason", "informative"), ("rationale", "Read."), ("password", "not the password"))).Is(HttpStatusCode.Unauthorized).Shows("signature.wrong-password");
        (await Close(quinn, @case, "risk-accepted")).Is(HttpStatusCode.BadRequest).Shows("Say until when the risk is accepted");
        (await Close(quinn, @case, "duplicate", ("original", "C-1999-0001"))).Is(HttpStatusCode.BadRequest).Shows("There is no case C-1999-0001.");
        (await Close(quinn, @case, "informative")).Is(HttpStatusCode.OK).Shows("Closed");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_stale_page_a_double_click_and_hostile_text_do_no_harm(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var (report, second) = (await world.MakeReport(null), await world.MakeReport(null));
        using var ana = await world.Person("Ana", Role.Analyst);
        var form = await ana.Get($"/desk/cases/new?report={report}");

        var first = await ana.Send(form, "/desk/cases", ("title", "<script>alert(1)</script>"));
        var again = await ana.Send(form, "/desk/cases", ("title", "<script>alert(1)</script>"));
        Assert.Equal(first.Path, again.Path);
        first.Shows("<script>alert(1)</script>");
        Assert.DoesNotContain("<script>alert", first.Html, StringComparison.Ordinal);
        (await ana.Get("/desk/cases")).Shows("<script>alert(1)</script>");

        // The report belongs to a case now: a second one cannot take it.
        (await Open(ana, report, "Another one")).Is(HttpStatusCode.Conflict).Shows("report.wrong-stage");

        var stale = await ana.Get(first.Path);
        await Step(ana, first.Path, "add-vulnerability", ("title", "No counter"));
        (await ana.Send(stale, first.Path + "/add-vulnerability", ("title", "Said on an old page"))).Is(HttpStatusCode.Conflict).Shows("stale").Shows("case.vulnerability-added");
        (await ana.Get("/desk/cases")).Shows("Rate 'No counter'");

        // A second report of the same thing joins the case and keeps its own page.
        var attached = await ana.Submit($"/desk/cases/new?report={second}", "/desk/cases/attach-report", ("case", first.Path["/desk/cases/".Length..]));
        attached.Is(HttpStatusCode.OK).Shows($"R-{DateTime.UtcNow.Year}-0001").Shows($"R-{DateTime.UtcNow.Year}-0002");
        (await Step(ana, first.Path, "score-vulnerability", ("vulnerability", await Flaw(world)), ("vector", "CVSS:3.1/AV:N"))).Is(HttpStatusCode.BadRequest).Shows("vector");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_vulnerability_is_rated_by_any_version_of_CVSS_pasted_or_chosen_without_script(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await PumpCase.In(world);
        using var ana = await world.Person("Ana", Role.Analyst);
        var rate = $"{pump.Page}/score-vulnerability";
        (string, string)[] about = [("vulnerability", pump.Flaw.ToString("D")), ("rationale", "By the rubric.")];

        (await ana.Submit($"{pump.Page}?cvss=2.0", rate, [.. about, .. Chosen("2.0", "AV:N AC:L Au:N C:N I:N A:C E:F")])).Is(HttpStatusCode.OK).Shows("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:ND/RC:ND").Shows("7.4 High");
        (await ana.Submit(pump.Page, rate, [.. about, ("vector", "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"), .. Chosen("3.1", "AV:N")])).Is(HttpStatusCode.OK).Shows("7.3 High");
        (await ana.Submit(pump.Page, rate, [.. about, .. Chosen("3.1", "AV:N AC:L PR:N UI:N S:C C:H I:H")])).Is(HttpStatusCode.BadRequest).Shows("Choose Availability.");
        (await ana.Submit(pump.Page, rate, [.. about, ("vector", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:Q")])).Is(HttpStatusCode.BadRequest).Shows("position");
        (await ana.Submit(pump.Page, rate, about)).Is(HttpStatusCode.BadRequest).Shows("Choose the values below, or paste a vector.");
        (await ana.Submit(pump.Page, rate, [.. about, .. Chosen("3.1", "AV:<script>")])).Is(HttpStatusCode.BadRequest);

        static IEnumerable<(string, string)> Chosen(string version, string values) =>
            [("cvssVersion", version), .. values.Split(' ').Select(one => ($"cvss-{one.Split(':')[0]}", one.Split(':')[1]))];
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task How_urgent_it_is_follows_from_a_tree_and_the_way_through_it_is_shown(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await PumpCase.In(world);
        using var ana = await world.Person("Ana", Role.Analyst);
        var step = $"{pump.Page}/prioritise-vulnerability";
        (string, string)[] about = [("vulnerability", pump.Flaw.ToString("D")), ("rationale", "Two hospitals have seen it.")];

        (await ana.Submit(pump.Page, step, [.. about, ("ssvc-E", "A")])).Is(HttpStatusCode.BadRequest).Shows("is not answered");
        (await ana.Submit(pump.Page, step, [.. about, ("ssvc-E", "A"), ("ssvc-A", "Y"), ("ssvc-VD", "D"), ("ssvc-TI", "T"), ("ssvc-PSI", "S")])).Is(HttpStatusCode.OK)
            .Shows("Immediate").Shows("Exploitation is Active; Utility is Efficient (Automatable is Yes, Value Density is Diffuse); Technical Impact is Total; Public Safety Impact is Significant");
        (await ana.Submit($"{pump.Page}?ssvc=cisa-timelines", step, [.. about, ("tree", "cisa-timelines"), ("ssvc-E", "A")])).Is(HttpStatusCode.BadRequest);
        (await ana.Submit(pump.Page, step, [.. about, ("ssvc-E", "<b>")])).Is(HttpStatusCode.BadRequest);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_case_is_the_desks_alone_and_machines_come_in_by_token(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await world.MakePump();
        var (report, second) = (await world.MakeReport(pump.Product), await world.MakeReport(pump.Product));
        using var nobody = world.Visitor();
        var analyst = await world.Token(Role.Analyst);

        var opened = await nobody.Api("/cases", analyst, new { reports = new[] { report, second }, seen = 2, title = "By the pipeline" }, "run-1");
        Assert.Equal(HttpStatusCode.Created, opened.Status);
        var id = opened.Body.GetProperty("id").GetString();
        Assert.Equal(id, (await nobody.Api("/cases", analyst, new { reports = new[] { report, second }, seen = 2, title = "By the pipeline" }, "run-1")).Body.GetProperty("id").GetString());

        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.Api($"/cases/{id}/retitle", null, new { seen = 1, title = "Mine" })).Status);
        var support = await nobody.Api($"/cases/{id}/retitle", await world.Token(Role.Support), new { seen = 1, title = "Mine" });
        Assert.Equal((HttpStatusCode.Forbidden, "case.wrong-role"), (support.Status, support.Body.GetProperty("code").GetString()));
        var early = await nobody.Api($"/cases/{id}/accept", analyst, new { seen = 1, reason = "Now." });
        Assert.Equal((HttpStatusCode.Conflict, "case.no-vulnerability"), (early.Status, early.Body.GetProperty("code").GetString()));
        var foreign = await nobody.Api($"/cases/{id}/add-product", analyst, new { seen = 1, product = Guid.NewGuid() });
        Assert.Equal(HttpStatusCode.BadRequest, foreign.Status);

        (await nobody.Get($"/desk/cases/{id}")).Shows("Sign in");
        using var oskar = await world.Operator("Oskar", Store.NewId());
        (await oskar.Get($"/desk/cases/{id}")).Is(HttpStatusCode.NotFound);
        (await oskar.Get("/desk/cases")).Is(HttpStatusCode.NotFound);
        await using var site = world.Store(new Viewer { Actor = Actor.Person(Store.NewId(), Role.Operator), Name = "Oskar", Sites = [Store.NewId()] });
        Assert.Null(await site.Find<Case>(Guid.Parse(id!), default));
        Assert.Empty(await (await site.Rows<CaseRow>(default)).ToListAsync());
        Assert.Empty(await (await site.Rows<CaseReportRow>(default)).ToListAsync());

        using var audit = await world.Auditor("Audrey", Guid.Parse(id!));
        var read = (await audit.Get($"/audit/cases/{id}")).Is(HttpStatusCode.OK).Shows("By the pipeline");
        Assert.DoesNotContain("<form class=\"step-form\"", read.Html, StringComparison.Ordinal);
    }

    private static Task<Page> Open(Visitor visitor, Guid report, string title) => visitor.Submit($"/desk/cases/new?report={report}", "/desk/cases", ("title", title));

    private static Task<Page> Step(Visitor visitor, string @case, string step, params (string, string)[] fields) =>
        visitor.Submit(Bare(@case), $"{Bare(@case)}/{step}", fields);

    private static Task<Page> Close(Visitor visitor, string @case, string reason, params (string, string)[] more) =>
        Step(visitor, @case, "close", [("reason", reason), ("rationale", "Because."), ("password", World.Password), .. more]);

    /// <summary>Sends the form of another one's page with one's own session and token.</summary>
    private static async Task<Page> Forge(Visitor forger, Visitor owner, string @case, string step, params (string Name, string Value)[] fields)
    {
        var seen = (await owner.Get(Bare(@case))).Form($"{Bare(@case)}/retitle").Single(field => field.Key == "seen").Value;
        var token = (await forger.Get(Bare(@case))).Form("/sign-out").Single(field => field.Key == "__RequestVerificationToken").Value;
        using var form = new FormUrlEncodedContent([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)),
            new("seen", seen), new("nonce", Guid.NewGuid().ToString()), new("__RequestVerificationToken", token)]);
        using var response = await forger.Http.PostAsync(new Uri($"{Bare(@case)}/{step}", UriKind.Relative), form);
        return new Page(response.StatusCode, step, await response.Content.ReadAsStringAsync());
    }

    private static string Bare(string path) => path.Split('#')[0];

    private static async Task<string> Flaw(World world)
    {
        await using var store = world.Store();
        return (await (await store.Rows<CaseVulnerabilityRow>(default)).SingleAsync()).Vulnerability.ToString();
    }

    private static async Task<string> IdOf(World world, string name)
    {
        await using var store = world.Store();
        var people = await (await store.Rows<Server.People.PersonRow>(default)).Select(row => row.Subject).ToListAsync();
        return (await store.ContactsOf(people, default)).Single(pair => pair.Value.Name == name).Key.ToString();
    }
}
