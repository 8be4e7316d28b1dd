using System.Net;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Operations;

public sealed class OperationsPageTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task What_waits_failed_and_was_given_up_is_shown_and_can_be_tried_again(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        await Leave(world);
        using var lena = await world.Person("Lena", Role.Lead);

        var page = (await lena.Get("/desk/operations")).Is(HttpStatusCode.OK);
        page.Shows("test.mail:dead").Shows("Given up").Shows("SmtpException: <script>alert(1)</script> refused").Shows("test.mail:waiting").Shows("Failed");
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);

        var after = await lena.Send(page, "/desk/operations/try-again", ("key", "test.mail:dead"));
        Assert.DoesNotContain("Try again", after.Is(HttpStatusCode.OK).Html, StringComparison.Ordinal);
        (await lena.Send(page, "/desk/operations/try-again", ("key", "test.mail:dead"))).Is(HttpStatusCode.Conflict).Shows("job.not-dead");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_machine_room_is_for_administrators_and_leads(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var ana = await world.Person("Ana", Role.Analyst);
        using var otto = await world.Operator("Otto", Guid.CreateVersion7());
        using var ada = await world.Person("Ada", Role.Administrator);

        (await ada.Get("/desk/operations")).Is(HttpStatusCode.OK).Shows("Waiting").Shows("Given up");
        (await ana.Get("/desk/operations")).Is(HttpStatusCode.Forbidden);
        (await otto.Get("/desk/operations")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_page_reads_well_on_wide_and_narrow_screens()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        await Leave(world);
        var email = await world.MakePerson("Lena", [], Role.Lead);
        foreach (var width in new[] { 1440, 390 })
        {
            var page = await browser.NewPage(width, 900);
            await using var context = page.Context;
            await page.GotoAsync($"{world.Address}sign-in?return=/desk/operations");
            await page.FillAsync("[name=email]", email);
            await page.FillAsync("[name=password]", World.Password);
            await page.ClickAsync("main button[type=submit]");
            await page.GotoAsync($"{world.Address}desk/operations");
            await page.GetByText("test.mail:dead").WaitForAsync();
            await Browser.Axe(page);
            await Browser.Shot(page, $"operations-{width}");
        }
    }

    private static async Task Leave(World world)
    {
        var database = world.Services.GetRequiredService<Database>();
        await using var store = world.Store();
        foreach (var key in new[] { "dead", "failed", "waiting" })
            await store.Enqueue("test.mail", key, new { }, store.Now, CancellationToken.None);
        await store.SaveKept(CancellationToken.None);
        await Tables.Tamper(database, """UPDATE jobs SET "Attempts" = 10, "DeadAt" = 1, "LastError" = 'SmtpException: <script>alert(1)</script> refused' WHERE "Key" = 'test.mail:dead'""");
        await Tables.Tamper(database, """UPDATE jobs SET "Attempts" = 2, "LastError" = 'TimeoutException: The mail server at mail.acme.example did not answer within 30 seconds.' WHERE "Key" = 'test.mail:failed'""");
    }
}
