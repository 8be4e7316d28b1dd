using System.Collections.Immutable;
using System.Numerics;
using System.Security.Cryptography;

namespace Aftercare.Trust.Log;

/// <summary>
/// The hash of a complete subtree: of the 2^height leaves that start at <c>index * 2^height</c>.
/// Height 0 is the leaf itself.
/// </summary>
public delegate TreeHash SubtreeReader(int height, long index);

/// <summary>The Merkle tree of RFC 6962 §2.1 over SHA-256: hashes, proofs and their verification. Pure.</summary>
public static class MerkleTree
{
    /// <summary>The most hashes any proof holds: one a level, and one more for the consistency of a size that is no power of two.</summary>
    public const int MaxProofLength = 64;

    /// <summary>The root of a tree without entries: SHA-256 of nothing.</summary>
    public static TreeHash EmptyRoot { get; } = new(SHA256.HashData([]));

    /// <summary>SHA-256(0x00 ‖ entry). The prefix keeps an entry from posing as a node.</summary>
    public static TreeHash LeafHash(ReadOnlySpan<byte> entry)
    {
        using var hash = LeafHasher();
        hash.AppendData(entry);
        return Finish(hash);
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right).</summary>
    public static TreeHash NodeHash(TreeHash left, TreeHash right)
    {
        Span<byte> bytes = stackalloc byte[1 + 2 * TreeHash.Length];
        bytes[0] = 1;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + TreeHash.Length)..]);
        Span<byte> hash = stackalloc byte[TreeHash.Length];
        SHA256.HashData(bytes, hash);
        return new TreeHash(hash);
    }

    /// <summary>The root of the first <paramref name="size"/> leaves.</summary>
    public static TreeHash Root(long size, SubtreeReader read)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return size == 0 ? EmptyRoot : RangeHash(0, size, read);
    }

    /// <summary>The audit path of a leaf in the tree of this size, from its sibling up to the root's child (RFC 6962 §2.1.1).</summary>
    public static ImmutableArray<TreeHash> InclusionProof(long index, long size, SubtreeReader read)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = ImmutableArray.CreateBuilder<TreeHash>();
        AddPath(index, 0, size, read, path);
        return path.ToImmutable();
    }

    /// <summary>
    /// The proof that the tree of the old size is the start of the tree of the new one (RFC 6962 §2.1.2). Empty when the old size is 0.
    /// </summary>
    public static ImmutableArray<TreeHash> ConsistencyProof(long oldSize, long newSize, SubtreeReader read)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        var proof = ImmutableArray.CreateBuilder<TreeHash>();
        if (oldSize > 0)
            AddConsistency(oldSize, 0, newSize, oldRootIsKnown: true, read, proof);
        return proof.ToImmutable();
    }

    /// <summary>Whether the leaf stands at this index of the tree with this size and root (RFC 9162 §2.1.3.2).</summary>
    public static bool IsIncluded(TreeHash leaf, long index, long size, TreeHash root, ReadOnlySpan<TreeHash> proof)
    {
        if (index < 0 || index >= size || proof.Length > MaxProofLength)
            return false;

        var climb = new Climb(index, size - 1);
        var hash = leaf;
        foreach (var sibling in proof)
        {
            if (climb.AtRoot)
                return false;
            hash = climb.SiblingIsLeft ? NodeHash(sibling, hash) : NodeHash(hash, sibling);
            climb = climb.Up();
        }
        return climb.AtRoot && hash == root;
    }

    /// <summary>
    /// Whether the new tree starts with the old one, entry for entry (RFC 9162 §2.1.4.2). Of an old size of 0 this is true
    /// only with the root of the empty tree and an empty proof.
    /// </summary>
    public static bool IsConsistent(long oldSize, TreeHash oldRoot, long newSize, TreeHash newRoot, ReadOnlySpan<TreeHash> proof)
    {
        if (oldSize < 0 || oldSize > newSize || proof.Length > MaxProofLength)
            return false;
        if (oldSize == newSize)
            return proof.IsEmpty && oldRoot == newRoot && (oldSize > 0 || oldRoot == EmptyRoot);
        if (oldSize == 0)
            return proof.IsEmpty && oldRoot == EmptyRoot;

        // A whole old tree is a node of the new one, so the proof leaves out the root that both sides know.
        if (BitOperations.IsPow2(oldSize))
            return ClimbBoth(oldRoot, proof, oldSize, oldRoot, newSize, newRoot);
        return !proof.IsEmpty && ClimbBoth(proof[0], proof[1..], oldSize, oldRoot, newSize, newRoot);
    }

    /// <summary>A hasher that has already taken the leaf prefix; for an entry that arrives in pieces.</summary>
    internal static IncrementalHash LeafHasher()
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        return hash;
    }

    internal static TreeHash Finish(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[TreeHash.Length];
        hash.GetHashAndReset(bytes);
        return new TreeHash(bytes);
    }

    private static bool ClimbBoth(
        TreeHash start, ReadOnlySpan<TreeHash> proof, long oldSize, TreeHash oldRoot, long newSize, TreeHash newRoot)
    {
        var climb = new Climb(oldSize - 1, newSize - 1).PastRightEdges();
        var (oldHash, newHash) = (start, start);
        foreach (var sibling in proof)
        {
            if (climb.AtRoot)
                return false;
            if (climb.SiblingIsLeft)
                (oldHash, newHash) = (NodeHash(sibling, oldHash), NodeHash(sibling, newHash));
            else
                newHash = NodeHash(newHash, sibling);
            climb = climb.Up();
        }
        return climb.AtRoot && oldHash == oldRoot && newHash == newRoot;
    }

    private static void AddPath(long leaf, long from, long to, SubtreeReader read, ImmutableArray<TreeHash>.Builder path)
    {
        if (to - from == 1)
            return;
        var middle = from + Split(to - from);
        if (leaf < middle)
        {
            AddPath(leaf, from, middle, read, path);
            path.Add(RangeHash(middle, to, read));
        }
        else
        {
            AddPath(leaf, middle, to, read, path);
            path.Add(RangeHash(from, middle, read));
        }
    }

    private static void AddConsistency(
        long oldSize, long from, long to, bool oldRootIsKnown, SubtreeReader read, ImmutableArray<TreeHash>.Builder proof)
    {
        if (oldSize == to)
        {
            if (!oldRootIsKnown)
                proof.Add(RangeHash(from, to, read));
            return;
        }
        var middle = from + Split(to - from);
        if (oldSize <= middle)
        {
            AddConsistency(oldSize, from, middle, oldRootIsKnown, read, proof);
            proof.Add(RangeHash(middle, to, read));
        }
        else
        {
            AddConsistency(oldSize, middle, to, oldRootIsKnown: false, read, proof);
            proof.Add(RangeHash(from, middle, read));
        }
    }

    // MTH(D[from:to]), where the range is one that RFC 6962's splitting makes, so that whole powers of two are aligned.
    private static TreeHash RangeHash(long from, long to, SubtreeReader read)
    {
        var size = to - from;
        if (BitOperations.IsPow2(size))
        {
            var height = BitOperations.Log2((ulong)size);
            return read(height, from >> height);
        }
        var middle = from + Split(size);
        return NodeHash(RangeHash(from, middle, read), RangeHash(middle, to, read));
    }

    // The largest power of two smaller than size, which is at least 2.
    private static long Split(long size) => 1L << BitOperations.Log2((ulong)(size - 1));

    /// <summary>The way from a node up to the root: its index, and the index of the last node on its level.</summary>
    private readonly record struct Climb(long Node, long Last)
    {
        internal bool AtRoot => Last == 0;
        internal bool SiblingIsLeft => (Node & 1) == 1 || Node == Last;

        // The last node on a level may have no sibling; it then rises unhashed until it is a right child.
        internal Climb Up()
        {
            var climb = this;
            if (climb.Node == climb.Last)
            {
                while (climb.Node != 0 && (climb.Node & 1) == 0)
                    climb = climb.Parent();
            }
            return climb.Parent();
        }

        internal Climb PastRightEdges()
        {
            var climb = this;
            while ((climb.Node & 1) == 1)
                climb = climb.Parent();
            return climb;
        }

        private Climb Parent() => new(Node >> 1, Last >> 1);
    }
}
