using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

/// <summary>
/// Why a product is not affected: the five words that CSAF and OpenVEX share, and the nine of CycloneDX. They do not map one to one, so an
/// assessment keeps the one that was meant, and the other format's word is derived when it is written.
/// </summary>
public enum Justification
{
    ComponentNotPresent,
    VulnerableCodeNotPresent,
    VulnerableCodeNotInExecutePath,
    VulnerableCodeCannotBeControlledByAdversary,
    InlineMitigationsAlreadyExist,

    CodeNotPresent,
    CodeNotReachable,
    RequiresConfiguration,
    RequiresDependency,
    RequiresEnvironment,
    ProtectedByCompiler,
    ProtectedAtRuntime,
    ProtectedAtPerimeter,
    ProtectedByMitigatingControl,
}

public static class JustificationWords
{
    // A derived word never claims more than the one that was meant. Conditions that are not met here, and protection from outside, leave
    // the code present, reachable and unmitigated in the product: what remains to be said is that no attacker gets at it.
    private static readonly ImmutableArray<(Justification CycloneDx, Justification Csaf)> FromCycloneDx =
    [
        (Justification.CodeNotPresent, Justification.VulnerableCodeNotPresent),
        (Justification.CodeNotReachable, Justification.VulnerableCodeNotInExecutePath),
        (Justification.RequiresConfiguration, Justification.VulnerableCodeCannotBeControlledByAdversary),
        (Justification.RequiresDependency, Justification.VulnerableCodeCannotBeControlledByAdversary),
        (Justification.RequiresEnvironment, Justification.VulnerableCodeCannotBeControlledByAdversary),
        (Justification.ProtectedByCompiler, Justification.InlineMitigationsAlreadyExist),
        (Justification.ProtectedAtRuntime, Justification.InlineMitigationsAlreadyExist),
        (Justification.ProtectedAtPerimeter, Justification.VulnerableCodeCannotBeControlledByAdversary),
        (Justification.ProtectedByMitigatingControl, Justification.InlineMitigationsAlreadyExist),
    ];

    private static readonly ImmutableArray<(Justification Csaf, Justification? CycloneDx)> FromCsaf =
    [
        (Justification.ComponentNotPresent, Justification.CodeNotPresent),
        (Justification.VulnerableCodeNotPresent, Justification.CodeNotPresent),
        (Justification.VulnerableCodeNotInExecutePath, Justification.CodeNotReachable),
        (Justification.VulnerableCodeCannotBeControlledByAdversary, null),
        (Justification.InlineMitigationsAlreadyExist, Justification.ProtectedByMitigatingControl),
    ];

    extension(Justification justification)
    {
        /// <summary>As its own format spells it: <c>component_not_present</c>, <c>protected_by_compiler</c>.</summary>
        public string Word => Words<Justification>.Of(justification);

        /// <summary>Whether it is one of the five of CSAF 2.0 flags and OpenVEX; the others are CycloneDX's.</summary>
        public bool IsCsaf => FromCsaf.Any(pair => pair.Csaf == justification);

        /// <summary>Itself, or the one of the five that claims no more.</summary>
        public Justification InCsaf =>
            justification.IsCsaf ? justification : FromCycloneDx.First(pair => pair.CycloneDx == justification).Csaf;

        /// <summary>
        /// Itself, or the one of CycloneDX's nine that claims no more; null when there is none, and the reason belongs in the analysis detail
        /// (CycloneDX demands no justification).
        /// </summary>
        public Justification? InCycloneDx =>
            justification.IsCsaf ? FromCsaf.First(pair => pair.Csaf == justification).CycloneDx : justification;

        /// <summary>Null when no format has such a word.</summary>
        public static Justification? FromWord(string? word) => Words<Justification>.Read(word);
    }
}
