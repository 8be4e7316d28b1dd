using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Products;

/// <summary>Announces or moves the day until which a release gets security updates.</summary>
public static class ChangeSupport
{
    public sealed record Command(Guid Id, int Seen, Stated? SupportedUntil, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/releases/{id:guid}/change-support", ProductDesk.Roles, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.StatedOrNull("supportedUntil"), fields.Text("reason", 500));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Release>(command.Id, command.Seen, stop)).Refused(out var why, out var release))
            return why;
        if (release.ChangeSupport(command.SupportedUntil, command.Reason, store.Actor).Refused(out why, out var changed))
            return why;
        return await store.Record(new Done($"/desk/releases/{release.Id}", release.Id), stop, Change.To(release, changed));
    }
}
