using Aftercare.Ledger;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Updates;

/// <summary>The pages of updates as people see them.</summary>
public sealed class PagesTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Pages_of_updates_and_trust_have_no_accessibility_faults()
    {
        await using var desk = await Releasing.Begin(Db.Sqlite, postgres);
        var draft = await desk.Draft();
        await Look(desk, "draft", "/desk/updates", "/desk/trust", "/desk/updates/draft", draft, "/desk/statements");
        await desk.Propose();
        await Look(desk, "proposed", "/desk/trust");
        (await desk.Quality.Submit("/desk/trust", "/desk/trust/root/publish", ("password", World.Password))).Is(System.Net.HttpStatusCode.OK);
        await desk.Describe(draft);
        (await desk.Upload(draft)).Is(0);
        await Look(desk, "complete", draft);
        await desk.Submit(draft);
        (await desk.Sign(draft, "Anna")).Is(0);
        await Look(desk, "signing", draft);
        (await desk.Sign(draft, "Ben")).Is(0);
        await desk.Publish(draft);
        await Look(desk, "published", draft, "/desk/updates", "/desk/trust", "/updates", (await desk.Publisher.Get("/updates")).Link("/updates/U-[0-9-]+"));
    }

    private async Task Look(Releasing desk, string when, params string[] paths)
    {
        var email = await desk.World.MakePerson("Paula", [], Role.Publisher);
        foreach (var width in (int[])[1440, 390])
        {
            var page = await browser.NewPage(width, 900);
            await using var context = page.Context;
            await page.GotoAsync(desk.Server + "/sign-in");
            await page.GetByLabel("E-mail address").FillAsync(email);
            await page.GetByLabel("Password").FillAsync(World.Password);
            await page.GetByLabel("Password").PressAsync("Enter");
            await page.WaitForURLAsync("**/desk");
            foreach (var path in paths)
            {
                await page.GotoAsync(desk.Server + path);
                await Browser.Axe(page);
                await Browser.Shot(page, $"{when}{(path.Length > 30 ? "-update" : path.Replace('/', '-'))}-{width}");
            }
        }
    }
}
