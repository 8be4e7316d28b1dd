using System.Text.RegularExpressions;

namespace Aftercare.Csaf.Rules;

/// <summary>Tests about the document's category and languages.</summary>
internal static partial class DocumentTests
{
    private static readonly string[] SimilarToProfiles =
        [.. ProfileTests.All.Select(profile => Squeezed(profile["csaf_".Length..])).Where(name => name != "base")];

    internal static IEnumerable<Finding> UnknownLanguage(Node root) =>
        from language in root.All("document/lang").Concat(root.All("document/source_lang"))
        where language.Text is not null && !LanguageTags.IsKnown(language.Text)
        select new Finding(language, "is not a language tag of the IANA registry");

    internal static IEnumerable<Finding> TranslatorWithoutSource(Node root) =>
        root.Texts("document/publisher/category").Contains("translator") && !root.All("document/source_lang").Any()
            ? [new Finding("/document", "a translation names the language of its original (source_lang)")]
            : [];

    internal static IEnumerable<Finding> TranslatedIntoItsOwnLanguage(Node root) =>
        from language in root.All("document/lang")
        where language.Text is { } text && root.Texts("document/source_lang").Contains(text, StringComparer.OrdinalIgnoreCase)
        select new Finding(language, "is also the language of the original");

    internal static IEnumerable<Finding> ProhibitedCategory(Node root) =>
        from category in root.All("document/category")
        where category.Text is { } text && !ProfileTests.All.Contains(text) && IsNearProfile(text)
        select new Finding(category, "is too near to the name of a profile, or uses the reserved prefix csaf_");

    private static bool IsNearProfile(string category) =>
        category.StartsWith("csaf_", StringComparison.OrdinalIgnoreCase)
        || SimilarToProfiles.Contains(Squeezed(category))
        || (Squeezed(category) is var name && name.StartsWith("csaf", StringComparison.Ordinal) && SimilarToProfiles.Contains(name["csaf".Length..]));

    /// <summary>Without blanks, dashes and underscores, in lower case (§6.1.26).</summary>
    private static string Squeezed(string name) => Separators().Replace(name, "").ToLowerInvariant();

    [GeneratedRegex(@"[\s_\p{Pd}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();
}
