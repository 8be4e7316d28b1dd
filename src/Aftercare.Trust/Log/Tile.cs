using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Aftercare.Trust.Log;

/// <summary>
/// The address of one tile file (C2SP tlog-tiles): up to 256 consecutive hashes of the tree at height 8 × level.
/// A value of this type is always in range.
/// </summary>
public readonly record struct Tile
{
    /// <summary>Hashes in a full tile: 8,192 bytes.</summary>
    public const int FullWidth = 256;

    internal const int Height = 8;
    private const int MaxLevel = 63;
    private const int LongestPath = 64;

    /// <param name="level">0 to 63; level 0 holds the hashes of entries.</param>
    /// <param name="index">From 0, counted within the level.</param>
    /// <param name="width">1 to 256 hashes; fewer than 256 make a partial tile.</param>
    public Tile(int level, long index, int width = FullWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, FullWidth);
        (Level, Index, Width) = (level, index, width);
    }

    public int Level { get; }
    public long Index { get; }
    public int Width { get; }
    public bool IsPartial => Width < FullWidth;

    /// <value>Relative to the log's prefix, such as <c>tile/0/x001/x234/067.p/12</c>.</value>
    public string Path
    {
        get
        {
            var path = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{Index % 1000:000}"));
            for (var rest = Index / 1000; rest > 0; rest /= 1000)
                path.Insert(0, string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:000}/"));
            path.Insert(0, string.Create(CultureInfo.InvariantCulture, $"tile/{Level}/"));
            return (IsPartial ? path.Append(CultureInfo.InvariantCulture, $".p/{Width}") : path).ToString();
        }
    }

    /// <summary>Reads exactly what <see cref="Path"/> writes, and no other spelling.</summary>
    public static bool TryParse([NotNullWhen(true)] string? path, out Tile tile)
    {
        tile = default;
        if (path is not { Length: <= LongestPath } || !path.StartsWith("tile/", StringComparison.Ordinal))
            return false;

        var partial = path.IndexOf(".p/", StringComparison.Ordinal);
        var width = partial < 0 ? "256" : path[(partial + 3)..];
        var segments = (partial < 0 ? path : path[..partial]).Split('/');
        var digits = string.Concat(segments.Skip(2)).Replace("x", "", StringComparison.Ordinal).TrimStart('0').PadLeft(1, '0');
        if (!StrictText.TryDecimal(segments[1], out var level) || level > MaxLevel
            || !StrictText.TryDecimal(digits, out var index)
            || !StrictText.TryDecimal(width, out var hashes) || hashes is < 1 or > FullWidth)
            return false;

        tile = new Tile((int)level, index, (int)hashes);
        return tile.Path == path;
    }

    public override string ToString() => Path;
}
