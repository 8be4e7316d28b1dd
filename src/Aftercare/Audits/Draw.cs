using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Aftercare.Audits;

/// <summary>
/// A sample is a pure function of population and seed, so that anybody can draw it again: for each id, SHA-256 over the UTF-8 bytes of the seed, a line feed
/// and the id in lower case with hyphens; ordered by that digest as hex; the first ones are the sample. In a shell:
/// <c>while read id; do printf '%s %s\n' "$(printf '%s\n%s' "$seed" "$id" | sha256sum | cut -c1-64)" "$id"; done | sort | head -n SIZE</c>.
/// </summary>
public static class Draw
{
    /// <value>100 items.</value>
    public const int MaxSize = 100;

    /// <value>64 characters.</value>
    public const int MaxSeed = 64;

    /// <param name="population">In any order, each once.</param>
    /// <param name="size">More than there are: all of them.</param>
    public static ImmutableArray<Guid> Sample(IEnumerable<Guid> population, string seed, int size) =>
        [.. population.OrderBy(id => Rank(seed, id), StringComparer.Ordinal).Take(size)];

    /// <summary>Lowercase hex SHA-256 over the ids in ascending order of their text, each followed by a line feed.</summary>
    public static string DigestOf(IEnumerable<Guid> population) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(population.Select(id => $"{id:D}\n").Order(StringComparer.Ordinal)))));

    /// <summary>1 to <see cref="MaxSeed"/> printable ASCII characters without blanks at the ends, so that it can be read out, written down and typed again.</summary>
    public static bool IsSeed(string seed) => seed.Length is > 0 and <= MaxSeed && seed.All(c => c is >= ' ' and <= '~') && seed.Trim() == seed;

    private static string Rank(string seed, Guid id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{id:D}")));
}
