using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Reports;

/// <summary>It repeats another report, is no vulnerability, or is out of scope.</summary>
public static class DismissReport
{
    /// <param name="Original">Of a duplicate: the number of the report that it repeats.</param>
    public sealed record Command(Guid Id, int Seen, Disposition As, string? Original, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/reports/{id:guid}/dismiss", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Seen(), fields.OneOf<Disposition>("as"), fields.TextOrNull("original", 20), fields.Text("reason", 4000));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Report>(command.Id, command.Seen, stop)).Refused(out var why, out var report))
            return why;
        var original = command.Original is null ? null : await (await store.Rows<ReportRow>(stop)).SingleOrDefaultAsync(row => row.Number == command.Original, stop);
        if (command.Original is not null && original is null)
            return Refusal.Malformed("original", $"There is no report {command.Original}. Write its number, e.g. R-2026-0042.");
        return report.Dismiss(command.As, original?.Subject, command.Reason, store.Actor).Refused(out why, out var dismissed)
            ? why
            : await store.Record(new Done($"/desk/reports/{report.Id}", report.Id, report.Number), stop, Change.To(report, dismissed));
    }
}
