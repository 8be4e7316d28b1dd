using System.Net;
using System.Security.Cryptography;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Updates;
using Aftercare.SystemTests.Fixtures;
using Aftercare.Trust.Tuf;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.SystemTests.Updates;

/// <summary>A manufacturer that releases: a pump with two releases, three signers with their keys, people of the desk, and tokens.</summary>
internal sealed class Releasing : IAsyncDisposable
{
    internal const string PackagePath = "pump/4.2.1/pump.bin";
    private static readonly string[] Signers = ["Anna", "Ben", "Chloe"];

    // Made once by the real command: a passphrase is slow on purpose.
    private static readonly Lazy<Task<string>> Keys = new(MakeKeys);

    private Releasing(World world) => World = world;

    internal World World { get; }
    internal Visitor Publisher { get; private set; } = null!;
    internal Visitor Quality { get; private set; } = null!;
    internal string Folder { get; } = Directory.CreateTempSubdirectory("aftercare-release-").FullName;
    internal Guid Product { get; } = Store.NewId();
    internal Guid Old { get; } = Store.NewId();
    internal Guid New { get; } = Store.NewId();
    internal string PackageFile => this["pump.bin"];
    internal string Server => World.Installation.PublicUrl;

    internal string this[string name] => Path.Combine(Folder, name);

    internal static async Task<Releasing> Begin(Db db, PostgresServer postgres)
    {
        var desk = new Releasing(await World.Founded(db, postgres));
        await using (var store = desk.World.Store())
        {
            var manufacturer = await (await store.Rows<Aftercare.Server.Products.ManufacturerRow>(default)).Select(row => row.Subject).FirstAsync();
            _ = (await store.Record(new Done("/", desk.Product), default,
                Change.Begin(desk.Product, Aftercare.Products.Product.Register(manufacturer, "Pump", "Pumps", "pump", null, null, store.Actor).Value),
                Change.Begin(desk.Old, Release.Register(desk.Product, "4.2.0", Stated.Parse("2026-01-10", null), null, store.Actor).Value),
                Change.Begin(desk.New, Release.Register(desk.Product, "4.2.1", Stated.Parse("2026-03-10", null), null, store.Actor).Value))).Value;
        }
        desk.Publisher = await desk.World.Person("Petra", Ledger.Role.Publisher);
        desk.Quality = await desk.World.Person("Quinn", Ledger.Role.Quality);
        await File.WriteAllTextAsync(desk["token.signer"], await desk.Token("Signer"));
        await File.WriteAllTextAsync(desk["token.developer"], await desk.Token("Developer"));
        await File.WriteAllBytesAsync(desk.PackageFile, RandomNumberGenerator.GetBytes(3 * 1024 * 1024));
        return desk;
    }

