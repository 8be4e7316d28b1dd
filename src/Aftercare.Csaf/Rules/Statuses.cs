using Aftercare.Vulnerabilities;

namespace Aftercare.Csaf.Rules;

/// <summary>The members of <c>product_status</c>.</summary>
internal static class Statuses
{
    /// <summary>In groups that exclude each other (§6.1.6). Recommended goes with any.</summary>
    internal static readonly string[][] Contradicting =
    [
        .. Enum.GetValues<ProductStatus>().Where(s => s.Meaning is not null).GroupBy(s => s.Meaning, s => s.Word).Select(group => group.ToArray()),
    ];

    internal static readonly string[] All = [.. Enum.GetValues<ProductStatus>().Select(s => s.Word)];
}
