using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Policy;

/// <summary>Puts an approved revision on the front door; the one before is superseded in the same transaction.</summary>
public static class PublishPolicy
{
    public sealed record Command(Guid Id, int Seen);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/policy/{id:guid}/publish", Allowed.Desk, fields => new(fields.Id("id"), fields.Seen()), Handle));

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        await store.Alone("policy.published", stop);
        if ((await store.Find<DisclosurePolicy>(command.Id, command.Seen, stop)).Refused(out var why, out var policy))
            return why;
        if (policy.Publish(store.Actor).Refused(out why, out var published))
            return why;
        var changes = ImmutableArray.Create(Change.To(policy, published));
        foreach (var id in await (await store.Rows<PolicyRow>(stop)).Where(row => row.Stage == PolicyStage.Published).Select(row => row.Subject).ToListAsync(stop))
        {
            var before = (await store.Find<DisclosurePolicy>(id, stop))!;
            if (before.Supersede(policy.Revision, store.Actor).Refused(out why, out var superseded))
                return why;
            changes = changes.Add(Change.To(before, superseded));
        }
        return await store.Record(new Done($"/desk/policy/{policy.Id}", policy.Id), stop, changes);
    }
}
