namespace Aftercare.Ledger;

/// <summary>Texts of others, cut to what a record holds.</summary>
public static class Shortening
{
    /// <summary>The first characters of a text; one fewer where the cut would leave half of a surrogate pair, which no entry can hold (RFC 8785 §3.2.2.2).</summary>
    /// <param name="most">In UTF-16 code units, as <see cref="string.Length"/> counts.</param>
    public static string CutTo(this string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
