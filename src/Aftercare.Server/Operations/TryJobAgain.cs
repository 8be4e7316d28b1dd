using Aftercare.Ledger;
using Aftercare.Server.Platform.Jobs;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Operations;

/// <summary>Somebody has cleared what stood in the way of a job that was given up. Machine room, not record: it changes nothing that is regulated.</summary>
public static class TryJobAgain
{
    public sealed record Command(string Key);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var queue = app.ServiceProvider.GetRequiredService<JobQueue>();
        app.MapForm(new Change<Command>(Face.Desk, "/operations/try-again", ShowOperations.Roles,
            fields => new Command(fields.Text("key", 500)), (_, command, stop) => Handle(queue, command, stop)));
    }

    private static async Task<Outcome<Done>> Handle(JobQueue queue, Command command, CancellationToken stop) =>
        await queue.TryAgain(command.Key, stop)
            ? new Done("/desk/operations", Guid.Empty)
            : Refusal.State("job.not-dead", "This job is not given up any more: it runs, it is done, or somebody else has tried it again.");
}
