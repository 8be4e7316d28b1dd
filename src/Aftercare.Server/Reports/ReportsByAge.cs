using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Reports;

/// <summary>Open reports by who sent them and how long ago somebody first heard of them.</summary>
/// <param name="Sources">Those with an open report; of each, how many are in which band of <see cref="Bands"/>.</param>
public sealed record ReportsByAge(IReadOnlyList<(SourceCategory Source, int[] Counts)> Sources)
{
    /// <summary>The bands in words, the youngest first.</summary>
    public static IReadOnlyList<string> Bands { get; } = ["0–7 days", "8–30 days", "31–90 days", "Over 90 days"];

    public int All => Sources.Sum(source => source.Counts.Sum());

    public int Old => Sources.Sum(source => source.Counts[^1]);

    public static async Task<ReportsByAge> Of(Store store, CancellationToken stop)
    {
        var rows = await (await store.Rows<ReportRow>(stop)).Where(row => row.Stage != ReportStage.Closed).Select(row => new { row.Source, row.FirstHeardAt }).ToListAsync(stop);
        return From(rows.Select(row => (row.Source, new Instant(row.FirstHeardAt))), store.Now);
    }

    public static ReportsByAge From(IEnumerable<(SourceCategory Source, Instant FirstHeard)> open, Instant now) => new(
    [
        .. open.GroupBy(one => one.Source).OrderBy(source => source.Key)
            .Select(source => (source.Key, Bands.Select((_, band) => source.Count(one => BandOf(now - one.FirstHeard) == band)).ToArray())),
    ]);

    // Whole days: a report of seven days and an hour is seven days old.
    private static int BandOf(TimeSpan age) => (int)age.TotalDays switch
    {
        <= 7 => 0,
        <= 30 => 1,
        <= 90 => 2,
        _ => 3,
    };
}
