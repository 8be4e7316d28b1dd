using Aftercare.Ledger;

namespace Aftercare.Products;

/// <summary>ISO 3166-1 alpha-2, upper case.</summary>
internal static class CountryCode
{
    /// <summary>What is wrong with it, or null.</summary>
    public static Refusal? Fault(string country) =>
        country.Length == 2 && country.All(char.IsAsciiLetterUpper) ? null : Refusal.Malformed("country", "Two upper-case letters, e.g. DE.");
}
