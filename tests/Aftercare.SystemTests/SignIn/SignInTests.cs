using System.Globalization;
using System.Net;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.SignIn;
using Aftercare.SystemTests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.SignIn;

public sealed class SignInTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Five_wrong_passwords_lock_the_account_and_an_unknown_address_gets_the_same_answer(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var thief = world.Visitor();

        (await SignIn(thief, "nobody@acme.test", "wrong")).Shows("Address or password is wrong.");
        for (var attempt = 1; attempt < 5; attempt++)
            (await SignIn(thief, email, "wrong")).Shows("Address or password is wrong.");
        (await SignIn(thief, email, "wrong")).Shows("Too many wrong attempts.");
        (await SignIn(thief, email, World.Password)).Shows("Too many wrong attempts.");
        (await thief.Get("/desk")).Shows("Sign in");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Signing_in_leads_back_to_a_path_of_this_host_and_signing_out_ends_it(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var ana = world.Visitor();

        var asked = (await ana.Get("/desk/products")).Shows("Sign in");
        Assert.Equal("/desk/products", (await ana.Send(asked, "/sign-in", ("email", email), ("password", World.Password))).Path);
        (await ana.Get("/")).Shows("You are signed in as Ana.");
        var left = await ana.Submit("/desk", "/sign-out");
        Assert.Equal("/", left.Shows("For people who run our devices").Path);
        (await ana.Get("/desk")).Shows("Sign in");

        foreach (var elsewhere in new[] { "//evil.test", "https://evil.test", "/\\evil.test", "\t//evil.test" })
            Assert.Equal("/desk", (await ana.Submit("/sign-in", "/sign-in", ("email", email), ("password", World.Password), ("return", elsewhere))).Path);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task One_address_that_tries_too_often_is_slowed_down_and_told_for_how_long(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var thief = world.Visitor();
        var page = await thief.Get("/sign-in");
        Page answer;
        var attempts = 0;
        do
            answer = await thief.Send(page, "/sign-in", ("email", ""), ("password", ""));
        while (++attempts < 100 && answer.Status == HttpStatusCode.OK);

        Assert.Equal(new SignInRateOptions().PerMinute + 1, attempts);
        answer.Is(HttpStatusCode.TooManyRequests).Shows("sign-in.too-often").Shows("Please wait");
        (await thief.Get("/sign-in")).Is(HttpStatusCode.OK);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_changed_password_is_asked_for_and_the_old_one_opens_nothing(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var ana = await world.SignIn(email);

        (await ana.Submit("/account", "/account/password", ("password", "wrong wrong wrong"), ("newPassword", "a much better sentence"))).Shows("The password until now is wrong.");
        (await ana.Submit("/account", "/account/password", ("password", World.Password), ("newPassword", "short"))).Shows("at least 12 characters");
        (await ana.Submit("/account", "/account/password", ("password", World.Password), ("newPassword", "a much better sentence"))).Shows("Your password is changed.");

        using var again = world.Visitor();
        (await SignIn(again, email, World.Password)).Shows("Address or password is wrong.");
        Assert.Equal("/desk", (await SignIn(again, email, "a much better sentence")).Path);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_demo_link_signs_in_once_on_this_machine_and_proves_nothing_for_a_signature(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Quinn", [], Role.Quality);
        string link;
        await using (var store = world.Store())
            link = await SignInByLink.Issue(store, await PersonOf(world, email), default);
        using var quinn = world.Visitor();
        using var late = world.Visitor();

        (await late.Get(link)).Is(HttpStatusCode.OK);
        var open = await late.Get(link);
        // A proxy on this machine speaks for the world, and a page elsewhere can bend its name to this address: neither uses the link up.
        foreach (var (name, value) in ((string, string)[])[("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=203.0.113.9"), ("Host", "demo.attacker.example")])
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
            {
                using var request = new HttpRequestMessage(method, link) { Content = method == HttpMethod.Post ? new FormUrlEncodedContent(open.Form(link)) : null };
                request.Headers.TryAddWithoutValidation(name, value);
                Assert.Equal(HttpStatusCode.NotFound, (await late.Http.SendAsync(request)).StatusCode);
            }
        Assert.Equal("/desk", (await quinn.Submit(link, link)).Path);
        (await late.Send(open, link)).Is(HttpStatusCode.NotFound);
        (await late.Get(link)).Is(HttpStatusCode.NotFound);
        (await quinn.Get("/account")).Shows("Prove who you are to add a passkey");

        // A password proves it; then the page opens.
        (await quinn.Submit("/sign-in/again?return=/account", "/sign-in/again", ("password", "wrong wrong wrong"))).Shows("The password is wrong.");
        (await quinn.Submit("/sign-in/again?return=/account", "/sign-in/again", ("password", World.Password))).Shows("Add a passkey");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_expired_token_and_a_secret_for_something_else_open_nothing(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var machine = world.Visitor();
        await using var store = world.Store();
        var expired = await store.IssueSecret(SecretPurpose.Token, Store.NewId(), new Instant(store.Now.Ms - 1), default, "Developer");
        var other = await store.IssueSecret(SecretPurpose.SignIn, Store.NewId(), null, default);
        var right = await store.IssueSecret(SecretPurpose.Token, Store.NewId(), store.Now.Plus(TimeSpan.FromDays(1)), default, "Developer");
        await store.SaveKept(default);

        foreach (var token in new[] { expired, other, "", right + "x", right.ToUpper(CultureInfo.InvariantCulture) })
            Assert.Equal(HttpStatusCode.Unauthorized, (await machine.Api("/products", token, new { })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.Api("/products", right, new { })).Status);
        (await machine.Get($"/sign-in/link/{right}")).Is(HttpStatusCode.NotFound);
    }

    private static Task<Page> SignIn(Visitor by, string email, string password) => by.Submit("/sign-in", "/sign-in", ("email", email), ("password", password));

    private static async Task<Guid> PersonOf(World world, string email)
    {
        await using var scope = world.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByEmailAsync(email))!.Id;
    }
}
