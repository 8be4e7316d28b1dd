using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Jobs;

/// <summary>Where a job stands.</summary>
public enum JobState
{
    Waiting,
    Running,

    /// <summary>Waits for its next attempt.</summary>
    Failed,

    /// <summary>Given up until a person says try again.</summary>
    Dead,
    Done,
}

/// <summary>The jobs table. Several processes may work from it: a job is leased to one of them at a time, and only the holder of the newest lease may finish it.</summary>
public sealed class JobQueue(Database database, TimeProvider clock)
{
    private const int MaxError = 500;

    private Instant Now => Instant.From(clock.GetUtcNow());

    /// <summary>Leases the job that is longest due; null when none of these kinds is.</summary>
    public async Task<Job?> Take(IReadOnlyCollection<string> kinds, TimeSpan lease, CancellationToken stop)
    {
        if (kinds.Count == 0)
            return null;
        using var turn = await database.Turn(stop);
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        // A hot path, so raw: on PostgreSQL nobody waits for a row that another worker is taking; on SQLite there is one writer.
        var sql = $$"""
            UPDATE jobs SET "LeasedUntil" = {0}, "Fence" = "Fence" + 1, "Attempts" = "Attempts" + 1
            WHERE "Key" = (
                SELECT "Key" FROM jobs
                WHERE "DoneAt" IS NULL AND "DeadAt" IS NULL AND "DueAt" <= {1} AND ("LeasedUntil" IS NULL OR "LeasedUntil" < {1})
                  AND "Kind" IN ({{string.Join(", ", kinds.Select((_, i) => $"{{{i + 2}}}"))}})
                ORDER BY "DueAt" LIMIT 1 {{(database.IsPostgres ? "FOR UPDATE SKIP LOCKED" : "")}})
            RETURNING *
            """;
        var taken = await record.Jobs.FromSqlRaw(sql, [Now.Plus(lease).Ms, Now.Ms, .. kinds]).AsNoTracking().ToListAsync(stop);
        return taken is [var job] ? new Job(job.Key, job.Kind, job.Payload, job.Attempts, job.Fence) : null;
    }

    /// <summary>Keeps a job that takes longer than its lease.</summary>
    /// <returns>False when the lease was lost: somebody else does the work now.</returns>
    public Task<bool> Renew(Job job, TimeSpan lease, CancellationToken stop) =>
        Change(job, row => row.LeasedUntil = Now.Plus(lease).Ms, stop);

    /// <summary>Notes that the work is done, and when it recurs, inserts its successor with it.</summary>
    /// <returns>False when the lease was lost.</returns>
    public Task<bool> Finish(Job job, TimeSpan? every, CancellationToken stop) =>
        Change(job, row => (row.DoneAt, row.LeasedUntil, row.LastError) = (Now.Ms, null, null), stop, every);

    /// <summary>Notes a failed attempt: the job waits, or is given up when <paramref name="pause"/> is null. A recurring job that is given up still has its successor.</summary>
    /// <returns>False when the lease was lost.</returns>
    public Task<bool> Fail(Job job, string error, TimeSpan? pause, TimeSpan? every, CancellationToken stop) =>
        Change(job, row =>
        {
            row.LastError = error.CutTo(MaxError);
            row.LeasedUntil = null;
            if (pause is { } wait)
                row.DueAt = Now.Plus(wait).Ms;
            else
                row.DeadAt = Now.Ms;
        }, stop, pause is null ? every : null);

    /// <summary>A person says try again: the dead job waits anew, with all its attempts.</summary>
    /// <returns>False when there is no such dead job.</returns>
    public async Task<bool> TryAgain(string key, CancellationToken stop)
    {
        using var turn = await database.Turn(stop);
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        var revived = await record.Jobs.Where(job => job.Key == key && job.DeadAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(job => job.DeadAt, (long?)null).SetProperty(job => job.Attempts, 0).SetProperty(job => job.DueAt, Now.Ms), stop);
        if (revived > 0)
            database.Committed();
        return revived > 0;
    }

