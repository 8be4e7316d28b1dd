using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Aftercare.Vulnerabilities;

/// <summary>A weakness of the CWE list in its one spelling: <c>CWE-79</c>, one to six digits, no leading zero (CSAF 2.0 §3.2.3.3).</summary>
public sealed record CweId : IParsable<CweId>
{
    private CweId(int number) => Number = number;

    public int Number { get; }

    /// <exception cref="FormatException">The text is not a CWE identifier in its one spelling.</exception>
    public static CweId Parse(string s) =>
        TryParse(s, out var id) ? id : throw new FormatException("A CWE identifier is spelt like CWE-79.");

    public static bool TryParse([NotNullWhen(true)] string? s, [MaybeNullWhen(false)] out CweId result)
    {
        result = s?.Split('-') is ["CWE", { Length: <= 6 } and [>= '1' and <= '9', ..] and var n]
            && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new CweId(number)
            : null;
        return result is not null;
    }

    static CweId IParsable<CweId>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<CweId>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out CweId result) => TryParse(s, out result);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"CWE-{Number}");
}
