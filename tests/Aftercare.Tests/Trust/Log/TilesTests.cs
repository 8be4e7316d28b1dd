using Aftercare.Trust.Log;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Aftercare.Tests.Trust.Log;

public sealed class TilesTests
{
    private static readonly NaiveTree Naive = new();

    [Fact]
    public void A_log_of_70_000_has_the_tiles_that_the_specification_counts()
    {
        var files = Tiles.ToPublish(CompactRange.Empty, Enumerable.Repeat(NaiveTree.Leaf(0), 70_000), _ => null).Select(f => f.Tile).ToList();

        Assert.Equal(273, files.Count(t => t is { Level: 0, IsPartial: false }));
        Assert.Equal(1, files.Count(t => t is { Level: 1, IsPartial: false }));
        Assert.Equal(["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"], files.Where(t => t.IsPartial).Select(t => t.Path));
        Assert.Equal(273 + 1 + 3, files.Count);
    }

    [Fact]
    public void Growing_one_by_one_and_all_at_once_leave_the_same_tiles_for_the_size()
    {
        var (slow, range) = (new Shelf(), CompactRange.Empty);
        for (var size = 0; size < 1030; size++)
            range = slow.Grow(range, 1);
        var fast = new Shelf();
        fast.Grow(CompactRange.Empty, 1030);

        Assert.All(fast.Files, file => Assert.Equal(file.Value, slow.Files[file.Key]));
    }

    [Fact]
    public void Root_and_proofs_from_tiles_are_those_of_RFC_6962()
    {
        var (shelf, range) = (new Shelf(), CompactRange.Empty);
        for (var size = 1; size <= 1030; size++)
        {
            range = shelf.Grow(range, 1);
            if (size % 256 is > 20 and < 250)
                continue;
            var reader = new TileReader(size, shelf.Fetch);
            Assert.Equal(Naive.Root(size), reader.Root());
            foreach (var index in new[] { 0, size / 3, size - 1 })
            {
                Assert.Equal(NaiveTree.Leaf(index), reader.Leaf(index));
                Assert.Equal(Naive.Path(index, size), reader.InclusionProof(index));
                Assert.Equal(Naive.Proof(index, size), reader.ConsistencyProof(index));
            }
        }
    }

    [Fact]
    public void The_log_may_grow_by_any_steps()
    {
        var steps = Gen.Choose(0, 700).NonEmptyListOf().Select(l => l.Take(6).ToList()).ToArbitrary();
        Check.QuickThrowOnFailure(Prop.ForAll(steps, taken =>
        {
            var (shelf, range) = (new Shelf(), CompactRange.Empty);
            foreach (var step in taken)
                range = shelf.Grow(range, step);
            return new TileReader(range.Size, shelf.Fetch).Root() == range.Root;
        }));
    }

    [Fact]
    public void Three_levels_of_tiles_lead_to_the_root()
    {
        const int Size = 256 * 256 + 300;
        var shelf = new Shelf();
        var range = shelf.Grow(shelf.Grow(CompactRange.Empty, 65_000), Size - 65_000);
        var reader = new TileReader(Size, shelf.Fetch);

        Assert.Equal(range.Root, reader.Root());
        foreach (var index in new[] { 0, 64_999, 65_535, 65_536, Size - 1 })
            Assert.True(MerkleTree.IsIncluded(NaiveTree.Leaf(index), index, Size, range.Root, reader.InclusionProof(index).AsSpan()));
    }

    [Fact]
    public void Nothing_new_publishes_nothing() =>
        Assert.Empty(Tiles.ToPublish(CompactRange.Empty.Append(NaiveTree.Leaves(0, 5)), [], _ => null));

    [Fact]
    public void Publishing_again_after_an_interruption_writes_the_same_files()
    {
        var (shelf, again) = (new Shelf(), new Shelf());
        var before = shelf.Grow(CompactRange.Empty, 300);
        again.Grow(CompactRange.Empty, 300);
        foreach (var file in Tiles.ToPublish(before, NaiveTree.Leaves(300, 900), again.Fetch).Take(1))
            again.Put(file);

        shelf.Grow(before, 600);
        again.Grow(before, 600);

        Assert.Equal(shelf.Files, again.Files);
    }

