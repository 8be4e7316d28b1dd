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
    /// <param name="Sha256">Lowercase hex digest of the bytes that its people signed.</param>
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
        new("publish-root", "repository.root-published", [], RepositoryStage.Founded, [Role.Administrator, Role.Quality]),
        new("publish-targets", "repository.targets-published", [RepositoryStage.Founded], null, [Role.System]),
        new("resign", "repository.resigned", [RepositoryStage.Founded], null, [Role.System]),
    ]);

    public int Root { get; private init; }

    /// <summary>Of the bytes that the root's people signed.</summary>
    public string RootSha256 { get; private init; } = "";

    public int Snapshot { get; private init; }
    public int Timestamp { get; private init; }

    /// <summary>The last published version of <c>targets</c> and of each line.</summary>
    public ImmutableSortedDictionary<string, int> Roles { get; private init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <param name="before">Null begins the repository.</param>
    public static Outcome<RepositoryEvent> PublishRoot(Repository? before, int version, string sha256, Actor by)
    {
        if (Life.Bars("publish-root", before, null, by) is { } bar)
            return bar;
        return version == (before?.Root ?? 0) + 1
            ? new RepositoryEvent.RootPublished(version, sha256)
            : Refusal.State("repository.root-version", $"Root version {(before?.Root ?? 0) + 1} is next, not {version}.");
    }

    public static Repository After(Repository? before, Entry entry)
    {
        var repository = before ?? new Repository();
        return (RepositoryEvent)entry.Event switch
        {
            RepositoryEvent.RootPublished e => repository with { Root = e.Version, RootSha256 = e.Sha256 },
            RepositoryEvent.TargetsPublished e => repository with
            {
                Roles = repository.Roles.SetItems(e.Roles.Select(role => KeyValuePair.Create(role.Role, role.Version))), Snapshot = e.Snapshot, Timestamp = e.Timestamp,
            },
            RepositoryEvent.Resigned e => repository with { Snapshot = e.Snapshot, Timestamp = e.Timestamp },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }
}
