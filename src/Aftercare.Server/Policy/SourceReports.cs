using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Reports;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Policy;

/// <summary>What each source has sent, as far as its silence goes.</summary>
internal static class SourceReports
{
    /// <summary>Every report from the source that the viewer may see, oldest arrival first.</summary>
    public static async Task<ImmutableArray<HeardReport>> Of(Store store, SourceCategory source, CancellationToken stop) =>
        [.. (await (await store.Rows<ReportRow>(stop)).Where(row => row.Source == source).OrderBy(row => row.ReceivedAt).ThenBy(row => row.Subject)
            .Select(row => new { row.Subject, row.Number, row.FirstHeard, row.ReceivedAt }).ToListAsync(stop))
            .Select(row => new HeardReport(row.Subject, row.Number, Stated.Parse(row.FirstHeard, null), new Instant(row.ReceivedAt)))];
}
