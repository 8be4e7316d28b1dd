using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Reports;
using Aftercare.Server.Mail;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Reports;

/// <summary>Closes a report with a typed reason, signed (IEC 81001-5-1 §9.2: tracked to closure).</summary>
public static class CloseReport
{
    public sealed record Command(Guid Id, int Seen, ClosureReason As, string Rationale);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/reports/{id:guid}/close", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Seen(), fields.OneOf<ClosureReason>("as"), fields.Text("rationale", 4000));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Report>(command.Id, command.Seen, stop)).Refused(out var why, out var report))
            return why;
        if (report.Close(command.As, command.Rationale, store.Actor).Refused(out why, out var decided))
            return why;
        await Mails.CauseToReporter(store, MailPurpose.ReportClosed, report.Id, stop);
        return await store.Record(new Done($"/desk/reports/{report.Id}", report.Id, report.Number), stop, Change.To(report, decided));
    }
}
