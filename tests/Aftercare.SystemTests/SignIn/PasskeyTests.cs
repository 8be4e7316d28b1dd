using System.Net;
using Aftercare.Ledger;
using Aftercare.SystemTests.Fixtures;
using Microsoft.Playwright;
using Xunit;

namespace Aftercare.SystemTests.SignIn;

/// <summary>A real browser with a virtual authenticator (WebAuthn level 2, CTAP2, resident key, user verified).</summary>
public sealed class PasskeyTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_passkey_is_added_signs_in_and_proves_anew_who_signs(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var email = await world.MakePerson("Quinn", [], Role.Quality);
        // An address of numbers cannot own passkeys.
        var address = $"http://localhost:{world.Address.Port}";
        var page = await browser.NewPage();
        await using var context = page.Context;
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.AddRange(message.Type is "error" or "warning" ? [message.Text] : []);
        await Authenticator(page);

        await page.GotoAsync($"{address}/sign-in?return=/account");
        await page.FillAsync("#email", email);
        await page.FillAsync("#password", World.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.FillAsync("#name", "work laptop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await page.GetByRole(AriaRole.Cell, new() { Name = "work laptop" }).First.WaitForAsync();
        await Browser.Axe(page);
        await Browser.Shot(page, "account");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GotoAsync($"{address}/sign-in?return=/account");
        await Browser.Axe(page);
        await Browser.Shot(page, "sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your account" }).WaitForAsync();

        await page.GotoAsync($"{address}/sign-in/again?return=/desk/products");
        await Browser.Axe(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Products" }).WaitForAsync();

        // Removed at the server, the authenticator's key opens nothing.
        await page.GotoAsync($"{address}/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove work laptop" }).ClickAsync();
        await page.GetByText("You have none yet.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        Assert.Empty(complaints);
        await page.GotoAsync($"{address}/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await page.GetByText("This passkey was not accepted.").WaitForAsync();
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Another_persons_passkey_cannot_prove_for_whoever_is_signed_in(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var (quinn, dev) = (await world.MakePerson("Quinn", [], Role.Quality), await world.MakePerson("Dev", [], Role.Developer));
        var address = $"http://localhost:{world.Address.Port}";
        var page = await browser.NewPage();
        await using var context = page.Context;
        await Authenticator(page);
        await SignIn(page, address, dev);
        await page.FillAsync("#name", "Dev's laptop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await page.GetByRole(AriaRole.Cell, new() { Name = "Dev's laptop" }).First.WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        // Options asked for by nobody in particular admit any passkey; the answer comes back in Quinn's session.
        await page.GotoAsync($"{address}/sign-in");
        var answer = await page.EvaluateAsync<string>("""
            async () => {
              const form = document.querySelector("form[data-passkey]");
              const options = await (await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)) })).json();
              return JSON.stringify(await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }));
            }
            """);
        await SignIn(page, address, quinn);
        await page.GotoAsync($"{address}/sign-in/again?return=/account");
        var status = await page.EvaluateAsync<int>("""
            async (credential) => {
              const form = document.querySelector("form[data-passkey]");
              const fields = new URLSearchParams(new FormData(form));
              fields.set("credential", credential);
              return (await fetch(form.action, { method: "POST", body: fields })).status;
            }
            """, answer);

        Assert.Equal((int)HttpStatusCode.Unauthorized, status);
        await page.GotoAsync($"{address}/account");
        Assert.Contains("Quinn", await page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    private static async Task SignIn(IPage page, string address, string email)
    {
        await page.GotoAsync($"{address}/sign-in?return=/account");
        await page.FillAsync("#email", email);
        await page.FillAsync("#password", World.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your account" }).WaitForAsync();
    }

    private static async Task Authenticator(IPage page)
    {
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }
}
