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

    /// <param name="Root">Null before the first root.</param>
    public sealed record Model(Root? Root, ImmutableArray<Line> Lines, string? Refused, bool MaySubmit, ImmutableArray<TimelineItem> History);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var keeper = app.ServiceProvider.GetRequiredService<RepositoryKeeper>();
        app.MapPage<TrustPage, Model>(Face.Desk, "/trust", Allowed.Readers, (store, _, stop) => Load(keeper, store, stop));
    }

    private static async Task<Outcome<Model>> Load(RepositoryKeeper keeper, Store store, CancellationToken stop)
    {
        var maySubmit = Repository.Life.Bars("publish-root", null, null, store.Actor) is null;
        var history = await Chronicle.Of<Repository>(store, Repository.TheOne, Said, stop);
        if ((await keeper.Look(stop)).Refused(out var why, out var look))
            return new Model(null, [], why.Reason, maySubmit, history);
        return look.Published is not { } published
            ? new Model(null, [], null, maySubmit, history)
            : new Model(published.Root.Role, [.. Lines(published, store.Now)], null, maySubmit, history);
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
        RepositoryEvent.RootPublished e => $"Root version {e.Version}.",
        RepositoryEvent.TargetsPublished e => $"{string.Join(", ", e.Roles.Select(role => $"{role.Role} version {role.Version}"))}; snapshot {e.Snapshot}, timestamp {e.Timestamp}.",
        RepositoryEvent.Resigned e => $"Snapshot {e.Snapshot}, timestamp {e.Timestamp}.",
        _ => null,
    };
}
