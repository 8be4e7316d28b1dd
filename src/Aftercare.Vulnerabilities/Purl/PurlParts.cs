using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

/// <summary>Decoded parts before any rule was applied.</summary>
internal sealed record PurlInput(
    string? Type, string? Namespace, string? Name, string? Version, IEnumerable<KeyValuePair<string, string>> Qualifiers, string? Subpath);

/// <summary>Decoded parts that obey the rules of every package URL; nothing absent is an empty string.</summary>
internal sealed record PurlParts(
    string Type, string? Namespace, string Name, string? Version, ImmutableSortedDictionary<string, string> Qualifiers, string? Subpath);

internal enum PurlDemands
{
    OfEveryPurl,
    OfTheType,
}

/// <summary>The text is no package URL. Thrown and caught within reading one; the message is the fault.</summary>
internal sealed class PurlFaultException(string message) : Exception(message);
