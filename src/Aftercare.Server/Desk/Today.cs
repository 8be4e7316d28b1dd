using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Reports;

namespace Aftercare.Server.Desk;

/// <summary>The desk's first page: what waits, for whoever looks.</summary>
public static class Today
{
    /// <value>10 reports; the inbox has the others.</value>
    private const int Shown = 10;

    /// <param name="Pressing">The reports that wait, the ones that press first.</param>
    public sealed record Model(string Name, int Waiting, int Unacknowledged, int Overdue, int Answers, IReadOnlyList<ReportLine> Pressing);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<TodayPage, Model>(Face.Desk, "", Allowed.Desk, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var waiting = await WaitingReports.Of(store, stop);
        return new Model(
            store.Viewer.Name,
            waiting.Count,
            waiting.Count(line => line.Row.AcknowledgedAt is null && line.Row.NextWordBy is not null),
            waiting.Count(line => line.Overdue),
            waiting.Count(line => line.Row.AwaitsDesk),
            [.. waiting.OrderByDescending(line => line.Row.PatientHarm == Aftercare.Reports.Answer.Yes).ThenBy(line => line.Row.NextWordBy ?? long.MaxValue).Take(Shown)]);
    }
}
