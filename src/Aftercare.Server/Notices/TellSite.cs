using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Notices;

/// <summary>Records that somebody told the site in another way than the portal.</summary>
public static class TellSite
{
    public sealed record Command(Guid Id, int Seen, NoticeChannel Channel, Stated On, string? Note);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/notices/{id:guid}/tell", [Role.Support, Role.Service, Role.Publisher, Role.Lead], Parse, Handle));

    private static Command Parse(Fields fields) =>
        new(fields.Id("id"), fields.Seen(), fields.OneOf<NoticeChannel>("channel"), fields.Stated("on"), fields.TextOrNull("note", 500));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Notice>(command.Id, command.Seen, stop)).Refused(out var why, out var notice))
            return why;
        if (command.On.Earliest > store.Now)
            return Refusal.Malformed("on", "This lies in the future.");
        if (notice.Tell(command.Channel, command.On, command.Note, store.Actor).Refused(out why, out var told))
            return why;
        return await store.Record(new Done($"/desk/notices/{notice.Id:D}", notice.Id), stop, Change.To(notice, told));
    }
}
