using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

/// <summary>The metrics of CVSS 2.0 (§2.1 to §2.3) in the order of the vector (§2.4), with the weights of §3.2.</summary>
internal static class Metrics2
{
    private static readonly CvssValue Open = new("ND", "Not Defined", "Leave it out: the score is as if nobody had asked.", 1);

    private static readonly ImmutableArray<CvssValue> Impact =
    [
        new("C", "Complete", "All of it is lost.", 0.660m),
        new("P", "Partial", "Some of it is lost, and the attacker does not choose which.", 0.275m),
        new("N", "None", "Nothing is lost.", 0),
    ];

    private static readonly ImmutableArray<CvssValue> Requirement =
    [
        Open,
        new("H", "High", "Its loss is likely to be catastrophic here.", 1.51m),
        new("M", "Medium", "Its loss is likely to be serious here.", 1),
        new("L", "Low", "Its loss is likely to do little harm here.", 0.5m),
    ];

    internal static ImmutableArray<CvssMetric> All { get; } =
    [
        new("AV", "Access Vector", CvssGroup.Base,
        [
            new("N", "Network", "From anywhere that packets come from.", 1),
            new("A", "Adjacent Network", "From the same network segment or radio range.", 0.646m),
            new("L", "Local", "At the device or with an account on it.", 0.395m),
        ]),
        new("AC", "Access Complexity", CvssGroup.Base,
        [
            new("L", "Low", "It works on an ordinary set-up, always.", 0.71m),
            new("M", "Medium", "It needs some special conditions.", 0.61m),
            new("H", "High", "It needs conditions that are rare.", 0.35m),
        ]),
        new("Au", "Authentication", CvssGroup.Base,
        [
            new("N", "None", "The attacker need not log in.", 0.704m),
            new("S", "Single", "The attacker must log in once.", 0.56m),
            new("M", "Multiple", "The attacker must log in twice or more.", 0.45m),
        ]),
        new("C", "Confidentiality Impact", CvssGroup.Base, Impact),
        new("I", "Integrity Impact", CvssGroup.Base, Impact),
        new("A", "Availability Impact", CvssGroup.Base, Impact),
        new("E", "Exploitability", CvssGroup.Temporal,
        [
            Open,
            new("H", "High", "An exploit works everywhere, or none is needed.", 1),
            new("F", "Functional", "An exploit works in most places.", 0.95m),
            new("POC", "Proof-of-Concept", "Somebody showed it; it takes skill to use.", 0.9m),
            new("U", "Unproven", "No exploit is known.", 0.85m),
        ]),
        new("RL", "Remediation Level", CvssGroup.Temporal,
        [
            Open,
            new("U", "Unavailable", "There is no remedy.", 1),
            new("W", "Workaround", "There is a remedy that is not the supplier's.", 0.95m),
            new("TF", "Temporary Fix", "The supplier has a stopgap.", 0.90m),
            new("OF", "Official Fix", "The supplier has a fix.", 0.87m),
        ]),
        new("RC", "Report Confidence", CvssGroup.Temporal,
        [
            Open,
            new("C", "Confirmed", "The supplier or a working exploit confirms it.", 1),
            new("UR", "Uncorroborated", "Several sources say so, not quite alike.", 0.95m),
            new("UC", "Unconfirmed", "One source says so.", 0.90m),
        ]),
        new("CDP", "Collateral Damage Potential", CvssGroup.Environmental,
        [
            Open with { Weight = 0 },
            new("H", "High", "Lives or livelihoods can be lost on a large scale.", 0.5m),
            new("MH", "Medium-High", "Significant harm or loss can follow.", 0.4m),
            new("LM", "Low-Medium", "Moderate harm or loss can follow.", 0.3m),
            new("L", "Low", "Slight harm or loss can follow.", 0.1m),
            new("N", "None", "No harm beyond the system itself.", 0),
        ]),
        new("TD", "Target Distribution", CvssGroup.Environmental,
        [
            Open,
            new("H", "High", "76 % to 100 % of the systems here are affected.", 1),
            new("M", "Medium", "26 % to 75 % of the systems here are affected.", 0.75m),
            new("L", "Low", "1 % to 25 % of the systems here are affected.", 0.25m),
            new("N", "None", "None is, or only in a laboratory.", 0),
        ]),
        new("CR", "Confidentiality Requirement", CvssGroup.Environmental, Requirement),
        new("IR", "Integrity Requirement", CvssGroup.Environmental, Requirement),
        new("AR", "Availability Requirement", CvssGroup.Environmental, Requirement),
    ];
}
