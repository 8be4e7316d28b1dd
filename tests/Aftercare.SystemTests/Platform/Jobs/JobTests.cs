using System.Collections.Concurrent;
using Aftercare.Server.Platform.Jobs;
using Aftercare.SystemTests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Aftercare.SystemTests.Platform.Jobs;

/// <summary>Work that a change has caused is done, at least once, by one at a time, whatever dies meanwhile.</summary>
public sealed class JobTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    private static JobOptions Quick => new()
    {
        Workers = 4,
        Poll = TimeSpan.FromMilliseconds(100),
        Lease = TimeSpan.FromSeconds(30),
        Attempts = 3,
        FirstPause = TimeSpan.FromMilliseconds(10),
        LongestPause = TimeSpan.FromMilliseconds(20),
    };

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_job_is_done_once_by_one_of_several_nodes(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        var done = new ConcurrentBag<string>();
        var kind = new JobKind("test.note", (job, _) => { done.Add($"{job.Key} {job.Read<Payload>().Number}"); return Task.CompletedTask; });
        await using var left = await Node(ledgers, Quick, kind);
        await using var right = await SecondNode(db, ledgers, Quick, kind);

        for (var i = 0; i < 50; i++)
            await Enqueue(ledgers, "test.note", $"{i}", new Payload(i));
        await Until(ledgers, """SELECT count(*) = 50 FROM jobs WHERE "DoneAt" IS NOT NULL""");

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"test.note:{i} {i}").Order(), done.Order());
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_job_that_fails_is_tried_again_later_and_given_up_in_the_end(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        var attempts = new ConcurrentQueue<int>();
        await using var node = await Node(ledgers, Quick, new JobKind("test.fail", (job, _) =>
        {
            attempts.Enqueue(job.Attempt);
            throw new IOException("The mail server does not answer.");
        }));

        await Enqueue(ledgers, "test.fail", "1", new Payload(1));
        await Until(ledgers, """SELECT count(*) = 1 FROM jobs WHERE "DeadAt" IS NOT NULL""");

        Assert.Equal([1, 2, 3], attempts);
        var queue = new JobQueue(ledgers.Database, TimeProvider.System);
        var (jobs, counts) = await queue.Open(10, Stop);
        Assert.Equal(("IOException: The mail server does not answer.", JobState.Dead, 1), (jobs[0].Job.LastError, jobs[0].State, counts[JobState.Dead]));

        Assert.True(await queue.TryAgain("test.fail:1", Stop));
        await Until(ledgers, """SELECT count(*) = 1 FROM jobs WHERE "DeadAt" IS NOT NULL AND "Attempts" = 3""");
        Assert.Equal([1, 2, 3, 1, 2, 3], attempts);
        Assert.False(await queue.TryAgain("test.fail:no-such", Stop));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Whoever_lost_his_lease_cannot_finish_for_his_successor(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        await Enqueue(ledgers, "test.slow", "1", new Payload(1));
        var queue = new JobQueue(ledgers.Database, TimeProvider.System);

        var first = (await queue.Take(["test.slow"], TimeSpan.FromMilliseconds(1), Stop))!;
        await Task.Delay(20);
        var second = (await queue.Take(["test.slow"], TimeSpan.FromMinutes(1), Stop))!;

        Assert.Equal((1, 2, second.Key), (first.Attempt, second.Attempt, first.Key));
        Assert.True(second.Fence > first.Fence);
        Assert.False(await queue.Renew(first, TimeSpan.FromMinutes(1), Stop));
        Assert.False(await queue.Finish(first, null, Stop));
        Assert.False(await queue.Fail(first, "late", null, null, Stop));
        Assert.Null(await queue.Take(["test.slow"], TimeSpan.FromMinutes(1), Stop));
        Assert.True(await queue.Finish(second, null, Stop));
        Assert.False(await queue.Finish(second, null, Stop));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Work_that_takes_longer_than_its_lease_keeps_it(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        var (begun, options) = (0, Quick);
        options.Lease = TimeSpan.FromSeconds(1);
        var kind = new JobKind("test.slow", async (_, stop) =>
        {
            Interlocked.Increment(ref begun);
            await Task.Delay(TimeSpan.FromSeconds(2.5), stop);
        });
        await using var left = await Node(ledgers, options, kind);
        await using var right = await SecondNode(db, ledgers, options, kind);

        await Enqueue(ledgers, "test.slow", "1", new Payload(1));
        await Until(ledgers, """SELECT count(*) = 1 FROM jobs WHERE "DoneAt" IS NOT NULL AND "Attempts" = 1""");

        Assert.Equal(1, begun);
    }

    [Fact]
    public async Task A_mail_server_that_lets_everybody_wait_holds_up_nothing_else()
    {
        await using var ledgers = await Ledgers.Begin(Db.Sqlite, postgres);
        var (waiting, most, answers) = (0, 0, new TaskCompletionSource());
        var mail = new JobKind("test.mail", async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref waiting));
            await answers.Task;
            Interlocked.Decrement(ref waiting);
        })
        {
            AtOnce = 2,
        };
        await using var node = await Node(ledgers, Quick, mail, new JobKind("test.other", (_, _) => Task.CompletedTask));

        for (var i = 0; i < 6; i++)
            await Enqueue(ledgers, "test.mail", $"{i}", new Payload(i));
        await Enqueue(ledgers, "test.other", "1", new Payload(1));
        await Until(ledgers, """SELECT count(*) = 1 FROM jobs WHERE "DoneAt" IS NOT NULL""");

        Assert.Equal(2, waiting);
        answers.SetResult();
        await Until(ledgers, """SELECT count(*) = 7 FROM jobs WHERE "DoneAt" IS NOT NULL""");
        Assert.Equal(2, most);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_kind_that_nobody_here_knows_waits_for_a_program_that_does(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        await using var node = await Node(ledgers, Quick, new JobKind("test.known", (_, _) => Task.CompletedTask));

        await Enqueue(ledgers, "test.of-a-newer-program", "1", new Payload(1));
        await Enqueue(ledgers, "test.known", "1", new Payload(1));
        await Until(ledgers, """SELECT count(*) = 1 FROM jobs WHERE "DoneAt" IS NOT NULL""");

        Assert.Equal(1, await Tables.Count(ledgers.Database, """SELECT count(*) FROM jobs WHERE "Attempts" = 0 AND "LastError" IS NULL AND "Kind" = 'test.of-a-newer-program'"""));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_recurring_job_has_one_successor_whoever_plans_it_and_however_it_ends(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        var (queue, elsewhere, hour) = (new JobQueue(ledgers.Database, TimeProvider.System), new JobQueue(ledgers.Open(), TimeProvider.System), TimeSpan.FromHours(1));
        await Task.WhenAll(queue.Plan("test.hourly", hour, Stop), elsewhere.Plan("test.hourly", hour, Stop), queue.Plan("test.hourly", hour, Stop));
        Assert.Equal(1, await Tables.Count(ledgers.Database, "SELECT count(*) FROM jobs"));

        // As if its moment had come.
        await Tables.Tamper(ledgers.Database, """UPDATE jobs SET "DueAt" = 0, "Key" = 'test.hourly:1970-01-01T00:00:00.000Z'""");
        Assert.True(await queue.Finish((await queue.Take(["test.hourly"], hour, Stop))!, hour, Stop));
        Assert.Equal(1, await Tables.Count(ledgers.Database, """SELECT count(*) FROM jobs WHERE "DoneAt" IS NULL"""));

        await Tables.Tamper(ledgers.Database, """UPDATE jobs SET "DueAt" = 0, "Key" = 'test.hourly:1970-01-01T01:00:00.000Z' WHERE "DoneAt" IS NULL""");
        Assert.True(await queue.Fail((await queue.Take(["test.hourly"], hour, Stop))!, "given up", null, hour, Stop));
        Assert.Equal(1, await Tables.Count(ledgers.Database, """SELECT count(*) FROM jobs WHERE "DoneAt" IS NULL AND "DeadAt" IS NULL"""));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_server_that_is_killed_between_commit_and_effect_makes_it_good_once_at_the_next_start(Db db)
    {
        await using var ledgers = await Ledgers.Begin(db, postgres);
        var effects = Directory.CreateDirectory(Path.Combine(ledgers.Data.Root, "effects")).FullName;
        await Enqueue(ledgers, EffectJob.Kind, "once", new Payload(1));
        await File.WriteAllTextAsync(Path.Combine(effects, "hold"), "");

        await using (var killed = Server(ledgers, effects))
        {
            await killed.Until("the job began", () => File.Exists(Path.Combine(effects, "begun")));
            await killed.Kill();
        }
        Assert.False(File.Exists(Path.Combine(effects, "effects")));
        File.Delete(Path.Combine(effects, "hold"));

        await using (var next = Server(ledgers, effects))
        {
            await next.Until("the effect", () => File.Exists(Path.Combine(effects, "effects")));
            await Until(ledgers, """SELECT count(*) = 1 FROM jobs WHERE "DoneAt" IS NOT NULL AND "Attempts" = 2""");
        }
        await using (var again = Server(ledgers, effects))
            await again.UntilItServes();

        Assert.Equal(["test.effect:once"], await File.ReadAllLinesAsync(Path.Combine(effects, "effects")));
    }

    [Theory]
    [InlineData(1, 120)]
    [InlineData(2, 240)]
    [InlineData(5, 1920)]
    [InlineData(9, 21600)]
    [InlineData(1000, 21600)]
    public void Each_pause_is_twice_the_one_before_up_to_the_longest(int attempts, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new JobOptions().PauseAfter(attempts));

    private sealed record Payload(int Number);

    private static async Task Enqueue(Ledgers ledgers, string kind, string key, Payload payload)
    {
        await using var store = ledgers.Store();
        await store.Enqueue(kind, key, payload, store.Now, Stop);
        await store.SaveKept(Stop);
    }

    private static async Task Until(Ledgers ledgers, string isSo)
    {
        for (var tries = 0; tries < 400; tries++)
        {
            if (await Tables.Count(ledgers.Database, $"SELECT CASE WHEN ({isSo}) THEN 1 ELSE 0 END") == 1)
                return;
            await Task.Delay(50);
        }
        Assert.Fail($"It never came to {isSo}.");
    }

    private static ServerProcess Server(Ledgers ledgers, string effects) => ServerProcess.Start(ledgers.Data, ledgers.PostgresConnection, [], new Dictionary<string, string>
    {
        ["AFTERCARE_URLS"] = "http://127.0.0.1:0",
        ["AFTERCARE_PUBLIC_URL"] = "http://acme.test",
        ["ASPNETCORE_HOSTINGSTARTUPASSEMBLIES"] = typeof(EffectJob).Assembly.GetName().Name!,
        ["Jobs__Lease"] = "00:00:02",
        ["Jobs__Poll"] = "00:00:00.1",
        [EffectJob.Folder] = effects,
    });

    // The data folder's lock keeps a second process off a SQLite store.
    private static async Task<Running?> SecondNode(Db db, Ledgers ledgers, JobOptions options, JobKind kind) =>
        db == Db.Postgres ? await Node(ledgers, options, kind) : null;

    private static async Task<Running> Node(Ledgers ledgers, JobOptions options, params JobKind[] kinds)
    {
        var database = ledgers.Open();
        var runner = new JobRunner(new JobQueue(database, TimeProvider.System), database, kinds, Options.Create(options), TimeProvider.System, NullLogger<JobRunner>.Instance);
        await runner.StartAsync(Stop);
        return new Running(runner);
    }

    private sealed record Running(JobRunner Runner) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Runner.StopAsync(Stop);
            Runner.Dispose();
        }
    }
}
