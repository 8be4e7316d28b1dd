using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Reports;
using Aftercare.Server.Mail;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Reports;

/// <summary>The desk writes to the reporter: how it goes on, a question, or what was decided.</summary>
public static class TellReporter
{
    public sealed record Command(Guid Id, int Seen, Purpose Purpose, Channel Via, string Text);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/reports/{id:guid}/tell-reporter", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(
        fields.Id("id"), fields.Seen(), fields.OneOf<Purpose>("purpose"), fields.OneOf<Channel>("via"), fields.Text("text", WriteToDesk.MaxMessage));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Report>(command.Id, command.Seen, stop)).Refused(out var why, out var report))
            return why;
        var text = await store.KeepText(report.Id, command.Text, stop);
        if (report.Tell(command.Purpose, command.Via, text, store.Actor).Refused(out why, out var told))
            return why;
        // Whoever has no private page is told by the way that is named, and would find nothing else.
        if (report.Received.Channel == Channel.WebForm)
            await Mails.CauseToReporter(store, MailPurpose.NewMessage, report.Id, stop);
        return await store.Record(new Done($"/desk/reports/{report.Id}", report.Id, report.Number), stop, Change.To(report, told));
    }
}
