using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Policy;

/// <summary>The yearly look at the published text, signed; security.txt is then valid for another year.</summary>
public static class ConfirmPolicy
{
    public sealed record Command(Guid Id, int Seen, string Finding);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/policy/{id:guid}/confirm", Allowed.Desk, fields => new(fields.Id("id"), fields.Seen(), fields.Text("finding", 4000)), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<DisclosurePolicy>(command.Id, command.Seen, stop)).Refused(out var why, out var policy))
            return why;
        return policy.Confirm(command.Finding, store.Actor).Refused(out why, out var decided)
            ? why
            : await store.Record(new Done($"/desk/policy/{policy.Id}", policy.Id), stop, Change.To(policy, decided));
    }
}
