namespace Aftercare.Trust.Packs;

/// <summary>A name from outside, made fit to be printed in a message.</summary>
internal static class Shown
{
    private const int MaxLength = 120;

    internal static string Name(string name)
    {
        var start = name.Length > MaxLength ? name[..MaxLength] + "…" : name;
        return string.Concat(start.Select(c => c is >= ' ' and <= '~' or '…' ? c : '?'));
    }
}
