using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Updates;

/// <summary>
/// What the world was told under which version number. Recorded <b>before</b> the files appear, as the log's checkpoint is: the public folder never shows what the
/// ledger does not know, and a folder that is ahead of the ledger means that an older database was restored.
/// </summary>
public abstract record RepositoryEvent : Event
{
    /// <summary>A root that its people have signed has come in; whether it is theirs is for somebody here to find out.</summary>
    /// <param name="Sha256">Lowercase hex digest of the bytes that its people signed.</param>
    /// <param name="Draft">The file that went round them.</param>
    [Kind("repository.root-proposed")]
    public sealed record RootProposed(int Version, string Sha256, BlobRef Draft) : RepositoryEvent;

    [Kind("repository.root-published")]
    public sealed record RootPublished(int Version, string Sha256) : RepositoryEvent;

    /// <param name="Roles">The line of the release, and <c>targets</c> when that changed too.</param>
    [Kind("repository.targets-published")]
    public sealed record TargetsPublished(ImmutableArray<RoleToSign> Roles, int Snapshot, int Timestamp) : RepositoryEvent;

    /// <summary>The online roles were signed anew; nothing else changed.</summary>
    [Kind("repository.resigned")]
    public sealed record Resigned(int Snapshot, int Timestamp) : RepositoryEvent;
}

public enum RepositoryStage
{
    Founded,
}

/// <summary>The update repository of this installation. There is one.</summary>
public sealed record Repository : Subject, IFold<Repository>
{
    /// <summary>The one subject: two servers that begin it at once meet in one row.</summary>
    public static Guid TheOne { get; } = new("0190b0a4-0000-7000-8000-7265706f0001");

    public static string Noun => "repository";

    public static Lifecycle<RepositoryStage> Life { get; } = new(Noun,
    [
        new("propose-root", "repository.root-proposed", [], RepositoryStage.Founded, [Role.Signer, Role.Publisher, Role.Administrator, Role.Quality]) { Button = "Propose the root" },
        new("publish-root", "repository.root-published", [RepositoryStage.Founded], null, [Role.Administrator, Role.Quality])
        {
            Button = "Publish the root",
            Signature = "Publication of the root of trust",
            NotBy = ["repository.root-proposed"],
        },
        new("publish-targets", "repository.targets-published", [RepositoryStage.Founded], null, [Role.System]),
        new("resign", "repository.resigned", [RepositoryStage.Founded], null, [Role.System]),
    ]);

    /// <summary>The published version; 0 before the first.</summary>
    public int Root { get; private init; }

    /// <summary>The root that came in last, whether or not it was published.</summary>
    public RepositoryEvent.RootProposed? Proposal { get; private init; }

    public int Snapshot { get; private init; }
    public int Timestamp { get; private init; }

    /// <summary>The last published version of <c>targets</c> and of each line.</summary>
    public ImmutableSortedDictionary<string, int> Roles { get; private init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <param name="before">Null begins the repository.</param>
    public static Outcome<RepositoryEvent> ProposeRoot(Repository? before, int version, string sha256, BlobRef draft, Actor by)
    {
        if (Life.Bars("propose-root", before, null, by) is { } bar)
            return bar;
        return version == (before?.Root ?? 0) + 1
            ? new RepositoryEvent.RootProposed(version, sha256, draft)
            : Refusal.State("repository.root-version", $"Root version {(before?.Root ?? 0) + 1} is next, not {version}.");
    }

    /// <summary>By a second person, who has compared the fingerprints with the people whose keys they are.</summary>
    public Outcome<RepositoryEvent> PublishRoot(Actor by)
    {
        if (Life.Bars("publish-root", this, RepositoryStage.Founded, by) is { } bar)
            return bar;
        return Proposal is { } proposal && proposal.Version == Root + 1
            ? new RepositoryEvent.RootPublished(proposal.Version, proposal.Sha256)
            : Refusal.State("repository.no-proposal", "No signed root waits to be published.");
    }

    public static Repository After(Repository? before, Entry entry)
    {
        var repository = before ?? new Repository();
        return (RepositoryEvent)entry.Event switch
        {
            RepositoryEvent.RootProposed e => repository with { Proposal = e },
            RepositoryEvent.RootPublished e => repository with { Root = e.Version },
            RepositoryEvent.TargetsPublished e => repository with
            {
                Roles = repository.Roles.SetItems(e.Roles.Select(role => KeyValuePair.Create(role.Role, role.Version))),
                Snapshot = e.Snapshot,
                Timestamp = e.Timestamp,
            },
            RepositoryEvent.Resigned e => repository with { Snapshot = e.Snapshot, Timestamp = e.Timestamp },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }
}
