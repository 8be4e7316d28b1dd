using System.Net;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.SignIn;

/// <summary>Where somebody is signed in, what ends it, and what a copied cookie is worth afterwards.</summary>
public sealed class SessionTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    private const string Firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0";

    [Theory]
    [InlineData(Firefox, "Firefox on Windows")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", "Safari on Mac")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/123.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36", "Chrome on Android")]
    [InlineData("<script>alert(1)</script>", "unknown browser")]
    [InlineData("", "unknown browser")]
    [InlineData(null, "unknown browser")]
    public void A_browser_is_named_in_plain_words_and_never_by_its_own(string? userAgent, string words) => Assert.Equal(words, Sessions.BrowserOf(userAgent));

    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48")]
    public void Of_an_address_only_the_network_is_kept(string address, string network) => Assert.Equal(network, Sessions.NetworkOf(IPAddress.Parse(address)));

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_person_sees_where_he_is_signed_in_and_signs_out_there_here_and_everywhere_else(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var office = await world.SignIn(email);
        using var home = world.Visitor();
        home.Http.DefaultRequestHeaders.UserAgent.ParseAdd(Firefox);
        await SignIn(home, email);
        using var third = await world.SignIn(email);

        var account = (await office.Get("/account")).Shows("This one").Shows("Firefox on Windows").Shows("unknown browser").Shows("127.0.0.0/24").Shows("Sign out everywhere else");
        Assert.Equal(3, await Count(world));
        (await office.Send(account, "/account/sessions/end")).Shows("Signed out there.");
        Assert.Equal(2, await Count(world));
        (await office.Submit("/account", "/account/sessions/end-others")).Shows("Signed out there.");
        Assert.StartsWith("/sign-in", (await home.Get("/desk")).Path, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", (await third.Get("/desk")).Path, StringComparison.Ordinal);
        Assert.DoesNotContain("Sign out everywhere else", (await office.Get("/account")).Text, StringComparison.Ordinal);

        // A changed password ends the others in the same moment and lets this one go on.
        await SignIn(home, email);
        (await office.Submit("/account", "/account/password", ("password", World.Password), ("newPassword", "a much better sentence"))).Shows("Your other sessions have ended.");
        Assert.StartsWith("/sign-in", (await home.Get("/desk")).Path, StringComparison.Ordinal);
        Assert.Equal("/desk", (await office.Get("/desk")).Path);

        // Nobody gathers sessions without end.
        for (var i = 0; i < Store.MaxSessions + 2; i++)
            using (var one = world.Visitor())
                await one.Submit("/sign-in", "/sign-in", ("email", email), ("password", "a much better sentence"));
        Assert.Equal(Store.MaxSessions, await Count(world));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Attack_a_copied_cookie_after_proving_anew_and_after_signing_out(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var ana = await world.SignIn(email);
        var first = ana.Cookies;
        Assert.Equal("/desk", await With(world, first));

        // Whoever proves anew who he is gets another id: what was copied before does not become fresh with him.
        await ana.Submit("/sign-in/again?return=/account", "/sign-in/again", ("password", World.Password));
        Assert.StartsWith("/sign-in", await With(world, first), StringComparison.Ordinal);
        var second = ana.Cookies;
        Assert.Equal("/desk", await With(world, second));

        await ana.Submit("/account", "/sign-out");
        Assert.StartsWith("/sign-in", await With(world, second), StringComparison.Ordinal);
        Assert.Equal(0, await Count(world));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Attack_session_fixation_with_a_cookie_of_the_attackers_own_account(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var mallory = await world.Person("Mallory", Role.Analyst);
        var email = await world.MakePerson("Quinn", [], Role.Quality);
        using var quinn = world.Visitor();
        quinn.Plant(mallory.Cookies);

        await SignIn(quinn, email);

        (await quinn.Get("/account")).Shows("Quinn,");
        // What Mallory planted and still has is not Quinn's session, and Quinn's browser has left Mallory's.
        Assert.StartsWith("/sign-in", (await mallory.Get("/desk")).Path, StringComparison.Ordinal);
        Assert.Equal(1, await Count(world));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Attack_ending_another_persons_session_by_its_id(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var mallory = await world.Person("Mallory", Role.Analyst);
        var email = await world.MakePerson("Mo", [], Role.Analyst);
        using var one = await world.SignIn(email);
        using var other = await world.SignIn(email);
        var page = await one.Get("/account");
        var foreign = page.Form("/account/sessions/end").Single(field => field.Key == "id").Value;

        (await mallory.SendTo(await mallory.Get("/account"), "/sign-out", "/account/sessions/end", ("id", foreign))).Is(HttpStatusCode.OK);
        Assert.Equal("/desk", (await other.Get("/desk")).Path);
        foreach (var nonsense in new[] { "", "x", new string('z', 64), new string('0', 4000) })
            (await mallory.SendTo(await mallory.Get("/account"), "/sign-out", "/account/sessions/end", ("id", nonsense))).Is(HttpStatusCode.NotFound);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_session_ends_when_nobody_was_seen_and_at_the_latest_after_a_working_day(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var ana = await world.Person("Ana", Role.Analyst);
        var database = world.Services.GetRequiredService<Database>();
        var now = DateTimeOffset.UtcNow;

        // Seen again after a while, noted at most every five minutes.
        await Tables.Tamper(database, $"UPDATE sessions SET \"SeenAt\" = {now.AddMinutes(-59).ToUnixTimeMilliseconds()}");
        Assert.Equal("/desk", (await ana.Get("/desk")).Path);
        Assert.Equal(1, await Tables.Count(database, $"SELECT COUNT(*) FROM sessions WHERE \"SeenAt\" >= {now.ToUnixTimeMilliseconds()}"));
        var noted = await Tables.Count(database, "SELECT \"SeenAt\" FROM sessions");
        await ana.Get("/desk");
        Assert.Equal(noted, await Tables.Count(database, "SELECT \"SeenAt\" FROM sessions"));

        await Tables.Tamper(database, $"UPDATE sessions SET \"SeenAt\" = {now.AddMinutes(-61).ToUnixTimeMilliseconds()}");
        Assert.StartsWith("/sign-in", (await ana.Get("/desk")).Path, StringComparison.Ordinal);
        await Tables.Tamper(database, $"UPDATE sessions SET \"SeenAt\" = {now.ToUnixTimeMilliseconds()}");
        Assert.Equal("/desk", (await ana.Get("/desk")).Path);
        await Tables.Tamper(database, $"UPDATE sessions SET \"ExpiresAt\" = {now.AddSeconds(-1).ToUnixTimeMilliseconds()}");
        Assert.StartsWith("/sign-in", (await ana.Get("/desk")).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_was_opened_before_the_session_ended_can_be_sent_after_signing_in_again()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var email = await world.MakePerson("Ana", [], Role.Lead);
        using var ana = await world.SignIn(email);
        var open = await ana.Get("/desk/sites/register");
        (string, string)[] typed = [("name", "Klinikum Süd"), ("country", "DE"), ("kind", "hospital")];
        await Tables.Tamper(world.Services.GetRequiredService<Database>(), "DELETE FROM sessions");

        (await ana.Send(open, "/desk/sites/register", typed)).Is(HttpStatusCode.Unauthorized).Shows("what you typed still stands in it").Shows("session.ended");
        await SignIn(ana, email);
        (await ana.Send(open, "/desk/sites/register", typed)).Shows("Klinikum Süd");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_administrator_signs_somebody_out_everywhere_on_record_and_a_lost_second_factor_does_too(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var ada = await world.Person("Ada", Role.Administrator);
        using var quality = await world.Person("Quinn", Role.Quality);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var ana = await world.SignIn(email);
        using var elsewhere = await world.SignIn(email);
        var page = $"/desk/people/{await PersonOf(world, email)}";

        Assert.DoesNotContain("/end-sessions", (await quality.Get(page)).Html, StringComparison.Ordinal);
        var open = (await ada.Get(page)).Shows("Signed in in 2 browsers now.");
        (await ada.Send(open, $"{page}/end-sessions", ("reason", "The laptop was stolen."))).Is(HttpStatusCode.OK).Shows("Sessions ended").Shows("The laptop was stolen.").Shows("Signed in nowhere now.");
        foreach (var browser in new[] { ana, elsewhere })
            Assert.StartsWith("/sign-in", (await browser.Get("/desk")).Path, StringComparison.Ordinal);

        // Neither id nor address of a session is on record or readable beside it.
        await SignIn(ana, email);
        await using var scope = world.Services.CreateAsyncScope();
        var kept = scope.ServiceProvider.GetRequiredService<RecordContext>().Sessions.ToList();
        Assert.All(kept, session => Assert.Equal((32, "127.0.0.0/24"), (session.Sha256.Length, session.Network)));

        // What takes the second factor away changes the account's stamp, and with it every session.
        await using (var store = world.Store())
        {
            await store.DropSecondFactor(await PersonOf(world, email), default);
            await store.SaveKept(default);
        }
        Assert.StartsWith("/sign-in", (await ana.Get("/desk")).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_sessions_is_accessible()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var email = await world.MakePerson("Quinn", [], Role.Quality);
        using var elsewhere = world.Visitor();
        elsewhere.Http.DefaultRequestHeaders.UserAgent.ParseAdd(Firefox);
        await SignIn(elsewhere, email);
        foreach (var (width, name) in new[] { (1440, "wide"), (390, "narrow") })
        {
            var page = await browser.NewPage(width, 900);
            await using var context = page.Context;
            await page.GotoAsync($"{world.Address}sign-in?return=/account");
            await page.FillAsync("#email", email);
            await page.FillAsync("#password", World.Password);
            await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
            await page.GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Name = "Where you are signed in" }).WaitForAsync();
            await Browser.Axe(page);
            await Browser.Shot(page, $"sessions-{name}");
        }
    }

    private static Task<Page> SignIn(Visitor by, string email) => by.Submit("/sign-in", "/sign-in", ("email", email), ("password", World.Password));

    // Where somebody ends up who brings nothing but these cookies.
    private static async Task<string> With(World world, string cookies)
    {
        using var thief = world.Visitor();
        thief.Plant(cookies);
        return (await thief.Get("/desk")).Path;
    }

    private static Task<long> Count(World world) => Tables.Count(world.Services.GetRequiredService<Database>(), "SELECT COUNT(*) FROM sessions");

    private static async Task<Guid> PersonOf(World world, string email)
    {
        await using var scope = world.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByEmailAsync(email))!.Id;
    }
}
