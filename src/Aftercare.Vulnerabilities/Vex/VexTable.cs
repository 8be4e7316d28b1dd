using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

public enum VexDemand
{
    Nothing,

    /// <summary>What to do: a CSAF remediation (profile test 6.1.27.10), an OpenVEX action statement, a CycloneDX response.</summary>
    Action,

    /// <summary>Why not: a <see cref="Justification"/>, or where there is none an impact statement in words (CSAF 6.1.27.9).</summary>
    Justification,
}

/// <summary>One status in all formats. Of several words the first is what we write; the others mean the same when we read them.</summary>
/// <param name="OnlyAs">The justification that must be given where the format has no word of its own for the status.</param>
public sealed record VexRow(
    VexStatus Status, ImmutableArray<ProductStatus> Csaf, OpenVexStatus OpenVex, ImmutableArray<CycloneDxState> CycloneDx,
    VexDemand Demands, Justification? OnlyAs = null);

/// <summary>
/// The one table between our statuses and those of CSAF 2.0, OpenVEX and CycloneDX. Where two rows share a word, the earlier row is what
/// the word means: a known_not_affected does not tell us that it was a false match.
/// </summary>
public static class VexTable
{
    public static ImmutableArray<VexRow> Rows { get; } =
    [
        new(VexStatus.UnderInvestigation, [ProductStatus.UnderInvestigation], OpenVexStatus.UnderInvestigation, [CycloneDxState.InTriage],
            VexDemand.Nothing),
        new(VexStatus.Affected, [ProductStatus.KnownAffected, ProductStatus.FirstAffected, ProductStatus.LastAffected], OpenVexStatus.Affected,
            [CycloneDxState.Exploitable], VexDemand.Action),
        new(VexStatus.NotAffected, [ProductStatus.KnownNotAffected], OpenVexStatus.NotAffected, [CycloneDxState.NotAffected],
            VexDemand.Justification),
        new(VexStatus.FalseMatch, [ProductStatus.KnownNotAffected], OpenVexStatus.NotAffected, [CycloneDxState.FalsePositive],
            VexDemand.Justification, OnlyAs: Justification.ComponentNotPresent),
        new(VexStatus.Fixed, [ProductStatus.Fixed, ProductStatus.FirstFixed], OpenVexStatus.Fixed,
            [CycloneDxState.Resolved, CycloneDxState.ResolvedWithPedigree], VexDemand.Nothing),
    ];

    internal static VexRow RowOf(VexStatus status) => Rows.First(row => row.Status == status);

    internal static VexStatus? MeaningOf(ProductStatus status) => Rows.FirstOrDefault(row => row.Csaf.Contains(status))?.Status;

    internal static VexStatus MeaningOf(OpenVexStatus status) => Rows.First(row => row.OpenVex == status).Status;

    internal static VexStatus MeaningOf(CycloneDxState state) => Rows.First(row => row.CycloneDx.Contains(state)).Status;
}
