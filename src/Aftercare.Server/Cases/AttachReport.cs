using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Cases;

/// <summary>Another report tells of what a case is about already. The report keeps its own source and its own reporter.</summary>
public static class AttachReport
{
    /// <param name="Seen">The version of the report that its author saw; of the case he only chooses which.</param>
    public sealed record Command(Guid Report, int Seen, Guid Case);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/cases/attach-report", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("report"), fields.Seen(), fields.Id("case"));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Report>(command.Report, command.Seen, stop)).Refused(out var why, out var report))
            return why;
        if (await store.Find<Case>(command.Case, stop) is not { } @case)
            return Refusal.Malformed("case", "Choose a case that is open.");
        if (@case.AttachReport(report.Id, report.Product, store.Actor).Refused(out why, out var taken) || report.Attach(@case.Id, store.Actor).Refused(out why, out var given))
            return why;
        return await store.Record(new Done($"{CaseDesk.Address(@case.Id)}#reports", @case.Id, @case.Number), stop, Change.To(@case, taken), Change.To(report, given));
    }
}
