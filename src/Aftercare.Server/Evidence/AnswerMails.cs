using System.Runtime.CompilerServices;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Reports;
using Aftercare.Server.Mail;
using Aftercare.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Evidence;

/// <summary>The mails by which reports were acknowledged.</summary>
internal static class AnswerMails
{
    /// <summary>The versions of reports with those of their mails: both only grow, so another sum means that something has changed.</summary>
    internal static async Task<List<(Guid Subject, int Version)>> Versions(Store store, List<(Guid Subject, int Version)> reports, CancellationToken stop)
    {
        var mails = await (await Written(store, stop)).GroupBy(row => row.Whom).Select(group => new { group.Key, Versions = group.Sum(row => row.Version) }).ToDictionaryAsync(group => group.Key, group => group.Versions, stop);
        return reports.ConvertAll(report => (report.Subject, report.Version + mails.GetValueOrDefault(report.Subject)));
    }

    internal static async IAsyncEnumerable<AnsweredReport> Of(Store store, IReadOnlyList<Guid> ids, [EnumeratorCancellation] CancellationToken stop)
    {
        var known = ids.ToList();
        var mails = (await (await Written(store, stop)).Where(row => known.Contains(row.Whom)).ToListAsync(stop)).ToLookup(row => row.Whom);
        await foreach (var report in store.Each<Report>(ids, stop))
        {
            var taken = mails[report.Id].Where(row => row.Stage == SentMailStage.HandedOver).Min(row => row.HandedOverAt);
            yield return new AnsweredReport(report, mails[report.Id].Any(), taken is { } ms ? new Instant(ms) : null);
        }
    }

    private static async Task<IQueryable<SentMailRow>> Written(Store store, CancellationToken stop) =>
        (await store.Rows<SentMailRow>(stop)).Where(row => row.Purpose == MailPurpose.ReportAcknowledged);
}