    [Fact]
    public void An_older_reader_is_served_by_the_full_tile_once_the_partial_one_is_gone()
    {
        var shelf = new Shelf();
        shelf.Grow(shelf.Grow(CompactRange.Empty, 100), 200);
        shelf.Files.Remove("tile/0/000.p/100");

        Assert.Equal(Naive.Root(100), new TileReader(100, shelf.Fetch).Root());
    }

    [Fact]
    public void A_truncated_tile_is_refused()
    {
        var shelf = new Shelf();
        shelf.Grow(CompactRange.Empty, 300);
        shelf.Files["tile/0/000"] = shelf.Files["tile/0/000"][..^1];

        var refusal = Assert.Throws<UntrustedLogException>(() => new TileReader(300, shelf.Fetch).InclusionProof(7));
        Assert.Equal("tile/0/000 has 8191 bytes where 8192 are due.", refusal.Message);
    }

    [Fact]
    public void A_tile_with_bytes_added_is_refused()
    {
        var shelf = new Shelf();
        shelf.Grow(CompactRange.Empty, 300);
        shelf.Files["tile/0/001.p/44"] = [.. shelf.Files["tile/0/001.p/44"], .. new byte[32]];

        Assert.Throws<UntrustedLogException>(() => new TileReader(300, shelf.Fetch).Root());
    }

    [Fact]
    public void A_missing_tile_is_named()
    {
        var shelf = new Shelf();
        shelf.Grow(CompactRange.Empty, 300);
        shelf.Files.Remove("tile/1/000.p/1");

        var refusal = Assert.Throws<UntrustedLogException>(() => new TileReader(300, shelf.Fetch).Root());
        Assert.Equal("tile/1/000.p/1 is missing.", refusal.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(43 * 32)]
    public void A_rotten_tile_is_not_grown(int at)
    {
        var shelf = new Shelf();
        var before = shelf.Grow(CompactRange.Empty, 300);
        shelf.Files["tile/0/001.p/44"][at] ^= 1;

        var refusal = Assert.Throws<UntrustedLogException>(() => shelf.Grow(before, 1));
        Assert.Equal("tile/0/001.p/44 is not the tile of the tree of 300 entries.", refusal.Message);
    }

    [Fact]
    public void A_rotten_tile_of_a_higher_level_is_not_grown()
    {
        var shelf = new Shelf();
        var before = shelf.Grow(CompactRange.Empty, 600);
        shelf.Files["tile/1/000.p/2"][40] ^= 1;

        Assert.Throws<UntrustedLogException>(() => shelf.Grow(before, 256));
    }

    [Fact]
    public void A_log_does_not_grow_from_a_tile_that_is_gone()
    {
        var before = CompactRange.Empty.Append(NaiveTree.Leaves(0, 5));

        Assert.Throws<UntrustedLogException>(() => Tiles.ToPublish(before, [NaiveTree.Leaf(5)], _ => null).ToList());
    }

    [Fact]
    public void No_subtree_outside_the_tree_is_read()
    {
        var shelf = new Shelf();
        shelf.Grow(CompactRange.Empty, 5);
        var reader = new TileReader(5, shelf.Fetch);

        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Leaf(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Subtree(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.InclusionProof(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ConsistencyProof(6));
    }
}

/// <summary>Published tiles, in memory.</summary>
internal sealed class Shelf
{
    internal Dictionary<string, byte[]> Files { get; } = [];

    internal CompactRange Grow(CompactRange before, int by)
    {
        var leaves = NaiveTree.Leaves(before.Size, before.Size + by).ToList();
        foreach (var file in Tiles.ToPublish(before, leaves, Fetch))
            Put(file);
        return before.Append(leaves);
    }

    internal void Put(TileFile file) => Files[file.Tile.Path] = file.Bytes.ToArray();

    internal byte[]? Fetch(Tile tile) => Files.GetValueOrDefault(tile.Path);
}