    private static async Task<string> MakeKeys()
    {
        var folder = Directory.CreateTempSubdirectory("aftercare-keys-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "passphrase"), "correct horse battery\n");
        foreach (var name in Signers)
            (await Command.Run("keys", "new", name, "--custodian", name, "--out", folder, "--passphrase-file", Path.Combine(folder, "passphrase"))).Is(0);
        return folder;
    }

    /// <summary>A machine's token with these roles.</summary>
    internal async Task<string> Token(string scope)
    {
        await using var store = World.Store();
        var token = await store.IssueSecret(SecretPurpose.Token, Store.NewId(), null, default, scope);
        await store.SaveKept(default);
        return token;
    }

    /// <summary>A site's token.</summary>
    internal async Task<string> SiteToken()
    {
        await using var store = World.Store();
        var token = await store.IssueSecret(SecretPurpose.SiteToken, Store.NewId(), null, default);
        await store.SaveKept(default);
        return token;
    }

    /// <summary>Keys, the first root, and its publication.</summary>
    internal async Task Root()
    {
        await Propose();
        (await Quality.Submit("/desk/trust", "/desk/trust/root/publish", ("password", World.Password))).Is(HttpStatusCode.OK);
    }

    /// <summary>The keys of the three signers, and the passphrase of all of them.</summary>
    internal async Task HandOutKeys()
    {
        foreach (var file in Directory.GetFiles(await Keys.Value))
            File.Copy(file, this[Path.GetFileName(file)], overwrite: true);
    }

    /// <summary>Keys, and a first root that nobody has signed yet.</summary>
    internal async Task DraftRoot()
    {
        await HandOutKeys();
        (await Command.Run("root", "init", "--server", Server, "--key", this["Anna.pub"], this["Ben.pub"], this["Chloe.pub"], "--out", this["root.json"])).Is(0);
    }

    /// <summary>Keys, and a first root that two have signed and the server has.</summary>
    internal async Task Propose()
    {
        await DraftRoot();
        (await SignRoot("Anna")).Is(0);
        (await SignRoot("Ben")).Is(0).Says("It is complete");
        (await Command.Run("root", "submit", this["root.json"], "--server", Server, "--token-file", this["token.signer"])).Is(0);
    }

    internal Task<Command.Result> SignRoot(string name) =>
        Command.Run("root", "sign", this["root.json"], "--key", this[name + ".key"], "--passphrase-file", this["passphrase"], "--yes");

    /// <summary>What the signers of an update are handed.</summary>
    internal async Task<IReadOnlyList<RoleDraft>> Drafts(string update)
    {
        await using var store = World.Store();
        return await UpdateDesk.DraftsOf(store, (await store.Find<Aftercare.Updates.Update>(Guid.Parse(IdOf(update)), default))!, default);
    }

    internal async Task<string> Draft(string title = "Mends the parser", string? open = null)
    {
        var page = await Publisher.Submit($"/desk/updates/draft?product={Product:D}", "/desk/updates/draft",
            ("title", title), ("purpose", "other"), ("toRelease", New.ToString("D")), ("fromReleases", Old.ToString("D")), ("open", open ?? "false"));
        return page.Is(HttpStatusCode.OK).Path;
    }

    internal async Task Describe(string update) =>
        (await Publisher.Submit(update, update + "/describe",
            ("change", "The parser checks lengths."), ("why", "A packet could stop the pump."), ("severity", "high"), ("tests", "Regression and fuzzing, passed."),
            ("instructions", "Run the installer."), ("downtimeMinutes", "5"), ("rollback", "Install 4.2.0."), ("operatorActions", "None."), ("residualRisk", "None known."))).Is(HttpStatusCode.OK);

    internal Task<Command.Result> Upload(string update, string path = PackagePath) =>
        Command.Run("upload", "--server", Server, "--token-file", this["token.developer"], "--path", path, IdOf(update), PackageFile);

    internal Task<Command.Result> Sign(string update, string signer, params string[] more) =>
        Command.Run(["sign", "--server", Server, "--token-file", this["token.signer"], "--key", this[signer + ".key"], "--passphrase-file", this["passphrase"], "--yes", .. more, IdOf(update)]);

    internal async Task<Page> Submit(string update) => await Publisher.Submit(update, update + "/submit", ("password", World.Password));

    /// <param name="expectForm">False: the page does not offer it, and the form of another page is sent.</param>
    internal async Task<Page> Publish(string update, bool expectForm = true) => expectForm
        ? await Publisher.Submit(update, update + "/publish", ("password", World.Password))
        : await Publisher.SendTo(await Publisher.Get(update), update + "/return", update + "/publish", ("password", World.Password));

    /// <summary>From nothing to published.</summary>
    internal async Task<string> Released(string? open = "true")
    {
        await Root();
        var update = await Draft(open: open);
        await Describe(update);
        (await Upload(update)).Is(0);
        (await Submit(update)).Is(HttpStatusCode.OK);
        (await Sign(update, "Anna")).Is(0);
        (await Sign(update, "Ben")).Is(0);
        (await Publish(update)).Is(HttpStatusCode.OK).Shows("Published");
        return update;
    }

    /// <summary>Downloads with our own client into a fresh folder.</summary>
    internal async Task<VerifiedTarget> Download(string? token = null)
    {
        using var http = new HttpClient();
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var site = Directory.CreateDirectory(this[Path.GetRandomFileName()]).FullName;
        var client = new TufClient(new TufClientOptions
        {
            MetadataFolder = Path.Combine(site, "metadata"),
            FetchMetadata = TufSources.Http(http, new Uri(Server + "/tuf/metadata/")),
            FetchTarget = TufSources.Http(http, new Uri(Server + "/tuf/targets/")),
        });
        await client.InitAsync(await http.GetByteArrayAsync(new Uri(Server + "/tuf/metadata/1.root.json")));
        await client.RefreshAsync(DateTimeOffset.UtcNow);
        var found = await client.FindTargetAsync(PackagePath) ?? throw new FileNotFoundException(PackagePath);
        return await client.DownloadAsync(found, Path.Combine(site, "targets"));
    }

    /// <summary>Where the server keeps the uploaded package.</summary>
    internal string StoredPackage => Directory.GetFiles(World.Installation.Data.Packages).Single();

    internal string Metadata(string name) => Path.Combine(World.Installation.Data.Repository, "metadata", name);

    internal static string IdOf(string update) => update[(update.LastIndexOf('/') + 1)..];

    public async ValueTask DisposeAsync()
    {
        Publisher?.Dispose();
        Quality?.Dispose();
        await World.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
