using System.Globalization;
using System.Text.RegularExpressions;

namespace Aftercare.Trust.Packs;

/// <summary>Names of members: relative, plain, and safe to unpack on any system.</summary>
public static partial class PackPath
{
    /// <summary>The signed manifest, written last because it names all others.</summary>
    public const string Manifest = "manifest.dsse.json";

    private const int MaxLength = 200;

    /// <summary>Where the exact bytes of a ledger entry go; the number is its index in the log.</summary>
    public static string LedgerEntry(long index) => string.Create(CultureInfo.InvariantCulture, $"ledger/{index}.entry");

    /// <summary>Where the proof of that entry goes.</summary>
    public static string LedgerProof(long index) => string.Create(CultureInfo.InvariantCulture, $"ledger/{index}.tlog-proof");

    /// <summary>
    /// Whether a member may have this name: 1 to 200 characters; segments of ASCII letters, digits and <c>- _ . +</c>, parted by
    /// <c>/</c>, none empty, none starting or ending with a dot, and none that Windows takes for a device (<c>nul.txt</c>).
    /// So no path leads out of the folder it is unpacked to.
    /// </summary>
    public static bool IsSafe(string path) =>
        path is { Length: > 0 and <= MaxLength } && Safe().IsMatch(path) && !path.Split('/').Any(s => Device().IsMatch(s));

    internal static bool IsLedgerEntry(string path, out long index)
    {
        index = -1;
        return path.StartsWith("ledger/", StringComparison.Ordinal) && path.EndsWith(".entry", StringComparison.Ordinal)
            && long.TryParse(path["ledger/".Length..^".entry".Length], NumberStyles.None, CultureInfo.InvariantCulture, out index)
            && LedgerEntry(index) == path;
    }

    private const string Segment = @"[A-Za-z0-9_+-]([A-Za-z0-9_+.-]*[A-Za-z0-9_+-])?";

    [GeneratedRegex(@"\A" + Segment + "(/" + Segment + @")*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Safe();

    [GeneratedRegex(@"\A(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Device();
}
