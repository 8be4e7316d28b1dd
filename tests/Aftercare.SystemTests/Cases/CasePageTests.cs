using Aftercare.Ledger;
using Aftercare.SystemTests.Fixtures;
using Microsoft.Playwright;
using Xunit;

namespace Aftercare.SystemTests.Cases;

/// <summary>The pages of a case in a browser.</summary>
public sealed class CasePageTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Theory, InlineData(1440), InlineData(390)]
    public async Task A_case_is_worked_on_in_a_browser_and_everybody_can_read_it(int width)
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var pump = await world.MakePump();
        var report = await world.MakeReport(pump.Product, CaseWorld.Settled);
        var email = await world.MakePerson("Ana", [], Role.Analyst, Role.Lead, Role.Safety, Role.Quality);
        var page = await browser.NewPage(width, 900);
        await using var context = page.Context;
        await SignIn(page, world, email);

        await page.GotoAsync($"{world.Address}desk/cases/new?report={report}");
        await Look(page, $"case-open-{width}");
        await page.GetByLabel("Title").FillAsync("Commands of the infusion pump can be replayed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open a case" }).ClickAsync();
        await Look(page, $"case-fresh-{width}");

        await Fill(page, "add-vulnerability", form => form.GetByLabel("Title").FillAsync("Commands carry no fresh counter"));
        await Fill(page, "score-vulnerability", form => form.GetByLabel("CVSS vector").FillAsync("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H"));
        await Fill(page, "set-status", async form =>
        {
            await form.GetByLabel("Infusion pump 4.2.0").CheckAsync();
            await form.GetByLabel("Affected", new() { Exact = true }).CheckAsync();
            await form.GetByLabel("Affected: what users can do").SelectOptionAsync("vendor-fix");
            await form.GetByLabel("What this rests on").FillAsync("The code is in it.");
        });
        await Fill(page, "judge-safety", async form =>
        {
            await form.GetByLabel("Yes").CheckAsync();
            await form.GetByLabel("Statement").FillAsync("Over-infusion is possible while the alarm is silenced.");
            await form.GetByLabel("Your password").FillAsync(World.Password);
        });
        await Look(page, $"case-{width}");

        await page.GotoAsync($"{world.Address}desk/cases");
        Assert.Contains("8.1 High", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await Look(page, $"cases-{width}");
    }

    private static async Task Fill(IPage page, string step, Func<ILocator, Task> fill)
    {
        var form = page.Locator($"details:has(form[action$='/{step}'])").First;
        await form.Locator("summary").ClickAsync();
        await fill(form);
        await form.GetByRole(AriaRole.Button).ClickAsync();
    }

    private static async Task SignIn(IPage page, World world, string email)
    {
        await page.GotoAsync($"{world.Address}sign-in");
        await page.FillAsync("input[name=email]", email);
        await page.FillAsync("input[name=password]", World.Password);
        await page.ClickAsync("form[action='/sign-in'] button[type=submit]");
    }

    private static async Task Look(IPage page, string name)
    {
        await Browser.Shot(page, name);
        await Browser.Axe(page);
    }
}
