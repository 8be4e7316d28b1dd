using System.Net;
using System.Text;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Reports;
using Aftercare.Tests.Channels.Mail;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Mail;

/// <summary>How an administrator finds out whether mail works, and what nobody finds out.</summary>
public sealed class MailSetUpTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    private const string Password = "the-password-of-the-mailbox", Token = "ya29.an-access-token", ClientSecret = "the-client-secret", RefreshToken = "the-refresh-token";

    [Fact]
    public async Task A_test_mail_says_in_a_sentence_what_is_wrong_and_no_secret_comes_back()
    {
        var asked = 0;
        await using var world = await World.Founded(Db.Sqlite, postgres, app => app.MapPost("/token", (HttpContext context) =>
        {
            var form = context.Request.Form;
            var right = (form["grant_type"], form["refresh_token"], form["client_id"], form["client_secret"]) == ("refresh_token", RefreshToken, "aftercare", ClientSecret);
            asked++;
            return right ? Results.Json(new { access_token = Token, expires_in = 3600 }) : Results.BadRequest();
        }).WithMetadata(new Allowed(Face.FrontDoor, Allowed.Anyone)).DisableAntiforgery());
        using var ada = await world.Person("Ada", Role.Administrator);
        (await ada.Get("/desk/mail")).Is(HttpStatusCode.OK).Shows("nothing is sent, and everything else works");

        // Nothing is lost of a form that is refused, but what is secret.
        var refused = await MailDesk.SetUp(ada, With(1, ("senderAddress", "nobody"), ("server", "smtp.example.com:587"), ("mailPassword", Password)));
        refused.Is(HttpStatusCode.BadRequest).Shows("This is not an e-mail address.").Shows("without a port");
        Assert.DoesNotContain(Password, refused.Html, StringComparison.Ordinal);
        (await MailDesk.SetUp(ada, With(25, ("server", "smtp.example.com"), ("protection", "none"), ("signIn", "none")))).Is(HttpStatusCode.BadRequest).Shows("a server on this machine");

        var server = await RealServer.Listen(new { user = "desk", password = Password, token = Token, authMethods = new[] { "PLAIN", "XOAUTH2" } });
        var port = server.Options.Port;
        await Says(ada, With(port, ("mailPassword", Password)), "Handed over");
        await Says(ada, With(port, ("mailPassword", "wrong-wrong")), "did not take the credentials");
        await Says(ada, With(port, ("mailPassword", Password), ("authority", Certificates.OtherAuthority.ExportCertificatePem())), "certificate");
        await Says(ada, With(FreePort(), ("mailPassword", Password)), "Not sent");
        var stripped = await RealServer.Listen(new { hideSTARTTLS = true });
        await Says(ada, With(stripped.Options.Port, ("mailPassword", Password)), "does not offer STARTTLS; nothing was sent");
        Assert.Empty(await stripped.Received());

        // OAuth, with a token that is fetched once and kept.
        await Says(ada, With(port, ("signIn", "oauth"), ("tokenEndpoint", $"{world.Address}token"), ("clientId", "aftercare"), ("clientSecret", ClientSecret), ("refreshToken", RefreshToken)), "Handed over");
        (await ada.Submit("/desk/mail", "/desk/mail/test")).Shows("Handed over");
        Assert.Equal(1, asked);
        await Says(ada, With(port, ("signIn", "oauth"), ("tokenEndpoint", $"{world.Address}token"), ("clientId", "other"), ("clientSecret", ClientSecret), ("refreshToken", RefreshToken)), "There is no access token");

        // An insider who points it to a server of his own has to know the secret.
        (await MailDesk.SetUp(ada, With(port, ("mailPassword", Password)))).Is(HttpStatusCode.OK);
        (await MailDesk.SetUp(ada, With(stripped.Options.Port))).Is(HttpStatusCode.BadRequest).Shows("only ever used for the server and account that it was entered for");
        (await MailDesk.SetUp(ada, With(port, ("senderName", "Acme")))).Is(HttpStatusCode.OK).Shows("As Acme");
        (await ada.Submit("/desk/mail", "/desk/mail/test")).Shows("Handed over");
        Assert.Equal(4, (await server.Received()).Count);

        var page = await ada.Get("/desk/mail");
        var ledger = await MailDesk.Ledger(world.Services.GetRequiredService<Database>());
        await using (var connection = await world.Services.GetRequiredService<Database>().Connect(default))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT group_concat(\"Payload\" || coalesce(\"LastError\", '')) FROM jobs";
            var jobs = (string?)await command.ExecuteScalarAsync() ?? "";
            foreach (var secret in new[] { Password, Token, ClientSecret, RefreshToken })
                Assert.All([page.Html, ledger, jobs, .. Directory.GetFiles(world.Installation.Data.Root, "aftercare.db*").Select(Everything)], text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        }

        (await ada.Submit("/desk/mail", "/desk/mail/turn-off", ("reason", "The mail server moves."))).Is(HttpStatusCode.OK).Shows("Mail is not set up any more");
        Assert.Equal(0, await Tables.Count(world.Services.GetRequiredService<Database>(), """SELECT count(*) FROM sealed_secrets WHERE "Name" = 'mail/account'"""));
    }

    [Fact]
    public async Task The_pages_of_mail_read_well_on_wide_and_narrow_screens()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var email = await world.MakePerson("Ada", [], Role.Administrator);
        await Look(world, email, 1440, "today-without-mail", "desk", "Set up mail");
        await Look(world, email, 390, "mail-sent-without-mail", "desk/mail/sent", "Mail is not set up");
        using (var ada = await world.SignIn(email))
        {
            (await MailDesk.SetUp(ada, With(FreePort(), ("mailPassword", Password)))).Is(HttpStatusCode.OK);
            (await ada.Submit("/desk/mail", "/desk/mail/test")).Is(HttpStatusCode.OK);
            using var rita = world.Visitor();
            await SomeReport.Send(rita, SomeReport.WithAddress);
            await MailDesk.Until(world, "it failed", row => row.Failures > 0 && row.Purpose == Aftercare.Mail.MailPurpose.ReportReceived);
        }
        foreach (var width in new[] { 1440, 390 })
        {
            await Look(world, email, width, "mail", "desk/mail", "Not sent");
            await Look(world, email, width, "mail-sent", "desk/mail/sent", "Not sent");
        }
    }

    private async Task Look(World world, string email, int width, string name, string path, string words)
    {
        var page = await browser.NewPage(width, 900);
        await using var context = page.Context;
        await page.GotoAsync($"{world.Address}sign-in?return=/{path}");
        await page.FillAsync("[name=email]", email);
        await page.FillAsync("[name=password]", World.Password);
        await page.ClickAsync("main button[type=submit]");
        await page.GotoAsync($"{world.Address}{path}");
        await page.GetByText(words).First.WaitForAsync();
        await Browser.Axe(page);
        await Browser.Shot(page, $"{name}-{width}");
    }

    private static (string Name, string Value)[] With(int port, params (string Name, string Value)[] other)
    {
        (string Name, string Value)[] all = [.. MailDesk.Settings(port), ("user", "desk"), ("signIn", "password")];
        return [.. all.Where(field => field.Name != "signIn" || field.Value == "password").Where(field => other.All(one => one.Name != field.Name)), .. other];
    }

    private static async Task Says(Visitor ada, (string Name, string Value)[] settings, string words)
    {
        (await MailDesk.SetUp(ada, settings)).Is(HttpStatusCode.OK);
        (await ada.Submit("/desk/mail", "/desk/mail/test")).Is(HttpStatusCode.OK).Shows(words);
    }

    private static string Everything(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return Encoding.Latin1.GetString(bytes.ToArray());
    }

    private static int FreePort() => new Uri(World.FreeAddress()).Port;
}
