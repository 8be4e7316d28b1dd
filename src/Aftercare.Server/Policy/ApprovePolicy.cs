using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Policy;

/// <summary>A second person approves a revision, signed.</summary>
public static class ApprovePolicy
{
    public sealed record Command(Guid Id, int Seen);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/policy/{id:guid}/approve", Allowed.Desk, fields => new(fields.Id("id"), fields.Seen()), Handle));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<DisclosurePolicy>(command.Id, command.Seen, stop)).Refused(out var why, out var policy))
            return why;
        return policy.Approve(store.Actor).Refused(out why, out var decided)
            ? why
            : await store.Record(new Done($"/desk/policy/{policy.Id}", policy.Id), stop, Change.To(policy, decided));
    }
}
