using System.Net;
using System.Net.Sockets;
using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Products;
using Aftercare.Server;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Aftercare.SystemTests;

/// <summary>The databases that every system test runs on.</summary>
public enum Db
{
    Sqlite,
    Postgres,
}

/// <summary>A whole installation, really running: its own data folder, its own database, its own port.</summary>
public sealed class World : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";

    // A hash that is slow to guess is slow to check, and the tests sign in some thousand times.
    private static readonly PasswordHasherOptions QuickHash = new() { IterationCount = 1 };

    private readonly Action<WebApplication>? _more;
    private WebApplication _app = null!;

    private World(Installation installation, Action<WebApplication>? more) => (Installation, _more) = (installation, more);

    public static TheoryData<Db> Databases => [Db.Sqlite, Db.Postgres];

    public Installation Installation { get; }

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(Installation.PublicUrl);

    /// <summary>A running server over an empty store.</summary>
    /// <param name="more">Endpoints that only the test needs.</param>
    public static async Task<World> Begin(Db db, PostgresServer postgres, Action<WebApplication>? more = null)
    {
        var (url, data) = ($"http://127.0.0.1:{FreePort()}", new DataFolder(Directory.CreateTempSubdirectory("aftercare-").FullName));
        if (db == Db.Sqlite)
            await PreparedFile.Copy(data);
        var world = new World(new Installation(data, url, url, db == Db.Postgres ? await postgres.PreparedDatabase() : null, Demo: false), more);
        await world.Start();
        return world;
    }

    /// <summary>A running server over a store that is there already; its folder is removed in the end.</summary>
    public static async Task<World> Continue(Installation installation)
    {
        var world = new World(installation, more: null);
        await world.Start();
        return world;
    }

    /// <summary>A running server whose organisation is set up: Acme, with one manufacturer. Nobody has an account yet.</summary>
    public static async Task<World> Founded(Db db, PostgresServer postgres, Action<WebApplication>? more = null)
    {
        var world = await Begin(db, postgres, more);
        await using var store = world.Store();
        await store.Record(new Done("/", Guid.Empty), CancellationToken.None,
            Change.Begin(Server.Platform.Storage.Store.NewId(), Organisation.Found("Acme Medical", "Europe/Berlin", "ACME", "security@acme.test").Value),
            Change.Begin(Server.Platform.Storage.Store.NewId(), Manufacturer.Register("Acme Medical GmbH", "DE", null, Actor.System).Value));
        return world;
    }

    public async Task Start()
    {
        _app = await ServerHost.Build([], Installation, CancellationToken.None, services => services.Configure<PasswordHasherOptions>(options => options.IterationCount = QuickHash.IterationCount));
        _more?.Invoke(_app);
        await _app.StartAsync();
    }

    public async Task Stop()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Stops, so that a process of its own can go on with everybody signed in. That checks passwords slowly; it would make quick hashes anew, which ends sessions.</summary>
    public async Task HandOver()
    {
        await using (var scope = Services.CreateAsyncScope())
        {
            var record = scope.ServiceProvider.GetRequiredService<RecordContext>();
            foreach (var account in record.Users)
                account.PasswordHash = new PasswordHasher<Account>().HashPassword(account, Password);
            await record.SaveChangesAsync();
        }
        await Stop();
    }

    /// <summary>The record, opened for the server itself unless a viewer is named.</summary>
    public Store Store(Viewer? viewer = null) => Services.GetRequiredService<Stores>().Open(viewer ?? Viewer.System);

    /// <summary>Waits until the log has every entry that is recorded now.</summary>
    /// <returns>How many these are.</returns>
    public async Task<long> Logged()
    {
        var database = Services.GetRequiredService<Database>();
        var entries = await Tables.Count(database, "SELECT count(*) FROM entries");
        // A step that finds the server's own sequencer at work appends nothing, so the end is that every entry is a leaf.
        while (await Tables.Count(database, "SELECT count(*) FROM leaves") < entries)
            await Services.GetRequiredService<Sequencer>().Step(CancellationToken.None);
        return entries;
    }

    /// <summary>Somebody with a browser and no account.</summary>
    public Visitor Visitor() => new(Address);

    /// <summary>A person who holds these roles, signed in with his password.</summary>
    public async Task<Visitor> Person(string name, params Role[] roles) => await SignIn(await MakePerson(name, [], roles));

    /// <summary>A site's operator, signed in with his password.</summary>
    public async Task<Visitor> Operator(string name, params Guid[] sites) => await SignIn(await MakePerson(name, sites, Role.Operator));

    /// <summary>An auditor whose audit began an hour ago and lasts ten days, signed in with his password.</summary>
    /// <param name="cases">What quality has granted him besides.</param>
    public async Task<Visitor> Auditor(string name, params Guid[] cases) => await SignIn(await MakeAuditor(name, cases));

    public async Task<string> MakeAuditor(string name, params Guid[] cases)
    {
        var (id, email) = await Hire(name, [], Role.Auditor);
        await using var store = Store(new Viewer { Actor = Actor.Person(Guid.NewGuid(), Role.Quality, Role.Administrator), Name = "Quinn" });
        var terms = new AuditEvent.Announced("A-2026-0001", "Surveillance audit", AuditBody.NotifiedBody, "Body 0000", id, store.Now.Plus(-TimeSpan.FromHours(1)), store.Now.Plus(TimeSpan.FromDays(10)), [], false, null);
        _ = (await store.Record(new Done("/", id), CancellationToken.None, Change.Begin(Server.Platform.Storage.Store.NewId(),
            [terms, new AuditEvent.Opened(), .. cases.Select(one => new AuditEvent.Granted(Withheld.Case, one, "Asked for."))]))).Value;
        return email;
    }

    public async Task<string> MakePerson(string name, Guid[] sites, params Role[] roles) => (await Hire(name, sites, roles)).Email;

    private async Task<(Guid Id, string Email)> Hire(string name, Guid[] sites, params Role[] roles)
    {
        await using var store = Store();
        var (id, email) = (Server.Platform.Storage.Store.NewId(), $"{name.ToLowerInvariant()}-{Guid.NewGuid():N}@acme.test");
        await store.KeepContact(id, new Contact(name, email), CancellationToken.None);
        await KeepAccount(id, email);
        var recorded = await store.Record(new Done("/", id), CancellationToken.None, Change.Begin(id,
            [new PersonEvent.Invited([.. roles], [.. sites]), new PersonEvent.Joined(), .. roles.Select(role => new PersonEvent.RoleGranted(role))]));
        _ = recorded.Value;
        return (id, email);
    }

    private async Task KeepAccount(Guid id, string email)
    {
        var account = new Account { Id = id, UserName = email, NormalizedUserName = email.ToUpperInvariant(), Email = email, NormalizedEmail = email.ToUpperInvariant(), EmailConfirmed = true, LockoutEnabled = true, SecurityStamp = Guid.NewGuid().ToString("N") };
        account.PasswordHash = new PasswordHasher<Account>(Options.Create(QuickHash)).HashPassword(account, Password);
        await using var scope = Services.CreateAsyncScope();
        var record = scope.ServiceProvider.GetRequiredService<RecordContext>();
        record.Add(account);
        await record.SaveChangesAsync();
    }

    public async Task<Visitor> SignIn(string email, string password = Password)
    {
        var visitor = Visitor();
        var page = await visitor.Submit("/sign-in", "/sign-in", ("email", email), ("password", password));
        Assert.DoesNotContain("is wrong", page.Html, StringComparison.Ordinal);
        return visitor;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(Installation.Data.Root, recursive: true);
    }

    /// <summary>An address on this machine where nobody listens.</summary>
    public static string FreeAddress() => $"http://127.0.0.1:{FreePort()}";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
