using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Reports;
using Aftercare.SystemTests.Cases;
using Aftercare.SystemTests.Fixtures;
using Aftercare.Tests;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Aftercare.SystemTests.Reports;

/// <summary>Machines report: by fields, with files, and by advisories that somebody else wrote.</summary>
public sealed class MachineIntakeTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Every_medical_advisory_of_CISA_becomes_a_report_that_says_what_it_says(Db db)
    {
        var files = Directory.GetFiles(Shared.Data("icsma"), "*.json");
        await using var world = await World.Founded(db, postgres);
        using var machine = world.Visitor();
        var token = await world.Token(Role.Analyst);

        foreach (var file in files)
        {
            var (status, body) = await Send(machine, token, "/reports/csaf", [("source", "widespread")], ("advisory", Path.GetFileName(file), await File.ReadAllBytesAsync(file)));
            Assert.True(status == HttpStatusCode.Created, $"{file}: {status} {body}");
            await SaysTheSame(world, Guid.Parse(body.GetProperty("id").GetString()!), file);
        }

        Assert.Equal(72, files.Length);
        await using var store = world.Store();
        Assert.Equal(72, await (await store.Rows<ReportRow>(default)).CountAsync(row => row.Source == SourceCategory.Widespread && row.Channel == Channel.Api));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_broken_advisory_is_refused_with_the_place_of_its_fault_and_nothing_is_kept(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var machine = world.Visitor();
        var token = await world.Token(Role.Analyst);
        var good = JsonNode.Parse(await File.ReadAllTextAsync(Directory.GetFiles(Shared.Data("icsma"), "*.json").Order(StringComparer.Ordinal).First()))!;
        good["document"]!["tracking"]!["status"] = "finished";
        good["vulnerabilities"]![0]!["cve"] = 4;

        var (status, body) = await Send(machine, token, "/reports/csaf", [], ("advisory", "broken.json", Encoding.UTF8.GetBytes(good.ToJsonString())));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("/document/tracking/status", body.ToString(), StringComparison.Ordinal);
        Assert.Contains("/vulnerabilities/0/cve", body.ToString(), StringComparison.Ordinal);
        foreach (var attack in new[] { "{", "[]", "{\"document\":{},\"document\":{}}", new string('[', 5000) })
            Assert.Equal(HttpStatusCode.BadRequest, (await Send(machine, token, "/reports/csaf", [], ("advisory", "broken.json", Encoding.UTF8.GetBytes(attack)))).Status);

        await using var store = world.Store();
        Assert.Empty(await (await store.Rows<ReportRow>(default)).ToListAsync());
        Assert.Empty(Directory.EnumerateFiles(world.Installation.Data.Blobs, "*", SearchOption.AllDirectories));

        // Names that our own limit would cut in the middle of a character break nothing: no entry could hold the half.
        (good["document"]!["tracking"]!["status"], good["vulnerabilities"]![0]!["cve"]) = ("final", "CVE-2026-41414");
        (good["document"]!["publisher"]!["name"], good["document"]!["tracking"]!["id"]) = (new string('a', 199) + "😀", new string('b', 199) + "😀");
        (status, body) = await Send(machine, token, "/reports/csaf", [], ("advisory", "halves.json", Encoding.UTF8.GetBytes(good.ToJsonString())));
        Assert.True(status == HttpStatusCode.Created, body.ToString());
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_machine_reports_by_JSON_and_a_repeat_is_the_same_report(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await world.MakePump();
        using var machine = world.Visitor();
        var token = await world.Token(Role.Developer);
        var finding = new { source = "developer", description = "The fuzzer makes the parser read past its end.", product = pump.Product, steps = "make fuzz", exploitationSeen = "no", reference = "JIRA-4711" };

        var first = await machine.Api("/reports", token, finding, "run-4711");
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(first.Body.ToString(), (await machine.Api("/reports", token, finding, "run-4711")).Body.ToString());
        var other = await machine.Api("/reports", token, new { source = "developer", description = "Something else." }, "run-4711");
        Assert.Equal((HttpStatusCode.Conflict, "request.key-reused"), (other.Status, other.Body.GetProperty("code").GetString()));

        var wrong = await machine.Api("/reports", token, new { source = "z", product = Guid.NewGuid(), email = "nobody" });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        foreach (var field in new[] { "description", "source", "email" })
            Assert.Contains(field, wrong.Body.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await machine.Api("/reports", null, finding)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await machine.Api("/reports", await world.Token(Role.Publisher), finding)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.Api("/reports", token, new { source = "developer", description = "x", channel = "web-form" })).Status);

        using var analyst = await world.Person("Ana", Role.Analyst);
        (await analyst.Get($"/desk/reports/{first.Body.GetProperty("id").GetString()}")).Shows("The fuzzer makes the parser").Shows("JIRA-4711").Shows("Wants to stay anonymous");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Files_come_with_a_report_in_one_request(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var machine = world.Visitor();
        var token = await world.Token(Role.Support);
        var json = Encoding.UTF8.GetBytes("""{"source":"user","description":"The log shows a login that nobody made.","name":"Ward 4","email":"ward4@klinikum.test"}""");

        var (status, body) = await Send(machine, token, "/reports", [("report", Encoding.UTF8.GetString(json))], ("attachments", "../../log.txt", "2026-03-04 login root"u8.ToArray()));
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await Send(machine, "made-up", "/reports", [("report", Encoding.UTF8.GetString(json))], ("attachments", "log.txt", [1]))).Status);

        await using var store = world.Store();
        var report = (await store.Find<Report>(Guid.Parse(body.GetProperty("id").GetString()!), default))!;
        var kept = (await store.BlobsOf(report.Id, default)).Single(blob => blob.Id == Assert.Single(report.Received.Attachments).Id);
        Assert.Equal("log.txt", kept.Name);
        await using var plain = store.Open(kept)!;
        Assert.Equal("2026-03-04 login root", await new StreamReader(plain).ReadToEndAsync());
    }

    [Fact]
    public async Task Somebody_enters_an_advisory_at_the_desk_and_reads_what_it_names()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        foreach (var (width, dark) in new[] { (1440, false), (390, true) })
        {
            var page = await browser.NewPage(width, 900, dark);
            await using var context = page.Context;
            await page.GotoAsync(new Uri(world.Address, "/sign-in").AbsoluteUri);
            await page.FillAsync("#email", email);
            await page.FillAsync("#password", World.Password);
            await page.PressAsync("#password", "Enter");
            await page.WaitForURLAsync("**/desk");
            await page.GotoAsync(new Uri(world.Address, "/desk/reports/csaf").AbsoluteUri);
            await Browser.Axe(page);
            await Browser.Shot(page, $"csaf-enter-{width}");
            await page.GetByLabel("The document").SetInputFilesAsync(Path.Combine(Shared.Data("icsma"), "icsma-17-017-01.json"));
            await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Enter the advisory" }).ClickAsync();
            await page.GetByText("CVE-2016-8375").First.WaitForAsync();
            await Browser.Axe(page);
            await Browser.Shot(page, $"csaf-report-{width}");
        }
    }

    private static async Task SaysTheSame(World world, Guid id, string file)
    {
        await using var store = world.Store();
        var report = (await store.Find<Report>(id, default))!;
        var (received, texts) = (report.Received, await store.TextsOf(id, default));
        var json = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        var description = texts[received.Passages.Single(passage => passage.About == About.Description).Text.Id];
        Assert.StartsWith(((string)json["document"]!["title"]!).Trim(), description, StringComparison.Ordinal);
        Assert.Equal((string?)json["document"]!["tracking"]!["id"], received.Advisory!.Id);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(file))), received.Original.Sha256);

        var flaws = json["vulnerabilities"]!.AsArray();
        Assert.Equal(flaws.Count, received.Advisory.Flaws.Length + received.Advisory.FlawsLeftOut);
        foreach (var (flaw, said) in received.Advisory.Flaws.Zip(flaws))
        {
            Assert.Equal((string?)said!["cve"], flaw.Cve);
            Assert.Equal((string?)said["cwe"]?["id"], flaw.Cwe);
            var vectors = (said["scores"]?.AsArray() ?? []).SelectMany(score => new[] { (string?)score!["cvss_v3"]?["vectorString"], (string?)score["cvss_v2"]?["vectorString"] }).OfType<string>().Distinct().Take(4);
            Assert.Equal(vectors, flaw.Vectors);
            Assert.Equal(said["product_status"]?["known_affected"]?.AsArray().Count ?? 0, flaw.Affected.Length + flaw.AffectedLeftOut);
            Assert.DoesNotContain(flaw.Affected, name => name.StartsWith("CSAFPID", StringComparison.Ordinal));
            Assert.Contains(flaw.Cve ?? "", description, StringComparison.Ordinal);
        }
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Send(
        Visitor machine, string token, string path, (string Name, string Value)[] fields, (string Field, string Name, byte[] Bytes) file)
    {
        using var content = new MultipartFormDataContent { { new ByteArrayContent(file.Bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } }, file.Field, file.Name } };
        foreach (var (name, value) in fields)
            content.Add(new StringContent(value), name);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + path) { Content = content };
        request.Headers.Accept.Clear();
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await machine.Http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return (response.StatusCode, bytes.Length == 0 ? default : JsonDocument.Parse(bytes).RootElement.Clone());
    }
}
