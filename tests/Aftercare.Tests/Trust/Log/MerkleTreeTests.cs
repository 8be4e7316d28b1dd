using System.Collections.Immutable;
using Aftercare.Trust.Log;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Aftercare.Tests.Trust.Log;

public sealed class MerkleTreeTests
{
    private const int Largest = 520;

    private static readonly NaiveTree Naive = new();

    private static TreeHash Subtree(int height, long index) => Naive.Mth(index << height, (index + 1) << height);

    // The eight entries and roots that Certificate Transparency implementations share.
    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void The_roots_that_certificate_transparency_knows_are_ours(int size, string root)
    {
        string[] entries =
        [
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
        ];
        var leaves = entries.Take(size).Select(e => MerkleTree.LeafHash(Convert.FromHexString(e)));

        Assert.Equal(root, CompactRange.Empty.Append(leaves).Root.ToString());
    }

    [Fact]
    public void Every_root_is_the_one_of_RFC_6962()
    {
        for (var size = 0; size <= Largest; size++)
            Assert.Equal(Naive.Root(size), MerkleTree.Root(size, Subtree));
    }

    [Fact]
    public void Every_inclusion_proof_is_the_one_of_RFC_6962()
    {
        for (var size = 1; size <= Largest; size++)
            for (var index = 0; index < size; index++)
                if (!MerkleTree.InclusionProof(index, size, Subtree).AsSpan().SequenceEqual(Naive.Path(index, size)))
                    Assert.Fail($"{index} of {size}");
    }

    [Fact]
    public void Every_consistency_proof_is_the_one_of_RFC_6962()
    {
        for (var size = 0; size <= Largest; size++)
            for (var old = 0; old <= size; old++)
                if (!MerkleTree.ConsistencyProof(old, size, Subtree).AsSpan().SequenceEqual(Naive.Proof(old, size)))
                    Assert.Fail($"{old} of {size}");
    }

    [Fact]
    public void Every_inclusion_proof_verifies()
    {
        foreach (var size in SizesToVerify())
            for (var index = 0; index < size; index++)
                Assert.True(
                    MerkleTree.IsIncluded(Subtree(0, index), index, size, Naive.Root(size), Naive.Path(index, size)),
                    $"{index} of {size}");
    }

    [Fact]
    public void Every_consistency_proof_verifies()
    {
        foreach (var size in SizesToVerify())
            for (var old = 0; old <= size; old++)
                Assert.True(
                    MerkleTree.IsConsistent(old, Naive.Root(old), size, Naive.Root(size), Naive.Proof(old, size)),
                    $"{old} of {size}");
    }

    [Fact]
    public void An_inclusion_proof_shows_no_other_index_size_leaf_or_root()
    {
        for (var size = 1; size <= 33; size++)
            for (var index = 0; index < size; index++)
            {
                var (leaf, root, path) = (Subtree(0, index), Naive.Root(size), Naive.Path(index, size));
                for (var other = -1; other <= size; other++)
                    Assert.Equal(other == index, MerkleTree.IsIncluded(leaf, other, size, root, path));
                Assert.False(MerkleTree.IsIncluded(Subtree(0, index + 1), index, size, root, path));
                Assert.False(MerkleTree.IsIncluded(leaf, index, size, Naive.Root(size + 1), path));
            }
    }

    [Fact]
    public void A_consistency_proof_shows_no_other_old_root_or_new_root()
    {
        for (var size = 1; size <= 33; size++)
            for (var old = 0; old < size; old++)
            {
                var (oldRoot, root, proof) = (Naive.Root(old), Naive.Root(size), Naive.Proof(old, size));
                Assert.False(MerkleTree.IsConsistent(old, Naive.Root(old + 1), size, root, proof));
                if (old > 0)
                    Assert.False(MerkleTree.IsConsistent(old, oldRoot, size, Naive.Root(size + 1), proof));
            }
    }

    [Fact]
    public void A_proof_with_any_hash_changed_added_or_left_out_is_refused()
    {
        for (var size = 1; size <= 40; size++)
            for (var at = 0; at < size; at++)
            {
                var (leaf, root) = (Subtree(0, at), Naive.Root(size));
                foreach (var broken in Broken(Naive.Path(at, size)))
                    Assert.False(MerkleTree.IsIncluded(leaf, at, size, root, broken), $"inclusion of {at} in {size}");
                foreach (var broken in Broken(Naive.Proof(at, size)))
                    Assert.False(MerkleTree.IsConsistent(at, Naive.Root(at), size, root, broken), $"consistency of {at} with {size}");
            }
    }

