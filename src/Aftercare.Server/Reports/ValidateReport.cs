using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Reports;

/// <summary>Somebody has looked and finds that it describes a vulnerability.</summary>
public static class ValidateReport
{
    public sealed record Command(Guid Id, int Seen, string Finding);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/reports/{id:guid}/validate", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Seen(), fields.Text("finding", 4000));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Report>(command.Id, command.Seen, stop)).Refused(out var why, out var report))
            return why;
        return report.Validate(command.Finding, store.Actor).Refused(out why, out var decided)
            ? why
            : await store.Record(new Done($"/desk/reports/{report.Id}", report.Id, report.Number), stop, Change.To(report, decided));
    }
}
