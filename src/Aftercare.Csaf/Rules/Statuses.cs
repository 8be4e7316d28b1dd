namespace Aftercare.Csaf.Rules;

/// <summary>The members of <c>product_status</c>, in the groups that exclude each other (§6.1.6). Recommended goes with any.</summary>
internal static class Statuses
{
    internal static readonly string[][] Contradicting =
    [
        ["first_affected", "known_affected", "last_affected"],
        ["known_not_affected"],
        ["first_fixed", "fixed"],
        ["under_investigation"],
    ];

    internal static readonly string[] All = [.. Contradicting.SelectMany(group => group), "recommended"];
}
