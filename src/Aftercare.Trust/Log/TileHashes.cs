using System.Collections.Immutable;

namespace Aftercare.Trust.Log;

/// <summary>The bytes of a tile as hashes and back.</summary>
internal static class TileHashes
{
    internal static ImmutableArray<TreeHash> Read(ReadOnlySpan<byte> bytes)
    {
        var hashes = ImmutableArray.CreateBuilder<TreeHash>(bytes.Length / TreeHash.Length);
        for (var at = 0; at < bytes.Length; at += TreeHash.Length)
            hashes.Add(new TreeHash(bytes.Slice(at, TreeHash.Length)));
        return hashes.MoveToImmutable();
    }

    /// <exception cref="UntrustedLogException">Not as many bytes as a tile of this width has.</exception>
    internal static ImmutableArray<TreeHash> Read(Tile tile, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != tile.Width * TreeHash.Length)
            throw new UntrustedLogException($"{tile} has {bytes.Length} bytes where {tile.Width * TreeHash.Length} are due.");
        return Read(bytes);
    }

    internal static byte[] Write(IReadOnlyList<TreeHash> hashes)
    {
        var bytes = new byte[hashes.Count * TreeHash.Length];
        for (var i = 0; i < hashes.Count; i++)
            hashes[i].CopyTo(bytes.AsSpan(i * TreeHash.Length));
        return bytes;
    }

    /// <summary>The root over a power of two of hashes.</summary>
    internal static TreeHash Fold(ReadOnlySpan<TreeHash> hashes) =>
        hashes.Length == 1 ? hashes[0] : MerkleTree.NodeHash(Fold(hashes[..(hashes.Length / 2)]), Fold(hashes[(hashes.Length / 2)..]));
}
