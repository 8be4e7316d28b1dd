using Aftercare.Server.Platform.Jobs;
using Aftercare.SystemTests.Platform.Jobs;
using Microsoft.AspNetCore.Hosting;

[assembly: HostingStartup(typeof(EffectJob))]

namespace Aftercare.SystemTests.Platform.Jobs;

/// <summary>A job whose effect is a line in a file, for the server in a process of its own; held back while a file named <c>hold</c> is there.</summary>
public sealed class EffectJob : IHostingStartup
{
    public const string Kind = "test.effect";

    /// <summary>Names the folder of the effects; without it there is no such job.</summary>
    public const string Folder = "AFTERCARE_TEST_EFFECTS";

    public void Configure(IWebHostBuilder builder)
    {
        if (Environment.GetEnvironmentVariable(Folder) is { Length: > 0 } folder)
            builder.ConfigureServices(services => services.AddJob(Kind, (_, job, stop) => Do(folder, job, stop)));
    }

    private static async Task Do(string folder, Job job, CancellationToken stop)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "begun"), job.Key, stop);
        while (File.Exists(Path.Combine(folder, "hold")))
            await Task.Delay(20, stop);
        await File.AppendAllTextAsync(Path.Combine(folder, "effects"), job.Key + "\n", stop);
    }
}
