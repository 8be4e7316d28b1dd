using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Reports;
using Aftercare.Server.Mail;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Reports;

/// <summary>Tells the reporter that a person has the report; what is written here stands on his private page.</summary>
public static class AcknowledgeReport
{
    /// <param name="On">Null: now.</param>
    /// <param name="Text">What was written; null where it was said.</param>
    public sealed record Command(Guid Id, int Seen, Channel Via, Stated? On, string? Text);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/reports/{id:guid}/acknowledge", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Seen(), fields.OneOf<Channel>("via"), fields.StatedOrNull("on"), fields.TextOrNull("text", WriteToDesk.MaxMessage));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Report>(command.Id, command.Seen, stop)).Refused(out var why, out var report))
            return why;
        var text = command.Text is null ? null : await store.KeepText(report.Id, command.Text, stop);
        if (report.Acknowledge(command.Via, command.On ?? Stated.At(store.Now.Utc), text, store.Now, store.Actor).Refused(out why, out var acknowledged))
            return why;
        await Mails.CauseToReporter(store, MailPurpose.ReportAcknowledged, report.Id, stop);
        return await store.Record(new Done($"/desk/reports/{report.Id}", report.Id, report.Number), stop, Change.To(report, acknowledged));
    }
}
