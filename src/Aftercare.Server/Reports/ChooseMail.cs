using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Reports;

/// <summary>The reporter stops mails about his report, or takes them again, on his private page.</summary>
public static class ChooseMail
{
    public sealed record Command(bool Wanted);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(Face.FrontDoor, "/r/{secret}/mail", [Role.Reporter], fields => new(fields.Tick("wanted")), Handle) { OpenedBy = SecretPurpose.Report });

    // As with his messages, no version is asked for.
    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (store.Viewer.Report is not { } id || await store.Find<Report>(id, stop) is not { } report)
            return Refusal.Invisible;
        return report.ChooseMail(command.Wanted, store.Actor).Refused(out var why, out var chosen)
            ? why
            : await store.Record(new Done("./", report.Id, report.Number), stop, Change.To(report, chosen));
    }
}
