using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Reports;

/// <summary>The reports that wait for the desk.</summary>
public static class ShowInbox
{
    public sealed record Model(List<ReportLine> Lines, bool MayEnter);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<InboxPage, Model>(Face.Desk, "/reports", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop) =>
        new Model(await WaitingReports.Of(store, stop), Report.Life.Bars("receive", null, null, store.Actor) is null);
}
