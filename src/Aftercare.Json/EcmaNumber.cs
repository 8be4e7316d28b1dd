using System.Globalization;

namespace Aftercare.Json;

/// <summary>Spells a double as ECMAScript does (ECMA-262, Number::toString; RFC 8785 §3.2.2.3).</summary>
internal static class EcmaNumber
{
    internal static string Format(double value)
    {
        if (value == 0)
            return "0";

        var (digits, point) = ShortestDigits(Math.Abs(value));
        return (value < 0 ? "-" : "") + Layout(digits, point);
    }

    /// <summary>The fewest digits that read back as the same double, and where the point stands: 0.digits × 10^point.</summary>
    private static (string Digits, int Point) ShortestDigits(double value)
    {
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var (mantissa, exponent) = shortest.Split('E') is [var m, var e] ? (m, int.Parse(e, CultureInfo.InvariantCulture)) : (shortest, 0);
        var whole = mantissa.Split('.')[0];
        var fraction = mantissa[whole.Length..].TrimStart('.');

        var all = whole + fraction;
        var significant = all.TrimStart('0');
        return (significant.TrimEnd('0'), whole.Length + exponent - (all.Length - significant.Length));
    }

    private static string Layout(string digits, int point) => point switch
    {
        > 0 and <= 21 when digits.Length <= point => digits.PadRight(point, '0'),
        > 0 and <= 21 => $"{digits[..point]}.{digits[point..]}",
        > -6 and <= 0 => $"0.{new string('0', -point)}{digits}",
        _ => Scientific(digits, point - 1),
    };

    private static string Scientific(string digits, int exponent)
    {
        var mantissa = digits.Length == 1 ? digits : $"{digits[..1]}.{digits[1..]}";
        var sign = exponent < 0 ? '-' : '+';
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{sign}{Math.Abs(exponent)}");
    }
}
