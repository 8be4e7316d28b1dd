using System.Collections.Frozen;

namespace Aftercare.Csaf.Rules;

/// <summary>The names of weaknesses, which CSAF wants word for word (mandatory test 6.1.11).</summary>
internal static class CweNames
{
    internal const string Version = "4.17";

    private static readonly Lazy<FrozenDictionary<string, string>> Names = new(Load);

    /// <param name="id">CWE-N. Views and categories are not weaknesses and have no entry.</param>
    internal static string? Of(string id) => Names.Value.GetValueOrDefault(id);

    private static FrozenDictionary<string, string> Load()
    {
        using var resource = new StreamReader(typeof(CweNames).Assembly.GetManifestResourceStream($"cwe-{Version}.txt")!);
        return resource.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split('\t'))
            .ToFrozenDictionary(columns => $"CWE-{columns[0]}", columns => columns[1], StringComparer.Ordinal);
    }
}
