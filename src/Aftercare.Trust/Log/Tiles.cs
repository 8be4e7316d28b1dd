namespace Aftercare.Trust.Log;

/// <param name="Tile">Where it goes.</param>
/// <param name="Bytes">32 bytes for each hash of the tile.</param>
public sealed record TileFile(Tile Tile, ReadOnlyMemory<byte> Bytes);

/// <summary>Gives the bytes of a published tile, or null when there is no such file.</summary>
public delegate byte[]? TileFetch(Tile tile);

/// <summary>What to write when the log grows (C2SP tlog-tiles, "Merkle Tree"). Pure but for the reading that the caller lends.</summary>
public static class Tiles
{
    /// <summary>
    /// The tile files that the tree gains by these entries: every tile that became full, and the partial tile that each
    /// level ends in. Nothing already published is written again, and the same arguments always give the same files, so an
    /// interrupted run may simply be repeated. Lazy: holds one tile and the hashes of one level, not the whole growth.
    /// </summary>
    /// <param name="before">The edge of the tree whose tiles are all published; <see cref="CompactRange.Empty"/> to make them all anew.</param>
    /// <param name="newLeaves">The leaf hashes from <c>before.Size</c> on, in order.</param>
    /// <param name="published">Gives the partial tiles of <paramref name="before"/>: at most one a level is asked for.</param>
    /// <exception cref="UntrustedLogException">
    /// A published partial tile is missing, truncated, or not the one that <paramref name="before"/> sums up. Thrown while enumerating.
    /// </exception>
    public static IEnumerable<TileFile> ToPublish(CompactRange before, IEnumerable<TreeHash> newLeaves, TileFetch published)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(newLeaves);
        ArgumentNullException.ThrowIfNull(published);
        return Grow(before, newLeaves, published);
    }

    private static IEnumerable<TileFile> Grow(CompactRange before, IEnumerable<TreeHash> fresh, TileFetch published)
    {
        for (var level = 0; ; level++)
        {
            var full = new List<TreeHash>();
            foreach (var file in GrowLevel(level, before, fresh, published, full))
                yield return file;
            if (full.Count == 0)
                yield break;
            fresh = full;
        }
    }

    private static IEnumerable<TileFile> GrowLevel(
        int level, CompactRange before, IEnumerable<TreeHash> fresh, TileFetch published, List<TreeHash> full)
    {
        var known = before.Size >> (Tile.Height * level);
        var (index, grown) = (known / Tile.FullWidth, false);
        List<TreeHash>? hashes = null;
        foreach (var hash in fresh)
        {
            hashes ??= Start(level, before, published);
            hashes.Add(hash);
            grown = true;
            if (hashes.Count < Tile.FullWidth)
                continue;
            yield return new TileFile(new Tile(level, index++), TileHashes.Write(hashes));
            full.Add(TileHashes.Fold(hashes.ToArray()));
            hashes.Clear();
        }
        if (grown && hashes!.Count > 0)
            yield return new TileFile(new Tile(level, index, hashes.Count), TileHashes.Write(hashes));
    }

    // A rotten tile must not be grown and published afresh as if it were good: it has to fold into the edge.
    private static List<TreeHash> Start(int level, CompactRange before, TileFetch published)
    {
        var known = before.Size >> (Tile.Height * level);
        var width = (int)(known % Tile.FullWidth);
        if (width == 0)
            return [];

        var tile = new Tile(level, known / Tile.FullWidth, width);
        var bytes = published(tile) ?? throw new UntrustedLogException($"{tile} is missing, so the log cannot grow from {before.Size} entries.");
        var hashes = TileHashes.Read(tile, bytes);
        var from = 0;
        for (var height = Tile.Height - 1; height >= 0; height--)
        {
            if ((width >> height & 1) == 0)
                continue;
            if (TileHashes.Fold(hashes.AsSpan(from, 1 << height)) != before.Peak(Tile.Height * level + height))
                throw new UntrustedLogException($"{tile} is not the tile of the tree of {before.Size} entries.");
            from += 1 << height;
        }
        return [.. hashes];
    }
}
