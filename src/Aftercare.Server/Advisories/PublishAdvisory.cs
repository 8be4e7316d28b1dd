using Aftercare.Advisories;
using Aftercare.Csaf;
using Aftercare.Ledger;
using Aftercare.Server.Notices;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Advisories;

/// <summary>
/// Publishes the approved revision: records it with its exact bytes, then lets the public tree follow (IEC 81001-5-1 §4.1.7). That the
/// vulnerability is public now is for a person to record in the case. Signed, so by people only.
/// </summary>
public static class PublishAdvisory
{
    public sealed record Command(Guid Id, int Seen);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var installation = app.ServiceProvider.GetRequiredService<Installation>();
        var tree = app.ServiceProvider.GetRequiredService<CsafTree>();
        app.MapForm(new Change<Command>(Face.Desk, "/advisories/{id:guid}/publish", Allowed.Desk, Parse, (store, command, stop) => Handle(store, installation, tree, command, stop)));
    }

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen());

    internal static async Task<Outcome<Done>> Handle(Store store, Installation installation, CsafTree tree, Command command, CancellationToken stop)
    {
        if ((await store.Find<Advisory>(command.Id, command.Seen, stop)).Refused(out var why, out var advisory))
            return why;
        var sources = await AdvisoryDesk.Sources(store, installation, advisory, stop);
        var ground = CsafMapping.Ground(sources);
        if (advisory.BarsPublishing(ground, store.Actor) is { } bar)
            return bar;
        var publication = Publication.Of(CsafMapping.Document(sources, store.Now.Utc).ToUtf8());
        var document = await Keep(store, advisory.Id, publication, stop);
        if (advisory.Publish(ground, CsafMapping.Published(sources, publication, document), store.Actor).Refused(out why, out var published))
            return why;
        await store.Enqueue(CsafTree.Job, $"{advisory.Id:D}:{advisory.Revision}", advisory.Number, store.Now, stop);
        await PostNotices.Cause(store, advisory.Id, advisory.Version + 1, stop);
        var recorded = await store.Record(new Done(AdvisoryDesk.PageOf(advisory.Id), advisory.Id, advisory.Number), stop, Change.To(advisory, published));
        if (!recorded.Refused(out _, out _))
            await FollowNow(tree);
        return recorded;
    }

    private static async Task FollowNow(CsafTree tree)
    {
        try
        {
            // It is on record from here on, whoever hangs up.
            await tree.Follow(CancellationToken.None);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The job that was written with the decision tries again, and the operations page shows its reason.
        }
    }

    private static async Task<BlobRef> Keep(Store store, Guid advisory, Publication publication, CancellationToken stop)
    {
        using var bytes = new MemoryStream(publication.Bytes.ToArray());
        var blob = await store.SaveBlob(bytes, publication.Bytes.Length, stop);
        return await store.KeepBlob(advisory, blob, Publication.FileName(publication.Listing.Id), "application/json", stop);
    }
}
