using Aftercare.Trust.Log;
using Xunit;

namespace Aftercare.Tests.Trust.Log;

public sealed class CompactRangeTests
{
    private static readonly NaiveTree Naive = new();

    [Fact]
    public void Appending_one_by_one_gives_the_root_of_RFC_6962_at_every_size()
    {
        var range = CompactRange.Empty;
        for (var size = 0; size <= 1030; size++)
        {
            Assert.Equal(size, range.Size);
            Assert.Equal(Naive.Root(size), range.Root);
            range = range.Append(NaiveTree.Leaf(size));
        }
    }

    [Fact]
    public void It_is_the_same_after_a_stay_in_bytes()
    {
        for (var size = 0; size <= 300; size++)
        {
            var range = CompactRange.Empty.Append(NaiveTree.Leaves(0, size));
            var back = CompactRange.FromBytes(range.ToBytes());
            Assert.Equal(Naive.Root(size + 1), back.Append(NaiveTree.Leaf(size)).Root);
        }
    }

    [Fact]
    public void Appending_leaves_the_range_as_it_was()
    {
        var before = CompactRange.Empty.Append(NaiveTree.Leaves(0, 7));
        before.Append(NaiveTree.Leaf(7));

        Assert.Equal(Naive.Root(7), before.Root);
    }

    [Fact]
    public void A_peak_stands_at_each_bit_of_the_size_and_nowhere_else()
    {
        var range = CompactRange.Empty.Append(NaiveTree.Leaves(0, 0b1011));

        Assert.Equal(Naive.Mth(0, 8), range.Peak(3));
        Assert.Null(range.Peak(2));
        Assert.Equal(Naive.Mth(8, 10), range.Peak(1));
        Assert.Equal(Naive.Mth(10, 11), range.Peak(0));
        Assert.Null(range.Peak(40));
    }

    [Fact]
    public void Bytes_of_the_wrong_length_are_refused()
    {
        var bytes = CompactRange.Empty.Append(NaiveTree.Leaves(0, 3)).ToBytes();

        Assert.Throws<UntrustedLogException>(() => CompactRange.FromBytes([]));
        Assert.Throws<UntrustedLogException>(() => CompactRange.FromBytes(bytes.AsSpan(0, bytes.Length - 1)));
        Assert.Throws<UntrustedLogException>(() => CompactRange.FromBytes([.. bytes, 0]));
        Assert.Throws<UntrustedLogException>(() => CompactRange.FromBytes([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
    }
}
