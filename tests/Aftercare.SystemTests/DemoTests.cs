using System.Net;
using System.Text.RegularExpressions;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Microsoft.Playwright;
using Xunit;

namespace Aftercare.SystemTests;

/// <summary>What somebody sees who starts the demo, and that it never mixes with anything real.</summary>
public sealed class DemoTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    private static readonly (string Role, string[] Pages)[] Tour =
    [
        ("Lead", ["/desk", "/desk/reports", "/desk/register", "/desk/cases", "/desk/advisories", "/desk/updates", "/desk/deliveries", "/desk/statements", "/desk/products", "/desk/sites", "/desk/trust", "/desk/policy"]),
        ("Quality", ["/desk/readiness", "/desk/channels"]),
        ("Administrator", ["/desk/people", "/desk/tokens", "/desk/operations"]),
        ("Operator", ["/portal", "/portal/access"]),
    ];

    private static readonly string[] Public = ["/", "/report", "/security", "/updates", "/advisories", "/may-i-install", "/keys"];

    [Fact]
    public async Task The_demo_fills_an_empty_store_lets_each_role_in_once_and_every_page_is_fit_to_be_seen()
    {
        var (data, url) = (Folder(), World.FreeAddress());
        await using var demo = Start(data, url, "--demo");
        await demo.Until("it printed its links", () => demo.Said.Contains("Nothing here is real", StringComparison.Ordinal));

        foreach (var (role, pages) in Tour)
        {
            await using var context = (await browser.NewPage(1440, 900)).Context;
            var page = context.Pages[0];
            await page.GotoAsync(LinkOf(demo, role));
            await page.ClickAsync("main button[type=submit]");
            Assert.Equal(404, (await page.GotoAsync(LinkOf(demo, role)))!.Status);
            await Look(page, url, pages, role);
        }
        await using var anybody = (await browser.NewPage(1440, 900)).Context;
        await Look(anybody.Pages[0], url, Public, "public");
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

    private static string LinkOf(ServerProcess demo, string role) =>
        Regex.Match(demo.Said, $@"^  {role}\b.*?(http://\S+)$", RegexOptions.Multiline).Groups[1].Value;

    private static DataFolder Folder() => new(Directory.CreateTempSubdirectory("aftercare-demo-").FullName);

    private static ServerProcess Start(DataFolder data, string url, params string[] arguments) =>
        ServerProcess.Start(data, null, arguments, [new("AFTERCARE_URLS", url), new("AFTERCARE_PUBLIC_URL", url)]);
}
