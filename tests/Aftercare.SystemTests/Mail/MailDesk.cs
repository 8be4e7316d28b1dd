using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aftercare.Ledger;
using Aftercare.Server.Mail;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Tests;
using Aftercare.Tests.Channels.Mail;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Aftercare.SystemTests.Mail;

/// <summary>An installation whose mail goes to a server of the tests.</summary>
internal static class MailDesk
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What an administrator fills in for a server of ours without sign-in.</summary>
    public static (string Name, string Value)[] Settings(int port) =>
    [
        ("senderName", "Acme Medical, security"), ("senderAddress", "desk@example.org"), ("bounceAddress", "desk@example.org"), ("server", "127.0.0.1"),
        ("port", $"{port}"), ("protection", "start-tls"), ("signIn", "none"), ("authority", Certificates.Authority.ExportCertificatePem()), ("mostADay", "20"), ("digestHour", "0"),
    ];

    public static Task<Page> SetUp(Visitor administrator, params (string Name, string Value)[] settings) => administrator.Submit("/desk/mail", "/desk/mail", settings);

    /// <summary>Somebody signed in whose mail comes to this address.</summary>
    public static async Task<Visitor> Person(World world, string name, string address, params Role[] roles)
    {
        var email = await world.MakePerson(name, [], roles);
        await using var store = world.Store();
        var id = (await (await store.Rows<PersonRow>(default)).ToListAsync()).Last(row => roles.All(row.Roles.Contains)).Subject;
        await store.KeepContact(id, new Contact(name, address), default);
        await store.SaveKept(default);
        return await world.SignIn(email);
    }

    public static async Task<SentMailRow> Until(World world, string what, Func<SentMailRow, bool> isSo)
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            await using var store = world.Store();
            var rows = await (await store.Rows<SentMailRow>(default)).OrderBy(row => row.WrittenAt).ToListAsync();
            if (rows.FirstOrDefault(isSo) is { } found)
                return found;
            Assert.True(DateTime.UtcNow < until, $"Too long before {what}: {string.Join("; ", rows.Select(row => $"{row.Purpose} {row.Stage} {row.Words}"))}");
            await Task.Delay(50);
        }
    }

    /// <summary>The mail as a reader's program shows it.</summary>
    public static async Task<JsonObject> Read(byte[] mail) => JsonNode.Parse(await Oracles.Ask("mail.mjs", Convert.ToBase64String(mail)))!.AsObject();

    public static string TextOf(JsonObject mail) => mail["text"]!.GetValue<string>().ReplaceLineEndings("\n");

    /// <summary>The path of the only link of ours in a mail's text that begins so.</summary>
    public static string Link(JsonObject mail, World world, string path)
    {
        var found = Regex.Match(TextOf(mail), Regex.Escape(new Uri(world.Address, path).ToString()) + @"\S+");
        Assert.True(found.Success, $"No link to {path} in: {TextOf(mail)}");
        return new Uri(found.Value).PathAndQuery;
    }

    /// <summary>Hands a mail over as a mail server does.</summary>
    public static async Task<(HttpStatusCode Status, string Body)> Bounce(World world, string token, byte[] mail, string mediaType = "message/rfc822")
    {
        using var http = new HttpClient { BaseAddress = world.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/mail/bounces") { Content = new ByteArrayContent(mail) };
        request.Content.Headers.ContentType = new(mediaType);
        request.Headers.Authorization = new("Bearer", token);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Every entry on record, as text.</summary>
    public static async Task<string> Ledger(Database database)
    {
        await using var connection = await database.Connect(default);
        await using var record = database.Record(connection);
        return string.Join('\n', (await record.Entries.Select(entry => entry.Bytes).ToListAsync()).Select(Encoding.UTF8.GetString));
    }
}
