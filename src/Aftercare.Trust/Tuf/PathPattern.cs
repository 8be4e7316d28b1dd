using System.Security.Cryptography;
using System.Text;

namespace Aftercare.Trust.Tuf;

/// <summary>Shell-style patterns of delegations (§4.5): <c>*</c> and <c>?</c> stand for anything but a slash.</summary>
internal static class PathPattern
{
    internal static bool Matches(string pattern, string path)
    {
        var patterns = pattern.Split('/');
        var parts = path.Split('/');
        return patterns.Length == parts.Length && patterns.Zip(parts).All(pair => PartMatches(pair.First, pair.Second));
    }

    internal static string HashOf(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)));

    // Only the last star needs to be tried again, so that a hostile pattern costs length times length at most.
    private static bool PartMatches(string pattern, string text)
    {
        var (p, t, star, resume) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
                (star, resume) = (p++, t);
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
                (p, t) = (p + 1, t + 1);
            else if (star >= 0)
                (p, t) = (star + 1, ++resume);
            else
                return false;
        }
        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }
}
