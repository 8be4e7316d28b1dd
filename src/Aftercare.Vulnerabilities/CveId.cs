using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Aftercare.Vulnerabilities;

/// <summary>
/// A CVE identifier in its one spelling: <c>CVE-2021-44228</c>, upper case, the number with at least four digits and padded with zeros
/// no further (CVE record format 5: four to nineteen digits).
/// </summary>
public sealed record CveId : IParsable<CveId>
{
    private CveId(int year, ulong number) => (Year, Number) = (year, number);

    public int Year { get; }

    public ulong Number { get; }

    /// <exception cref="FormatException">The text is not a CVE identifier in its one spelling.</exception>
    public static CveId Parse(string s) =>
        TryParse(s, out var id) ? id : throw new FormatException("A CVE identifier is spelt like CVE-2021-44228.");

    public static bool TryParse([NotNullWhen(true)] string? s, [MaybeNullWhen(false)] out CveId result)
    {
        result = s?.Split('-') is ["CVE", { Length: 4 } y, { Length: >= 4 and <= 19 } n]
            && int.TryParse(y, NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && ulong.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && (n.Length == 4 || n[0] != '0')
            ? new CveId(year, number)
            : null;
        return result is not null;
    }

    static CveId IParsable<CveId>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<CveId>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out CveId result) => TryParse(s, out result);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"CVE-{Year:D4}-{Number:D4}");
}
