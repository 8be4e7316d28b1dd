using System.Collections.Frozen;
using System.Text.Json;

namespace Aftercare.Vulnerabilities;

/// <summary>The words of a closed set as the formats spell it: members in snake case.</summary>
internal static class Words<T> where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> ByValue =
        Enum.GetValues<T>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    private static readonly FrozenDictionary<string, T> ByWord =
        ByValue.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    internal static string Of(T value) => ByValue[value];

    internal static T? Read(string? word) => word is not null && ByWord.TryGetValue(word, out var value) ? value : null;
}
