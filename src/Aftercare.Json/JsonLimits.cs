namespace Aftercare.Json;

/// <summary>How much <see cref="StrictJson"/> reads before it refuses.</summary>
/// <param name="MaxBytes">Length of the whole text in bytes, at least 1. Default 16 MiB.</param>
/// <param name="MaxDepth">Objects and arrays open at once, 1 to 1000 (what a recursive reader stands without fear). Default 64.</param>
public sealed record JsonLimits(int MaxBytes = 16 * 1024 * 1024, int MaxDepth = 64)
{
    public static JsonLimits Default { get; } = new();

    public int MaxBytes { get; } = MaxBytes >= 1
        ? MaxBytes
        : throw new ArgumentOutOfRangeException(nameof(MaxBytes), MaxBytes, "At least one byte must be allowed.");

    public int MaxDepth { get; } = MaxDepth is >= 1 and <= 1000
        ? MaxDepth
        : throw new ArgumentOutOfRangeException(nameof(MaxDepth), MaxDepth, "The depth is 1 to 1000.");
}