    /// <summary>Sees to it that a recurring kind has a job ahead.</summary>
    public async Task Plan(string kind, TimeSpan every, CancellationToken stop)
    {
        using var turn = await database.Turn(stop);
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        if (!await record.Jobs.AnyAsync(job => job.Kind == kind && job.DoneAt == null && job.DeadAt == null, stop))
            await AddNext(record, kind, every, stop);
        try
        {
            await record.SaveChangesAsync(stop);
        }
        catch (DbUpdateException fault) when (Database.IsDuplicate(fault))
        {
            // Another node planned the same moment.
        }
    }

    /// <summary>At the start of the only process there is: whatever was leased, nobody does any more.</summary>
    public async Task EndLeases(CancellationToken stop)
    {
        using var turn = await database.Turn(stop);
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        await record.Jobs.Where(job => job.LeasedUntil != null).ExecuteUpdateAsync(set => set.SetProperty(job => job.LeasedUntil, (long?)null), stop);
    }

    /// <summary>Forgets work that was done before this instant.</summary>
    public async Task Forget(Instant before, CancellationToken stop)
    {
        using var turn = await database.Turn(stop);
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        await record.Jobs.Where(job => job.DoneAt < before.Ms).ExecuteDeleteAsync(stop);
    }

    /// <summary>What is not done, dead first, then by due moment; at most <paramref name="limit"/>, with the count of all by state.</summary>
    public async Task<(ImmutableArray<(JobRecord Job, JobState State)> Jobs, ImmutableDictionary<JobState, int> Counts)> Open(int limit, CancellationToken stop)
    {
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        var (now, open) = (Now, record.Jobs.AsNoTracking().Where(job => job.DoneAt == null));
        var jobs = await open.OrderBy(job => job.DeadAt == null).ThenByDescending(job => job.LastError != null).ThenBy(job => job.DueAt).Take(limit).ToListAsync(stop);
        var counts = await open.GroupBy(job => new { Dead = job.DeadAt != null, Leased = job.LeasedUntil >= now.Ms, Failed = job.LastError != null })
            .Select(group => new { group.Key, Count = group.Count() }).ToListAsync(stop);
        return (
            [.. jobs.Select(job => (job, StateOf(job.DeadAt != null, job.LeasedUntil >= now.Ms, job.LastError != null)))],
            counts.GroupBy(group => StateOf(group.Key.Dead, group.Key.Leased, group.Key.Failed)).ToImmutableDictionary(group => group.Key, group => group.Sum(one => one.Count)));
    }

    private static JobState StateOf(bool dead, bool leased, bool failed) =>
        dead ? JobState.Dead : leased ? JobState.Running : failed ? JobState.Failed : JobState.Waiting;

    private async Task<bool> Change(Job job, Action<JobRecord> change, CancellationToken stop, TimeSpan? every = null)
    {
        using var turn = await database.Turn(stop);
        await using var connection = await database.Connect(stop);
        await using var record = database.Record(connection);
        await using var transaction = await record.Database.BeginTransactionAsync(stop);
        // The row is locked by this before it is read, so that a lease that is being taken cannot slip between.
        if (await record.Jobs.Where(row => row.Key == job.Key && row.Fence == job.Fence && row.DoneAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.Fence, job.Fence), stop) == 0)
            return false;
        change(await record.Jobs.SingleAsync(row => row.Key == job.Key, stop));
        if (every is { } span)
            await AddNext(record, job.Kind, span, stop);
        await record.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        return true;
    }

    // Due moments are counted from a fixed beginning and make the key, so that two nodes that plan at once plan the same job.
    private async Task AddNext(RecordContext record, string kind, TimeSpan every, CancellationToken stop)
    {
        var period = (long)every.TotalMilliseconds;
        var due = new Instant((Now.Ms / period + 1) * period);
        var key = $"{kind}:{due}";
        if (await record.Jobs.FindAsync([key], stop) is null)
            record.Add(new JobRecord { Kind = kind, Key = key, Payload = "{}", DueAt = due.Ms });
    }
}
