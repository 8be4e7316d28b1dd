using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Trust.Tuf;
using Aftercare.Updates;

namespace Aftercare.Server.Trust;

/// <summary>Who may sign, what is published under which version, and until when it is good.</summary>
public static class ShowTrust
{
    /// <param name="Name">In words.</param>
    /// <param name="Expires">In milliseconds since 1970.</param>
    public sealed record Line(string Name, long Version, long Expires, bool Expired);

    /// <param name="Bar">What keeps this viewer from publishing it; null when nothing does.</param>
    public sealed record Proposed(Root Root, int Seen, Refusal? Bar);

    /// <param name="Root">Null before the first root.</param>
    /// <param name="Refused">Why the repository cannot be read or changed; null when all is well.</param>
    public sealed record Model(Root? Root, Proposed? Proposed, ImmutableArray<Line> Lines, string? Refused, bool MayPropose, ImmutableArray<TimelineItem> History);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var keeper = app.ServiceProvider.GetRequiredService<RepositoryKeeper>();
        app.MapPage<TrustPage, Model>(Face.Desk, "/trust", Allowed.Readers, (store, _, stop) => Load(keeper, store, stop));
    }

    private static async Task<Outcome<Model>> Load(RepositoryKeeper keeper, Store store, CancellationToken stop)
    {
        var mayPropose = Repository.Life.Bars("propose-root", null, null, store.Actor) is null;
        var history = await Chronicle.Of<Repository>(store, Repository.TheOne, Said, stop);
        var proposed = await ProposedOf(store, stop);
        if ((await keeper.Look(stop)).Refused(out var why, out var look))
            return new Model(null, proposed, [], why.Reason, mayPropose, history);
        return look.Published is not { } published
            ? new Model(null, proposed, [], null, mayPropose, history)
            : new Model(published.Root.Role, proposed, [.. Lines(published, store.Now)], null, mayPropose, history);
    }

    private static async Task<Proposed?> ProposedOf(Store store, CancellationToken stop)
    {
        if (await store.Find<Repository>(Repository.TheOne, stop) is not { Proposal: { } proposal } repository || proposal.Version <= repository.Root)
            return null;
        var draft = await RepositoryKeeper.ProposedRoot(store, repository, stop);
        return new Proposed(Metadata.ParseRoot(draft.ToMetadata()).Role, repository.Version, repository.PublishRoot(store.Actor).Refused(out var why, out _) ? why : null);
    }

    private static IEnumerable<Line> Lines(TufRepository published, Instant now)
    {
        Line Of(string name, Aftercare.Trust.Tuf.Role role) => new(name, role.Version, role.Expires.ToUnixTimeMilliseconds(), role.IsExpired(now.Utc));
        yield return Of("Root of trust", published.Root.Role);
        if (published.Targets is { } targets)
            yield return Of("List of product lines", targets.Role);
        foreach (var (name, line) in published.Lines)
            yield return Of($"Product line {name}", line.Role);
        if (published.Snapshot is { } snapshot)
            yield return Of("Snapshot, signed by this server", snapshot.Role);
        if (published.Timestamp is { } timestamp)
            yield return Of("Timestamp, signed by this server", timestamp.Role);
    }

    private static string? Said(Event happened) => happened switch
    {
        RepositoryEvent.RootProposed e => $"Root version {e.Version}.",
        RepositoryEvent.RootPublished e => $"Root version {e.Version}.",
        RepositoryEvent.TargetsPublished e => $"{string.Join(", ", e.Roles.Select(role => $"{role.Role} version {role.Version}"))}; snapshot {e.Snapshot}, timestamp {e.Timestamp}.",
        RepositoryEvent.Resigned e => $"Snapshot {e.Snapshot}, timestamp {e.Timestamp}.",
        _ => null,
    };
}
