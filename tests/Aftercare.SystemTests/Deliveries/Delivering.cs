using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Updates;
using Aftercare.Trust.Dsse;
using Aftercare.Trust.Keys;
using Aftercare.Updates;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.SystemTests.Deliveries;

/// <summary>A published update of the pump, a hospital with two pumps and a clinic with one, and their operators.</summary>
internal sealed class Delivering : IAsyncDisposable
{
    private Delivering(Releasing desk) => Desk = desk;

    internal Releasing Desk { get; }
    internal World World => Desk.World;
    internal Visitor Operator { get; private set; } = null!;
    internal Guid Hospital { get; } = Store.NewId();
    internal Guid Clinic { get; } = Store.NewId();

    /// <summary>Path of the update at the desk.</summary>
    internal string Update { get; private set; } = "";
    internal string UpdateId => Releasing.IdOf(Update);
    internal string Number { get; private set; } = "";
    internal string Coverage => $"/desk/deliveries/{UpdateId}";
    internal string SiteDir => Desk["hospital-computer"];
    internal string Downloads => Desk["downloads"];

    /// <param name="signed">Whether it was really uploaded and signed, so that it can be fetched; else it only is on record, which is quicker.</param>
    /// <param name="offered">Whether the sites have been offered it.</param>
    internal static async Task<Delivering> Begin(Db db, PostgresServer postgres, bool signed = false, bool offered = true)
    {
        var desk = await Releasing.Begin(db, postgres);
        return await Begin(desk, signed ? await desk.Released(open: "false") : null, offered);
    }

    /// <param name="update">One that is published, by its path at the desk; null: one that only is on record.</param>
    internal static async Task<Delivering> Begin(Releasing desk, string? update, bool offered = true)
    {
        var here = new Delivering(desk);
        here.Update = update ?? await here.Published();
        using var anybody = here.World.Visitor();
        here.Number = (await anybody.Get("/updates")).Link("/updates/U-[0-9-]+")["/updates/".Length..];
        await using (var store = here.World.Store())
            _ = (await store.Record(new Done("/", here.Hospital), default,
                Change.Begin(here.Hospital, Site.Register("St. Mary's Hospital", "DE", store.Actor).Value),
                Change.Begin(here.Clinic, Site.Register("City Clinic", "DE", store.Actor).Value))).Value;
        await here.Register(here.Hospital, "SN-1");
        await here.Register(here.Hospital, "SN-2");
        await here.Register(here.Clinic, "SN-9");
        here.Operator = await here.World.Operator("Olga", here.Hospital);
        if (offered)
            (await here.Offer()).Is(HttpStatusCode.OK);
        return here;
    }

    private async Task<string> Published()
    {
        var id = Store.NewId();
        var people = new Actor("person/test", [Role.Publisher, Role.Developer, Role.Machine]);
        await using var store = World.Store(new Viewer { Actor = people, Name = "Petra", ProvedAt = Instant.From(DateTimeOffset.UtcNow) });
        _ = (await store.Record(new Done("/", id), default, Change.Begin(id,
            new UpdateEvent.Drafted("U-2026-0001", Desk.Product, Desk.New, [Desk.Old], UpdatePurpose.Other, "Mends the parser"),
            new UpdateEvent.Described(new UpdateDocument("The parser checks lengths.", "A packet could stop the pump.", Severity.High, "Passed.", "Run the installer.", 5, "Install 4.2.0.", "None.", "None known.")),
            new UpdateEvent.FileAdded(new PackageFile(Releasing.PackagePath, 3, new string('a', 64), new string('b', 128))),
            new UpdateEvent.Published(1)))).Value;
        return $"/desk/updates/{id:D}";
    }

    internal async Task Register(Guid site, string serial, bool known = true)
    {
        await using var store = World.Store();
        var id = Store.NewId();
        _ = (await store.Record(new Done("/", id), default,
            Change.Begin(id, Device.Register(site, Desk.Product, serial, null, known ? Desk.Old : null, HowKnown.Shipped, store.Actor).Value))).Value;
    }

    internal Task<Page> Offer() => Desk.Publisher.Submit(Coverage, Coverage + "/offer");

