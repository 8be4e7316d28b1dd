using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Server.Advisories;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Aftercare.Tests;
using Aftercare.Vulnerabilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Advisories;

public sealed class AdvisoryTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    private const string Tree = "/.well-known/csaf";

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_case_becomes_an_advisory_that_a_second_person_approves_and_everybody_reads(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await PumpCase.In(world);
        using var ana = await world.Person("Ana", Role.Analyst, Role.Lead);
        using var quinn = await world.Person("Quinn", Role.Quality);
        using var pia = await world.Person("Pia", Role.Publisher);
        using var anybody = world.Visitor();

        var (path, number) = await ana.Draft(pump);
        (await ana.Get(path)).Shows("You wrote some of this revision.");
        await Nothing(anybody, number);
        (await quinn.Get($"{path}/preview")).Shows("Put the pump into a network of its own.");
        (await quinn.Approve(path, "wrong password")).Is(HttpStatusCode.Unauthorized);
        (await quinn.Approve(path)).Is(HttpStatusCode.OK).Shows("Approved by Quinn");
        await Nothing(anybody, number);
        (await pia.Publish(path)).Is(HttpStatusCode.OK).Shows("Published");

        var page = (await anybody.Get($"/advisories/{number}")).Is(HttpStatusCode.OK);
        foreach (var words in new[] { "Somebody on the ward network", "CVE-2026-1234", "8.1 High", "A wrong limit could let a wrong dose pass.", "Infusion pump 4.2.0", "Affected", "Lower the risk", "Infusion pump 4.3.0", "Fixed", "University of Example", "Initial publication" })
            page.Shows(words);
        (await anybody.Get("/advisories")).Shows(number).Shows("Infusion pump");
        (await anybody.Get($"/advisories/{number}?lang=de")).Shows("Was sie für Patienten bedeuten kann").Shows("Betroffen");
        (await ana.Get(pump.Page)).Shows($"{number} , published");

        var bytes = await Files(anybody, number);
        page.Shows(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        await NoFaults(bytes);
    }

    [Fact]
    public async Task A_rating_by_CVSS_4_0_goes_out_as_a_note_since_CSAF_2_0_has_no_place_for_it()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var pump = await PumpCase.In(world);
        using var ana = await world.Person("Ana", Role.Analyst);
        using var lea = await world.Person("Lea", Role.Lead, Role.Publisher);
        using var anybody = world.Visitor();
        await ana.Submit(pump.Page, $"{pump.Page}/score-vulnerability",
            ("vulnerability", pump.Flaw.ToString("D")), ("vector", "CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:H/SC:N/SI:N/SA:N"));
        var (path, number) = await ana.Draft(pump);
        await lea.Approve(path);
        (await lea.Publish(path)).Is(HttpStatusCode.OK);

        var bytes = await Files(anybody, number);
        await NoFaults(bytes);
        var flaw = JsonNode.Parse(bytes)!["vulnerabilities"]![0]!;
        Assert.Null(flaw["scores"]);
        Assert.Contains(flaw["notes"]!.AsArray(), note => ((string)note!["text"]!).StartsWith("CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:H/SC:N/SI:N/SA:N (CVSS-B ", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_new_revision_keeps_the_address_and_the_history(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await PumpCase.In(world);
        using var ana = await world.Person("Ana", Role.Analyst);
        using var lea = await world.Person("Lea", Role.Lead, Role.Publisher);
        using var anybody = world.Visitor();
        var (path, number) = await ana.Draft(pump);
        await lea.Approve(path);
        await lea.Publish(path);
        var first = await Files(anybody, number);

        // What the case learns meanwhile changes nothing outside until the next revision.
        await pump.Say(world, ProductStatus.KnownNotAffected, Justification.VulnerableCodeNotPresent, null);
        Assert.Equal(first, await Files(anybody, number));
        (await ana.Submit(path, $"{path}/revise", ("change", "4.2.0 is not affected after all."))).Shows("revision 2");
        (await anybody.Get($"/advisories/{number}")).Shows("Affected");
        (await lea.Approve(path)).Is(HttpStatusCode.OK);
        (await lea.Publish(path)).Is(HttpStatusCode.OK);

        var second = JsonNode.Parse(await Files(anybody, number))!;
        var tracking = second["document"]!["tracking"]!;
        Assert.Equal(("2", 2), ((string?)tracking["version"], tracking["revision_history"]!.AsArray().Count));
        Assert.Equal((string?)JsonNode.Parse(first)!["document"]!["tracking"]!["initial_release_date"], (string?)tracking["initial_release_date"]);
        Assert.NotEqual((string?)tracking["initial_release_date"], (string?)tracking["current_release_date"]);
        Assert.Equal("vulnerable_code_not_present", (string?)second["vulnerabilities"]![0]!["flags"]![0]!["label"]);
        await NoFaults(await Files(anybody, number));
        (await anybody.Get($"/advisories/{number}")).Shows("Not affected").Shows("Initial publication").Shows("4.2.0 is not affected after all.");
        Assert.Equal(first, await ana.Http.GetByteArrayAsync($"{path}/revisions/1.json"));

        // A withdrawal is one more revision that says so.
        await ana.Submit(path, $"{path}/revise", ("change", "It was another maker's pump."), ("withdraws", "true"));
        await lea.Approve(path);
        (await lea.Publish(path)).Shows("Withdrawn");
        (await anybody.Get($"/advisories/{number}")).Shows("Withdrawn: this advisory no longer holds. It was another maker's pump.");
        await NoFaults(await Files(anybody, number));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task What_changed_since_it_was_read_or_approved_is_not_signed_or_published(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await PumpCase.In(world);
        using var ana = await world.Person("Ana", Role.Analyst);
        using var lea = await world.Person("Lea", Role.Lead, Role.Publisher);
        var (path, _) = await ana.Draft(pump);
        var open = await lea.Get(path);
        var stale = await ana.Get(path);

        await pump.Say(world, ProductStatus.KnownAffected, null, Remedy.NoneAvailable);
        await pump.Say(world, ProductStatus.KnownNotAffected, Justification.ComponentNotPresent, null);
        (await lea.Send(open, $"{path}/approve", ("password", World.Password))).Is(HttpStatusCode.Conflict).Shows("advisory.other-than-seen");
        (await lea.Approve(path)).Is(HttpStatusCode.OK);
        (await ana.Send(stale, $"{path}/describe", ("title", "Too late"), ("summary", "Too late"))).Is(HttpStatusCode.Conflict).Shows("advisory.approved");

        await pump.Say(world, ProductStatus.KnownNotAffected, Justification.VulnerableCodeNotPresent, null);
        (await lea.Publish(path)).Is(HttpStatusCode.Conflict).Shows("advisory.changed-since-approval");
        (await ana.Submit(path, $"{path}/return", ("reason", "The case moved on."))).Shows("Draft");
        (await lea.Approve(path)).Is(HttpStatusCode.OK);
        (await lea.Publish(path)).Is(HttpStatusCode.OK).Shows("Published");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Strangers_wrong_roles_double_clicks_and_hostile_words_get_nowhere(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await PumpCase.In(world);
        using var ana = await world.Person("Ana", Role.Analyst, Role.Lead);
        using var sue = await world.Person("Sue", Role.Support);
        using var oscar = await world.Operator("Oscar", Guid.NewGuid());
        using var lea = await world.Person("Lea", Role.Lead, Role.Publisher);
        using var anybody = world.Visitor();

        var open = await ana.Get(pump.Page);
        var twice = await Task.WhenAll(ana.Send(open, $"{pump.Page}/advisories", ("title", "Pump")), ana.Send(open, $"{pump.Page}/advisories", ("title", "Pump")));
        Assert.Equal(twice[0].Path, twice[1].Path);

        const string hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>";
        var (path, number) = await ana.Draft(pump, $"Pump {hostile}");
        await ana.Describe(path, $"Pump {hostile}", $"Summary {hostile}", $"{hostile}; {hostile}");
        foreach (var page in new[] { await ana.Get(path), await ana.Get($"{path}/preview"), await ana.Get("/desk/advisories") })
            Harmless(page);

        foreach (var read in new[] { path, $"{path}/preview", $"{path}/draft.json", "/desk/advisories" })
        {
            Assert.StartsWith("/sign-in", (await anybody.Get(read)).Path, StringComparison.Ordinal);
            (await oscar.Get(read)).Is(HttpStatusCode.NotFound);
        }
        Assert.DoesNotContain($"{path}/describe", (await sue.Get(path)).Html, StringComparison.Ordinal);
        var page4 = await ana.Get(path);
        Assert.DoesNotContain($"action=\"{path}/approve\"", page4.Html, StringComparison.Ordinal);
        (await ana.Send(Forged(page4, $"{path}/describe", $"{path}/approve"), $"{path}/approve", ("password", World.Password), ("proof", new string('0', 64))))
            .Is(HttpStatusCode.Forbidden).Shows("advisory.second-person");

        await lea.Approve(path);
        (await lea.Publish(path)).Is(HttpStatusCode.OK);
        Harmless(await anybody.Get($"/advisories/{number}"));
        Harmless(await anybody.Get("/advisories"));
        Harmless(await anybody.Get($"{Tree}/white/{DateTimeOffset.UtcNow.Year}/index.html"));
        await NoFaults(await Files(anybody, number));

        (await anybody.Api($"/cases/{pump.Case:D}/advisories", null, new { title = "x" })).Status.Is(HttpStatusCode.Unauthorized);
        (await anybody.Api($"/cases/{pump.Case:D}/advisories", await Token(world, Role.Support), new { title = "x" })).Status.Is(HttpStatusCode.Forbidden);
        (await anybody.Api($"/cases/{pump.Case:D}/advisories", await Token(world, Role.Analyst), new { title = "By a machine" })).Status.Is(HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_public_tree_follows_the_record_after_a_full_disk_and_after_a_loss(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var pump = await PumpCase.In(world);
        using var ana = await world.Person("Ana", Role.Analyst);
        using var lea = await world.Person("Lea", Role.Lead, Role.Publisher);
        using var anybody = world.Visitor();
        var tree = world.Services.GetRequiredService<CsafTree>();
        var folder = world.Installation.Data.Public;

        // Before the first advisory there is a provider already.
        await tree.Follow(default);
        Assert.Equal("csaf_provider", (string?)JsonNode.Parse(await anybody.Http.GetStringAsync($"{Tree}/provider-metadata.json"))!["role"]);

        var (path, number) = await ana.Draft(pump);
        await lea.Approve(path);
        await using (File.Open(folder + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            (await lea.Publish(path)).Is(HttpStatusCode.OK).Shows("Published").Shows("the public CSAF tree does not hold it yet");
            (await anybody.Get($"/advisories/{number}")).Is(HttpStatusCode.OK);
            Assert.Equal(HttpStatusCode.NotFound, (await anybody.Http.GetAsync(PathOf(number))).StatusCode);
        }
        await tree.Follow(default);
        var published = await Files(anybody, number);
        Assert.Equal(published, await Recorded(world, number));

        await tree.Follow(default);
        Directory.Delete(Path.Combine(folder, ".well-known"), recursive: true);
        await tree.Follow(default);
        Assert.Equal(published, await Files(anybody, number));
        await File.WriteAllTextAsync(Path.Combine(folder, PathOf(number)[1..]), "{}");
        await tree.Follow(default);
        Assert.Equal(published, await Files(anybody, number));
    }

    [Fact]
    public async Task Its_pages_are_fit_for_everybody()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var pump = await PumpCase.In(world);
        var email = await world.MakePerson("Ana", [], Role.Analyst, Role.Lead, Role.Publisher);
        using var ana = await world.SignIn(email);
        using var quinn = await world.Person("Quinn", Role.Quality);
        var bare = (await ana.Submit(pump.Page, $"{pump.Page}/advisories", ("title", "Another one"))).Path;
        var (path, number) = await ana.Draft(pump);

        foreach (var width in new[] { 1440, 390 })
        {
            var page = await browser.NewPage(width);
            await using var context = page.Context;
            await page.GotoAsync(new Uri(world.Address, "/sign-in").ToString());
            await page.FillAsync("#email", email);
            await page.FillAsync("#password", World.Password);
            await page.ClickAsync("main button[type=submit]");
            await Look(page, world, bare, $"advisory-bare-{width}");
            await Look(page, world, path, $"advisory-desk-{width}");
            await Look(page, world, $"{path}/preview", $"advisory-preview-{width}");
            await Look(page, world, "/desk/advisories", $"advisory-list-{width}");
            await Look(page, world, pump.Page, $"advisory-case-{width}");
            if (width == 1440)
            {
                await Look(page, world, "/advisories", "advisory-public-none");
                await quinn.Approve(path);
                await Look(page, world, path, "advisory-approved");
                await ana.Publish(path);
                await ana.Submit(path, $"{path}/revise", ("change", "Update available."));
            }
            await Look(page, world, $"/advisories/{number}", $"advisory-public-{width}");
            await Look(page, world, "/advisories?lang=de", $"advisory-public-list-{width}");
        }
    }

    private static async Task Look(Microsoft.Playwright.IPage page, World world, string path, string name)
    {
        await page.GotoAsync(new Uri(world.Address, path).ToString());
        await Browser.Shot(page, name);
        await Browser.Axe(page);
    }

    private static string PathOf(string number) => $"{Tree}/white/{DateTimeOffset.UtcNow.Year}/{number.ToLowerInvariant()}.json";

    private static async Task Nothing(Visitor anybody, string number)
    {
        (await anybody.Get($"/advisories/{number}")).Is(HttpStatusCode.NotFound);
        Assert.DoesNotContain(number, (await anybody.Get("/advisories")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.Http.GetAsync(PathOf(number))).StatusCode);
    }

    /// <summary>Fetches the document as a machine does, from the metadata down, and checks every file that names it.</summary>
    private static async Task<byte[]> Files(Visitor anybody, string number)
    {
        var http = anybody.Http;
        var metadata = JsonNode.Parse(await Typed(http, $"{Tree}/provider-metadata.json", "application/json"))!;
        var feed = JsonNode.Parse(await Typed(http, (string)metadata["distributions"]![1]!["rolie"]!["feeds"]![0]!["url"]!, "application/json"))!["feed"]!;
        var entry = feed["entry"]!.AsArray().Single(one => (string?)one!["id"] == number)!;
        var bytes = await Typed(http, (string)entry["content"]!["src"]!, "application/json");
        Assert.Equal(bytes, await Typed(http, PathOf(number), "application/json"));

        var name = $"{number.ToLowerInvariant()}.json";
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(bytes))}  {name}\n", Encoding.UTF8.GetString(await Typed(http, PathOf(number) + ".sha256", "text/plain")));
        Assert.Equal($"{Convert.ToHexStringLower(SHA512.HashData(bytes))}  {name}\n", Encoding.UTF8.GetString(await Typed(http, PathOf(number) + ".sha512", "text/plain")));
        var released = (string)JsonNode.Parse(bytes)!["document"]!["tracking"]!["current_release_date"]!;
        Assert.Contains($"{DateTimeOffset.UtcNow.Year}/{name}\n", Encoding.UTF8.GetString(await Typed(http, $"{Tree}/white/index.txt", "text/plain")), StringComparison.Ordinal);
        Assert.Contains($"/{name}\",\"{released}\"", Encoding.UTF8.GetString(await Typed(http, $"{Tree}/white/changes.csv", "text/csv")), StringComparison.Ordinal);
        return bytes;
    }

    private static async Task<byte[]> Typed(HttpClient http, string path, string type)
    {
        using var answer = await http.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private static async Task<byte[]> Recorded(World world, string number)
    {
        await using var store = world.Store();
        var row = await (await store.Rows<PublishedAdvisoryRow>(default)).SingleAsync(one => one.Number == number);
        return (await AdvisoryDesk.Bytes(store, row.Subject, row.Document, default))!;
    }

    /// <summary>Judged by a validator that is not ours.</summary>
    private static async Task NoFaults(byte[] document) => Assert.Empty(await Oracles.CsafFaults(document));

    private static void Harmless(Page page)
    {
        page.Is(HttpStatusCode.OK);
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", page.Html, StringComparison.Ordinal);
    }

    // A form that the page does not offer, made from one that it does.
    private static Page Forged(Page page, string offered, string wanted) => page with { Html = page.Html.Replace($"action=\"{offered}\"", $"action=\"{wanted}\"", StringComparison.Ordinal) };

    private static async Task<string> Token(World world, Role role)
    {
        await using var store = world.Store();
        var id = Store.NewId();
        var secret = await store.IssueSecret(SecretPurpose.Token, id, null, default, role.ToString());
        await store.SaveKept(default);
        return secret;
    }
}

internal static class StatusCodes
{
    public static void Is(this HttpStatusCode status, HttpStatusCode expected) => Assert.Equal(expected, status);
}
