using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Aftercare.Ledger;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Mail;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.SignOn;

/// <summary>What a hostile provider, a hostile user of an honest one, and a hostile page can try.</summary>
public sealed class SignOnAttackTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Attack_tokens_that_are_not_the_providers_not_for_us_not_of_now_or_not_for_this_attempt()
    {
        using var evil = new EvilProvider();
        await using var world = await Begin(evil);
        evil.Email = await world.MakePerson("Ana", [], Role.Analyst);
        (string Attack, Action Do, string Code)[] attacks =
        [
            ("token for another audience", () => evil.Twist = claims => claims["aud"] = "another-application", "sign-on.audience"),
            ("token given to another party", () => evil.Twist = claims => claims["azp"] = "another-application", "sign-on.audience"),
            ("token for many without saying for whom", () => evil.Twist = claims => claims["aud"] = new JsonArray(EvilProvider.Client, "another-application"), "sign-on.audience"),
            ("another issuer's token", () => evil.Twist = claims => claims["iss"] = "https://login.other.example", "sign-on.issuer"),
            ("swapped nonce", () => evil.Twist = claims => claims["nonce"] = "of-another-attempt", "sign-on.nonce"),
            ("no nonce", () => evil.Twist = claims => claims.Remove("nonce"), "sign-on.nonce"),
            ("expired token", () => evil.Twist = claims => claims["exp"] = DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeSeconds(), "sign-on.expired"),
            ("token without an end", () => evil.Twist = claims => claims.Remove("exp"), "sign-on.expired"),
            ("token of tomorrow", () => evil.Twist = claims => claims["nbf"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds(), "sign-on.expired"),
            ("no subject", () => evil.Twist = claims => claims.Remove("sub"), "sign-on.subject"),
            ("alg none", () => evil.Forge = ("none", (_, _) => []), "sign-on.signature"),
            ("HMAC with the client secret", () => evil.Forge = ("HS256", (bytes, _) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(EvilProvider.Secret), bytes)), "sign-on.signature"),
            ("HMAC with the public key", () => evil.Forge = ("HS256", (bytes, key) => HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), bytes)), "sign-on.signature"),
            ("another key under the same name", () => evil.Forge = ("RS256", (bytes, _) => Other(bytes)), "sign-on.signature"),
            ("mix-up: an answer in another provider's name", () => evil.Answer = "&iss=https%3A%2F%2Flogin.other.example", "sign-on.issuer"),
            ("an error instead of a code", () => evil.Answer = "&error=access_denied", "sign-on.denied"),
        ];
        foreach (var (attack, set, code) in attacks)
        {
            set();
            using var victim = world.Visitor();
            var page = await victim.Get("/sign-in/with?return=/desk");
            Assert.True(page.Status == HttpStatusCode.Forbidden && page.Text.Contains(code, StringComparison.Ordinal), $"{attack}: {page.Status} {page.Text}");
            Assert.StartsWith("/sign-in", (await victim.Get("/desk")).Path, StringComparison.Ordinal);
            (evil.Twist, evil.Forge, evil.Answer) = (null, null, "");
        }

        // And the honest token, also when the key has changed since we looked.
        evil.Rotate();
        using var ana = world.Visitor();
        (await ana.Get("/sign-in/with?return=/desk")).Is(HttpStatusCode.OK).Shows("You are signed in");
        Assert.Equal("/desk", (await ana.Get("/desk")).Path);
    }

    [Fact]
    public async Task Attack_taking_over_an_account_by_an_address()
    {
        using var evil = new EvilProvider();
        await using var world = await Begin(evil);
        var email = await world.MakePerson("Ana", [], Role.Analyst);
        using var thief = world.Visitor();

        (evil.Email, evil.Verified, evil.Subject) = (email, false, "thief");
        (await thief.Get("/sign-in/with")).Is(HttpStatusCode.Forbidden).Shows("address-not-verified");
        evil.Verified = true;
        evil.Twist = claims => claims["email_verified"] = "maybe";
        (await thief.Get("/sign-in/with")).Is(HttpStatusCode.Forbidden).Shows("address-not-verified");
        evil.Twist = null;

        (evil.Email, evil.Subject) = (email, "ana");
        using (var ana = world.Visitor())
            (await ana.Get("/sign-in/with")).Is(HttpStatusCode.OK);
        // The address was given to somebody else at the provider: the account stays with whom it was linked to.
        evil.Subject = "thief";
        (await thief.Get("/sign-in/with")).Is(HttpStatusCode.Forbidden).Shows("another-identity");
        // And who changes his own address there to another person's stays who he is.
        var lead = await world.MakePerson("Lea", [], Role.Lead);
        (evil.Email, evil.Subject) = (lead, "ana");
        using (var ana = world.Visitor())
        {
            (await ana.Get("/sign-in/with")).Is(HttpStatusCode.OK);
            (await ana.Get("/account")).Shows("Ana,").Shows("Single sign-on");
        }

        // Nobody: no account, and once on record.
        (evil.Email, evil.Subject) = ("stranger@example.org", "stranger");
        for (var i = 0; i < 3; i++)
            (await thief.Get("/sign-in/with")).Is(HttpStatusCode.Forbidden).Shows("Ask an administrator");
        using var ada = await world.Person("Ada", Role.Administrator);
        (await ada.Get("/desk/sign-on")).Shows("Evil Eve, stranger@example.org").Shows("Nobody with this address is invited");
        var database = world.Services.GetRequiredService<Database>();
        Assert.Equal(3, await Tables.Count(database, "SELECT COUNT(*) FROM entries WHERE \"Kind\" LIKE 'stranger.turned-away%'"));
        var ledger = await MailDesk.Ledger(database);
        foreach (var word in new[] { "stranger@example.org", "Evil Eve", EvilProvider.Secret, "an-access-token" })
            Assert.DoesNotContain(word, ledger, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attack_another_browsers_answer_a_replayed_one_and_a_return_to_somewhere_else()
    {
        using var evil = new EvilProvider();
        await using var world = await Begin(evil);
        evil.Email = await world.MakePerson("Mallory", [], Role.Analyst);
        using var mallory = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = world.Address };
        mallory.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        // Login CSRF: a victim is lured to the answer that Mallory got, with and without an attempt of his own.
        var answer = await AnswerOf(mallory, "/sign-in/with");
        using var victim = world.Visitor();
        (await victim.Get(answer)).Is(HttpStatusCode.Forbidden).Shows("sign-on.state");
        using (var begun = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = world.Address })
        {
            begun.DefaultRequestHeaders.Accept.ParseAdd("text/html");
            await AnswerOf(begun, "/sign-in/with");
            using var lured = await begun.GetAsync(new Uri(answer, UriKind.Relative));
            Assert.Equal(HttpStatusCode.Forbidden, lured.StatusCode);
        }
        Assert.Equal(0, evil.Asked);

        // Mallory's own answer counts once.
        using (var first = await mallory.GetAsync(new Uri(answer, UriKind.Relative)))
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using (var second = await mallory.GetAsync(new Uri(answer, UriKind.Relative)))
            Assert.Equal(HttpStatusCode.Forbidden, second.StatusCode);
        Assert.Equal(1, evil.Asked);

        foreach (var elsewhere in new[] { "https://attacker.example/", "//attacker.example/", "/\\attacker.example", "javascript:alert(1)", "/" + new string('a', 600) })
        {
            using var led = await mallory.GetAsync(new Uri(await AnswerOf(mallory, $"/sign-in/with?return={Uri.EscapeDataString(elsewhere)}"), UriKind.Relative));
            Assert.Equal("0; url=/home", Assert.Single(led.Headers.NonValidated["Refresh"]));
        }

        // Proving anew is for the one who is signed in, and needs the provider to have asked him now.
        using var ana = await world.Person("Ana", Role.Analyst);
        evil.Twist = claims => claims["auth_time"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        (await ana.Get("/sign-in/again/with?return=/account")).Is(HttpStatusCode.Forbidden).Shows("sign-on.another-person");
        (await ana.Get("/account")).Shows("Ana,");
        using var known = world.Visitor();
        (await known.Get("/sign-in/with")).Is(HttpStatusCode.OK);
        (await known.Get("/account")).Shows("Prove who you are to add a passkey");
        evil.Twist = claims => claims["auth_time"] = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds();
        (await known.Get("/sign-in/again/with?return=/account")).Is(HttpStatusCode.Forbidden).Shows("sign-on.not-fresh");
        evil.Twist = null;
        (await known.Get("/sign-in/again/with?return=/account")).Is(HttpStatusCode.Forbidden).Shows("sign-on.not-fresh");
        evil.Twist = claims => claims["auth_time"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        (await known.Get("/sign-in/again/with?return=/account")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("Prove who you are to add a passkey", (await known.Get("/account")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attack_metadata_that_speaks_for_another_leads_elsewhere_or_does_not_end()
    {
        using var evil = new EvilProvider();
        await using var world = await Begin(evil);
        (string Attack, Action Do, string Code)[] attacks =
        [
            ("the metadata's issuer differs", () => evil.Metadata = metadata => metadata["issuer"] = "https://login.other.example", "sign-on.issuer"),
            ("a token endpoint without TLS elsewhere", () => evil.Metadata = metadata => metadata["token_endpoint"] = "http://169.254.169.254/token", "sign-on.metadata"),
            ("keys from a file", () => evil.Metadata = metadata => metadata["jwks_uri"] = "file:///etc/passwd", "sign-on.metadata"),
            ("a page for signing in that is a script", () => evil.Metadata = metadata => metadata["authorization_endpoint"] = "javascript:alert(1)", "sign-on.metadata"),
            ("a redirect into the house", () => evil.Instead = () => Results.Redirect($"{world.Address}desk"), "sign-on.metadata"),
            ("metadata without end", () => evil.Instead = () => Results.Text(new string(' ', 1_000_000) + "{}"), "sign-on.metadata"),
            ("metadata that says a thing twice", () => evil.Instead = () => Results.Text("{\"issuer\":\"a\",\"issuer\":\"b\"}"), "sign-on.metadata"),
        ];
        foreach (var (attack, set, code) in attacks)
        {
            set();
            using var visitor = world.Visitor();
            var page = await visitor.Get("/sign-in/with");
            Assert.True(page.Status == HttpStatusCode.Forbidden && page.Text.Contains(code, StringComparison.Ordinal), $"{attack}: {page.Status} {page.Text}");
            (evil.Metadata, evil.Instead) = (null, null);
        }
        Assert.Equal(0, evil.Asked);
        using var other = world.Visitor();
        (await other.Get("/sign-in/with")).Is(HttpStatusCode.Forbidden).Shows("address-not-verified");
    }

    private async Task<World> Begin(EvilProvider evil)
    {
        var world = await World.Founded(Db.Sqlite, postgres, evil.Map);
        evil.Issuer = $"{world.Address}evil";
        using var ada = await world.Person("Ada", Role.Administrator);
        (await ada.Submit("/desk/sign-on", "/desk/sign-on", ("issuer", evil.Issuer), ("clientId", EvilProvider.Client), ("clientSecret", EvilProvider.Secret), ("buttonName", "Evil"))).Is(HttpStatusCode.OK).Shows("On");
        return world;
    }

    // Goes to the provider and takes its answer, without following it.
    private static async Task<string> AnswerOf(HttpClient browser, string start)
    {
        using var begun = await browser.GetAsync(new Uri(start, UriKind.Relative));
        using var answered = await browser.GetAsync(begun.Headers.Location!);
        return answered.Headers.Location!.PathAndQuery;
    }

    private static byte[] Other(byte[] bytes)
    {
        using var other = RSA.Create(2048);
        return other.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