    /// <summary>The page of the delivery to a site, at the desk.</summary>
    internal async Task<string> DeliveryTo(string site, Visitor reader) =>
        Regex.Match(WebUtility.HtmlDecode((await reader.Get(Coverage)).Html), $"""href="(/desk/deliveries/sites/[^"]+)">{Regex.Escape(site)}<""") is { Success: true } found
            ? found.Groups[1].Value
            : throw new InvalidOperationException($"Nothing is delivered to {site}.");

    /// <summary>A one-time code, as the portal shows it.</summary>
    internal async Task<string> Code()
    {
        var page = (await Operator.Submit("/portal/access", $"/portal/access/{Hospital:D}/code")).Is(HttpStatusCode.OK).Shows("Shown only now");
        return Regex.Match(page.Text, @"--code (\S+)").Groups[1].Value;
    }

    internal async Task<string> RootSha256()
    {
        using var anybody = World.Visitor();
        return Convert.ToHexStringLower(SHA256.HashData(await anybody.Http.GetByteArrayAsync(new Uri("/tuf/metadata/1.root.json", UriKind.Relative))));
    }

    internal async Task<Command.Result> Trust(string code, string? fingerprint = null) =>
        await Command.Run("trust", "--server", Desk.Server, "--code", code, "--site-dir", SiteDir, "--root-sha256", fingerprint ?? await RootSha256());

    internal Task<Command.Result> Get(params string[] more) => Command.Run(["get", Number, "--site-dir", SiteDir, "--dir", Downloads, .. more]);

    internal Task<Command.Result> Installed(string device, string result, params string[] more) =>
        Command.Run(["installed", Number, "--site-dir", SiteDir, "--device", device, "--result", result, .. more]);

    /// <summary>A site's key and token, for receipts that no honest program would send.</summary>
    internal async Task<(FileKey Key, string Token)> Enrolled()
    {
        var key = FileKey.Create(KeyAlgorithm.EcdsaP256, "site key");
        using var computer = World.Visitor();
        var (status, answer) = await computer.Api("/site-keys", null, new { code = await Code(), publicKey = key.PublicKey.ToJson().ToJsonString() });
        Assert.Equal(HttpStatusCode.Created, status);
        return (key, answer.GetProperty("token").GetString()!);
    }

    /// <summary>What the server tells the site's program.</summary>
    internal async Task<JsonElement> OfferFor(string token)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        return JsonElement.Parse(await http.GetStringAsync(new Uri($"{Desk.Server}/api/v1/site/updates/{Number}")));
    }

    /// <summary>A receipt as an honest program would make it.</summary>
    internal async Task<Receipt> Honest(string token, ReceiptResult result, string device = "SN-1", string nonce = "1")
    {
        var offer = await OfferFor(token);
        var files = offer.GetProperty("files").EnumerateArray().Select(file => new ReceiptFile(file.GetProperty("path").GetString()!, file.GetProperty("sha256").GetString()!));
        return new Receipt(
            Receipt.NonceFor(offer.GetProperty("challenge").GetString()!, nonce), Number, result, [.. files], device, "4.2.0",
            result == ReceiptResult.Installed ? "4.2.1" : null, Instant.From(DateTimeOffset.UtcNow), "a test", null, null);
    }

    internal static byte[] Sign(Receipt receipt, FileKey key) => new InTotoStatement(
        [.. receipt.Files.Select(file => new InTotoSubject(file.Path, file.Sha256))], Receipt.PredicateType, JsonSerializer.SerializeToElement(receipt.ToPredicate())).Sign(key).ToBytes();

    internal async Task<(HttpStatusCode Status, string Body)> Post(byte[] envelope, string token)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var content = new ByteArrayContent(envelope) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var answer = await http.PostAsync(new Uri($"{Desk.Server}/api/v1/receipts"), content);
        return (answer.StatusCode, Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()));
    }

    /// <summary>Changes one byte of the package as the server keeps it; again, and it is as before.</summary>
    internal async Task FlipAByte()
    {
        var package = await File.ReadAllBytesAsync(Desk.StoredPackage);
        package[1_000_000] ^= 1;
        await File.WriteAllBytesAsync(Desk.StoredPackage, package);
    }

    public async ValueTask DisposeAsync()
    {
        Operator?.Dispose();
        await Desk.DisposeAsync();
    }
}
