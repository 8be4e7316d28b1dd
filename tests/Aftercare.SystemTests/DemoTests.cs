using System.Net;
using System.Text.RegularExpressions;
using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Microsoft.Playwright;
using Xunit;

namespace Aftercare.SystemTests;

/// <summary>What somebody sees who starts the demo, and that it never mixes with anything real.</summary>
[Collection("demo")]
public sealed class DemoTests(PostgresServer postgres, Browser browser, DemoServer demo) : IClassFixture<PostgresServer>
{
    private static readonly (string Role, string[] Pages)[] Tour =
    [
        ("Lead", ["/desk", "/desk/reports", "/desk/register", "/desk/cases", "/desk/advisories", "/desk/updates", "/desk/deliveries", "/desk/statements", "/desk/products", "/desk/sites", "/desk/trust", "/desk/policy"]),
        ("Quality", ["/desk/readiness", "/desk/channels", "/desk/sources"]),
        ("Administrator", ["/desk/people", "/desk/tokens", "/desk/operations"]),
        ("Operator", ["/portal", "/portal/access"]),
    ];

    private static readonly string[] Public = ["/", "/report", "/security", "/updates", "/advisories", "/may-i-install", "/keys"];

    [Fact]
    public async Task The_demo_fills_an_empty_store_lets_each_role_in_once_and_every_page_is_fit_to_be_seen()
    {
        _ = await demo.Said();
        var url = demo.Address.OriginalString;
        foreach (var (role, pages) in Tour)
        {
            await using var context = (await browser.NewPage(1440, 900)).Context;
            var page = context.Pages[0];
            await page.GotoAsync(await demo.LinkOf(role));
            await page.ClickAsync("main button[type=submit]");
            Assert.Equal(404, (await page.GotoAsync(await demo.LinkOf(role)))!.Status);
            await Look(page, url, pages, role);
        }
        await using var anybody = (await browser.NewPage(1440, 900)).Context;
        await Look(anybody.Pages[0], url, Public, "public");
    }

    [Fact]
    public async Task The_demo_tells_of_seven_sources_of_five_ends_of_a_delivery_and_of_what_falls_short()
    {
        using var sue = await demo.SignIn("Support");
        var register = (await sue.Get("/desk/register")).Is(HttpStatusCode.OK);
        foreach (var source in Enum.GetValues<SourceCategory>())
            register.Shows(source.InWords());
        (await sue.Get("/desk/channels")).Shows("Nothing has ever come this way.").Shows("reached the desk after two days");

        var update = (await sue.Get("/desk/deliveries")).Link("/desk/deliveries/[0-9a-f-]{36}");
        var clinic = Regex.Match((await sue.Get(update)).Html, "href=\"(/desk/deliveries/sites/[0-9a-f-]{36})\">Seeklinik").Groups[1].Value;
        var delivery = (await sue.Get(clinic)).Is(HttpStatusCode.OK);
        foreach (var end in (string[])["Signed receipt of the site", "Service report SR-5512", "It goes out of use next month.", "Verification failed at the site", "Two letters came back"])
            delivery.Shows(end);

        // The ticket was first heard of nine days ago, so it is late although the desk has it since today.
        using var quality = new Visitor(demo.Address);
        quality.Http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        var readiness = await quality.Submit("/demo", "/demo/sign-in", ("stop", "7"), ("door", "0"));
        Assert.Equal(("Potential gap", "No data"), (Result(readiness, "A92-10"), Result(readiness, "A632-04")));
        readiness.Shows("R-" + DateTime.UtcNow.ToString("yyyy", null) + "-0002 : It is not acknowledged");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_demo_and_a_real_store_refuse_each_other(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        await world.Stop();
        await using (var demo = ServerProcess.Start(world.Installation.Data, world.Installation.Postgres, ["--demo"], [new("AFTERCARE_URLS", world.Installation.Urls)]))
        {
            Assert.Equal(1, await demo.Ends());
            Assert.Contains("holds something that is not the demo", demo.Said, StringComparison.Ordinal);
        }
        await world.Start();
    }

    [Fact]
    public async Task What_stands_in_the_way_of_starting_is_said_in_one_sentence()
    {
        var url = World.FreeAddress();
        await using var first = Start(Folder(), url);
        await first.UntilItServes();

        await using var samePort = Start(Folder(), url);
        Assert.Equal(1, await samePort.Ends());
        Assert.Matches("^Something else listens on .+$", samePort.Said);

        var blocked = Path.Combine(Folder().Root, "a-file");
        await File.WriteAllTextAsync(blocked, "");
        await using var unwritable = Start(new DataFolder(Path.Combine(blocked, "data")), World.FreeAddress());
        Assert.Equal(1, await unwritable.Ends());
        Assert.Matches("^The folder .+ cannot be written.*AFTERCARE_DATA.$", unwritable.Said);
    }

    /// <summary>Light and wide, then dark on a telephone: axe sees both colours and both layouts by two looks.</summary>
    private static async Task Look(IPage page, string url, string[] paths, string who)
    {
        foreach (var path in paths)
        {
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            await page.SetViewportSizeAsync(1440, 900);
            var answer = await page.GotoAsync(url + path);
            Assert.True((int)HttpStatusCode.OK == answer!.Status, $"{who} gets {answer.Status} at {path}");
            await Browser.Axe(page);
            var name = $"{who}{path.Replace('/', '-')}";
            await Browser.Shot(page, name + "-1440");
            await page.SetViewportSizeAsync(390, 844);
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), $"{path} is wider than 390 px");
            await Browser.Shot(page, name + "-390");
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            await Browser.Axe(page);
            await Browser.Shot(page, name + "-390-dark");
        }
    }

    private static string Result(Page page, string check) =>
        Regex.Match(WebUtility.HtmlDecode(Regex.Replace(page.Html, "<[^>]+>", "\n")), $@"\n{check} *\n\s*(.+?)\s*\n").Groups[1].Value;

    private static DataFolder Folder() => new(Directory.CreateTempSubdirectory("aftercare-demo-").FullName);

    private static ServerProcess Start(DataFolder data, string url, params string[] arguments) =>
        ServerProcess.Start(data, null, arguments, [new("AFTERCARE_URLS", url), new("AFTERCARE_PUBLIC_URL", url)]);
}
