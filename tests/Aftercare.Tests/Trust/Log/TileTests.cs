using Aftercare.Trust.Log;
using Xunit;

namespace Aftercare.Tests.Trust.Log;

public sealed class TileTests
{
    public static TheoryData<int, long, int, string> Paths => new()
    {
        { 0, 0, 256, "tile/0/000" },
        { 0, 0, 1, "tile/0/000.p/1" },
        { 0, 273, 112, "tile/0/273.p/112" },
        { 1, 999, 256, "tile/1/999" },
        { 1, 1000, 256, "tile/1/x001/000" },
        { 0, 1234067, 256, "tile/0/x001/x234/067" },
        { 63, 1234067, 255, "tile/63/x001/x234/067.p/255" },
        { 0, long.MaxValue, 256, "tile/0/x009/x223/x372/x036/x854/x775/807" },
    };

    [Theory, MemberData(nameof(Paths))]
    public void A_tile_has_one_path_and_a_path_one_tile(int level, long index, int width, string path)
    {
        var tile = new Tile(level, index, width);

        Assert.Equal(path, tile.Path);
        Assert.True(Tile.TryParse(path, out var parsed));
        Assert.Equal(tile, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("tile/")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/00")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/001/234")]
    [InlineData("tile/0/x001/x234")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p/")]
    [InlineData("tile/0/000.p/1/")]
    [InlineData("tile/0/../000")]
    [InlineData("tile/0/x009/x223/x372/x036/x854/x775/808")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/entries/000")]
    [InlineData("Tile/0/000")]
    public void Another_spelling_is_no_tile(string? path) => Assert.False(Tile.TryParse(path, out _));

    [Fact]
    public void A_tile_out_of_range_cannot_be_made()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Tile(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Tile(64, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Tile(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Tile(0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Tile(0, 0, 257));
    }
}
