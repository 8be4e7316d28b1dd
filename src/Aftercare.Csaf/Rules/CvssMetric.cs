using System.Collections.Immutable;

namespace Aftercare.Csaf.Rules;

/// <summary>One metric: its key in the vector, its member in FIRST's JSON form, and the word there for each value in the vector.</summary>
internal sealed record CvssMetric(string Key, string Member, params ImmutableArray<(string Value, string Word)> Values)
{
    internal static ImmutableArray<CvssMetric> V3 { get; } =
    [
        new("AV", "attackVector", ("N", "NETWORK"), ("A", "ADJACENT_NETWORK"), ("L", "LOCAL"), ("P", "PHYSICAL")),
        new("AC", "attackComplexity", ("H", "HIGH"), ("L", "LOW")),
        new("PR", "privilegesRequired", ("H", "HIGH"), ("L", "LOW"), ("N", "NONE")),
        new("UI", "userInteraction", ("N", "NONE"), ("R", "REQUIRED")),
        new("S", "scope", ("U", "UNCHANGED"), ("C", "CHANGED")),
        new("C", "confidentialityImpact", ("N", "NONE"), ("L", "LOW"), ("H", "HIGH")),
        new("I", "integrityImpact", ("N", "NONE"), ("L", "LOW"), ("H", "HIGH")),
        new("A", "availabilityImpact", ("N", "NONE"), ("L", "LOW"), ("H", "HIGH")),
        new("E", "exploitCodeMaturity", ("U", "UNPROVEN"), ("P", "PROOF_OF_CONCEPT"), ("F", "FUNCTIONAL"), ("H", "HIGH"), ("X", "NOT_DEFINED")),
        new("RL", "remediationLevel", ("O", "OFFICIAL_FIX"), ("T", "TEMPORARY_FIX"), ("W", "WORKAROUND"), ("U", "UNAVAILABLE"), ("X", "NOT_DEFINED")),
        new("RC", "reportConfidence", ("U", "UNKNOWN"), ("R", "REASONABLE"), ("C", "CONFIRMED"), ("X", "NOT_DEFINED")),
        new("CR", "confidentialityRequirement", ("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("X", "NOT_DEFINED")),
        new("IR", "integrityRequirement", ("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("X", "NOT_DEFINED")),
        new("AR", "availabilityRequirement", ("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("X", "NOT_DEFINED")),
        new("MAV", "modifiedAttackVector", ("N", "NETWORK"), ("A", "ADJACENT_NETWORK"), ("L", "LOCAL"), ("P", "PHYSICAL"), ("X", "NOT_DEFINED")),
        new("MAC", "modifiedAttackComplexity", ("H", "HIGH"), ("L", "LOW"), ("X", "NOT_DEFINED")),
        new("MPR", "modifiedPrivilegesRequired", ("H", "HIGH"), ("L", "LOW"), ("N", "NONE"), ("X", "NOT_DEFINED")),
        new("MUI", "modifiedUserInteraction", ("N", "NONE"), ("R", "REQUIRED"), ("X", "NOT_DEFINED")),
        new("MS", "modifiedScope", ("U", "UNCHANGED"), ("C", "CHANGED"), ("X", "NOT_DEFINED")),
        new("MC", "modifiedConfidentialityImpact", ("N", "NONE"), ("L", "LOW"), ("H", "HIGH"), ("X", "NOT_DEFINED")),
        new("MI", "modifiedIntegrityImpact", ("N", "NONE"), ("L", "LOW"), ("H", "HIGH"), ("X", "NOT_DEFINED")),
        new("MA", "modifiedAvailabilityImpact", ("N", "NONE"), ("L", "LOW"), ("H", "HIGH"), ("X", "NOT_DEFINED")),
    ];

    internal static ImmutableArray<CvssMetric> V2 { get; } =
    [
        new("AV", "accessVector", ("N", "NETWORK"), ("A", "ADJACENT_NETWORK"), ("L", "LOCAL")),
        new("AC", "accessComplexity", ("H", "HIGH"), ("M", "MEDIUM"), ("L", "LOW")),
        new("Au", "authentication", ("M", "MULTIPLE"), ("S", "SINGLE"), ("N", "NONE")),
        new("C", "confidentialityImpact", ("N", "NONE"), ("P", "PARTIAL"), ("C", "COMPLETE")),
        new("I", "integrityImpact", ("N", "NONE"), ("P", "PARTIAL"), ("C", "COMPLETE")),
        new("A", "availabilityImpact", ("N", "NONE"), ("P", "PARTIAL"), ("C", "COMPLETE")),
        new("E", "exploitability", ("U", "UNPROVEN"), ("POC", "PROOF_OF_CONCEPT"), ("F", "FUNCTIONAL"), ("H", "HIGH"), ("ND", "NOT_DEFINED")),
        new("RL", "remediationLevel",
            ("OF", "OFFICIAL_FIX"), ("TF", "TEMPORARY_FIX"), ("W", "WORKAROUND"), ("U", "UNAVAILABLE"), ("ND", "NOT_DEFINED")),
        new("RC", "reportConfidence", ("UC", "UNCONFIRMED"), ("UR", "UNCORROBORATED"), ("C", "CONFIRMED"), ("ND", "NOT_DEFINED")),
        new("CDP", "collateralDamagePotential",
            ("N", "NONE"), ("L", "LOW"), ("LM", "LOW_MEDIUM"), ("MH", "MEDIUM_HIGH"), ("H", "HIGH"), ("ND", "NOT_DEFINED")),
        new("TD", "targetDistribution", ("N", "NONE"), ("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("ND", "NOT_DEFINED")),
        new("CR", "confidentialityRequirement", ("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("ND", "NOT_DEFINED")),
        new("IR", "integrityRequirement", ("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("ND", "NOT_DEFINED")),
        new("AR", "availabilityRequirement", ("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("ND", "NOT_DEFINED")),
    ];
}
