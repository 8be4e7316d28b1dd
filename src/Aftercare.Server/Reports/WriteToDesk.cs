using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Reports;

/// <summary>The reporter writes to the desk from his private page.</summary>
public static class WriteToDesk
{
    /// <value>20,000 characters.</value>
    internal const int MaxMessage = 20_000;

    public sealed record Command(string Message, ImmutableArray<UploadedFile> Files);

    // The desk may have acted since the page was opened; what the reporter says is welcome all the same, so no version is asked for.
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(Face.FrontDoor, "/r/{secret}/messages", [Role.Reporter], fields => new(fields.Text("message", MaxMessage), fields.Files), Handle)
        {
            Files = Reception.Files,
            OpenedBy = SecretPurpose.Report,
        });

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (store.Viewer.Report is not { } id || await store.Find<Report>(id, stop) is not { } report)
            return Refusal.Invisible;
        var text = await store.KeepText(report.Id, command.Message, stop);
        var files = await Reception.KeepFiles(store, report.Id, command.Files, stop);
        return report.Write(text, files, store.Actor).Refused(out var why, out var wrote)
            ? why
            // Relative to the form's own address, so that the secret is nowhere on record.
            : await store.Record(new Done("./", report.Id, report.Number), stop, Change.To(report, wrote));
    }
}
