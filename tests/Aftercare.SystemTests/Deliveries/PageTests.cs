using System.Net;
using Aftercare.Ledger;
using Aftercare.SystemTests.Fixtures;
using Microsoft.Playwright;
using Xunit;

namespace Aftercare.SystemTests.Deliveries;

/// <summary>The pages as people see them, wide and narrow.</summary>
public sealed class PageTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Pages_of_deliveries_are_accessible_on_a_wide_and_on_a_narrow_screen()
    {
        await using var here = await Delivering.Begin(Db.Sqlite, postgres, signed: true);
        (await here.Trust(await here.Code())).Is(0);
        (await here.Get("--device", "SN-1")).Is(0);
        await here.FlipAByte();
        Directory.Delete(here.Downloads, recursive: true);
        (await here.Get("--device", "SN-2")).Is(1);
        using var engineer = await here.World.Person("Enno", Role.Service);
        var delivery = await here.DeliveryTo("St. Mary's Hospital", engineer);
        var (desk, site) = (await here.World.MakePerson("Lena", [], Role.Publisher, Role.Service, Role.Support), await here.World.MakePerson("Omar", [here.Hospital], Role.Operator));
        foreach (var (width, height) in new[] { (1440, 900), (390, 844) })
        {
            await Look(here, desk, width, height, ("deliveries", "/desk/deliveries"), ("coverage", here.Coverage), ("delivery", delivery));
            await Look(here, site, width, height, ("portal", "/portal"), ("portal-update", $"/portal/updates/{here.Number}"), ("portal-access", "/portal/access"));
        }
    }

    private async Task Look(Delivering here, string email, int width, int height, params (string Name, string Path)[] pages)
    {
        var page = await browser.NewPage(width, height);
        await using var context = page.Context;
        await page.GotoAsync(new Uri(here.World.Address, "/sign-in").AbsoluteUri);
        await page.FillAsync("input[name=email]", email);
        await page.FillAsync("input[name=password]", World.Password);
        await page.Locator("form[action='/sign-in'] button[type=submit]").ClickAsync();
        foreach (var (name, path) in pages)
        {
            var answer = await page.GotoAsync(new Uri(here.World.Address, path).AbsoluteUri, new() { WaitUntil = WaitUntilState.Load });
            Assert.Equal((int)HttpStatusCode.OK, answer!.Status);
            await Browser.Shot(page, $"deliveries-{name}-{width}");
            await Browser.Axe(page);
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), $"{path} is wider than {width} pixels");
        }
    }
}
