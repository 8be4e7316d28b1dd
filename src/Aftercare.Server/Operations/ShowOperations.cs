using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Jobs;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Operations;

/// <summary>What the server does by itself: what waits, what failed, what it has given up.</summary>
public static class ShowOperations
{
    /// <value>Who looks after the machine.</value>
    internal static readonly ImmutableArray<Role> Roles = [Role.Administrator, Role.Lead];

    /// <value>200 jobs on the page, the dead ones first; the figures count all.</value>
    private const int Shown = 200;

    public sealed record Line(string Key, JobState State, long DueAt, int Attempts, string? Error);

    public sealed record Model(ImmutableArray<Line> Jobs, ImmutableDictionary<JobState, int> Counts);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var queue = app.ServiceProvider.GetRequiredService<JobQueue>();
        app.MapPage<OperationsPage, Model>(Face.Desk, "/operations", Roles, async (_, _, stop) =>
        {
            var (jobs, counts) = await queue.Open(Shown, stop);
            return new Model([.. jobs.Select(one => new Line(one.Job.Key, one.State, one.Job.DueAt, one.Job.Attempts, one.Job.LastError))], counts);
        });
    }
}
