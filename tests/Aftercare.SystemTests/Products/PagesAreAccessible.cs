using System.Text.RegularExpressions;
using Aftercare.Ledger;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Sites;
using Microsoft.Playwright;
using Xunit;

namespace Aftercare.SystemTests.Products;

/// <summary>The pages about products, sites and people in a real browser, wide and narrow.</summary>
public sealed class PagesAreAccessible(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Pages_about_products_sites_and_people_are_accessible_and_fit_their_screen()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var email = await world.MakePerson("Quinn", [], Role.Quality, Role.Administrator, Role.Developer, Role.Support);
        using var quinn = await world.SignIn(email);
        var (release, _) = await SitesAndDevices.TwoReleases(world, quinn);
        var site = await SitesAndDevices.RegisterSite(quinn, "Klinikum Süd");
        var device = await SitesAndDevices.RegisterDevice(quinn, site, "SN-0001", release);
        var product = (await quinn.Get(device.Path)).Link("/desk/products/[0-9a-f-]{36}");
        var item = await quinn.Submit($"{product}/items/register", $"{product}/items/register",
            ("name", "OpenSSL"), ("version", "3.0.13"), ("supplier", "OpenSSL Project"), ("purl", "pkg:generic/openssl@3.0.13"), ("origin", "third-party"), ("releases", release));
        await quinn.Send(item, $"{item.Path}/classify", ("class", "supported"), ("from", "2024-03-04"), ("rationale", "The hospital's own package."), ("password", World.Password));
        await quinn.Submit("/desk/tokens", "/desk/tokens/issue", ("name", "release pipeline"), ("scope", "developer"), ("days", "30"));
        var invited = await quinn.Submit("/desk/people/invite", "/desk/people/invite", ("name", "Ana"), ("email", "ana@acme.test"), ("roles", "analyst"));
        var colleague = await Colleague(world, quinn);
        string[] paths =
        [
            "/desk/products", "/desk/products/register", "/desk/manufacturers/register", product, $"{product}/releases/register", $"{product}/items/register", $"/desk/releases/{release}", item.Path,
            "/desk/sites", "/desk/sites/register", site.Path, $"{site.Path}/devices/register", device.Path, "/desk/people", "/desk/people/invite", invited.Path.Split('?')[0], colleague, "/desk/tokens",
        ];

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
                await Browser.Shot(page, $"{width}-{Array.IndexOf(paths, path):D2}");
                Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") <= 0, $"{path} is wider than {width} px");
                await Browser.Axe(page);
            }
        }
    }

    // Somebody on whom much hangs.
    private static async Task<string> Colleague(World world, Visitor by)
    {
        await world.MakePerson("Bo", [], Role.Quality, Role.Lead, Role.Developer);
        var links = Regex.Matches((await by.Get("/desk/people")).Html, "href=\"(/desk/people/[0-9a-f-]{36})\">(Bo|Quinn)<").ToDictionary(match => match.Groups[2].Value, match => match.Groups[1].Value);
        var (bo, quinn) = (links["Bo"], links["Quinn"][^36..]);
        await by.Submit(bo, $"{bo}/name-deputy", ("role", "quality"), ("deputy", quinn));
        await by.Submit(links["Quinn"], $"{links["Quinn"]}/name-deputy", ("role", "developer"), ("deputy", bo[^36..]));
        await by.Submit(bo, $"{bo}/record-training", ("role", "quality"), ("on", "2026-01-12"), ("reference", "SOP-114 rev. 3, training record 2026-17"), ("nextDue", "2028-01-12"));
        return bo;
    }
}
