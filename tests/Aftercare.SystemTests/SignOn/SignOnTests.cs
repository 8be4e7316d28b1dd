using System.Net;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Xunit;

namespace Aftercare.SystemTests.SignOn;

/// <summary>Single sign-on with a provider that is not ours, from the settings to the day on which it does not answer.</summary>
public sealed class SignOnTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task People_sign_in_at_the_provider_their_groups_propose_roles_and_a_second_person_grants_them(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var (adaEmail, anaEmail) = (await world.MakePerson("Ada", [], Role.Administrator), await world.MakePerson("Ana", [], Role.Analyst));
        using var ada = await world.SignIn(adaEmail);
        using var quinn = await world.Person("Quinn", Role.Quality);
        object accounts = new
        {
            ada = new { email = adaEmail, email_verified = true, name = "Ada", groups = Array.Empty<string>() },
            ana = new { email = anaEmail.ToUpperInvariant(), email_verified = true, name = "Ana", groups = new[] { "analysts", "leads" } },
            ivo = new { email = "ivo@acme.test", email_verified = true, name = "Ivo", groups = new[] { "analysts" } },
            mallory = new { email = "mallory@elsewhere.test", email_verified = true, name = "Mallory", groups = new[] { "leads" } },
        };
        var provider = await RealProvider.Listen(world, accounts);
        Assert.DoesNotContain("/sign-in/with", (await ada.Get("/sign-in")).Html, StringComparison.Ordinal);
        (await ada.Get("/sign-in/with")).Is(HttpStatusCode.Forbidden).Shows("not set up");

        // Refused with everything that was typed, but the secret.
        var refused = await ada.Submit("/desk/sign-on", "/desk/sign-on", provider.Settings(("groups", "analysts = boss")));
        refused.Is(HttpStatusCode.BadRequest).Shows("is not a group, an equals sign and one of");
        Assert.DoesNotContain(RealProvider.Secret, refused.Html, StringComparison.Ordinal);
        (await ada.Submit("/desk/sign-on", "/desk/sign-on", provider.Settings(("groups", "analysts = analyst\nleads = lead")))).Is(HttpStatusCode.OK).Shows(provider.Issuer);
        (await RealProvider.SignIn(ada, "/desk/sign-on/try", "ana")).Is(HttpStatusCode.OK).Shows("It would sign in Ana").Shows("Came, and is verified").Shows("Analyst, Lead").Shows("email_verified");
        (await ada.Get("/account")).Shows("Ada,");

        // Ana has a password already; from now on she needs none. What her groups say is proposed.
        using var ana = world.Visitor();
        (await ana.Get("/sign-in")).Shows("Sign in with Acme");
        (await RealProvider.SignIn(ana, "/sign-in/with?return=/desk/cases", "ana")).Is(HttpStatusCode.OK).Shows("You are signed in").Shows("Go on");
        Assert.Equal("/desk/cases", (await ana.Get("/desk/cases")).Path);
        var person = $"/desk/people/{await PersonOf(world, anaEmail)}";
        var page = (await ada.Get(person)).Shows("Waits for a second person").Shows("Lead").Shows("It comes from a group, by the table that you set up");
        Assert.DoesNotContain("/grant-role", page.Html, StringComparison.Ordinal);
        (await quinn.Submit(person, $"{person}/grant-role")).Is(HttpStatusCode.OK).Shows("Role granted").Shows("Single sign-on");

        // Ivo was invited, and joins without a password.
        (await ada.Submit("/desk/people/invite", "/desk/people/invite", ("name", "Ivo Horvat"), ("email", "ivo@acme.test"), ("roles", "analyst"))).Is(HttpStatusCode.OK);
        using var ivo = world.Visitor();
        (await RealProvider.SignIn(ivo, "/sign-in/with", "ivo")).Is(HttpStatusCode.OK).Shows("You are signed in");
        (await ivo.Get("/account")).Shows("Ivo Horvat, ivo@acme.test").Shows("You have none here");
        (await SignIn(world, "ivo@acme.test", "")).Shows("is wrong");

        // Mallory works for the same organisation, and nobody has invited her.
        using var mallory = world.Visitor();
        (await RealProvider.SignIn(mallory, "/sign-in/with", "mallory")).Is(HttpStatusCode.Forbidden).Shows("Ask an administrator");
        (await ada.Get("/desk/sign-on")).Shows("Mallory, mallory@elsewhere.test");

        // Signing in proves nothing for signing; the provider asks anew, and then it does.
        (await ana.Get("/account")).Shows("Prove who you are to add a passkey");
        (await ana.Get("/sign-in/again?return=/account")).Shows("Prove it with Acme");
        (await RealProvider.SignIn(ana, "/sign-in/again/with?return=/account", "ana")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("Prove who you are to add a passkey", (await ana.Get("/account")).Text, StringComparison.Ordinal);

        // A group that went away takes nothing, and is shown to those who may.
        await provider.Change(new { ana = new { email = anaEmail, email_verified = true, name = "Ana", groups = new[] { "leads" } } });
        using (var again = world.Visitor())
            await RealProvider.SignIn(again, "/sign-in/with", "ana");
        (await quinn.Get(person)).Shows("Not in a group any more").Shows("To be looked at Analyst");
        await provider.Change(accounts);

        // Required for all but one administrator, who has a password.
        var settings = provider.Settings(("groups", "analysts = analyst\nleads = lead"), ("breakGlass", $"{await PersonOf(world, anaEmail)}"));
        (await ada.Submit("/desk/sign-on", "/desk/sign-on", settings)).Is(HttpStatusCode.BadRequest).Shows("Only an administrator can keep a way in of his own");
        (await ada.Submit("/desk/sign-on", "/desk/sign-on", [.. settings[..^1], ("breakGlass", $"{await PersonOf(world, adaEmail)}")])).Is(HttpStatusCode.OK);
        (await SignIn(world, anaEmail, World.Password)).Shows("Everybody at the desk signs in by single sign-on.");
        (await ana.Submit("/account", "/account/password", ("password", World.Password), ("newPassword", "a much better sentence"))).Is(HttpStatusCode.OK);
        using var desk = world.Visitor();
        await RealProvider.SignIn(desk, "/sign-in/with", "ana");
        Assert.DoesNotContain("Password", (await desk.Get("/sign-in/again")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", (await SignIn(world, adaEmail, World.Password)).Text, StringComparison.Ordinal);
        var keeper = $"/desk/people/{await PersonOf(world, adaEmail)}";
        (await quinn.Submit(keeper, $"{keeper}/leave", ("reason", "Retires."))).Is(HttpStatusCode.Conflict).Shows("keeps the way in beside single sign-on");

        (await ada.Submit("/desk/sign-on", "/desk/sign-on/turn-off", ("reason", "The provider moves."))).Is(HttpStatusCode.OK).Shows("not set up any more");
        (await SignIn(world, anaEmail, "a much better sentence")).Is(HttpStatusCode.OK);
        Assert.Equal(0, await Tables.Count(world.Services.GetRequiredService<Database>(), """SELECT count(*) FROM sealed_secrets WHERE "Name" LIKE 'sign-on/%'"""));
    }

    [Fact]
    public async Task In_a_browser_the_way_to_the_provider_and_back_ends_at_the_desk()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var email = await world.MakePerson("Ada", [], Role.Administrator);
        var provider = await RealProvider.Listen(world, new
        {
            ada = new { email, email_verified = true, name = "Ada", groups = new[] { "analysts" } },
            eve = new { email = "eve@elsewhere.test", email_verified = true, name = "Eve" },
        });
        using (var ada = await world.SignIn(email))
            (await ada.Submit("/desk/sign-on", "/desk/sign-on", provider.Settings(("groups", "analysts = analyst\nCN=leads,OU=groups = lead")))).Is(HttpStatusCode.OK);
        foreach (var width in new[] { 1440, 390 })
        {
            var eve = await browser.NewPage(width, 900);
            await using var refused = eve.Context;
            await Through(eve, $"{world.Address}sign-in", "Sign in with Acme", "eve");
            await eve.GetByText("Ask an administrator").WaitForAsync();
            await Look(eve, $"sign-on-refused-{width}");

            var page = await browser.NewPage(width, 900);
            await using var context = page.Context;
            await page.GotoAsync($"{world.Address}sign-in?return=/desk/sign-on");
            await Look(page, $"sign-on-sign-in-{width}");
            await Through(page, null, "Sign in with Acme", "ada");
            // The cookie of the session is sent along with the very first page.
            await page.GetByRole(AriaRole.Heading, new() { Name = "Turned away" }).WaitForAsync();
            Assert.Equal($"{world.Address}desk/sign-on", page.Url);
            await Look(page, $"sign-on-settings-{width}");
            await page.GetByRole(AriaRole.Link, new() { Name = "Try it" }).ClickAsync();
            await page.GetByText("Nobody was signed in by it.").WaitForAsync();
            await Look(page, $"sign-on-tried-{width}");
            await Through(page, $"{world.Address}sign-in/again?return=/account", "Prove it with Acme", "ada");
            await page.GetByText("Name of the new passkey").WaitForAsync();
        }
    }

    private static async Task Through(IPage page, string? begin, string link, string login)
    {
        if (begin is not null)
            await page.GotoAsync(begin);
        await page.GetByRole(AriaRole.Link, new() { Name = link }).ClickAsync();
        await page.FillAsync("[name=login]", login);
        await page.FillAsync("[name=password]", "any");
        await page.ClickAsync("button[type=submit]");
    }

    private static async Task Look(IPage page, string name)
    {
        await Browser.Axe(page);
        await Browser.Shot(page, name);
    }

    private static async Task<Page> SignIn(World world, string email, string password)
    {
        using var visitor = world.Visitor();
        return await visitor.Submit("/sign-in", "/sign-in", ("email", email), ("password", password));
    }

    private static async Task<Guid> PersonOf(World world, string email)
    {
        await using var scope = world.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByEmailAsync(email))!.Id;
    }
}
