using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Advisories;

/// <summary>Takes an approval back, so that the draft can be worked on.</summary>
public static class ReturnAdvisory
{
    public sealed record Command(Guid Id, int Seen, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/advisories/{id:guid}/return", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.Text("reason", Limits.Reason));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Advisory>(command.Id, command.Seen, stop)).Refused(out var why, out var advisory))
            return why;
        if (advisory.Return(command.Reason, store.Actor).Refused(out why, out var returned))
            return why;
        return await store.Record(new Done(AdvisoryDesk.PageOf(advisory.Id), advisory.Id), stop, Change.To(advisory, returned));
    }
}
