namespace Aftercare.Server.Trust;

/// <summary>Keeps the repository fresh: looks once an hour whether the online roles are due, which is days before they expire.</summary>
public sealed partial class RepositoryService(RepositoryKeeper keeper, ILogger<RepositoryService> log, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            do
                await Look(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task Look(CancellationToken stop)
    {
        try
        {
            if ((await keeper.ResignIfDue(stop)).Refused(out var why, out _))
                LogNotFresh(log, why.Reason);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A database or disk that is away comes back within the days that are left.
            LogFailed(log, fault);
        }
    }

    [LoggerMessage(6101, LogLevel.Error, "The update repository cannot be signed anew: {Reason}")]
    private static partial void LogNotFresh(ILogger log, string reason);

    [LoggerMessage(6102, LogLevel.Error, "The update repository could not be looked at; trying again in an hour")]
    private static partial void LogFailed(ILogger log, Exception fault);
}
