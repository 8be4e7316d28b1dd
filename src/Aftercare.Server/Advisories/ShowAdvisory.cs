using System.Collections.Immutable;
using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Server.Notices;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Advisories;

/// <summary>One advisory at the desk: what it says, what is still missing, and the steps that are open to whoever looks.</summary>
public static class ShowAdvisory
{
    /// <param name="Missing">Empty unless the revision at hand is on its way out.</param>
    /// <param name="Steps">Names of the lifecycle's steps that the viewer may take now.</param>
    /// <param name="Waiting">It is published, and the public tree does not hold it yet.</param>
    public sealed record Model(
        Advisory Advisory, AdvisorySources Sources, AdvisoryGround Ground, ImmutableArray<Fault> Missing, ImmutableHashSet<string> Steps, bool Wrote, bool Waiting,
        string? ApprovedBy, ListNotices.Count Notices, ImmutableArray<TimelineItem> History)
    {
        public bool Can(string step) => Steps.Contains(step);
    }

    internal static void Map(IEndpointRouteBuilder app)
    {
        var installation = app.ServiceProvider.GetRequiredService<Installation>();
        var tree = app.ServiceProvider.GetRequiredService<CsafTree>();
        app.MapPage<AdvisoryPage, Model>(Face.Desk, "/advisories/{id:guid}", Allowed.Readers, (store, fields, stop) => Load(store, installation, tree, fields, stop));
        app.MapPage<PreviewPage, AdvisorySources>(Face.Desk, "/advisories/{id:guid}/preview", Allowed.Readers, (store, fields, stop) => Sources(store, installation, fields, stop));
        app.MapRead(Face.Desk, "/desk/advisories/{id:guid}/draft.json", Allowed.Readers, (store, fields, stop) => Draft(store, installation, fields, stop));
        app.MapRead(Face.Desk, "/desk/advisories/{id:guid}/revisions/{revision:int}.json", Allowed.Readers, Revision);
    }

    private static async Task<Outcome<Model>> Load(Store store, Installation installation, CsafTree tree, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Advisory>(fields.Id("id"), stop) is not { } advisory)
            return Refusal.Invisible;
        var sources = await AdvisoryDesk.Sources(store, installation, advisory, stop);
        var ground = CsafMapping.Ground(sources);
        var published = await (await store.Rows<PublishedAdvisoryRow>(stop)).SingleOrDefaultAsync(row => row.Subject == advisory.Id, stop);
        return new Model(
            advisory, sources, ground,
            advisory.Stage is AdvisoryStage.Draft or AdvisoryStage.Approved ? advisory.Missing(ground) : [],
            [.. Advisory.Life.Open(advisory.Stage, store.Actor).Select(step => step.Name)],
            advisory.Authors.Any(store.Actor.IsSamePersonAs),
            store.Viewer.AsOf is null && published is not null && !tree.Holds(published),
            await NameOf(store, advisory.Approval?.By, stop),
            await ListNotices.Of(store, advisory.Id, stop),
            await Chronicle.Of<Advisory>(store, advisory.Id, Said, stop));
    }

    private static async Task<Outcome<AdvisorySources>> Sources(Store store, Installation installation, Fields fields, CancellationToken stop) =>
        await store.Find<Advisory>(fields.Id("id"), stop) is { } advisory ? await AdvisoryDesk.Sources(store, installation, advisory, stop) : Refusal.Invisible;

    private static async Task<Outcome<IResult>> Draft(Store store, Installation installation, Fields fields, CancellationToken stop)
    {
        var found = await Sources(store, installation, fields, stop);
        return found.Refused(out var why, out var sources) ? why : Json(CsafMapping.Proof(sources));
    }

    private static async Task<Outcome<IResult>> Revision(Store store, Fields fields, CancellationToken stop)
    {
        var number = fields.Number("revision", 1, int.MaxValue);
        if (await store.Find<Advisory>(fields.Id("id"), stop) is not { } advisory || advisory.Published.FirstOrDefault(one => one.Number == number) is not { } revision)
            return Refusal.Invisible;
        return await AdvisoryDesk.Bytes(store, advisory.Id, revision.Document, stop) is { } bytes ? Json(bytes) : Refusal.Invisible;
    }

    private static Outcome<IResult> Json(byte[] bytes) => TypedResults.Bytes(bytes, "application/json");

    private static async Task<string?> NameOf(Store store, string? actor, CancellationToken stop) =>
        actor is not null && Chronicle.PersonOf(actor) is { } person ? (await store.ContactOf(person, stop))?.Name ?? "(erased)" : null;

    private static string? Said(Event happened) => happened switch
    {
        AdvisoryEvent.Drafted e => $"{e.Number}: {e.Title}.",
        AdvisoryEvent.RemediationAdded e => $"{AdvisoryWords.Of(e.Remediation.Kind)}: {e.Remediation.Details}",
        AdvisoryEvent.Approved e => $"Revision {e.Revision}, content {e.Sha256}.",
        AdvisoryEvent.Returned e => e.Reason,
        AdvisoryEvent.Published e => $"Revision {e.Revision}, document {e.Document.Sha256}.",
        AdvisoryEvent.Revised e => (e.Withdraws ? "Withdraws the advisory: " : "") + e.Change,
        AdvisoryEvent.Discarded e => e.Reason,
        _ => null,
    };
}
