using System.Globalization;
using System.Net;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Products;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.SystemTests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Aftercare.SystemTests.Platform.Storage;

/// <summary>Views follow from the ledger alone: built anew they are the same, and built to an earlier size they are what they were.</summary>
public sealed class GenerationsTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private const string Revoked = "SELECT count(*) FROM entries WHERE \"Kind\" = 'person.role-revoked/1'";
    private static readonly CancellationToken Stop = CancellationToken.None;

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Views_that_are_built_anew_are_the_same_to_the_last_column(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        await ledgers.Record(40);
        await Found(ledgers);
        var before = await Tables.Views(ledgers.Database);
        Assert.Contains("Acme Medical", before, StringComparison.Ordinal);

        Assert.Equal(42, await Generations.Rebuild(ledgers.Database, Stop));

        Assert.Equal(before, await Tables.Views(ledgers.Database));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_row_that_somebody_changed_past_the_ledger_is_put_right(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        await ledgers.Record(3);
        var before = await Tables.Views(ledgers.Database);
        await Tables.Tamper(ledgers.Database, db == Db.Sqlite ? "UPDATE view_people SET \"Standing\" = 'Left'" : "DELETE FROM views.people");

        await Generations.Rebuild(ledgers.Database, Stop);

        Assert.Equal(before, await Tables.Views(ledgers.Database));
    }

    // On SQLite the data folder's lock keeps writers out; there is nothing to run beside.
    [Fact]
    public async Task A_rebuild_beside_running_writers_loses_nothing_and_stops_nobody()
    {
        await using var world = await World.Founded(Db.Postgres, postgres, RevokeRole.Map);
        await using var elsewhere = Database.Postgres(world.Installation.Postgres!);
        using var ada = await world.Person("Ada", Role.Administrator);
        using var enough = new CancellationTokenSource();

        var writers = Enumerable.Range(0, 4).Select(_ => Write(world, ada, enough.Token)).ToList();
        var rebuilds = 0;
        while (rebuilds < 5 || await Tables.Count(elsewhere, Revoked) < 25)
        {
            await Generations.Rebuild(elsewhere, Stop);
            rebuilds++;
        }
        await enough.CancelAsync();
        var written = (await Task.WhenAll(writers)).Sum();

        var afterwards = await Tables.Views(elsewhere);
        Assert.Equal(written, await Tables.Count(elsewhere, Revoked));
        await Generations.Rebuild(elsewhere, Stop);
        Assert.Equal(afterwards, await Tables.Views(elsewhere));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_page_as_of_a_log_size_shows_what_stood_then(Db db)
    {
        await using var world = await World.Founded(db, postgres, MapPeople);
        using var ada = await world.Person("Ada", Role.Administrator);
        var id = await StoreTests.Somebody(world, Role.Lead);
        var size = await world.Logged();

        await Revoke(world, id, Role.Lead);
        await StoreTests.Somebody(world, Role.Signer);
        var later = await world.Logged();

        Assert.Equal("2 people", (await ada.Get(AsOf("/desk/try/people", size))).Html);
        Assert.Equal("3 people", (await ada.Get("/desk/try/people")).Html);
        Assert.Equal("3 people", (await ada.Get(AsOf("/desk/try/people", later))).Html);
        Assert.Equal("0 people", (await ada.Get(AsOf("/desk/try/people", 2))).Html);
        Assert.Equal("Lead, version 3, 3 entries", (await ada.Get(AsOf($"/desk/try/people/{id:D}", size))).Html);
        Assert.Equal(", version 4, 4 entries", (await ada.Get($"/desk/try/people/{id:D}")).Html);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_size_that_the_log_does_not_have_yet_is_not_kept_as_if_it_were_known(Db db)
    {
        await using var world = await World.Founded(db, postgres, MapPeople);
        using var ada = await world.Person("Ada", Role.Administrator);
        await world.Logged();
        Assert.Equal("1 people", (await ada.Get("/desk/try/people?as-of=1000")).Html);

        await StoreTests.Somebody(world, Role.Signer);
        await world.Logged();

        Assert.Equal("2 people", (await ada.Get("/desk/try/people?as-of=1000")).Html);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Nothing_can_be_changed_in_the_past_and_the_front_door_has_no_past(Db db)
    {
        await using var world = await World.Founded(db, postgres, MapPeople);
        var size = await world.Logged();
        await using var past = world.Store(Viewer.System with { AsOf = size });

        var refused = await past.Record(new Done("/", Guid.Empty), Stop, Change.Begin(Store.NewId(), Person.Found()));

        Assert.True(refused.Refused(out var why, out _));
        Assert.Equal("as-of.read-only", why.Code);
        using var visitor = world.Visitor();
        (await visitor.Get($"/try/organisation?as-of=1")).Is(HttpStatusCode.OK).Shows("Acme Medical");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Two_who_look_back_to_the_same_size_at_once_see_the_same(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        for (var i = 0; i < 20; i++)
            await StoreTests.Somebody(world, Role.Lead);
        var size = await world.Logged();

        var counts = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var store = world.Store(Viewer.System with { AsOf = size });
            return await (await store.Rows<PersonRow>(Stop)).CountAsync();
        }));

        Assert.All(counts, count => Assert.Equal(20, count));
    }

    private static string AsOf(string path, long size) => string.Create(CultureInfo.InvariantCulture, $"{path}?as-of={size}");

    private static void MapPeople(WebApplication app)
    {
        app.MapRead(Face.Desk, "/desk/try/people", Allowed.Desk, async (store, _, stop) =>
            TypedResults.Text($"{await (await store.Rows<PersonRow>(stop)).CountAsync(stop)} people"));
        app.MapRead(Face.Desk, "/desk/try/people/{id}", Allowed.Desk, async (store, fields, stop) =>
        {
            var (id, history) = (fields.Id("id"), await store.History<Person>(fields.Id("id"), stop));
            var row = await (await store.Rows<PersonRow>(stop)).SingleAsync(person => person.Subject == id, stop);
            return TypedResults.Text($"{string.Join(' ', row.Roles)}, version {(await store.Find<Person>(id, stop))!.Version}, {history.Length} entries");
        });
        app.MapRead(Face.FrontDoor, "/try/organisation", Allowed.Anyone, async (store, _, stop) =>
            TypedResults.Text((await (await store.Rows<OrganisationRow>(stop)).SingleAsync(stop)).Name));
    }

    private static async Task Found(Ledgers ledgers)
    {
        await using var store = ledgers.Store();
        _ = (await store.Record(new Done("/", Guid.Empty), Stop,
            Change.Begin(Store.NewId(), Organisation.Found("Acme Medical", "Europe/Berlin", "ACME", "security@acme.test").Value),
            Change.Begin(Store.NewId(), Manufacturer.Register("Acme Medical GmbH", "DE", null, Actor.System).Value))).Value;
    }

    private static async Task Revoke(World world, Guid id, Role role)
    {
        await using var store = world.Store(new Viewer { Actor = new Actor("system", [Role.System, Role.Administrator]), Name = "Ada" });
        _ = (await store.Record(new Done("/", id), Stop, Change.To((await store.Find<Person>(id, Stop))!, new PersonEvent.RoleRevoked(role, "moved")))).Value;
    }

    // Half by the store, half by HTTP: a person is made, then loses his role.
    private static async Task<int> Write(World world, Visitor visitor, CancellationToken enough)
    {
        var written = 0;
        while (!enough.IsCancellationRequested)
        {
            var id = await StoreTests.Somebody(world, Role.Lead);
            (await visitor.Submit(RevokeRole.PageOf(id), RevokeRole.Action, ("person", $"{id:D}"), ("role", "lead"), ("reason", "moved"))).Is(HttpStatusCode.OK);
            written++;
        }
        return written;
    }
}
