using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Advisories;

/// <summary>Begins the next revision of a published advisory; also the one that withdraws it.</summary>
public static class ReviseAdvisory
{
    public sealed record Command(Guid Id, int Seen, string Change, bool Withdraws);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/advisories/{id:guid}/revise", Allowed.Desk, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.Text("change", Limits.Reason), fields.Tick("withdraws"));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Advisory>(command.Id, command.Seen, stop)).Refused(out var why, out var advisory))
            return why;
        if (advisory.Revise(command.Change, command.Withdraws, store.Actor).Refused(out why, out var revised))
            return why;
        return await store.Record(new Done(AdvisoryDesk.PageOf(advisory.Id), advisory.Id), stop, Change.To(advisory, revised));
    }
}
