using System.Text;
using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Aftercare.Trust.Log;

namespace Aftercare.Server.Evidence;

/// <summary>Proves from the published log that entries stand in it.</summary>
public sealed class LogWitness(LogFolder folder)
{
    public NoteKey Key(int generation) => folder.Key(generation);

    /// <exception cref="UntrustedLogException">The database holds a checkpoint that our key did not sign.</exception>
    public VerifiedCheckpoint Open(CheckpointRecord checkpoint) => VerifiedCheckpoint.Open(Encoding.UTF8.GetBytes(checkpoint.Note), Key(checkpoint.Generation));

    /// <summary>Whether everybody can read the tiles that lead to it.</summary>
    public bool IsPublished(CheckpointRecord checkpoint) =>
        folder.Published() is { } published && (published.Generation > checkpoint.Generation || (published.Generation == checkpoint.Generation && published.Checkpoint.Size >= checkpoint.Size));

    /// <summary>Makes proofs against one checkpoint that is published. Not for several threads.</summary>
    public Func<long, TlogProof> ProofsFor(CheckpointRecord checkpoint)
    {
        var (verified, tiles) = (Open(checkpoint), new TileReader(checkpoint.Size, tile => Read(checkpoint.Generation, tile)));
        return index => TlogProof.Make(index, tiles, verified);
    }

    // A partial tile gives way to a wider one as the log grows; its hashes are the first ones of the wider.
    private byte[]? Read(int generation, Tile tile)
    {
        for (var width = tile.Width; width < Tile.FullWidth; width++)
            if (folder.Read(generation, new Tile(tile.Level, tile.Index, width)) is { } found)
                return found[..(tile.Width * TreeHash.Length)];
        return tile.IsPartial ? null : folder.Read(generation, tile);
    }
}
