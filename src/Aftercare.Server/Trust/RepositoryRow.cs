using Aftercare.Server.Platform.Storage;
using Aftercare.Updates;

namespace Aftercare.Server.Trust;

/// <summary>What the update repository says to the world; public, as its metadata is.</summary>
public sealed class RepositoryRow : ViewRow
{
    public int Root { get; set; }
    public int Snapshot { get; set; }
    public int Timestamp { get; set; }

    internal static View View { get; } = View.Of<Repository, RepositoryRow>("repositories",
        one => [new RepositoryRow { Root = one.Root, Snapshot = one.Snapshot, Timestamp = one.Timestamp }],
        (views, row) => true);
}
