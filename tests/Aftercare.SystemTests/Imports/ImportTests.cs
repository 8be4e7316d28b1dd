using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Advisories;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Sites;
using Aftercare.SystemTests.Fixtures;
using Aftercare.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Xunit;

namespace Aftercare.SystemTests.Imports;

/// <summary>The first day: lists come in by file, say from where, and are taken back as a whole.</summary>
public sealed class ImportTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    private static readonly (string Kind, string Name, string Text)[] FirstDay =
    [
        ("manufacturers", "manufacturers.csv", "name,country,srn\r\nAcme Dental SAS,FR,FR-MF-000000001\r\n"),
        ("products", "products.csv", "manufacturer;name;family;line;udiDi\nAcme Dental SAS;Dental scanner;Scanners;dental-scanner;04012345678901\n"),
        ("releases", "releases.json", """[{"product": "Dental scanner", "release": "1.0", "releasedOn": "2023-03-04", "supportedUntil": "2030-03-04"}, {"product": "dental-scanner", "release": "1.1", "releasedOn": "2024-03-04"}]"""),
        ("software-items", "items.csv", "product,releases,name,version,purl,origin\nDental scanner,1.0|1.1,OpenSSL,3.0.13,pkg:generic/openssl@3.0.13,third-party\n"),
        ("sites", "sites.csv", "name,country,contact name,contact_email\n\"Klinikum \"\"Nord\"\", <b>\",DE,Biomed,biomed@nord.test\n=HYPERLINK(1),DE,,\n"),
        ("devices", "devices.csv", "site,product,serial,release,how\n\"Klinikum \"\"Nord\"\", <b>\",Dental scanner,SN-1,1.0,shipped\n\"Klinikum \"\"Nord\"\", <b>\",dental-scanner,SN-2,,site-statement\n"),
        ("vulnerabilities", "register.csv", "product,cve,title,awareSince,state,closedOn,closureReason,rationale,cvss\nDental scanner,CVE-2021-44228,Log injection,2021-12-10,closed,2022-02-01,fixed-and-published,Fixed with release 1.1.,CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H\nDental scanner,,Weak default password,2025-01-02,open,,,,\n"),
        ("approvals", "patches.csv", "product,release,item,supplier,identifier,title,verdict,testedConfiguration,decidedOn\nDental scanner,1.1,OpenSSL,OpenSSL Project,3.0.14,Security release,approved,Scanner 1.1,2024-07-01\n"),
    ];

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Lists_are_tried_imported_repeated_and_taken_back(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var ada = await world.Person("Ada", Role.Administrator, Role.Lead);
        using var reader = await world.Person("Sue", Role.Support);

        // What refers to something that is not here says what to import first.
        (await Try(ada, "devices", "devices.csv", FirstDay[5].Text)).Shows("Has faults").Shows("There is no site 'Klinikum \"Nord\", <b>' here. Import sites first.").Shows("There is no product 'Dental scanner' here.");
        var imports = new List<Page>();
        foreach (var (kind, name, text) in FirstDay)
            imports.Add(await Imported(ada, await Try(ada, kind, name, text)));

        (await reader.Get("/desk/products")).Shows("Dental scanner").Shows("1.1");
        var device = await reader.Get((await reader.Get(imports[5].Path)).Link("/desk/devices/[0-9a-f-]{36}"));
        device.Shows("Device at Klinikum \"Nord\", <b>").Shows("As shipped").Shows("From line 2 of devices.csv, SHA-256 ").Shows("Imported");
        (await reader.Get((await reader.Get(imports[4].Path)).Link("/desk/sites/[0-9a-f-]{36}"))).Shows("biomed@nord.test").Shows("From line 2 of sites.csv");
        (await reader.Get((await reader.Get(imports[3].Path)).Link("/desk/items/[0-9a-f-]{36}"))).Shows("Not classified");

        // A register becomes cases; a closed one says that nobody signed it here.
        var cases = await ada.Get(imports[6].Path);
        var closed = (await ada.Get(cases.Link("/desk/cases/[0-9a-f-]{36}"))).Shows("Log injection").Shows("Imported, not signed here.").Shows("on 2022-02-01").Shows("Nobody yet").Shows("It came by file");
        (await reader.Get(closed.Path.Replace("cases", "chains", StringComparison.Ordinal))).Is(HttpStatusCode.OK).Shows("From line 2 of register.csv");
        (await reader.Get("/desk/cases?shown=all")).Shows("Weak default password");
        (await Try(ada, "vulnerabilities", "r.csv", "product,title,awareSince,state,cve\nDental scanner,x,2021-12-10,closed,CVE-1\n")).Shows("This is needed of a closed one.").Shows("This is not a CVE id");
        (await ada.Send(closed, $"{closed.Path}/reopen", ("reason", "A second way in."))).Is(HttpStatusCode.OK);
        (await Undo(ada, imports[6])).Is(HttpStatusCode.Conflict).Shows("It was changed since.");
        var second = await Imported(ada, await Try(ada, "vulnerabilities", "second.json", """[{"product": "dental-scanner", "title": "Open port", "awareSince": "2025-03-04", "state": "open"}]"""));
        (await Undo(ada, second)).Is(HttpStatusCode.OK).Shows("1 record taken back");

        // A patch list becomes drafts: nobody's verdict is forged, and nothing of it is public.
        var draft = await ada.Get((await ada.Get(imports[7].Path)).Link("/desk/statements/[0-9a-f-]{36}"));
        draft.Shows("OpenSSL Project 3.0.14").Shows("Not signed here").Shows("Approved").Shows("Draft");
        var newest = (await ada.Get((await ada.Get(imports[2].Path)).Link("/desk/releases/[0-9a-f-]{36}(?=\">1\\.1<)"))).Path.Split('/')[^1];
        var look = $"/may-i-install?update=3.0.14&release={newest}";
        using (var anybody = world.Visitor())
            Assert.DoesNotContain("Security release", (await anybody.Get(look)).Is(HttpStatusCode.OK).Html, StringComparison.Ordinal);
        (await Try(ada, "approvals", "p.csv", FirstDay[7].Text.Replace("1.1,OpenSSL,", "1.1,LibreSSL,", StringComparison.Ordinal))).Shows("There is no software item 'LibreSSL'");
        (await Undo(ada, imports[3])).Is(HttpStatusCode.Conflict).Shows("Statements are about it.");
        (await Undo(ada, imports[7])).Is(HttpStatusCode.OK).Shows("1 record taken back");

        // The same file again changes nothing and says so.
        var again = await Try(ada, "devices", "devices.csv", FirstDay[5].Text);
        again.Shows("Everything in this file is here already");
        (await Imported(ada, again)).Shows("Records imported 0");
        // One that says something else about what is here is refused.
        (await Try(ada, "releases", "r.csv", "product,release,releasedOn,supportedUntil\nDental scanner,1.0,2023-03-04,2031-03-04\n")).Shows("with '2030-03-04' in place of '2031-03-04'").Shows("Line");

        // Nothing is taken back while something stands on it; then all of it is.
        (await Undo(ada, imports[4])).Is(HttpStatusCode.Conflict).Shows("import.built-upon").Shows("It has devices.");
        (await Undo(ada, imports[5])).Is(HttpStatusCode.OK).Shows("Undone").Shows("2 records taken back");
        (await Undo(ada, imports[4])).Is(HttpStatusCode.OK).Shows("Undone");
        var gone = (await reader.Get(device.Path)).Is(HttpStatusCode.OK);
        gone.Shows("A device that was taken back").Shows("SN-1").Shows("The list was last year's.").Shows("From line 2 of devices.csv");
        Assert.DoesNotContain("Nord", (await reader.Get("/desk/sites")).Html, StringComparison.Ordinal);
        await using (var store = world.Store())
        {
            Assert.Empty(await (await store.Rows<DeviceRow>(default)).ToListAsync());
            Assert.Null(await store.Find<Device>(Guid.Parse(device.Path.Split('/')[^1]), default));
        }

        // After the undo the corrected file finds its keys free again.
        await Imported(ada, await Try(ada, "sites", "sites-2.csv", FirstDay[4].Text));
        await Imported(ada, await Try(ada, "devices", "devices-2.csv", FirstDay[5].Text.Replace("SN-2,", "SN-3,", StringComparison.Ordinal)));
        await using var after = world.Store();
        Assert.Equal(["SN-1", "SN-3"], await (await after.Rows<DeviceRow>(default)).OrderBy(row => row.Serial).Select(row => row.Serial).ToListAsync());
        await Generations.Rebuild(world.Services.GetRequiredService<Database>(), default);
        await using var rebuilt = world.Store();
        Assert.Equal(["SN-1", "SN-3"], await (await rebuilt.Rows<DeviceRow>(default)).OrderBy(row => row.Serial).Select(row => row.Serial).ToListAsync());
    }

    [Fact]
    public async Task Hostile_files_and_people_get_nowhere()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var lead = await world.Person("Lena", Role.Lead);
        using var analyst = await world.Person("Ana", Role.Analyst);

        (await analyst.Get("/desk/imports")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("Try the file", (await analyst.Get("/desk/imports")).Html, StringComparison.Ordinal);
        // A lead registers no manufacturers by hand, so not by file.
        (await Try(lead, "manufacturers", "m.csv", FirstDay[0].Text, HttpStatusCode.Forbidden)).Shows("manufacturer.wrong-role");
        (await Try(lead, "sites", "zip.csv", "PK\x03\x04")).Shows("This is a workbook or a zip file");
        (await Try(lead, "sites", "../../../etc/passwd", "name,country\nA,DE\n")).Shows("passwd").Shows("1 new");
        (await Try(lead, "sites", "twice.csv", "name,country\nA,DE\nA,DE\n")).Shows("The same record as on line 2.");
        (await Try(lead, "weather", "w.csv", "x", HttpStatusCode.BadRequest)).Shows("One of manufacturers");
        // A formula in a fault is neutral in our own CSV, a script on the page.
        var faulty = await Try(lead, "devices", "f.csv", "site,product,serial,how\n\"=HYPERLINK(\"\"x\"\")\",<script>alert(1)</script>,S,@how\n");
        Assert.DoesNotContain("<script>alert", faulty.Html, StringComparison.Ordinal);
        Assert.Contains("'@how' is not one of", (await lead.Get(faulty.Path + "/faults.csv")).Html, StringComparison.Ordinal);
        // The form of a faulty file is not offered; who makes it up is refused.
        var sound = await Try(lead, "sites", "sites.csv", "name,country\nKlinikum,DE\n");
        (await lead.SendTo(sound, $"{sound.Path}/run", $"{faulty.Path}/run", ("seen", "1"))).Is(HttpStatusCode.Conflict).Shows("import.has-faults");

        // Two people race the same file: each run is whole, and nothing is there twice.
        var second = await Try(lead, "sites", "sites.csv", "name,country\nKlinikum,DE\n");
        await Task.WhenAll(lead.Send(sound, $"{sound.Path}/run"), lead.Send(second, $"{second.Path}/run"));
        await Ended(lead, sound.Path);
        await Ended(lead, second.Path);
        await using var store = world.Store();
        Assert.Equal(1, await (await store.Rows<SiteRow>(default)).CountAsync(row => row.Name == "Klinikum"));
    }

    [Fact]
    public async Task Three_thousand_devices_are_imported_once_by_a_server_that_is_killed_and_goes_on()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var ada = await world.Person("Ada", Role.Administrator);
        foreach (var (kind, name, list) in FirstDay[..5])
            await Imported(ada, await Try(ada, kind, name, list));
        var text = new StringBuilder("site,product,serial,release,how\n");
        for (var i = 1; i <= 3_000; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"=HYPERLINK(1),Dental scanner,SN-{i:D5},1.1,shipped\n");
        var import = (await Try(ada, "devices", "devices.csv", text.ToString())).Shows("3000 records");
        await ada.Send(import, $"{import.Path}/run");

        var id = Guid.Parse(import.Path.Split('/')[^1]);
        await using (var looking = Database.SqliteReadOnly(world.Installation.Data.Database))
        {
            while (await Devices(looking) < 400)
                await Task.Delay(50);
            await world.Stop();
            // As if the power had gone in the middle of it: nothing is flushed, no handler runs.
            await using var killed = ServerProcess.Start(world.Installation.Data, null, [], new Dictionary<string, string> { ["AFTERCARE_URLS"] = World.FreeAddress() });
            var before = await Devices(looking);
            await killed.Until("the import went on", () => Devices(looking).GetAwaiter().GetResult() > before + 400);
            await killed.Kill();
        }
        await world.Start();
        using var back = await world.Person("Bea", Role.Administrator);
        await Ended(back, import.Path);

        await using var store = world.Store();
        Assert.Equal((3_000, 3_000), (await (await store.Rows<DeviceRow>(default)).CountAsync(), await (await store.Rows<DeviceRow>(default)).Select(row => row.Serial).Distinct().CountAsync()));
        var state = await store.Find<Import>(id, default);
        Assert.Equal((ImportStage.Done, 3_000, 3_000), (state!.Stage, state.Upto, state.Recorded));
        (await Undo(back, await back.Get(import.Path))).Is(HttpStatusCode.OK).Shows("3000 records taken back");

        static async Task<long> Devices(Database of)
        {
            await using var connection = await of.Connect(default);
            await using var count = connection.CreateCommand();
            count.CommandText = "SELECT count(*) FROM view_devices";
            return (long)(await count.ExecuteScalarAsync())!;
        }
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Past_advisories_are_kept_as_they_were_published_read_at_the_desk_and_published_nowhere(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var lena = await world.Person("Lena", Role.Lead);
        using var ada = await world.Person("Ada", Role.Administrator);
        const string past = """
            {"document": {"category": "csaf_security_advisory", "csaf_version": "2.0", "lang": "en", "title": "Log <b>injection</b>",
              "publisher": {"category": "vendor", "name": "Acme Dental SAS", "namespace": "https://acme.test"},
              "tracking": {"id": "ACME-2022-01", "version": "2", "status": "final", "initial_release_date": "2022-02-01T10:00:00Z", "current_release_date": "2022-03-01T10:00:00Z",
                "revision_history": [{"number": "1", "date": "2022-02-01T10:00:00Z", "summary": "First"}, {"number": "2", "date": "2022-03-01T10:00:00Z", "summary": "Second"}]}},
             "vulnerabilities": [{"cve": "CVE-2021-44228", "title": "Log injection"}]}
            """;

        var import = await Imported(lena, await Try(lena, "advisories", "acme-2022-01.json", past));
        var advisory = await lena.Get(import.Link("/desk/past-advisories/[0-9a-f-]{36}"));
        advisory.Shows("ACME-2022-01 of Acme Dental SAS, revision 2").Shows("Log <b>injection</b>").Shows("CVE-2021-44228").Shows("Nobody approved or published it here").Shows("From line 1 of acme-2022-01.json");
        Assert.Equal(past, await lena.Http.GetStringAsync(new Uri($"{advisory.Path}/document.json", UriKind.Relative)));
        (await lena.Get("/desk/advisories")).Shows("Published before this record began").Shows("ACME-2022-01");
        using (var anybody = world.Visitor())
            Assert.DoesNotContain("ACME-2022-01", (await anybody.Get("/advisories")).Html, StringComparison.Ordinal);

        (await Try(lena, "advisories", "again.json", past)).Shows("Everything in this file is here already");
        (await Try(lena, "advisories", "other.json", past.Replace("Second", "Third", StringComparison.Ordinal))).Shows("An import adds and never changes");
        (await Try(lena, "advisories", "broken.json", $"[{past},\n{past.Replace("final", "finished", StringComparison.Ordinal)}]")).Shows("/document/tracking/status");
        (await Try(lena, "advisories", "list.csv", "publisher,number\nAcme,1\n")).Shows("Has faults");
        (await Try(ada, "advisories", "acme-2022-01.json", past, HttpStatusCode.Forbidden)).Shows("role");
        (await Undo(lena, import)).Is(HttpStatusCode.OK).Shows("1 record taken back");
        (await lena.Get(advisory.Path)).Shows("was taken back").Shows("The list was last year's.");
    }

    [Fact]
    public async Task Every_advisory_of_a_public_collection_comes_in_as_one_list()
    {
        var files = Directory.GetFiles(Shared.Data("icsma"), "*.json").Order(StringComparer.Ordinal).ToList();
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var lena = await world.Person("Lena", Role.Lead);

        var tried = await Try(lena, "advisories", "icsma.json", $"[{string.Join(",\n", files.Select(File.ReadAllText))}]");
        (await Imported(lena, tried)).Shows($"Records imported {files.Count}");

        await using var store = world.Store();
        Assert.Equal(files.Select(file => (string?)JsonNode.Parse(File.ReadAllText(file))!["document"]!["tracking"]!["id"]).Order(), (await (await store.Rows<PastAdvisoryRow>(default)).Select(row => row.Number).ToListAsync()).Order());
    }

    [Fact]
    public async Task The_command_tries_and_imports_with_a_token_that_can_do_nothing_else()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var lead = await world.Person("Lena", Role.Lead);
        var made = await lead.Submit("/desk/tokens", "/desk/tokens/issue", ("name", "migration"), ("scope", "importer"), ("days", "1"));
        var folder = Directory.CreateTempSubdirectory("aftercare-import-");
        var (tokenFile, good, bad) = (Path.Combine(folder.FullName, "token"), Path.Combine(folder.FullName, "sites.json"), Path.Combine(folder.FullName, "bad.csv"));
        await File.WriteAllTextAsync(tokenFile, made.Once());
        await File.WriteAllTextAsync(good, """[{"name": "Klinikum Nord", "country": "DE"}]""");
        await File.WriteAllTextAsync(bad, "name,country\nKlinikum Nord,Germany\n");
        string[] how = ["--server", world.Installation.PublicUrl, "--token-file", tokenFile];

        (await Command.Run(["import", "sites", bad, "--run", .. how])).Is(1).Says("line 2, place 15, country: At most 2 characters");
        (await Command.Run(["import", "sites", good, .. how])).Is(0).Says("1 new, 0 here already, 0 with faults.");
        (await Command.Run(["import", "sites", good, "--run", .. how])).Is(0).Says("1 record imported.");
        (await Command.Run(["import", "sites", good, "--run", .. how])).Is(0).Says("Everything was here already");
        using var machine = world.Visitor();
        Assert.Equal(HttpStatusCode.Forbidden, (await machine.Api("/sites", made.Once(), new { name = "By hand", country = "DE" })).Status);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_pages_are_accessible_and_fit_their_screen()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var email = await world.MakePerson("Ada", [], Role.Administrator);
        using var ada = await world.SignIn(email);
        var done = await Imported(ada, await Try(ada, "sites", "sites.csv", FirstDay[4].Text));
        var faulty = await Try(ada, "devices", "devices.csv", FirstDay[5].Text + "x,y,z\n");
        var clean = await Try(ada, "sites", "more sites.csv", "name,country\nKlinikum Süd,DE\n");
        var site = (await ada.Get(done.Path)).Link("/desk/sites/[0-9a-f-]{36}");
        var undone = await Imported(ada, await Try(ada, "sites", "wrong.csv", "name,country\nKlinikum West,DE\n"));
        var gone = (await ada.Get(undone.Path)).Link("/desk/sites/[0-9a-f-]{36}");
        await Undo(ada, undone);
        string[] paths = ["/desk/imports", clean.Path, faulty.Path, done.Path, site, gone];
        foreach (var (width, dark) in new[] { (1440, false), (390, true) })
        {
            var page = await browser.NewPage(width, 900, dark);
            await using var context = page.Context;
            await page.GotoAsync(new Uri(world.Address, "/sign-in").ToString());
            await page.FillAsync("#email", email);
            await page.FillAsync("#password", World.Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
            await page.WaitForURLAsync("**/desk");
            foreach (var path in paths)
            {
                await page.GotoAsync(new Uri(world.Address, path).ToString());
                foreach (var fold in await page.Locator("main details").AllAsync())
                    await fold.EvaluateAsync("fold => fold.open = true");
                await Browser.Shot(page, $"import-{width}-{Array.IndexOf(paths, path):D2}");
                Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") <= 0, $"{path} is wider than {width} px");
                await Browser.Axe(page);
            }
        }
    }

    private static async Task<Page> Try(Visitor by, string kind, string name, string text, HttpStatusCode status = HttpStatusCode.OK) =>
        (await by.SendFiles(await by.Get("/desk/imports"), "/desk/imports", [("kind", kind)], ("file", name, Encoding.UTF8.GetBytes(text)))).Is(status);

    private static async Task<Page> Imported(Visitor by, Page tried)
    {
        (await by.Send(tried, $"{tried.Path}/run")).Is(HttpStatusCode.OK);
        return (await Ended(by, tried.Path)).Shows("State Imported");
    }

    private static async Task<Page> Ended(Visitor by, string path)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromMinutes(3); await Task.Delay(100))
            if (await by.Get(path) is var page && !page.Text.Contains("Running:", StringComparison.Ordinal))
                return page.Is(HttpStatusCode.OK);
        throw new TimeoutException("The import did not end.");
    }

    private static async Task<Page> Undo(Visitor by, Page import) => await by.Submit(import.Path, $"{import.Path}/undo", ("reason", "The list was last year's."));
}
