using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Imports;

/// <summary>Puts a tried file aside, so that nobody lets it run by mistake.</summary>
public static class AbandonImport
{
    public sealed record Command(Guid Id, int Seen, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(Face.Desk, "/imports/{id:guid}/abandon", CheckImport.Roles, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.Text("reason", 500));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Import>(command.Id, command.Seen, stop)).Refused(out var why, out var import))
            return why;
        if (import.Abandon(command.Reason, store.Actor).Refused(out why, out var abandoned))
            return why;
        return await store.Record(new Done("/desk/imports", import.Id), stop, Change.To(import, abandoned));
    }
}
