using System.Collections.Concurrent;
using System.Collections.Frozen;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Microsoft.Extensions.Options;

namespace Aftercare.Server.Platform.Jobs;

/// <summary>Does the jobs that wait: right after the commit that caused them, and by looking again for what came due or was left behind.</summary>
public sealed partial class JobRunner(JobQueue queue, Database database, IEnumerable<JobKind> kinds, IOptions<JobOptions> options, TimeProvider clock, ILogger<JobRunner> log) : BackgroundService
{
    private readonly FrozenDictionary<string, JobKind> _kinds = kinds.ToDictionary(kind => kind.Kind).ToFrozenDictionary();
    private readonly JobOptions _options = options.Value;
    private readonly ConcurrentDictionary<string, int> _running = new();
    private readonly SemaphoreSlim _taking = new(1);

    public override void Dispose()
    {
        _taking.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var wake = new SemaphoreSlim(0);
        void Wake()
        {
            if (wake.CurrentCount < _options.Workers)
                wake.Release();
        }
        database.OnCommitted += Wake;
        try
        {
            while (!await Begin(stoppingToken))
                await Task.Delay(_options.Poll, clock, stoppingToken);
            await Task.WhenAll(Enumerable.Range(0, _options.Workers).Select(_ => Work(wake, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping; what is leased comes back when the lease has run out or the server starts again.
        }
        finally
        {
            database.OnCommitted -= Wake;
        }
    }

    // A database that is away at the start must not end the server.
    private async Task<bool> Begin(CancellationToken stop)
    {
        try
        {
            await Prepare(stop);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogAway(log, fault);
            return false;
        }
    }

    private async Task Prepare(CancellationToken stop)
    {
        // On SQLite the data folder's lock says that no other process works from this table.
        if (!database.IsPostgres)
            await queue.EndLeases(stop);
        await queue.Forget(Instant.From(clock.GetUtcNow()).Plus(-TimeSpan.FromDays(_options.KeepDays)), stop);
        foreach (var kind in _kinds.Values)
            if (kind.Every is { } every)
                await queue.Plan(kind.Kind, every, stop);
    }

    private async Task Work(SemaphoreSlim wake, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                while (await Take(stop) is { } job)
                    await Do(job, stop);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // A database that is away comes back; the jobs wait and are not lost.
                LogAway(log, fault);
            }
            await wake.WaitAsync(_options.Poll, stop);
        }
    }

    // One worker at a time, so that no kind gets more of them than it may have.
    private async Task<Job?> Take(CancellationToken stop)
    {
        await _taking.WaitAsync(stop);
        try
        {
            var job = await queue.Take([.. _kinds.Values.Where(kind => _running.GetValueOrDefault(kind.Kind) < kind.AtOnce).Select(kind => kind.Kind)], _options.Lease, stop);
            if (job is not null)
                _running.AddOrUpdate(job.Kind, 1, (_, count) => count + 1);
            return job;
        }
        finally
        {
            _taking.Release();
        }
    }

    private async Task Do(Job job, CancellationToken stop)
    {
        var kind = _kinds[job.Kind];
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var renewing = Renew(job, lost);
        try
        {
            await kind.Work(job, lost.Token);
            await lost.CancelAsync();
            if (!await queue.Finish(job, kind.Every, stop))
                LogLeaseLost(log, job.Key);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever it is: it is noted with the job, shown at the desk and tried again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFailed(log, job.Key, job.Attempt, fault);
            TimeSpan? pause = job.Attempt < _options.Attempts ? _options.PauseAfter(job.Attempt) : null;
            await queue.Fail(job, $"{fault.GetType().Name}: {fault.Message}", pause, kind.Every, stop);
        }
        finally
        {
            _running.AddOrUpdate(job.Kind, 0, (_, count) => count - 1);
            await lost.CancelAsync();
            await renewing;
        }
    }

    // Work that goes on keeps its lease; work whose lease was lost is stopped, as somebody else does it now.
    private async Task Renew(Job job, CancellationTokenSource lost)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.Lease / 3, clock, lost.Token);
                if (await queue.Renew(job, _options.Lease, lost.Token))
                    continue;
                LogLeaseLost(log, job.Key);
                await lost.CancelAsync();
            }
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            // The work has ended.
        }
#pragma warning disable CA1031 // The work itself goes on; finishing it will find out whether the lease still stands.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogAway(log, fault);
        }
    }

    [LoggerMessage(7001, LogLevel.Error, "The jobs cannot be read or written; trying again")]
    private static partial void LogAway(ILogger log, Exception fault);

    [LoggerMessage(7002, LogLevel.Warning, "Job {Key} failed at attempt {Attempt}")]
    private static partial void LogFailed(ILogger log, string key, int attempt, Exception fault);

    [LoggerMessage(7003, LogLevel.Warning, "Job {Key} took longer than its lease and was given to another worker")]
    private static partial void LogLeaseLost(ILogger log, string key);
}

public static class Jobs
{
    public static IServiceCollection AddJobs(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<JobOptions>().BindConfiguration("Jobs").ValidateDataAnnotations();
        services.AddSingleton<JobQueue>();
        services.AddHostedService<JobRunner>();
        return services;
    }

    /// <summary>Says how jobs of this kind are done. Each kind once.</summary>
    /// <param name="work">See <see cref="JobKind"/>.</param>
    /// <param name="every">For work that recurs by itself; its first time is planned at start.</param>
    /// <param name="atOnce">See <see cref="JobKind.AtOnce"/>.</param>
    public static IServiceCollection AddJob(
        this IServiceCollection services, string kind, Func<IServiceProvider, Job, CancellationToken, Task> work, TimeSpan? every = null, int atOnce = int.MaxValue) =>
        services.AddSingleton(provider => new JobKind(kind, (job, stop) => work(provider, job, stop)) { Every = every, AtOnce = atOnce });
}
