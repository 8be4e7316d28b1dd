using System.Globalization;
using Aftercare.Ledger;
using Aftercare.SystemTests.Fixtures;
using Microsoft.Playwright;
using Xunit;

namespace Aftercare.SystemTests.Reports;

/// <summary>The pages of this part in a real browser: usable by everybody, on a desk's screen and on a telephone.</summary>
public sealed class ReportPagesTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task A_reporter_without_script_finds_fills_and_keeps_everything(int width)
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        await SomeReport.Product(world, "Halden infusion pump");
        var page = await browser.NewPage(width, 900);
        await using var context = page.Context;

        await page.GotoAsync(world.Address.ToString());
        await Sound(page, $"home-{width}");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Report a vulnerability" }).GetByRole(AriaRole.Link).ClickAsync();
        await Sound(page, $"report-form-{width}");
        await page.GetByRole(AriaRole.Group, new() { Name = "Was a patient harmed" }).GetByLabel("No", new() { Exact = true }).CheckAsync();
        await page.GetByLabel("Which product?").SelectOptionAsync(new SelectOptionValue { Label = "Halden infusion pump" });
        await page.GetByLabel("What did you find?").FillAsync("The service port takes any password.\nTelnet to port 2323 and press return.");
        await page.GetByLabel("No, I want to stay anonymous").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the report" }).ClickAsync();

        await page.GetByText("We have your report").WaitForAsync();
        await Sound(page, $"own-report-{width}");
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task The_desk_sees_what_waits_and_takes_each_step(int width)
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var visitor = world.Visitor();
        await SomeReport.Send(visitor, SomeReport.WithAddress, ("attachments", "capture.pcap", new byte[70_000]));
        await SomeReport.Send(visitor, [.. SomeReport.Anonymous, ("website", "https://shoes.test")]);
        var email = await world.MakePerson("Ana", [], Role.Analyst, Role.Lead, Role.Quality);
        var page = await browser.NewPage(width, 900);
        await using var context = page.Context;
        await page.GotoAsync(new Uri(world.Address, "/sign-in?return=/desk").ToString());
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(World.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();

        await Sound(page, $"today-{width}");
        foreach (var (path, name) in new[] { ("/desk/reports", "inbox"), ("/desk/reports/enter", "enter"), ("/desk/register", "register"), ("/desk/policy", "policies"), ("/desk/policy/draft", "policy-draft") })
        {
            await page.GotoAsync(new Uri(world.Address, path).ToString());
            await Sound(page, $"{name}-{width}");
        }
        await page.GotoAsync(new Uri(world.Address, "/desk/reports").ToString());
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("^R-") }).First.ClickAsync();
        await Sound(page, $"report-{width}");
        await page.EvaluateAsync("document.querySelectorAll('details.step').forEach(step => step.open = true)");
        await Sound(page, $"report-steps-{width}");
    }

    private static async Task Sound(IPage page, string name)
    {
        await Browser.Shot(page, name);
        await Browser.Axe(page);
        var tooWide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - window.innerWidth");
        Assert.True(tooWide <= 0, string.Create(CultureInfo.InvariantCulture, $"{name}: {tooWide} px are off the screen"));
    }
}
