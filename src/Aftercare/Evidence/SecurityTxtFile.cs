using System.Collections.Immutable;
using System.Globalization;

namespace Aftercare.Evidence;

/// <summary>A security.txt as an outsider gets it (RFC 9116): which fields it has, in their order.</summary>
public sealed record SecurityTxtFile(ImmutableArray<(string Name, string Value)> Fields, bool IsSigned)
{
    /// <value>32 KiB, as RFC 9116 §5.4 advises.</value>
    public const int MaxLength = 32 * 1024;

    private const string SignedMark = "-----BEGIN PGP SIGNED MESSAGE-----";
    private const string SignatureMark = "-----BEGIN PGP SIGNATURE-----";

    /// <summary>Null for a text with a line that is neither field nor comment, or one that is too long.</summary>
    public static SecurityTxtFile? Read(string text)
    {
        if (text.Length > MaxLength)
            return null;
        var isSigned = text.StartsWith(SignedMark, StringComparison.Ordinal);
        var fields = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var line in Lines(text, isSigned))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line[..colon].Contains(' ', StringComparison.Ordinal))
                return null;
            fields.Add((line[..colon], line[(colon + 1)..].Trim()));
        }
        return new SecurityTxtFile(fields.ToImmutable(), isSigned);
    }

    /// <summary>Every value of a field; names do not mind their case.</summary>
    public ImmutableArray<string> this[string name] =>
        [.. Fields.Where(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    /// <summary>When it ends; null unless it says so exactly once, as RFC 3339.</summary>
    public DateTimeOffset? Expires => this["Expires"] is [var only]
        && DateTimeOffset.TryParseExact(only, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : null;

    // Of a signed one only what the signature covers: between the armour's headers and the signature.
    private static IEnumerable<string> Lines(string text, bool isSigned)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd());
        return isSigned ? lines.SkipWhile(line => line.Length > 0).TakeWhile(line => line != SignatureMark) : lines;
    }
}
