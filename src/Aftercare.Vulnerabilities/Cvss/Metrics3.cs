using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

/// <summary>
/// The metrics of CVSS v3.1 in the order of its vector (§6, table 15), with the weights of §7.4; 3.0 has the same. What Privileges Required
/// weighs when the scope changes is in <see cref="Score3"/>.
/// </summary>
internal static class Metrics3
{
    private static readonly CvssValue Open = new("X", "Not Defined", "Leave it out: the score is as if nobody had asked.", 1);

    private static readonly ImmutableArray<CvssMetric> Base =
    [
        new("AV", "Attack Vector", CvssGroup.Base,
        [
            new("N", "Network", "From anywhere on the network, the internet included.", 0.85m),
            new("A", "Adjacent", "Only from the same network segment or radio range.", 0.62m),
            new("L", "Local", "Only on the device, or by making its user open something.", 0.55m),
            new("P", "Physical", "Only with hands on the device.", 0.2m),
        ]),
        new("AC", "Attack Complexity", CvssGroup.Base,
        [
            new("L", "Low", "It works whenever it is tried.", 0.77m),
            new("H", "High", "It depends on conditions that the attacker must first bring about.", 0.44m),
        ]),
        new("PR", "Privileges Required", CvssGroup.Base,
        [
            new("N", "None", "The attacker needs no account.", 0.85m),
            new("L", "Low", "The attacker needs an ordinary user's rights.", 0.62m),
            new("H", "High", "The attacker needs an administrator's rights.", 0.27m),
        ]),
        new("UI", "User Interaction", CvssGroup.Base,
        [
            new("N", "None", "Nobody but the attacker need do anything.", 0.85m),
            new("R", "Required", "Somebody must do something, such as open a file.", 0.62m),
        ]),
        new("S", "Scope", CvssGroup.Base,
        [
            new("C", "Changed", "It reaches what another security authority protects.", 0),
            new("U", "Unchanged", "It reaches only what the same security authority protects.", 0),
        ]),
        new("C", "Confidentiality", CvssGroup.Base, Impact),
        new("I", "Integrity", CvssGroup.Base, Impact),
        new("A", "Availability", CvssGroup.Base, Impact),
    ];

    internal static ImmutableArray<CvssMetric> All { get; } =
    [
        .. Base,
        new("E", "Exploit Code Maturity", CvssGroup.Temporal,
        [
            Open,
            new("H", "High", "An exploit works everywhere, or none is needed.", 1),
            new("F", "Functional", "An exploit works in most places.", 0.97m),
            new("P", "Proof-of-Concept", "Somebody showed it; it takes skill to use.", 0.94m),
            new("U", "Unproven", "No exploit is known.", 0.91m),
        ]),
        new("RL", "Remediation Level", CvssGroup.Temporal,
        [
            Open,
            new("U", "Unavailable", "There is no remedy.", 1),
            new("W", "Workaround", "There is a remedy that is not the supplier's.", 0.97m),
            new("T", "Temporary Fix", "The supplier has a stopgap.", 0.96m),
            new("O", "Official Fix", "The supplier has a fix.", 0.95m),
        ]),
        new("RC", "Report Confidence", CvssGroup.Temporal,
        [
            Open,
            new("C", "Confirmed", "It can be reproduced, or the supplier confirms it.", 1),
            new("R", "Reasonable", "Details are published, the cause is not certain.", 0.96m),
            new("U", "Unknown", "Reports differ, or the cause is unknown.", 0.92m),
        ]),
        new("CR", "Confidentiality Requirement", CvssGroup.Environmental, Requirement),
        new("IR", "Integrity Requirement", CvssGroup.Environmental, Requirement),
        new("AR", "Availability Requirement", CvssGroup.Environmental, Requirement),
        .. Base.Select(Modified),
    ];

    private static ImmutableArray<CvssValue> Impact =>
    [
        new("H", "High", "All of it is lost, or what is lost is grave.", 0.56m),
        new("L", "Low", "Some of it is lost, without grave consequence.", 0.22m),
        new("N", "None", "Nothing is lost.", 0),
    ];

    private static ImmutableArray<CvssValue> Requirement =>
    [
        Open,
        new("H", "High", "Its loss is likely to be catastrophic here.", 1.5m),
        new("M", "Medium", "Its loss is likely to be serious here.", 1),
        new("L", "Low", "Its loss is likely to do little harm here.", 0.5m),
    ];

    private static CvssMetric Modified(CvssMetric metric) => new("M" + metric.Code, "Modified " + metric.Name, CvssGroup.Environmental,
        [Open with { Hint = "As the base metric says." }, .. metric.Values]);
}
