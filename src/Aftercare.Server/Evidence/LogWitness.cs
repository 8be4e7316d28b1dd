using System.Text;
using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Aftercare.Trust.Log;

namespace Aftercare.Server.Evidence;

/// <summary>Proves from the published log that entries stand in it.</summary>
public sealed class LogWitness(Sequencer sequencer, DataFolder data)
{
    public NoteKey Key(int generation) => sequencer.PublicKey(generation);

    /// <exception cref="UntrustedLogException">The database holds a checkpoint that our key did not sign.</exception>
    public VerifiedCheckpoint Open(CheckpointRecord checkpoint) => VerifiedCheckpoint.Open(Encoding.UTF8.GetBytes(checkpoint.Note), Key(checkpoint.Generation));

    /// <summary>Whether everybody can read the tiles that lead to it.</summary>
    public bool IsPublished(CheckpointRecord checkpoint) => sequencer.Published() is { } published && published.Size >= checkpoint.Size;

    /// <summary>Makes proofs against one checkpoint that is published. Not for several threads.</summary>
    public Func<long, TlogProof> ProofsFor(CheckpointRecord checkpoint)
    {
        var (verified, tiles) = (Open(checkpoint), new TileReader(checkpoint.Size, tile => Read(checkpoint.Generation, tile)));
        return index => TlogProof.Make(index, tiles, verified);
    }

    // A partial tile gives way to a wider one as the log grows; its hashes are the first ones of the wider.
    private byte[]? Read(int generation, Tile tile)
    {
        var path = PathOf(generation, tile);
        if (File.Exists(path))
            return File.ReadAllBytes(path);
        for (var width = tile.Width + 1; tile.IsPartial && width < Tile.FullWidth; width++)
            if (PathOf(generation, new Tile(tile.Level, tile.Index, width)) is var wider && File.Exists(wider))
                return File.ReadAllBytes(wider)[..(tile.Width * TreeHash.Length)];
        return null;
    }

    private string PathOf(int generation, Tile tile) => Path.Combine(generation == 1 ? data.Log : Path.Combine(data.Log, $"generation-{generation}"), tile.Path);
}
