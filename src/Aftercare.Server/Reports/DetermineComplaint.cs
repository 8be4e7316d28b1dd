using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Reports;

/// <summary>Quality decides whether it is a complaint by ISO 13485 §3.4, signed.</summary>
public static class DetermineComplaint
{
    /// <summary>The two answers of the form.</summary>
    public enum Verdict
    {
        Complaint,
        NoComplaint,
    }

    public sealed record Command(Guid Id, int Seen, bool IsComplaint, string Reason, string? Reference);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/reports/{id:guid}/determine-complaint", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Seen(), fields.OneOf<Verdict>("verdict") == Verdict.Complaint, fields.Text("reason", 4000), fields.TextOrNull("reference", 100));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Report>(command.Id, command.Seen, stop)).Refused(out var why, out var report))
            return why;
        return report.DetermineComplaint(command.IsComplaint, command.Reason, command.Reference, store.Actor).Refused(out why, out var decided)
            ? why
            : await store.Record(new Done($"/desk/reports/{report.Id}", report.Id, report.Number), stop, Change.To(report, decided));
    }
}
