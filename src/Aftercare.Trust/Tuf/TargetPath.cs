using System.Buffers;

namespace Aftercare.Trust.Tuf;

/// <summary>Where a target's bytes go on this machine: never outside the folder, never a device or a hidden stream, on any system.</summary>
internal static class TargetPath
{
    private const int MostCharacters = 1_000;
    private const int MostPartCharacters = 200;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(@"\:*?""<>|");
    private static readonly string[] Devices =
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })];

    /// <exception cref="UnsafeNameException"/>
    internal static string Under(string folder, string target)
    {
        Check(target);
        return Path.Combine([folder, .. target.Split('/')]);
    }

    /// <exception cref="UnsafeNameException"/>
    internal static void Check(string target)
    {
        var why = target.Length > MostCharacters ? "it is too long" : target.Split('/').Select(Fault).FirstOrDefault(fault => fault is not null);
        if (why is not null)
            throw new UnsafeNameException("target", target, why);
    }

    /// <summary>The path as a web server wants it.</summary>
    internal static string Encoded(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static string? Fault(string part) => part switch
    {
        "" => "a part of it is empty, or it is absolute",
        "." or ".." => "it leads out of its folder",
        { Length: > MostPartCharacters } => "a part of it is too long",
        _ when part.AsSpan().ContainsAny(Forbidden) || part.Any(char.IsControl) => "it holds a character that a file name cannot have everywhere",
        [.., '.' or ' '] => "a part of it ends with a dot or a blank",
        _ when Devices.Contains(part.Split('.')[0].TrimEnd(), StringComparer.OrdinalIgnoreCase) => "a part of it is the name of a device",
        _ => null,
    };
}
