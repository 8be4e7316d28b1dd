using System.Globalization;
using System.Net;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Xunit;

namespace Aftercare.SystemTests.SignIn;

/// <summary>Password and a code of an authenticator app, and what a thief tries who has only one of them.</summary>
public sealed class AuthenticatorTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    private static readonly (string, string)[] Policy =
    [
        ("title", "Reporting vulnerabilities"), ("language", "en"), ("acknowledgeWithin", "2"), ("updateEvery", "14"), ("howToReport", "By the form."), ("acknowledgement", "At once."),
        ("investigation", "Well."), ("coordination", "Together."), ("scope", "Our pumps."), ("rulesOfEngagement", "Not on patients."), ("adverseEvents", "To the representative."), ("safeHarbour", ""),
    ];

    // RFC 6238, appendix B, for SHA-1; of its eight digits the last six.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard_and_count_one_step_early_or_late(long at, string code)
    {
        const string key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        var instant = DateTimeOffset.FromUnixTimeSeconds(at);

        Assert.Equal(code, AuthenticatorCodes.CodeAt(key, instant));
        foreach (var (drift, counts) in new[] { (-30, true), (0, true), (30, true), (60, false), (90, false) })
            Assert.Equal(counts ? at / 30 : null, AuthenticatorCodes.StepOf(key, code, instant.AddSeconds(drift)));
        if (at >= 60)
            Assert.Null(AuthenticatorCodes.StepOf(key, code, instant.AddSeconds(-60)));
        Assert.Null(AuthenticatorCodes.StepOf(key, "", instant));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_authenticator_app_is_set_up_asked_for_at_sign_in_and_before_a_signature_and_removed(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Quinn", [], Role.Quality);
        using var quinn = await world.SignIn(email);
        var (key, recovery) = await SetUp(quinn);
        Assert.Equal(10, recovery.Length);
        (await quinn.Get("/account")).Shows("Recovery codes left: 10.");

        using var later = world.Visitor();
        (await Password(later, email)).Shows("Enter the code");
        Assert.Equal("/desk", (await Code(later, await Fresh(world, email, key))).Path);
        // The password alone proves nothing any more.
        var again = await later.Get("/sign-in/again?return=/account");
        (await later.Send(again, "/sign-in/again", ("password", World.Password), ("code", "000000"))).Shows("The password or the code is wrong.");
        (await later.Send(again, "/sign-in/again", ("password", World.Password), ("code", recovery[0].ToLowerInvariant()))).Shows("Recovery codes left: 9.");
        (await later.Submit("/account", "/account/codes/remove")).Shows("The authenticator app is removed.");

        using var last = world.Visitor();
        Assert.Equal("/desk", (await Password(last, email)).Path);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Attack_code_replay_and_recovery_code_reuse(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var ana = await world.SignIn(email);
        var (key, recovery) = await SetUp(ana);
        using var first = world.Visitor();
        using var thief = world.Visitor();
        var seen = await Fresh(world, email, key);

        await Password(first, email);
        await Password(thief, email);
        Assert.Equal("/desk", (await Code(first, seen)).Path);
        (await Code(thief, seen)).Shows("The code is wrong or was used before.");
        Assert.Equal("/desk", (await Code(thief, recovery[3])).Path);
        using var late = world.Visitor();
        await Password(late, email);
        (await Code(late, recovery[3])).Shows("The code is wrong or was used before.");
        (await late.Get("/desk")).Shows("Sign in");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Attack_one_code_sent_many_times_at_once_admits_once(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var ana = await world.SignIn(email);
        var (_, recovery) = await SetUp(ana);
        var visitors = Enumerable.Range(0, 4).Select(_ => world.Visitor()).ToList();
        var open = new List<Page>();
        foreach (var visitor in visitors)
            open.Add(await Password(visitor, email));

        var answers = await Task.WhenAll(visitors.Select((visitor, i) => visitor.Send(open[i], "/sign-in/code", ("code", recovery[0]))));

        Assert.Single(answers, answer => answer.Path == "/desk");
        visitors.ForEach(visitor => visitor.Dispose());
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Attack_brute_force_of_codes_locks_the_account_whatever_the_password(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var ana = await world.SignIn(email);
        var (key, _) = await SetUp(ana);
        using var thief = world.Visitor();

        // The right password again and again does not forgive the wrong codes.
        for (var attempt = 1; attempt < 5; attempt++)
        {
            await Password(thief, email);
            (await Code(thief, "0000" + attempt.ToString("D2", CultureInfo.InvariantCulture))).Shows("The code is wrong");
        }
        await Password(thief, email);
        (await Code(thief, "not-a-code")).Shows("Too many wrong attempts.");
        (await Password(thief, email)).Shows("Too many wrong attempts.");
        await using var scope = world.Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        Assert.True((await SecondFactor.Check(people, (await people.FindByEmailAsync(email))!, await Fresh(world, email, key))).IsLockedOut);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Attack_skipping_the_second_step_with_the_intermediate_cookie(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var ana = await world.SignIn(email);
        await SetUp(ana);
        using var thief = world.Visitor();
        (await Password(thief, email)).Shows("Enter the code");

        foreach (var path in new[] { "/desk", "/account", "/account/codes", "/home", "/sign-in/again" })
            Assert.StartsWith("/sign-in?return=", (await thief.Get(path)).Path, StringComparison.Ordinal);
        // The second page is for those who passed the first.
        using var nobody = world.Visitor();
        Assert.StartsWith("/sign-in?refused=late&", (await nobody.Get("/sign-in/code")).Path, StringComparison.Ordinal);
        // Nor does it outlive a change of the account.
        var waiting = await thief.Get("/sign-in/code");
        await ana.Submit("/account", "/account/codes/remove");
        (await thief.Send(waiting, "/sign-in/code", ("code", "123456"))).Shows("Sign in again.");
        (await thief.Get("/desk")).Shows("Sign in");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Attack_a_changed_password_does_not_stand_for_the_code(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var ana = await world.SignIn(email);
        await SetUp(ana);
        await ProvedLongAgo(world, ana, email);

        (await ana.Submit("/account", "/account/password", ("password", World.Password), ("newPassword", "a much better sentence"))).Shows("Your password is changed.");
        (await ana.Get("/account")).Shows("Prove who you are to change this");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_signature_asks_for_the_code_too_and_the_second_of_two_clicks_gets_the_first_ones_answer(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var ana = await world.Person("Ana", Role.Analyst, Role.Lead);
        var email = await world.MakePerson("Quentin", [], Role.Quality);
        using var quentin = await world.SignIn(email);
        var (key, _) = await SetUp(quentin);
        await ProvedLongAgo(world, quentin, email);
        var draft = await ana.Submit("/desk/policy/draft", "/desk/policy/draft", Policy);
        var (page, approve) = (await quentin.Get(draft.Path), draft.Path + "/approve");

        (await quentin.Send(page, approve, ("password", World.Password))).Is(HttpStatusCode.Unauthorized).Shows("signature.wrong-code");
        var code = await Fresh(world, email, key);
        (await quentin.Send(page, approve, ("signatureCode", code))).Is(HttpStatusCode.Unauthorized);
        for (var click = 0; click < 2; click++)
            (await quentin.Send(page, approve, ("password", World.Password), ("signatureCode", code))).Is(HttpStatusCode.OK);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Who_lost_everything_is_let_in_again_by_another_administrator_and_never_by_himself(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Ada", [], Role.Administrator);
        using var ada = await world.SignIn(email);
        using var bo = await world.Person("Bo", Role.Administrator);
        await SetUp(ada);
        var page = $"/desk/people/{await PersonOf(world, email)}";

        var offered = await bo.Get(page);
        Assert.DoesNotContain("Reset the second factor", (await ada.Get(page)).Html, StringComparison.Ordinal);
        (await ada.SendTo(await ada.Get(page), $"{page}/leave", $"{page}/reset-second-factor", ("reason", "I want to."))).Is(HttpStatusCode.Forbidden).Shows("person.own-second-factor");
        (await bo.Send(offered, $"{page}/reset-second-factor", ("reason", "Lost the telephone; recognised on a video call."))).Is(HttpStatusCode.OK).Shows("recognised on a video call");

        using var again = world.Visitor();
        Assert.Equal("/desk", (await Password(again, email)).Path);
        (await again.Get("/account")).Shows("Off.");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Neither_the_secret_nor_a_recovery_code_is_readable_in_the_database(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var ana = await world.SignIn(email);
        var (key, recovery) = await SetUp(ana);

        await using var scope = world.Services.CreateAsyncScope();
        var kept = string.Join('\n', scope.ServiceProvider.GetRequiredService<RecordContext>().UserTokens.Select(token => token.Value).AsEnumerable());
        Assert.NotEmpty(kept);
        foreach (var secret in recovery.Append(key))
            Assert.DoesNotContain(secret, kept, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await Tables.Count(world.Services.GetRequiredService<Database>(), "SELECT COUNT(*) FROM entries WHERE \"Kind\" LIKE '%factor%'"));
    }

    [Fact]
    public async Task The_pages_are_accessible()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var email = await world.MakePerson("Quinn", [], Role.Quality);
        foreach (var (width, name) in new[] { (1440, "wide"), (390, "narrow") })
        {
            var page = await browser.NewPage(width, 900);
            await using var context = page.Context;
            await page.GotoAsync($"{world.Address}sign-in?return=/account");
            await page.FillAsync("#email", email);
            await page.FillAsync("#password", World.Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Set up an authenticator app" }).ClickAsync();
            await Seen(page, $"codes-set-up-{name}");
            var key = await page.Locator("code.once").InnerTextAsync();
            await page.FillAsync("#code", AuthenticatorCodes.CodeAt(key, DateTimeOffset.UtcNow));
            await page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
            await page.GetByRole(AriaRole.Heading, new() { Name = "Your recovery codes" }).WaitForAsync();
            await Seen(page, $"codes-recovery-{name}");
            var recovery = await page.Locator("code.once").First.InnerTextAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "I have kept them" }).ClickAsync();
            await Seen(page, $"codes-account-{name}");
            await page.GotoAsync($"{world.Address}sign-in/again?return=/account");
            await Seen(page, $"codes-again-{name}");
            await context.ClearCookiesAsync();
            await page.GotoAsync($"{world.Address}sign-in?return=/account");
            await page.FillAsync("#email", email);
            await page.FillAsync("#password", World.Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
            await page.GetByRole(AriaRole.Heading, new() { Name = "Enter the code" }).WaitForAsync();
            await Seen(page, $"codes-sign-in-{name}");
            await page.FillAsync("#code", recovery);
            await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Remove the authenticator app" }).ClickAsync();
            await page.GetByText("The authenticator app is removed.").WaitForAsync();
        }
    }

    private static async Task Seen(IPage page, string name)
    {
        await Browser.Axe(page);
        await Browser.Shot(page, name);
    }

    // The way of a person whose password proof is fresh, as it is just after signing in.
    private static async Task<(string Key, string[] Recovery)> SetUp(Visitor person)
    {
        var page = (await person.Submit("/account", "/account/codes/begin")).Shows("Give the app this secret");
        var key = page.Once();
        page = (await person.Send(page, "/account/codes/confirm", ("code", "12"))).Shows("This is not the code");
        page = (await person.Send(page, "/account/codes/confirm", ("code", AuthenticatorCodes.CodeAt(key, DateTimeOffset.UtcNow)))).Shows("Your recovery codes");
        return (key, [.. System.Text.RegularExpressions.Regex.Matches(page.Html, "<code class=\"once\">([^<]+)</code>").Select(match => match.Groups[1].Value)]);
    }

    private static Task<Page> Password(Visitor by, string email) => by.Submit("/sign-in", "/sign-in", ("email", email), ("password", World.Password));

    private static Task<Page> Code(Visitor by, string code) => by.Submit("/sign-in/code", "/sign-in/code", ("code", code));

    // The test does not wait half a minute for the next code: it forgets that the last one was used.
    private static async Task<string> Fresh(World world, string email, string key)
    {
        var person = await PersonOf(world, email);
        await using var scope = world.Services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = (await people.FindByIdAsync(person.ToString("D")))!;
        account.CodeStep = null;
        Assert.True((await people.UpdateAsync(account)).Succeeded);
        return AuthenticatorCodes.CodeAt(key, DateTimeOffset.UtcNow);
    }

    // A session that proves nothing: the demo's link gives one, and its person still has the second factor.
    private static async Task ProvedLongAgo(World world, Visitor person, string email)
    {
        await using var store = world.Store();
        var link = await Server.SignIn.SignInByLink.Issue(store, await PersonOf(world, email), default);
        await person.Submit(link, link);
        (await person.Get("/account")).Shows("Prove who you are to change this");
    }

    private static async Task<Guid> PersonOf(World world, string email)
    {
        await using var scope = world.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByEmailAsync(email))!.Id;
    }
}
