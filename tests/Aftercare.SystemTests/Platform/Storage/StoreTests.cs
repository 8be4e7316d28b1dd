using System.Net;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Platform.Storage;

/// <summary>What a store promises to everybody who records at the same time.</summary>
public sealed class StoreTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Of_two_who_decide_on_the_same_version_one_wins_and_the_other_writes_nothing(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var id = await Somebody(world, Role.Lead, Role.Analyst);
        var either = new Viewer { Actor = new Actor("system", [Role.System, Role.Administrator]), Name = "Either" };
        await using var first = world.Store(either);
        await using var second = world.Store(either);
        var seenByFirst = (await first.Find<Person>(id, Stop))!;
        var seenBySecond = (await second.Find<Person>(id, Stop))!;
        var before = await Counts(world);

        _ = (await first.Record(new Done("/", id), Stop, Change.To(seenByFirst, new PersonEvent.RoleRevoked(Role.Lead, "first")))).Value;
        await second.KeepText(id, "kept on the way", Stop);
        await second.Enqueue("test.any", "lost", new { }, second.Now, Stop);
        await Assert.ThrowsAsync<LostRaceException>(() => second.Record(new Done("/", id), Stop,
            Change.Begin(Store.NewId(), Person.Found()), Change.To(seenBySecond, new PersonEvent.RoleRevoked(Role.Analyst, "second"))));

        await using var later = world.Store();
        Assert.Equal([Role.Analyst], (await later.Find<Person>(id, Stop))!.Roles);
        Assert.Equal(before with { Entries = before.Entries + 1 }, await Counts(world));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_stale_form_changes_nothing_and_says_what_has_changed(Db db)
    {
        await using var world = await World.Founded(db, postgres, RevokeRole.Map);
        var id = await Somebody(world, Role.Lead, Role.Analyst);
        using var ada = await world.Person("Ada", Role.Administrator);
        using var quinn = await world.Person("Quinn", Role.Quality);
        var open = await ada.Get(RevokeRole.PageOf(id));

        (await quinn.Submit(RevokeRole.PageOf(id), RevokeRole.Action, ("person", $"{id:D}"), ("role", "lead"), ("reason", "quicker"))).Is(HttpStatusCode.OK);
        var refused = await ada.Send(open, RevokeRole.Action, ("person", $"{id:D}"), ("role", "analyst"), ("reason", "too late"));

        refused.Is(HttpStatusCode.Conflict).Shows("stale").Shows("person.role-revoked at").Shows("Nothing was saved");
        await using var store = world.Store();
        Assert.Equal([Role.Analyst], (await store.Find<Person>(id, Stop))!.Roles);
        Assert.DoesNotContain(await store.History<Person>(id, Stop), entry => entry.Event is PersonEvent.RoleRevoked { Reason: "too late" });
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Twenty_authors_who_saw_the_same_version_get_one_change_and_nineteen_refusals(Db db)
    {
        await using var world = await World.Founded(db, postgres, RevokeRole.Map);
        var id = await Somebody(world, Role.Lead, Role.Analyst);
        var seen = (await Read(world, id)).Version;
        var token = await Token(world);
        using var visitor = world.Visitor();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            visitor.Api("/try/revoke", token, new { person = id, seen, role = "lead", reason = $"author {i}" })));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer =>
        {
            Assert.Equal(HttpStatusCode.Conflict, answer.Status);
            Assert.Equal("stale", answer.Body.GetProperty("code").GetString());
        });
        Assert.Equal(seen + 1, (await Read(world, id)).Version);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_double_click_records_once_and_gets_the_same_answer(Db db)
    {
        await using var world = await World.Founded(db, postgres, RevokeRole.Map);
        var id = await Somebody(world, Role.Lead, Role.Analyst);
        using var ada = await world.Person("Ada", Role.Administrator);
        var open = await ada.Get(RevokeRole.PageOf(id));
        (string, string)[] fields = [("person", $"{id:D}"), ("role", "lead"), ("reason", "moved")];

        var clicks = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ada.Send(open, RevokeRole.Action, fields)));
        var muchLater = await ada.Send(open, RevokeRole.Action, fields);

        Assert.All(clicks.Append(muchLater), page => Assert.Equal((HttpStatusCode.OK, RevokeRole.PageOf(id)), (page.Status, page.Path)));
        await using var store = world.Store();
        Assert.Single(await store.History<Person>(id, Stop), entry => entry.Event is PersonEvent.RoleRevoked);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_idempotency_key_gives_the_same_answer_again_and_refuses_another_content(Db db)
    {
        await using var world = await World.Founded(db, postgres, RevokeRole.Map);
        var id = await Somebody(world, Role.Lead, Role.Analyst);
        var (token, other, seen) = (await Token(world), await Token(world), (await Read(world, id)).Version);
        using var visitor = world.Visitor();
        var asked = new { person = id, seen, role = "lead", reason = "moved" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => visitor.Api("/try/revoke", token, asked, "key-1")));
        var changed = await visitor.Api("/try/revoke", token, asked with { role = "analyst" }, "key-1");
        var elsewhere = await visitor.Api("/try/revoke", other, asked, "key-1");

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Created, answers[0].Body.GetRawText()), (answer.Status, answer.Body.GetRawText())));
        Assert.Equal((HttpStatusCode.Conflict, "request.key-reused"), (changed.Status, changed.Body.GetProperty("code").GetString()));
        // A key belongs to its actor: with another's token it is a request of its own, here a stale one.
        Assert.Equal((HttpStatusCode.Conflict, "stale"), (elsewhere.Status, elsewhere.Body.GetProperty("code").GetString()));
        Assert.Equal([Role.Analyst], (await Read(world, id)).Roles);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_subject_that_the_viewer_may_not_see_is_not_there(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        var id = await Somebody(world, Role.Lead);
        await using var store = world.Store(new Viewer { Actor = Actor.Person(Store.NewId(), Role.Operator), Name = "Olga", Sites = [Store.NewId()] });

        Assert.Null(await store.Find<Person>(id, Stop));
        Assert.Empty(await store.History<Person>(id, Stop));
        Assert.True((await store.Find<Person>(id, 1, Stop)).Refused(out var why, out _));
        Assert.Equal(Because.Invisible, why.Because);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Twenty_writers_of_one_series_never_get_the_same_number(Db db)
    {
        await using var world = await World.Founded(db, postgres);

        var numbers = (await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            var mine = new List<string>();
            for (var i = 0; i < 5; i++)
                mine.Add(await Numbered(world));
            return mine;
        }))).SelectMany(mine => mine).ToList();

        Assert.Distinct(numbers);
        Assert.Equal(100, numbers.Count);
        Assert.All(numbers, number => Assert.Matches("^R-[0-9]{4}-[0-9]{4}$", number));
        Assert.Equal("0100", numbers.Max()![^4..]);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_job_that_two_changes_cause_is_one_job(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        for (var i = 0; i < 2; i++)
        {
            await using var store = world.Store();
            await store.Enqueue("test.any", "the same", new { i }, store.Now, Stop);
            await store.SaveKept(Stop);
        }

        Assert.Equal(1, await Tables.Count(world.Services.GetRequiredService<Database>(), "SELECT count(*) FROM jobs WHERE \"Kind\" = 'test.any'"));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Every_row_of_a_view_is_filtered_by_its_viewer(Db db)
    {
        await using var world = await World.Begin(db, postgres);
        var database = world.Services.GetRequiredService<Database>();
        await using var views = database.Views(await database.Connect(Stop), Viewer.Anonymous, owns: true);

        var types = views.Model.GetEntityTypes().ToList();

        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.Contains(type.GetDeclaredQueryFilters(), filter => filter.Key == ViewContext.Filter));
        Assert.Equal(typeof(ViewRow).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ViewRow))).OrderBy(type => type.Name), types.Select(type => type.ClrType).OrderBy(type => type.Name));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_first_view_of_a_noun_has_one_row_a_subject(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        await Somebody(world, Role.Lead);
        var database = world.Services.GetRequiredService<Database>();
        await using var connection = await database.Connect(Stop);
        await using var record = database.Record(connection);
        await using var views = database.Views(connection, Viewer.System);

        var subjects = await record.Entries.Select(entry => entry.Subject).Distinct().ToListAsync();
        var shown = new List<Guid>();
        foreach (var noun in Nouns.All)
            shown.AddRange((await noun.Views[0].Versions(views, Stop)).Select(row => row.Subject));

        Assert.Equal(subjects.Order(), shown.Order());
    }

    internal static async Task<Guid> Somebody(World world, params Role[] roles)
    {
        await using var store = world.Store();
        var id = Store.NewId();
        var recorded = await store.Record(new Done("/", id), Stop,
            Change.Begin(id, [new PersonEvent.Invited([], []), new PersonEvent.Joined(), .. roles.Select(role => new PersonEvent.RoleGranted(role))]));
        _ = recorded.Value;
        return id;
    }

    private static async Task<Person> Read(World world, Guid id)
    {
        await using var store = world.Store();
        return (await store.Find<Person>(id, Stop))!;
    }

    private static async Task<string> Token(World world)
    {
        await using var store = world.Store();
        var token = await store.IssueSecret(SecretPurpose.Token, Store.NewId(), null, Stop, scope: nameof(Role.Administrator));
        await store.SaveKept(Stop);
        return token;
    }

    // As the doors do it: whoever lost a race tries again on what stands now.
    private static async Task<string> Numbered(World world)
    {
        while (true)
        {
            await using var store = world.Store();
            try
            {
                var number = await store.Number("R", TimeZoneInfo.Utc, Stop);
                var id = Store.NewId();
                _ = (await store.Record(new Done("/", id, number), Stop, Change.Begin(id, Person.Found()))).Value;
                return number;
            }
            catch (LostRaceException)
            {
                // Again.
            }
        }
    }

    private sealed record Rows(int Entries, int People, int Texts, int Jobs);

    private static async Task<Rows> Counts(World world)
    {
        var database = world.Services.GetRequiredService<Database>();
        await using var connection = await database.Connect(Stop);
        await using var record = database.Record(connection);
        await using var views = database.Views(connection, Viewer.System);
        return new Rows(await record.Entries.CountAsync(), await views.Set<Server.People.PersonRow>().CountAsync(), await record.Texts.CountAsync(), await record.Jobs.CountAsync(job => job.Kind == "test.any"));
    }
}
