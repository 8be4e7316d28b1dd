using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Notices;

/// <summary>A site says that a notice has reached it.</summary>
public static class ReadNotice
{
    public sealed record Command(Guid Id, int Seen);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(Face.Portal, "/notices/{id:guid}/read", [Role.Operator], fields => new Command(fields.Id("id"), fields.Seen()), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Notice>(command.Id, command.Seen, stop)).Refused(out var why, out var notice))
            return why;
        if (!store.Viewer.Sites.Contains(notice.Site))
            return Refusal.Invisible;
        if (notice.Read(store.Actor).Refused(out why, out var read))
            return why;
        return await store.Record(new Done($"/portal/notices/{notice.Id:D}", notice.Id), stop, Change.To(notice, read));
    }
}
