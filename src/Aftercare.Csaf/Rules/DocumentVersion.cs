using System.Globalization;
using System.Numerics;

namespace Aftercare.Csaf.Rules;

/// <summary>
/// A version of a document as CSAF 2.0 §3.1.11 has it: a whole number or a semantic version (SemVer 2.0), of at most 256 characters.
/// Build metadata takes no part in comparing.
/// </summary>
internal sealed class DocumentVersion : IComparable<DocumentVersion>
{
    private const int MaxLength = 256;

    private readonly BigInteger[] _numbers;
    private readonly string[] _prerelease;

    private DocumentVersion(BigInteger[] numbers, string[] prerelease) => (_numbers, _prerelease) = (numbers, prerelease);

    internal bool IsInteger => _numbers.Length == 1;

    internal BigInteger Major => _numbers[0];

    /// <summary>0 or 0.y.z: not released yet.</summary>
    internal bool IsInitial => Major.IsZero;

    internal bool IsPrerelease => _prerelease.Length > 0;

    internal DocumentVersion WithoutPrerelease => new(_numbers, []);

    internal static DocumentVersion? Parse(string? text)
    {
        if (text is null or { Length: > MaxLength } || Patterns.Version().Match(text) is not { Success: true } match)
            return null;

        string[] names = match.Groups["minor"].Success ? ["major", "minor", "patch"] : ["major"];
        var numbers = names.Select(name => Number(match.Groups[name].Value));
        return new DocumentVersion([.. numbers], match.Groups["pre"] is { Success: true } pre ? pre.Value.Split('.') : []);
    }

    public int CompareTo(DocumentVersion? other)
    {
        if (other is null)
            return 1;

        for (var i = 0; i < 3; i++)
        {
            if (_numbers.ElementAtOrDefault(i).CompareTo(other._numbers.ElementAtOrDefault(i)) is var order and not 0)
                return order;
        }

        return ComparePrereleases(_prerelease, other._prerelease);
    }

    private static int ComparePrereleases(string[] ours, string[] theirs)
    {
        if (ours.Length == 0 || theirs.Length == 0)
            return theirs.Length.CompareTo(ours.Length);

        return ours.Zip(theirs, CompareIdentifiers).FirstOrDefault(order => order != 0) is var first and not 0
            ? first
            : ours.Length.CompareTo(theirs.Length);
    }

    private static int CompareIdentifiers(string a, string b) => (IsNumber(a), IsNumber(b)) switch
    {
        (true, true) => Number(a).CompareTo(Number(b)),
        (true, false) => -1,
        (false, true) => 1,
        _ => string.CompareOrdinal(a, b),
    };

    private static bool IsNumber(string text) => text.All(char.IsAsciiDigit);

    private static BigInteger Number(string digits) => BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