    [Fact]
    public void A_log_of_which_one_old_entry_was_swapped_is_not_consistent_with_what_was_kept()
    {
        var forged = Swapped(NaiveTree.Leaves(0, 40), 3, 4);
        TreeHash Forged(int height, long index) => CompactRange.Empty.Append(forged.Skip((int)(index << height)).Take(1 << height)).Root;

        var proof = MerkleTree.ConsistencyProof(20, 40, Forged);

        Assert.False(MerkleTree.IsConsistent(20, Naive.Root(20), 40, MerkleTree.Root(40, Forged), proof.AsSpan()));
    }

    [Fact]
    public void The_empty_tree_is_the_start_of_every_tree_but_only_by_its_own_root()
    {
        Assert.True(MerkleTree.IsConsistent(0, MerkleTree.EmptyRoot, 7, Naive.Root(7), []));
        Assert.True(MerkleTree.IsConsistent(0, MerkleTree.EmptyRoot, 0, MerkleTree.EmptyRoot, []));
        Assert.False(MerkleTree.IsConsistent(0, Naive.Root(1), 7, Naive.Root(7), []));
        Assert.False(MerkleTree.IsConsistent(0, Naive.Root(1), 0, Naive.Root(1), []));
        Assert.False(MerkleTree.IsConsistent(0, MerkleTree.EmptyRoot, 7, Naive.Root(7), [Naive.Root(1)]));
    }

    [Fact]
    public void An_older_log_cannot_pass_for_a_newer_one() =>
        Assert.False(MerkleTree.IsConsistent(7, Naive.Root(7), 5, Naive.Root(5), Naive.Proof(5, 7)));

    [Fact]
    public void A_node_cannot_pose_as_an_entry()
    {
        var (left, right) = (Naive.Mth(0, 1), Naive.Mth(1, 2));

        Assert.NotEqual(MerkleTree.NodeHash(left, right), MerkleTree.LeafHash([.. left.ToArray(), .. right.ToArray()]));
    }

    [Fact]
    public void Proofs_hold_at_any_size_and_place()
    {
        var sizes = Gen.Choose(1, 1 << 20).Select(n => (long)n);
        // The subtree hash need not be the tree of any entries: it has to be the same tree on all sides.
        var property = Prop.ForAll(sizes.Zip(Gen.Choose(0, int.MaxValue)).ToArbitrary(), sample =>
        {
            var (size, place) = (sample.Item1, sample.Item2 % sample.Item1);
            var root = MerkleTree.Root(size, Sparse);
            var path = MerkleTree.InclusionProof(place, size, Sparse);
            var proof = MerkleTree.ConsistencyProof(place, size, Sparse);
            return MerkleTree.IsIncluded(Sparse(0, place), place, size, root, path.AsSpan())
                && MerkleTree.IsConsistent(place, MerkleTree.Root(place, Sparse), size, root, proof.AsSpan());
        });
        Check.QuickThrowOnFailure(property);
    }

    [Fact]
    public void Proofs_hold_in_the_largest_tree_there_can_be()
    {
        const long Size = long.MaxValue;
        var root = MerkleTree.Root(Size, Sparse);
        foreach (var index in new[] { 0, 1, Size / 2, Size - 2, Size - 1 })
            Assert.True(MerkleTree.IsIncluded(Sparse(0, index), index, Size, root, MerkleTree.InclusionProof(index, Size, Sparse).AsSpan()));
        Assert.True(MerkleTree.IsConsistent(
            Size - 1, MerkleTree.Root(Size - 1, Sparse), Size, root, MerkleTree.ConsistencyProof(Size - 1, Size, Sparse).AsSpan()));
    }

    // A huge tree in which all entries are the same, so that every complete subtree of a height has one hash.
    private static readonly ImmutableArray<TreeHash> Same = [.. Doublings().Take(63)];

    private static TreeHash Sparse(int height, long index) => Same[height];

    private static IEnumerable<TreeHash> Doublings()
    {
        for (var hash = MerkleTree.LeafHash([42]); ; hash = MerkleTree.NodeHash(hash, hash))
            yield return hash;
    }

    private static IEnumerable<int> SizesToVerify() =>
        Enumerable.Range(1, 130).Concat([255, 256, 257, 511, 512, 513, 767, 1023, 1024, 1025, Largest]);

    private static IEnumerable<TreeHash[]> Broken(TreeHash[] proof)
    {
        for (var i = 0; i < proof.Length; i++)
        {
            yield return [.. proof[..i], MerkleTree.LeafHash([99]), .. proof[(i + 1)..]];
            yield return [.. proof[..i], .. proof[(i + 1)..]];
        }
        yield return [.. proof, MerkleTree.LeafHash([99])];
        yield return [MerkleTree.LeafHash([99]), .. proof];
    }

    private static TreeHash[] Swapped(IEnumerable<TreeHash> leaves, int one, int other)
    {
        var swapped = leaves.ToArray();
        (swapped[one], swapped[other]) = (swapped[other], swapped[one]);
        return swapped;
    }
}
