using System.Text.Json;
using Aftercare.Json;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.Tests.Vulnerabilities;

/// <summary>The specification's own type definitions and test cases.</summary>
public sealed class PackageUrlSuiteTests
{
    private const string Refused = "refused";

    /// <summary>Cases that contradict the specification or the rest of the suite, each by what it is about, with what it asks.</summary>
    private static readonly Dictionary<(string Suite, string Kind, string Input), string> Contradictions = new()
    {
        [("gem", "parse", "pkg:gem/jruby-launcher@1.1.2?Platform=java")] =
            "wants an upper-case qualifier key refused, which its own validate case and maven's parse cases accept",
        [("rpm", "parse", "pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25")] =
            "wants an upper-case qualifier key refused, which its own validate case and maven's parse cases accept",
        [("git", "validate", "pkg:git/github/Package-url/purl-Spec@244fd47e07d1004f0aed9c")] =
            "wants lower case, though the type's definition says that namespace and name are case sensitive",
    };

    [Fact]
    public void Every_case_of_the_suite_passes_but_three_that_contradict_it()
    {
        var wrong = new List<Case>();
        var cases = Directory.GetFiles(Path.Combine(Shared.Data("purl"), "tests"), "*.json", SearchOption.AllDirectories).SelectMany(Cases).ToArray();
        foreach (var @case in cases)
        {
            if (Answer(@case) != @case.Expected)
                wrong.Add(@case);
        }

        Assert.Equal(
            Contradictions.Keys.Order(), wrong.Select(c => (c.Suite, c.Kind, c.Input.ToString())).Order());
        Assert.True(cases.Length >= 586, $"only {cases.Length} cases");
    }

    [Fact]
    public void Every_registered_type_is_treated_as_its_definition_says() =>
        Assert.All(Definitions(), definition =>
        {
            var type = definition.GetProperty("type").GetString()!;
            Assert.True(PackageUrl.TryParseAsFound($"pkg:{type}/Ns/NAME@VeR#SuB", out var purl, out _));

            Assert.Equal(Insensitive(definition, "namespace"), purl.Namespace == "ns");
            Assert.Equal(Insensitive(definition, "name") || type == "pub", purl.Name == "name");
            Assert.Equal(Insensitive(definition, "version"), purl.Version == "ver");
            Assert.Equal(Insensitive(definition, "subpath"), purl.Subpath == "sub");
        });

    [Fact]
    public void Every_example_of_a_definition_is_read_and_its_namespace_is_demanded_or_refused() =>
        Assert.All(Definitions().SelectMany(Examples), example =>
        {
            var (text, requirement) = example;
            var purl = PackageUrl.Parse(text);
            var toggled = Record.Exception(() => PackageUrl.Of(
                purl.Type, purl.Namespace is null ? "ns" : null, purl.Name, purl.Version, purl.Qualifiers, purl.Subpath));

            Assert.Equal(requirement != "optional", toggled is FormatException);
        });

    private static string Answer(Case @case)
    {
        var purl = @case.Kind == "build" ? Built(@case.Input)
            : PackageUrl.TryParse(@case.Input.GetString(), out var read) ? read
            : null;
        return purl is null ? Refused : @case.Kind == "parse" ? Parts(purl) : purl.ToString();
    }

    private static PackageUrl? Built(JsonElement parts)
    {
        try
        {
            return PackageUrl.Of(
                Text(parts, "type")!, Text(parts, "namespace"), Text(parts, "name")!, Text(parts, "version"), Qualifiers(parts),
                Text(parts, "subpath"));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static IEnumerable<Case> Cases(string file) =>
        Read(file).GetProperty("tests").EnumerateArray().Select(test => new Case(
            Path.GetFileName(file)[..^"-test.json".Length],
            test.GetProperty("test_type").GetString()!,
            test.GetProperty("input"),
            Expected(test)));

    private static string Expected(JsonElement test)
    {
        if (test.GetProperty("expected_failure").GetBoolean())
            return Refused;

        var output = test.GetProperty("expected_output");
        return output.ValueKind == JsonValueKind.String ? output.GetString()! : Parts(
            Text(output, "type"), Text(output, "namespace"), Text(output, "name"), Text(output, "version"), Qualifiers(output),
            Text(output, "subpath"));
    }

    private static string Parts(PackageUrl purl) => Parts(purl.Type, purl.Namespace, purl.Name, purl.Version, purl.Qualifiers, purl.Subpath);

    private static string Parts(
        string? type, string? space, string? name, string? version, IEnumerable<KeyValuePair<string, string>> qualifiers, string? subpath) =>
        string.Join(" | ", [type, space, name, version, string.Join(' ', qualifiers.OrderBy(q => q.Key, StringComparer.Ordinal)), subpath]);

    private static IEnumerable<KeyValuePair<string, string>> Qualifiers(JsonElement parts) =>
        parts.GetProperty("qualifiers") is { ValueKind: JsonValueKind.Object } qualifiers
            ? qualifiers.EnumerateObject().Select(q => KeyValuePair.Create(q.Name, q.Value.GetString()!))
            : [];

    private static string? Text(JsonElement parts, string name) => parts.GetProperty(name).GetString();

    private static IEnumerable<JsonElement> Definitions() =>
        Directory.GetFiles(Path.Combine(Shared.Data("purl"), "types"), "*.json").Select(Read);

    private static IEnumerable<(string Example, string Requirement)> Examples(JsonElement definition) =>
        definition.GetProperty("examples").EnumerateArray().Select(example => (
            example.GetString()!, definition.GetProperty("namespace_definition").GetProperty("requirement").GetString()!));

    private static bool Insensitive(JsonElement definition, string part) =>
        definition.TryGetProperty(part + "_definition", out var rules)
            && rules.TryGetProperty("case_sensitive", out var sensitive) && !sensitive.GetBoolean();

    private static JsonElement Read(string file) => StrictJson.Parse(File.ReadAllBytes(file));

    private sealed record Case(string Suite, string Kind, JsonElement Input, string Expected);
}
