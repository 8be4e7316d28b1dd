using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Aftercare.Vulnerabilities;

internal enum PurlNamespace
{
    Optional,
    Required,
    Prohibited,
}

/// <summary>Parts that a type compares without regard to case, and so spells in lower case.</summary>
[Flags]
internal enum Lower
{
    None = 0,
    Namespace = 1,
    Name = 2,
    Version = 4,
    Subpath = 8,
}

/// <summary>The rules of one registered type (purl-spec, type definitions). Unregistered types have none.</summary>
internal sealed partial record PurlType(string Name, PurlNamespace Namespace, Lower Lower)
{
    internal const string Git = "git";

    private const PurlNamespace Optional = PurlNamespace.Optional;
    private const PurlNamespace Required = PurlNamespace.Required;
    private const PurlNamespace Prohibited = PurlNamespace.Prohibited;
    private const Lower Both = Lower.Namespace | Lower.Name;

    internal static FrozenDictionary<string, PurlType> Registered { get; } = new PurlType[]
    {
        new("alpm", Required, Both),
        new("apk", Required, Both),
        new("bazel", Prohibited, Lower.None),
        new("bitbucket", Required, Both),
        new("bitnami", Prohibited, Lower.Name),
        new("brew", Optional, Both),
        new("cargo", Prohibited, Lower.None),
        new("chrome-extension", Prohibited, Lower.Name) { OwnFault = ChromeExtensionFault },
        new("cocoapods", Prohibited, Lower.None),
        new("composer", Required, Both),
        new("conan", Optional, Lower.None),
        new("conda", Prohibited, Lower.None),
        new("cpan", Optional, Lower.None) { OwnForm = WithUpperNamespace, OwnFault = CpanFault },
        new("cran", Prohibited, Lower.None),
        new("deb", Required, Both),
        new("docker", Optional, Lower.None),
        new("gem", Prohibited, Lower.None),
        new("generic", Optional, Lower.None),
        new(Git, Required, Lower.None) { OwnFault = GitFault },
        new("github", Required, Both),
        new("golang", Required, Lower.None),
        new("hackage", Prohibited, Lower.None) { OwnForm = parts => parts with { Name = parts.Name.Replace('_', '-') } },
        new("hex", Optional, Both),
        new("huggingface", Required, Lower.Version),
        new("julia", Prohibited, Lower.None) { RequiredQualifier = "uuid" },
        new("luarocks", Optional, Both),
        new("maven", Required, Lower.None),
        new("mlflow", Prohibited, Lower.None) { OwnForm = MlflowForm },
        new("npm", Optional, Lower.None),
        new("nuget", Prohibited, Lower.None),
        new("oci", Prohibited, Lower.Name | Lower.Version),
        new("opam", Prohibited, Lower.None),
        new("otp", Prohibited, Lower.Name | Lower.Subpath),
        new("pub", Prohibited, Lower.Name) { OwnForm = parts => parts with { Name = NotOfPub.Replace(parts.Name, "_") } },
        new("pypi", Prohibited, Lower.Name | Lower.Version) { OwnForm = parts => parts with { Name = parts.Name.Replace('_', '-') } },
        new("qpkg", Required, Lower.Namespace),
        new("rpm", Required, Lower.Namespace),
        new("swid", Optional, Lower.None) { RequiredQualifier = "tag_id", OwnFault = SwidFault },
        new("swift", Required, Lower.None),
        new("vcpkg", Prohibited, Lower.None),
        new("vscode-extension", Required, Both | Lower.Version),
        new("yocto", Optional, Lower.Namespace),
    }.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    internal string? RequiredQualifier { get; init; }

    private Func<PurlParts, PurlParts> OwnForm { get; init; } = parts => parts;

    private Func<PurlParts, string?> OwnFault { get; init; } = _ => null;

    [GeneratedRegex("[^a-z0-9_]", RegexOptions.CultureInvariant)]
    private static partial Regex NotOfPub { get; }

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+){0,3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ChromeVersion { get; }

    internal static PurlType Of(string type) => Registered.GetValueOrDefault(type) ?? new PurlType(type, Optional, Lower.None);

    // ASCII only: a Kelvin sign is no k, and no name may turn into another's.
    internal static string Lowered(string text) => string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c));

    internal PurlParts Normalised(PurlParts parts) => OwnForm(parts with
    {
        Namespace = Lowered(parts.Namespace, Lower.Namespace),
        Name = Lowered(parts.Name, Lower.Name)!,
        Version = Lowered(parts.Version, Lower.Version),
        Subpath = Lowered(parts.Subpath, Lower.Subpath),
    });

    /// <summary>What the type demands and these parts lack, or null.</summary>
    internal string? Fault(PurlParts parts) => Namespace switch
    {
        PurlNamespace.Required when parts.Namespace is null => $"A package URL of type {Name} has a namespace.",
        PurlNamespace.Prohibited when parts.Namespace is not null => $"A package URL of type {Name} has no namespace.",
        _ when RequiredQualifier is { } key && !parts.Qualifiers.ContainsKey(key) => $"A package URL of type {Name} has the qualifier '{key}'.",
        _ => OwnFault(parts),
    };

    private string? Lowered(string? text, Lower part) => text is not null && Lower.HasFlag(part) ? Lowered(text) : text;

    private static PurlParts WithUpperNamespace(PurlParts parts) => parts with { Namespace = parts.Namespace?.ToUpperInvariant() };

    // Databricks ignores the case of model names, Azure ML does not.
    private static PurlParts MlflowForm(PurlParts parts) =>
        parts.Qualifiers.GetValueOrDefault("repository_url", "").Contains("databricks", StringComparison.OrdinalIgnoreCase)
            ? parts with { Name = Lowered(parts.Name) }
            : parts;

    private static string? ChromeExtensionFault(PurlParts parts) =>
        parts.Name.Length != 32 || parts.Name.Any(c => c is < 'a' or > 'p') ? "A Chrome extension's name is 32 letters from a to p."
        : parts.Version is { } version && !ChromeVersion.IsMatch(version) ? "A Chrome extension's version is one to four numbers."
        : null;

    private static string? CpanFault(PurlParts parts) =>
        parts.Name.Contains("::", StringComparison.Ordinal) ? "A CPAN package is named by its distribution, not by a module." : null;

    private static string? GitFault(PurlParts parts) =>
        parts.Namespace!.Contains('/', StringComparison.Ordinal) ? "A git package's namespace is the host alone." : null;

    private static string? SwidFault(PurlParts parts) =>
        parts.Namespace?.Count(c => c == '/') > 1 ? "A SWID namespace has at most two segments." : null;
}
