using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Aftercare.Ledger;

namespace Aftercare.Audits;

/// <summary>Something that an auditor opened in the audit room.</summary>
/// <param name="Number">From 1 within the audit, without a gap.</param>
/// <param name="AsOf">The log size that he looked back to; null: now.</param>
/// <param name="Address">Path and query within this server.</param>
public sealed record Opening(int Number, Instant At, long? AsOf, string Address)
{
    /// <value>20,000 in one audit; then the room opens nothing more.</value>
    public const int Most = 20_000;

    /// <value>500 characters; what is longer is cut.</value>
    public const int MaxAddress = 500;

    /// <summary>Lowercase hex SHA-256 over one line each, in order: number, instant in milliseconds, log size or <c>-</c>, address; with blanks between and a line feed behind.</summary>
    public static string DigestOf(IEnumerable<Opening> openings) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(openings.OrderBy(one => one.Number).Select(one => one.Line)))));

    private string Line => string.Create(CultureInfo.InvariantCulture, $"{Number} {At.Ms} {AsOf?.ToString(CultureInfo.InvariantCulture) ?? "-"} {Address}\n");
}
