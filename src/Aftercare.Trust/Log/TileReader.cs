using System.Collections.Immutable;

namespace Aftercare.Trust.Log;

/// <summary>
/// Makes roots and proofs of the tree of one size out of its published tiles. What it makes is only as true as the tiles:
/// it becomes trusted by verifying it against a signed checkpoint. Not safe for use from several threads.
/// </summary>
public sealed class TileReader
{
    private const int MaxCached = 256;

    private readonly TileFetch _fetch;
    private readonly Dictionary<Tile, ImmutableArray<TreeHash>> _cache = [];

    public TileReader(long size, TileFetch fetch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentNullException.ThrowIfNull(fetch);
        (Size, _fetch) = (size, fetch);
    }

    public long Size { get; }

    /// <exception cref="UntrustedLogException">A tile is missing or truncated.</exception>
    public TreeHash Root() => MerkleTree.Root(Size, Subtree);

    /// <exception cref="UntrustedLogException">A tile is missing or truncated.</exception>
    public TreeHash Leaf(long index) => Subtree(0, index);

    /// <exception cref="UntrustedLogException">A tile is missing or truncated.</exception>
    public ImmutableArray<TreeHash> InclusionProof(long index) => MerkleTree.InclusionProof(index, Size, Subtree);

    /// <exception cref="UntrustedLogException">A tile is missing or truncated.</exception>
    public ImmutableArray<TreeHash> ConsistencyProof(long oldSize) => MerkleTree.ConsistencyProof(oldSize, Size, Subtree);

    /// <summary>The hash of a complete subtree; see <see cref="SubtreeReader"/>.</summary>
    /// <exception cref="UntrustedLogException">A tile is missing or truncated.</exception>
    public TreeHash Subtree(int height, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, 62);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Size >> height);
        var (level, within) = Math.DivRem(height, Tile.Height);
        var first = index << within;
        var hashes = Hashes(level, first / Tile.FullWidth);
        return TileHashes.Fold(hashes.AsSpan((int)(first % Tile.FullWidth), 1 << within));
    }

    private ImmutableArray<TreeHash> Hashes(int level, long index)
    {
        var onLevel = Size >> (Tile.Height * level);
        var tile = new Tile(level, index, (int)Math.Min(Tile.FullWidth, onLevel - index * Tile.FullWidth));
        if (_cache.TryGetValue(tile, out var hashes))
            return hashes;
        if (_cache.Count == MaxCached)
            _cache.Clear();
        return _cache[tile] = Fetch(tile);
    }

    // A log may drop a partial tile once the full one is there (C2SP tlog-tiles, "Partial Tiles").
    private ImmutableArray<TreeHash> Fetch(Tile tile)
    {
        if (_fetch(tile) is { } bytes)
            return TileHashes.Read(tile, bytes);
        var full = new Tile(tile.Level, tile.Index);
        if (tile.IsPartial && _fetch(full) is { } more)
            return TileHashes.Read(full, more)[..tile.Width];
        throw new UntrustedLogException($"{tile} is missing.");
    }
}
