using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Policy;

/// <summary>The revisions of the disclosure policy, and one of them with its steps.</summary>
public static class ShowPolicies
{
    public sealed record Model(List<PolicyRow> Rows, bool MayDraft);

    public sealed record One(DisclosurePolicy Policy, ImmutableArray<Step> Steps, ImmutableArray<TimelineItem> History);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<PoliciesPage, Model>(Face.Desk, "/policy", Allowed.Readers, Load);
        app.MapPage<PolicyRevisionPage, One>(Face.Desk, "/policy/{id:guid}", Allowed.Readers, LoadOne);
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop) => new Model(
        await (await store.Rows<PolicyRow>(stop)).OrderByDescending(row => row.Revision).ToListAsync(stop),
        DisclosurePolicy.Life.Bars("draft", null, null, store.Actor) is null);

    private static async Task<Outcome<One>> LoadOne(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<DisclosurePolicy>(fields.Id("id"), stop) is not { } policy)
            return Refusal.Invisible;
        return new One(
            policy, [.. DisclosurePolicy.Life.Open(policy.Stage, store.Actor).Where(step => step.Button is not null)],
            await Chronicle.Of<DisclosurePolicy>(store, policy.Id, Said, stop));
    }

    private static string? Said(Event happened) => happened switch
    {
        PolicyEvent.Confirmed e => e.Finding,
        PolicyEvent.Superseded e => $"By revision {e.By}.",
        _ => null,
    };
}
