using System.ComponentModel.DataAnnotations;

namespace Aftercare.Server.Platform.Jobs;

/// <summary>The settings under <c>Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <value>1 to 32 jobs at a time in this process; default 4.</value>
    [Range(1, 32)]
    public int Workers { get; set; } = 4;

    /// <value>100 ms to 10 minutes between two looks for work that another process has left or that has come due; default 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <value>1 second to 1 hour until the work of a process that has died is given to another; renewed while the work goes on; default 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <value>1 to 100 attempts, then a person has to look at it; default 10, which is about 17 hours.</value>
    [Range(1, 100)]
    public int Attempts { get; set; } = 10;

    /// <value>10 ms to 1 hour until the second attempt, doubled for each one after it up to <see cref="LongestPause"/>; default 2 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMinutes(2);

    /// <value>Up to 7 days; default 6 hours.</value>
    [Range(typeof(TimeSpan), "00:00:00.01", "7.00:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromHours(6);

    /// <value>1 to 3,650 days that finished work is remembered, and with it that its key was used; default 90.</value>
    [Range(1, 3650)]
    public int KeepDays { get; set; } = 90;

    /// <summary>How long to wait after this many attempts have failed.</summary>
    public TimeSpan PauseAfter(int attempts) =>
        TimeSpan.FromTicks((long)Math.Min(LongestPause.Ticks, FirstPause.Ticks * Math.Pow(2, Math.Max(attempts - 1, 0))));
}
