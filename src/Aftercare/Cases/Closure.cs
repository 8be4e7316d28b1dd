using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Reports;

namespace Aftercare.Cases;

/// <summary>How a case ended.</summary>
/// <param name="Rationale">Why this reason, in words.</param>
/// <param name="Original">Of a duplicate: the case it repeats.</param>
/// <param name="Release">Of an earlier fix: the release that has it.</param>
/// <param name="Expires">Of an accepted risk: until when.</param>
/// <param name="Reference">Problem report, recipient or statement, where the reason needs one.</param>
public sealed record Closure(ClosureReason Reason, string Rationale, Guid? Original, Guid? Release, Stated? Expires, string? Reference)
{
    private static readonly ImmutableHashSet<ClosureReason> ForRealFlaws =
    [
        ClosureReason.FixedAndPublished, ClosureReason.FixedByEarlierRelease, ClosureReason.Mitigated, ClosureReason.RiskAccepted,
        ClosureReason.UnsupportedProduct, ClosureReason.NotAffected,
    ];

    /// <summary>Whether the flaw is real, so that users are owed an answer for each release.</summary>
    public static bool IsReal(ClosureReason reason) => ForRealFlaws.Contains(reason);

    /// <summary>The particulars that the reason needs and lacks.</summary>
    internal ImmutableArray<Fault> Missing(Instant now) => Reason switch
    {
        ClosureReason.Duplicate when Original is null => [new("original", "Name the case that this one repeats.")],
        ClosureReason.FixedByEarlierRelease when Release is null => [new("release", "Choose the release that has the fix.")],
        ClosureReason.RiskAccepted when Expires is null || Expires.Earliest <= now => [new("expires", "Say until when the risk is accepted: a day that lies ahead.")],
        ClosureReason.NotAVulnerability when Reference is null => [new("reference", "Name the problem report that it became.")],
        ClosureReason.OutOfScope when Reference is null => [new("reference", "Name to whom it was forwarded.")],
        ClosureReason.UnsupportedProduct when Reference is null => [new("reference", "Name the statement that was given.")],
        _ => [],
    };
}
