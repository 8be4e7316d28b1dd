using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;

namespace Aftercare.Trust.Log;

/// <summary>
/// The right edge of the tree: one hash for each complete subtree, so at most 63 hashes say all that is needed to append
/// entries and to know the root. Immutable, so that a lost race leaves nothing to undo.
/// </summary>
public sealed class CompactRange
{
    private const int SizeLength = sizeof(long);

    private CompactRange(long size, ImmutableArray<TreeHash> peaks) => (Size, Peaks) = (size, peaks);

    public static CompactRange Empty { get; } = new(0, []);

    /// <value>How many entries the tree holds.</value>
    public long Size { get; }

    /// <value>The roots of the complete subtrees, the largest (leftmost) first: one for each 1 bit of <see cref="Size"/>.</value>
    public ImmutableArray<TreeHash> Peaks { get; }

    public TreeHash Root
    {
        get
        {
            if (Size == 0)
                return MerkleTree.EmptyRoot;
            var root = Peaks[^1];
            for (var i = Peaks.Length - 2; i >= 0; i--)
                root = MerkleTree.NodeHash(Peaks[i], root);
            return root;
        }
    }

    public CompactRange Append(TreeHash leaf) => Append([leaf]);

    public CompactRange Append(IEnumerable<TreeHash> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        var (size, peaks) = (Size, Peaks.ToBuilder());
        foreach (var leaf in leaves)
        {
            var hash = leaf;
            for (var full = BitOperations.TrailingZeroCount(~size); full > 0; full--)
            {
                hash = MerkleTree.NodeHash(peaks[^1], hash);
                peaks.RemoveAt(peaks.Count - 1);
            }
            peaks.Add(hash);
            size++;
        }
        return new CompactRange(size, peaks.ToImmutable());
    }

    /// <summary>The complete subtree of this height (0 to 62) on the edge, or null when the size has no such bit.</summary>
    public TreeHash? Peak(int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, 62);
        if ((Size >> height & 1) == 0)
            return null;
        return Peaks[BitOperations.PopCount((ulong)(Size >> height)) - 1];
    }

    /// <summary>The size as 8 bytes, big-endian, then the peaks, 32 bytes each.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[SizeLength + Peaks.Length * TreeHash.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Size);
        for (var i = 0; i < Peaks.Length; i++)
            Peaks[i].CopyTo(bytes.AsSpan(SizeLength + i * TreeHash.Length));
        return bytes;
    }

    /// <exception cref="UntrustedLogException">Not exactly what <see cref="ToBytes"/> writes.</exception>
    public static CompactRange FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < SizeLength)
            throw new UntrustedLogException($"A compact range has at least {SizeLength} bytes, not {bytes.Length}.");
        var size = BinaryPrimitives.ReadInt64BigEndian(bytes);
        var expected = SizeLength + BitOperations.PopCount((ulong)Math.Max(size, 0)) * TreeHash.Length;
        if (size < 0 || bytes.Length != expected)
            throw new UntrustedLogException($"A compact range of size {size} has {expected} bytes, not {bytes.Length}.");
        return new CompactRange(size, TileHashes.Read(bytes[SizeLength..]));
    }
}
