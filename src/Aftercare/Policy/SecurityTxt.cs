using System.Text;
using Aftercare.Ledger;

namespace Aftercare.Policy;

/// <summary>The machine-readable signpost of RFC 9116, with the field that leads to our advisories (CSAF 2.0 §7.1.8).</summary>
public static class SecurityTxt
{
    /// <param name="site">Public address without a slash at the end.</param>
    /// <param name="email">Published security address.</param>
    /// <param name="languages">Tags of the languages that we read.</param>
    public static string Write(string site, string email, Instant expires, params ReadOnlySpan<string> languages) => new StringBuilder()
        .Append(Line("Contact", $"{site}/report"))
        .Append(Line("Contact", $"mailto:{email}"))
        .Append(Line("Expires", expires.ToString()))
        .Append(Line("Preferred-Languages", string.Join(", ", languages)))
        .Append(Line("Canonical", $"{site}/.well-known/security.txt"))
        .Append(Line("Policy", $"{site}/security"))
        .Append(Line("CSAF", $"{site}/.well-known/csaf/provider-metadata.json"))
        .ToString();

    // A line end inside a value would be a field of its own.
    private static string Line(string name, string value) => $"{name}: {value.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal)}\n";
}
