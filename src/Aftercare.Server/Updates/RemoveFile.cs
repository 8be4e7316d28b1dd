using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;

namespace Aftercare.Server.Updates;

/// <summary>Takes a file out of a draft. The bytes stay on disk, as other updates may name them too.</summary>
public static class RemoveFile
{
    public sealed record Command(Guid Id, int Seen, string Path);

    internal static void Map(IEndpointRouteBuilder app) => app.Map(new Change<Command>(
        Face.Desk, "/updates/{id:guid}/remove-file", UpdateDesk.Writers, fields => new(fields.Id("id"), fields.Seen(), fields.Text("path", PackagePath.MaxLength)), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Update>(command.Id, command.Seen, stop)).Refused(out var why, out var update))
            return why;
        if (update.RemoveFile(command.Path, store.Actor).Refused(out why, out var removed))
            return why;
        return await store.Record(new Done(UpdateDesk.PageOf(update.Id), update.Id, update.Number), stop, Change.To(update, removed));
    }
}
