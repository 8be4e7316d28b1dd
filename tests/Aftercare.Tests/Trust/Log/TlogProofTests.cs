using Aftercare.Trust.Log;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Aftercare.Tests.Trust.Log;

public sealed class TlogProofTests
{
    private const string Origin = "aftercare.example/log";

    private static readonly NoteSigner Log = NoteSigner.FromSeed(Origin, NoteTests.Seed(1));
    private static readonly NaiveTree Naive = new();

    [Fact]
    public void A_proof_made_from_tiles_verifies_after_a_stay_in_a_file()
    {
        foreach (var size in new[] { 1, 2, 3, 255, 256, 257, 513 })
            foreach (var index in new[] { 0, size / 3, size / 2, size - 1 })
            {
                var verified = TlogProof.Parse(Make(index, size).ToBytes()).Verify(MerkleTree.LeafHash(NaiveTree.Entry(index)), Log.Key);
                Assert.Equal((index, size), (verified.Index, verified.Checkpoint.Size));
            }
    }

    [Fact]
    public void A_proof_reads_as_the_specification_shows_it()
    {
        var expected = $"""
            c2sp.org/tlog-proof@v1
            index 2
            {Naive.Mth(3, 4).ToBase64()}
            {Naive.Mth(0, 2).ToBase64()}
            {Naive.Mth(4, 5).ToBase64()}

            aftercare.example/log
            5
            {Naive.Root(5).ToBase64()}

            — aftercare.example/log 
            """.ReplaceLineEndings("\n");

        Assert.StartsWith(expected, Make(2, 5).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Extra_data_is_carried_along_but_means_nothing()
    {
        var text = Make(2, 5).ToString().Replace("@v1\n", "@v1\nextra aGVsbG8=\n", StringComparison.Ordinal);
        var proof = TlogProof.Parse(NoteTests.Bytes(text));

        Assert.Equal("hello"u8.ToArray(), proof.Extra!.Value);
        Assert.Equal(text, proof.ToString());
        Assert.Equal(2, proof.Verify(NaiveTree.Leaf(2), Log.Key).Index);
    }

    [Fact]
    public void A_proof_is_refused_for_any_other_entry()
    {
        var proof = Make(2, 5);

        foreach (var other in new[] { 0, 1, 3, 4, 5 })
            Assert.Throws<UntrustedLogException>(() => proof.Verify(NaiveTree.Leaf(other), Log.Key));
    }

    [Fact]
    public void The_proofs_of_two_entries_swapped_are_both_refused()
    {
        var (two, three) = (Make(2, 5), Make(3, 5));

        Assert.Throws<UntrustedLogException>(() => two.Verify(NaiveTree.Leaf(3), Log.Key));
        Assert.Throws<UntrustedLogException>(() => three.Verify(NaiveTree.Leaf(2), Log.Key));
    }

    [Fact]
    public void A_proof_that_claims_another_index_is_refused()
    {
        var forged = Make(2, 5).ToString().Replace("index 2", "index 3", StringComparison.Ordinal);

        Assert.Throws<UntrustedLogException>(() => TlogProof.Parse(NoteTests.Bytes(forged)).Verify(NaiveTree.Leaf(2), Log.Key));
    }

    [Fact]
    public void A_proof_to_a_checkpoint_that_the_log_did_not_sign_is_refused()
    {
        var forger = NoteSigner.FromSeed(Origin, NoteTests.Seed(9));
        var forged = Make(2, 5, forger);

        Assert.Throws<UntrustedLogException>(() => forged.Verify(NaiveTree.Leaf(2), Log.Key));
    }

    [Fact]
    public void A_proof_with_its_two_hashes_swapped_is_refused()
    {
        var (one, other) = (Naive.Mth(3, 4).ToBase64(), Naive.Mth(0, 2).ToBase64());
        var forged = Make(2, 5).ToString().Replace($"{one}\n{other}\n", $"{other}\n{one}\n", StringComparison.Ordinal);

        Assert.Throws<UntrustedLogException>(() => TlogProof.Parse(NoteTests.Bytes(forged)).Verify(NaiveTree.Leaf(2), Log.Key));
    }

    [Fact]
    public void Any_changed_character_is_refused()
    {
        var bytes = Make(2, 5).ToBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            Assert.Throws<UntrustedLogException>(() => TlogProof.Parse(changed).Verify(NaiveTree.Leaf(2), Log.Key));
        }
    }

    [Fact]
    public void A_truncated_proof_is_refused()
    {
        var bytes = Make(2, 5).ToBytes();
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<UntrustedLogException>(() => TlogProof.Parse(bytes.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("@v1\n", "@v2\n")]
    [InlineData("c2sp.org", "C2SP.org")]
    [InlineData("index 2", "index 02")]
    [InlineData("index 2", "index -2")]
    [InlineData("index 2", "index")]
    [InlineData("index 2", "extra \nextra \nindex 2")]
    [InlineData("index 2", "index 2\nextra aGVsbG8=")]
    [InlineData("index 2", "extra aGVsbG8\nindex 2")]
    [InlineData("index 2\n", "index 2\r\n")]
    [InlineData("index 2\n", "index 2\n\n")]
    [InlineData("index 2\n", "")]
    public void Another_spelling_of_a_proof_is_refused(string old, string @new)
    {
        var text = Make(2, 5).ToString().Replace(old, @new, StringComparison.Ordinal);

        Assert.Throws<UntrustedLogException>(() => TlogProof.Parse(NoteTests.Bytes(text)).Verify(NaiveTree.Leaf(2), Log.Key));
    }

    [Fact]
    public void A_proof_with_more_hashes_than_any_tree_is_high_is_refused()
    {
        var hashes = string.Concat(Enumerable.Repeat(Naive.Root(1).ToBase64() + "\n", 65));
        var text = Make(0, 1).ToString().Replace("index 0\n", "index 0\n" + hashes, StringComparison.Ordinal);

        Assert.Throws<UntrustedLogException>(() => TlogProof.Parse(NoteTests.Bytes(text)));
    }

    [Fact]
    public void Noise_never_escapes_as_another_error()
    {
        var seed = Make(2, 5).ToBytes();
        var edits = Gen.Choose(0, seed.Length - 1).Zip(Gen.Choose(0, 255)).ListOf().ToArbitrary();
        Check.QuickThrowOnFailure(Prop.ForAll(edits, list =>
        {
            var noise = seed.ToArray();
            foreach (var (at, value) in list)
                noise[at] = (byte)value;
            return noise.SequenceEqual(seed) || Refused(noise);
        }));
    }

    [Fact]
    public void A_proof_is_not_made_from_damaged_tiles()
    {
        var shelf = new Shelf();
        shelf.Grow(CompactRange.Empty, 300);
        shelf.Files["tile/0/000"][100] ^= 1;

        Assert.Throws<UntrustedLogException>(() => TlogProof.Make(2, new TileReader(300, shelf.Fetch), At(300, Log)));
    }

    [Fact]
    public void A_proof_is_not_made_for_a_checkpoint_of_another_size()
    {
        var shelf = new Shelf();
        shelf.Grow(CompactRange.Empty, 300);

        Assert.Throws<ArgumentException>(() => TlogProof.Make(2, new TileReader(300, shelf.Fetch), At(299, Log)));
    }

    private static bool Refused(byte[] proof)
    {
        try
        {
            TlogProof.Parse(proof).Verify(NaiveTree.Leaf(2), Log.Key);
            return false;
        }
        catch (UntrustedLogException)
        {
            return true;
        }
    }

    private static TlogProof Make(long index, int size, NoteSigner? by = null)
    {
        var shelf = new Shelf();
        shelf.Grow(CompactRange.Empty, size);
        return TlogProof.Make(index, new TileReader(size, shelf.Fetch), At(size, by ?? Log));
    }

    private static VerifiedCheckpoint At(int size, NoteSigner by) =>
        VerifiedCheckpoint.Open(new Checkpoint(Origin, size, Naive.Root(size)).Sign(by), by.Key);
}
