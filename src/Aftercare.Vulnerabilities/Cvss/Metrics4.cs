using System.Collections.Immutable;

namespace Aftercare.Vulnerabilities;

/// <summary>
/// The metrics of CVSS 4.0 (§2 to §5) in the order of its vector (§7, table 23). A weight is the steps below the worst value: 0 to 3.
/// </summary>
internal static class Metrics4
{
    private static readonly CvssValue Open = new("X", "Not Defined", "Leave it out: the worst is assumed.", 0);

    private static readonly ImmutableArray<CvssMetric> Base =
    [
        new("AV", "Attack Vector", CvssGroup.Base,
        [
            new("N", "Network", "From anywhere on the network, the internet included.", 0),
            new("A", "Adjacent", "Only from the same network segment or radio range.", 1),
            new("L", "Local", "Only on the device, or by making its user open something.", 2),
            new("P", "Physical", "Only with hands on the device.", 3),
        ]),
        new("AC", "Attack Complexity", CvssGroup.Base,
        [
            new("L", "Low", "No protection need be got round.", 0),
            new("H", "High", "The attacker must get round a protection that is in place.", 1),
        ]),
        new("AT", "Attack Requirements", CvssGroup.Base,
        [
            new("N", "None", "It works on every set-up.", 0),
            new("P", "Present", "It depends on how the system is set up or on winning a race.", 1),
        ]),
        new("PR", "Privileges Required", CvssGroup.Base,
        [
            new("N", "None", "The attacker needs no account.", 0),
            new("L", "Low", "The attacker needs an ordinary user's rights.", 1),
            new("H", "High", "The attacker needs an administrator's rights.", 2),
        ]),
        new("UI", "User Interaction", CvssGroup.Base,
        [
            new("N", "None", "Nobody but the attacker need do anything.", 0),
            new("P", "Passive", "Somebody must use the system in the ordinary way.", 1),
            new("A", "Active", "Somebody must do a particular thing, such as dismiss a warning.", 2),
        ]),
        new("VC", "Vulnerable System Confidentiality", CvssGroup.Base, Impact(0)),
        new("VI", "Vulnerable System Integrity", CvssGroup.Base, Impact(0)),
        new("VA", "Vulnerable System Availability", CvssGroup.Base, Impact(0)),
        new("SC", "Subsequent System Confidentiality", CvssGroup.Base, Impact(1)),
        new("SI", "Subsequent System Integrity", CvssGroup.Base, Impact(1)),
        new("SA", "Subsequent System Availability", CvssGroup.Base, Impact(1)),
    ];

    internal static ImmutableArray<CvssMetric> All { get; } =
    [
        .. Base,
        new("E", "Exploit Maturity", CvssGroup.Threat,
        [
            Open,
            new("A", "Attacked", "Attacks are reported, or tools that attack are to be had.", 0),
            new("P", "Proof-of-Concept", "A proof of concept is public; no attack is reported.", 1),
            new("U", "Unreported", "Neither a public proof of concept nor an attack is known.", 2),
        ]),
        new("CR", "Confidentiality Requirement", CvssGroup.Environmental, Requirement),
        new("IR", "Integrity Requirement", CvssGroup.Environmental, Requirement),
        new("AR", "Availability Requirement", CvssGroup.Environmental, Requirement),
        .. Base.Select(Modified),
        new("S", "Safety", CvssGroup.Supplemental,
        [
            Unsaid,
            new("P", "Present", "People can be injured severely, or die (IEC 61508: marginal, critical or catastrophic).", 0),
            new("N", "Negligible", "People can suffer minor injuries at worst (IEC 61508: negligible).", 0),
        ]),
        new("AU", "Automatable", CvssGroup.Supplemental,
        [
            Unsaid,
            new("N", "No", "Some step of an attack needs a person for each target.", 0),
            new("Y", "Yes", "One program can attack many targets from reconnaissance to exploitation.", 0),
        ]),
        new("R", "Recovery", CvssGroup.Supplemental,
        [
            Unsaid,
            new("A", "Automatic", "The system recovers by itself.", 0),
            new("U", "User", "Somebody must bring the system back.", 0),
            new("I", "Irrecoverable", "The user cannot bring the system back.", 0),
        ]),
        new("V", "Value Density", CvssGroup.Supplemental,
        [
            Unsaid,
            new("D", "Diffuse", "One attack gains few resources.", 0),
            new("C", "Concentrated", "One attack gains many resources.", 0),
        ]),
        new("RE", "Vulnerability Response Effort", CvssGroup.Supplemental,
        [
            Unsaid,
            new("L", "Low", "To respond is trivial.", 0),
            new("M", "Moderate", "To respond takes some effort and a short interruption.", 0),
            new("H", "High", "To respond takes a long interruption, or hands on each device.", 0),
        ]),
        new("U", "Provider Urgency", CvssGroup.Supplemental,
        [
            Unsaid,
            new("Clear", "Clear", "The supplier sees no urgency.", 0),
            new("Green", "Green", "The supplier sees reduced urgency.", 0),
            new("Amber", "Amber", "The supplier sees moderate urgency.", 0),
            new("Red", "Red", "The supplier sees the highest urgency.", 0),
        ]),
    ];

    private static CvssValue Unsaid => Open with { Hint = "Leave it out: nobody has judged it." };

    private static ImmutableArray<CvssValue> Requirement =>
    [
        Open,
        new("H", "High", "Its loss is likely to be catastrophic here.", 0),
        new("M", "Medium", "Its loss is likely to be serious here.", 1),
        new("L", "Low", "Its loss is likely to do little harm here.", 2),
    ];

    private static ImmutableArray<CvssValue> Safety => [new("S", "Safety", "People can be injured (IEC 61508: marginal or worse).", 0)];

    // In a subsequent system only an injury is worse than a high impact, and only the environment can say so.
    private static ImmutableArray<CvssValue> Impact(int worst) =>
    [
        new("H", "High", "All of it is lost, or what is lost is grave.", worst),
        new("L", "Low", "Some of it is lost, without grave consequence.", worst + 1),
        new("N", "None", "Nothing is lost.", worst + 2),
    ];

    private static CvssMetric Modified(CvssMetric metric) => new("M" + metric.Code, "Modified " + metric.Name, CvssGroup.Environmental,
    [
        Open with { Hint = "As the base metric says." },
        .. metric.Code is "SI" or "SA" ? Safety : [],
        .. metric.Code is "SC" or "SI" or "SA" ? metric.Values.Select(Negligible) : metric.Values,
    ]);

    // §4.2, table 15: the lowest value of these three is called so.
    private static CvssValue Negligible(CvssValue value) => value.Code == "N" ? value with { Name = "Negligible" } : value;
}
