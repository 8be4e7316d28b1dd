using System.Diagnostics;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Advisories;
using Aftercare.SystemTests.Cases;
using Aftercare.SystemTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Desk;

/// <summary>The first page says to each what to do now, until when and where.</summary>
public sealed class TodayTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    /// <value>60 questions to the database for somebody with every role, however much there is.</value>
    private const int MostQueries = 60;

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Somebody_with_every_role_reads_everything_that_waits_and_asks_the_database_no_more_for_more_of_it(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var max = await world.Person("Max", [.. Allowed.Readers]);
        (await max.Get("/desk")).Shows("Before the first report arrives").Shows("A second person");
        await Everything(world);

        var (page, few) = await Counted(world, () => max.Get("/desk"));
        page.Shows("Reports to acknowledge").Shows("R-").Shows("Complaint or not").Shows("Safety to judge").Shows("Judge the safety").Shows("Drug library").Shows("Updates that miss something")
            .Shows("Open reports by age").Shows("Over 90 days");
        for (var i = 0; i < 8; i++)
            await world.MakeReport(null);
        (page, var many) = await Counted(world, () => max.Get("/desk"));

        page.Shows("There are more");
        Assert.Equal(few, many);
        Assert.InRange(many, 1, MostQueries);
    }

    [Fact]
    public async Task Each_role_reads_its_own_questions_on_every_screen()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        await Everything(world);
        foreach (var role in new[] { Role.Lead, Role.Quality, Role.Administrator, Role.Signer })
        {
            await using var walker = await Walker.At(browser, world);
            await walker.SignIn(await world.MakePerson($"Alex{role}", [], role));
            await walker.Open("/desk");
            await walker.Reads(role switch
            {
                Role.Lead => ["Reports to acknowledge", "Acknowledge", "Cases that nobody is assigned to", "Open reports by age"],
                Role.Quality => ["Complaint or not", "Open reports by age"],
                Role.Administrator => ["Before the first report arrives", "The root of trust"],
                _ => ["Nothing waits for you"],
            });
            if (role is Role.Lead or Role.Quality)
                await walker.SeesPicture();
            await walker.Look($"today-{role}");
            if (role != Role.Lead)
                continue;
            await walker.Open("/desk/search?q=drug+lib");
            await walker.Reads("Cases", "Drug library can be changed");
            await walker.Look("search");
        }
    }

    private static async Task Everything(World world)
    {
        await PumpCase.In(world);
        var pump = await world.MakePump();
        await world.MakeReport(pump.Product);
        await world.MakeUpdate(pump);
    }

    // Jobs that follow what was recorded ask too; the least of some times is the page's own.
    private static async Task<(Page Page, int Queries)> Counted(World world, Func<Task<Page>> open)
    {
        var (page, least, database) = (await open(), int.MaxValue, await NameOf(world));
        for (var time = 0; time < 5; time++)
        {
            using var counter = new Counter(database);
            page = await open();
            least = Math.Min(least, counter.Count);
        }
        return (page, least);
    }

    private static async Task<string> NameOf(World world)
    {
        await using var connection = await world.Services.GetRequiredService<Database>().Connect(default);
        return connection.Database + connection.DataSource;
    }

    // Listens to the views of one database alone: other tests run beside.
    private sealed class Counter : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly List<IDisposable> _subscriptions = [];
        private readonly string _database;
        private int _count;

        public Counter(string database)
        {
            _database = database;
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public int Count => _count;

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name)
                _subscriptions.Add(value.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value is CommandExecutedEventData { Context: ViewContext } data && data.Connection.Database + data.Connection.DataSource == _database)
                Interlocked.Increment(ref _count);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose() => _subscriptions.ForEach(one => one.Dispose());
    }
}
