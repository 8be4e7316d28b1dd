using Aftercare.Server.Platform.Jobs;

namespace Aftercare.Server.Trust;

/// <summary>Keeps the repository fresh: looks once an hour whether the online roles are due, which is days before they expire. A failure is shown with the jobs.</summary>
public static class ResignRepository
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    internal static IServiceCollection AddResigning(this IServiceCollection services) =>
        services.AddJob("repository.resign", async (provider, job, stop) =>
        {
            if ((await provider.GetRequiredService<RepositoryKeeper>().ResignIfDue(stop)).Refused(out var why, out _))
                throw new InvalidOperationException(why.Reason);
        }, Every);
}
