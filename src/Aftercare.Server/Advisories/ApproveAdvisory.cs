using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Advisories;

/// <summary>A second person signs the exact content of the revision. Signed, so by people only.</summary>
public static class ApproveAdvisory
{
    public sealed record Command(Guid Id, int Seen, string Proof);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var installation = app.ServiceProvider.GetRequiredService<Installation>();
        app.MapForm(new Change<Command>(Face.Desk, "/advisories/{id:guid}/approve", Allowed.Desk, Parse, (store, command, stop) => Handle(store, installation, command, stop)));
    }

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.Text("proof", 64));

    internal static async Task<Outcome<Done>> Handle(Store store, Installation installation, Command command, CancellationToken stop)
    {
        if ((await store.Find<Advisory>(command.Id, command.Seen, stop)).Refused(out var why, out var advisory))
            return why;
        var ground = CsafMapping.Ground(await AdvisoryDesk.Sources(store, installation, advisory, stop));
        if (advisory.Approve(ground, store.Actor).Refused(out why, out var approved))
            return why;
        // The advisory may be as it was seen while its case is not.
        return ground.Sha256 == command.Proof
            ? await store.Record(new Done(AdvisoryDesk.PageOf(advisory.Id), advisory.Id), stop, Change.To(advisory, approved))
            : Refusal.State("advisory.other-than-seen", "The case, a product or an update has changed since you opened the page. Read the preview again, then approve.");
    }
}
