using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Aftercare.Vulnerabilities;

/// <summary>
/// A package URL (purl; ECMA-427) in its canonical spelling, with the rules of its type applied: <c>pkg:npm/%40angular/animation@12.3.1</c>.
/// Two are equal when their canonical spellings are.
/// </summary>
public sealed record PackageUrl : IParsable<PackageUrl>
{
    /// <summary>In characters. Longer texts are refused; none that is written by a tool comes near.</summary>
    public const int MaxLength = 8192;

    private readonly string _canonical;

    internal PackageUrl(PurlParts parts)
    {
        (Type, Namespace, Name, Version, Subpath) = (parts.Type, parts.Namespace, parts.Name, parts.Version, parts.Subpath);
        Qualifiers = parts.Qualifiers;
        _canonical = PurlText.Canonical(parts);
    }

    /// <summary>In lower case: <c>npm</c>, <c>deb</c>.</summary>
    public string Type { get; }

    /// <summary>Segments joined by <c>/</c>, decoded; null when there is none.</summary>
    public string? Namespace { get; }

    public string Name { get; }

    public string? Version { get; }

    /// <summary>Decoded values by key in lower case, sorted. No value is empty.</summary>
    public ImmutableSortedDictionary<string, string> Qualifiers { get; }

    /// <summary>Segments joined by <c>/</c>, decoded, without leading or trailing slash; null when there is none.</summary>
    public string? Subpath { get; }

    /// <summary>Builds one from decoded parts; empty parts count as absent.</summary>
    /// <exception cref="FormatException">The parts make no package URL of this type; the message says why.</exception>
    public static PackageUrl Of(
        string type, string? @namespace, string name, string? version = null,
        IEnumerable<KeyValuePair<string, string>>? qualifiers = null, string? subpath = null) =>
        PurlText.TryBuild(
            new PurlInput(type, @namespace, name, version, qualifiers ?? [], subpath), PurlDemands.OfTheType, out var purl, out var fault)
            ? purl
            : throw new FormatException(fault);

    /// <exception cref="FormatException">The text is no package URL; the message says why.</exception>
    public static PackageUrl Parse(string s) => TryParse(s, out var purl, out var fault) ? purl : throw new FormatException(fault);

    public static bool TryParse([NotNullWhen(true)] string? s, [MaybeNullWhen(false)] out PackageUrl result) => TryParse(s, out result, out _);

    /// <summary>Accepts what is not canonical (case, order, encoding) where its meaning is clear, and holds the type's rules against it.</summary>
    /// <param name="fault">One sentence for a person.</param>
    public static bool TryParse(
        [NotNullWhen(true)] string? s, [NotNullWhen(true)] out PackageUrl? result, [NotNullWhen(false)] out string? fault) =>
        PurlText.TryParse(s ?? "", PurlDemands.OfTheType, out result, out fault);

    /// <summary>
    /// As <see cref="TryParse(string?, out PackageUrl?, out string?)"/>, but what the type merely demands (a namespace, a qualifier, an
    /// alphabet) may be missing: SBOM tools write <c>pkg:golang/stdlib@1.22</c>, and a name that we refused would never be matched.
    /// </summary>
    public static bool TryParseAsFound(
        [NotNullWhen(true)] string? s, [NotNullWhen(true)] out PackageUrl? result, [NotNullWhen(false)] out string? fault) =>
        PurlText.TryParse(s ?? "", PurlDemands.OfEveryPurl, out result, out fault);

    static PackageUrl IParsable<PackageUrl>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<PackageUrl>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out PackageUrl result) => TryParse(s, out result);

    /// <summary>The canonical spelling.</summary>
    public override string ToString() => _canonical;

    public bool Equals(PackageUrl? other) => other is not null && _canonical == other._canonical;

    public override int GetHashCode() => _canonical.GetHashCode(StringComparison.Ordinal);
}
