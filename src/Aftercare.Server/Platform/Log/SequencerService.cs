using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Platform.Log;

/// <summary>Keeps the log up with the record: right after each commit, and every second for what other nodes commit.</summary>
public sealed partial class SequencerService(Sequencer sequencer, Database database, ILogger<SequencerService> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var wake = new SemaphoreSlim(1, 1);
        void Wake()
        {
            if (wake.CurrentCount == 0)
                try { wake.Release(); } catch (SemaphoreFullException) { /* It is awake already. */ }
        }
        database.OnCommitted += Wake;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await Run(stoppingToken);
                await wake.WaitAsync(Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping; what waits is taken at the next start.
        }
        finally
        {
            database.OnCommitted -= Wake;
        }
    }

    private async Task Run(CancellationToken stop)
    {
        try
        {
            while (await sequencer.Step(stop) > 0)
            {
            }
            await sequencer.Publish(stop);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A database that is away comes back; the entries wait and are not lost.
            LogBehind(log, fault);
        }
    }

    [LoggerMessage(6001, LogLevel.Error, "The log is behind the record; trying again")]
    private static partial void LogBehind(ILogger log, Exception fault);
}
