using Aftercare.Trust.Log;
using Xunit;

namespace Aftercare.Tests.Trust.Log;

public sealed class CheckpointTests
{
    private const string Origin = "aftercare.example/log";

    private static readonly NoteSigner Log = NoteSigner.FromSeed(Origin, NoteTests.Seed(1));
    private static readonly NaiveTree Naive = new();

    // Published by the Go checksum database.
    private const string GoCheckpoint =
        "go.sum database tree\n63096908\n8lHrQPRYe4KT4WQ9/Qk8/taKnD6IRHbFgfN7vQE2Y54=\n\n"
        + "— sum.golang.org Az3gri/oVBN1jAhNZ/iS+W31psFAWRT20/GyrhpU6taFwulQGetBkH5S7wpGXdS935jiIGiUUAXBVHzT/P6fYhqAmAk=\n";

    private static readonly NoteKey GoKey = NoteKey.Parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");

    [Fact]
    public void A_checkpoint_of_the_Go_checksum_database_verifies()
    {
        var checkpoint = VerifiedCheckpoint.Open(NoteTests.Bytes(GoCheckpoint), GoKey, "go.sum database tree");

        Assert.Equal(63_096_908, checkpoint.Size);
        Assert.Equal("8lHrQPRYe4KT4WQ9/Qk8/taKnD6IRHbFgfN7vQE2Y54=", checkpoint.Root.ToBase64());
    }

    [Fact]
    public void A_good_signature_under_the_checkpoint_of_another_log_is_refused()
    {
        var refusal = Assert.Throws<UntrustedLogException>(() => VerifiedCheckpoint.Open(NoteTests.Bytes(GoCheckpoint), GoKey));
        Assert.Equal("The checkpoint is of the log go.sum database tree, not of sum.golang.org.", refusal.Message);
    }

    [Fact]
    public void A_checkpoint_is_the_same_after_signing_and_parsing()
    {
        var checkpoint = new Checkpoint(Origin, 1030, Naive.Root(1030), "extension one", "extension two");
        var opened = VerifiedCheckpoint.Open(checkpoint.Sign(Log).ToBytes(), Log.Key);

        Assert.Equal(checkpoint, opened.Checkpoint);
        Assert.Equal(["extension one", "extension two"], opened.Checkpoint.Extensions);
    }

    [Theory]
    [InlineData("{0}\n5\n{1}")]
    [InlineData("{0}\n5\n")]
    [InlineData("\n5\n{1}\n")]
    [InlineData("{0}\n05\n{1}\n")]
    [InlineData("{0}\n+5\n{1}\n")]
    [InlineData("{0}\n-5\n{1}\n")]
    [InlineData("{0}\n 5\n{1}\n")]
    [InlineData("{0}\n5 \n{1}\n")]
    [InlineData("{0}\n5.0\n{1}\n")]
    [InlineData("{0}\n٥\n{1}\n")]
    [InlineData("{0}\n9223372036854775808\n{1}\n")]
    [InlineData("{0}\n5\n{1}=\n")]
    [InlineData("{0}\n5\n {1}\n")]
    [InlineData("{0}\n5\nAAAA\n")]
    [InlineData("{0}\n5\n\n{1}\n")]
    [InlineData("{0}\n5\n{1}\n\nextension\n")]
    public void Another_spelling_of_a_checkpoint_is_refused(string shape)
    {
        var text = string.Format(null, shape, Origin, Naive.Root(5).ToBase64());

        Assert.Throws<UntrustedLogException>(() => Checkpoint.Parse(text));
    }

    [Fact]
    public void A_root_with_stray_bits_in_its_base64_is_refused()
    {
        var strayBits = Naive.Root(5).ToBase64()[..^2] + "B=";

        Assert.False(TreeHash.TryFromBase64(strayBits, out _));
    }

    [Fact]
    public void A_checkpoint_that_could_not_be_read_back_cannot_be_made()
    {
        Assert.Throws<ArgumentException>(() => new Checkpoint("", 0, MerkleTree.EmptyRoot));
        Assert.Throws<ArgumentException>(() => new Checkpoint("two\nlines", 0, MerkleTree.EmptyRoot));
        Assert.Throws<ArgumentException>(() => new Checkpoint(Origin, 0, MerkleTree.EmptyRoot, ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Checkpoint(Origin, -1, MerkleTree.EmptyRoot));
    }

    [Fact]
    public void A_log_that_only_grew_extends_every_earlier_checkpoint()
    {
        var checkpoints = Enumerable.Range(0, 41).Select(size => At(size)).ToList();
        foreach (var later in checkpoints)
            foreach (var earlier in checkpoints.Take((int)later.Size + 1))
                later.RequireExtends(earlier, Naive.Proof(earlier.Size, later.Size));
    }

    [Fact]
    public void A_forked_checkpoint_of_the_same_size_is_refused()
    {
        var forked = Signed(Origin, 20, Naive.Mth(1, 21));

        var refusal = Assert.Throws<UntrustedLogException>(() => forked.RequireExtends(At(20), []));
        Assert.Equal("The log aftercare.example/log has forked: two roots for 20 entries.", refusal.Message);
    }

    [Fact]
    public void A_forked_checkpoint_of_a_larger_size_is_refused()
    {
        var forked = Signed(Origin, 40, Naive.Mth(1, 41));

        Assert.Throws<UntrustedLogException>(() => forked.RequireExtends(At(20), Naive.Proof(20, 40)));
    }

    [Fact]
    public void A_rolled_back_log_is_refused() =>
        Assert.Throws<UntrustedLogException>(() => At(20).RequireExtends(At(40), Naive.Proof(20, 40)));

    [Fact]
    public void Another_log_does_not_extend_this_one()
    {
        var other = NoteSigner.FromSeed("other.example/log", NoteTests.Seed(3));
        var checkpoint = VerifiedCheckpoint.Open(new Checkpoint("other.example/log", 40, Naive.Root(40)).Sign(other), other.Key);

        Assert.Throws<UntrustedLogException>(() => checkpoint.RequireExtends(At(20), Naive.Proof(20, 40)));
    }

    private static VerifiedCheckpoint At(long size) => Signed(Origin, size, Naive.Root(size));

    private static VerifiedCheckpoint Signed(string origin, long size, TreeHash root) =>
        VerifiedCheckpoint.Open(new Checkpoint(origin, size, root).Sign(Log), Log.Key);
}
