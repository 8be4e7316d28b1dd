using Aftercare.Ledger;
using Aftercare.SystemTests.Advisories;
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

    [Theory, InlineData(1440, false), InlineData(390, true)]
    public async Task The_score_follows_each_choice_of_the_keyboard_and_is_what_gets_recorded(int width, bool dark)
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var flaw = await PumpCase.In(world);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        var page = await browser.NewPage(width, 900, dark);
        await using var context = page.Context;
        await SignIn(page, world, email);
        await page.GotoAsync($"{world.Address}{flaw.Page[1..]}?cvss=4.0#step-score-{flaw.Flaw}");
        var form = page.Locator($"#step-score-{flaw.Flaw}");
        if (!await form.EvaluateAsync<bool>("fold => fold.open"))
            await form.Locator("> summary").ClickAsync();

        // Base metrics of 4.0, each by the first letters of its value.
        foreach (var (metric, letters) in new[]
        {
            ("Attack Vector", "N"), ("Attack Complexity", "L"), ("Attack Requirements", "N"), ("Privileges Required", "N"), ("User Interaction", "N"),
            ("Vulnerable System Confidentiality", "H"), ("Vulnerable System Integrity", "H"), ("Vulnerable System Availability", "H"),
            ("Subsequent System Confidentiality", "H"), ("Subsequent System Integrity", "H"),
        })
            await Press(form, metric, letters);
        await form.GetByText("Choose Subsequent System Availability.").WaitForAsync();
        await Press(form, "Subsequent System Availability", "H");
        await form.GetByText("10.0 Critical").WaitForAsync();
        await Look(page, $"case-cvss-{width}");

        await form.GetByLabel("Why these values").FillAsync("The ward network is flat.");
        await form.GetByRole(AriaRole.Button, new() { Name = "Rate" }).ClickAsync();
        await page.GetByText("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H").First.WaitForAsync();

        static async Task Press(ILocator form, string metric, string letters)
        {
            var choice = form.GetByLabel(metric).First;
            await choice.FocusAsync();
            await choice.PressSequentiallyAsync(letters);
        }
    }

    [Fact]
    public async Task What_was_typed_into_a_refused_form_stands_there_still()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var flaw = await PumpCase.In(world);
        var email = await world.MakePerson("Lea", [], Role.Analyst, Role.Lead);
        var page = await browser.NewPage(390, 900);
        await using var context = page.Context;
        await SignIn(page, world, email);
        await page.GotoAsync($"{world.Address}{flaw.Page[1..]}");

        await Fill(page, "accept", form => form.GetByLabel("Why we take it on").FillAsync("Two hospitals have asked."));

        await page.GetByText("Clinical safety judges whether a patient could be harmed.").First.WaitForAsync();
        Assert.Equal("Two hospitals have asked.", await page.GetByLabel("Why we take it on").InputValueAsync());
        Assert.Contains("case.", await page.Locator("#notice").InnerTextAsync(), StringComparison.Ordinal);
        await Look(page, "case-refused-390");
    }

    private static async Task Fill(IPage page, string step, Func<ILocator, Task> fill)
    {
        var form = page.Locator($"details:has(form[action$='/{step}'])").First;
        await form.Locator("> summary").ClickAsync();
        await fill(form);
        // Whoever goes on before the answer is there takes his request back.
        await page.EvaluateAsync("document.body.dataset.before = 'yes'");
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await page.Locator("body:not([data-before])").WaitForAsync();
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
