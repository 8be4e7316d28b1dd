namespace Aftercare.Vulnerabilities;

/// <summary>
/// The decision points of CERT/CC's SSVC (https://certcc.github.io/SSVC/reference/decision_points/) that our trees ask for, with CERT/CC's keys,
/// names and versions. The hints are ours.
/// </summary>
internal static class SsvcPoints
{
    internal static SsvcPoint Exploitation { get; } = new("E", "Exploitation", "1.1.0", "Is it exploited?",
    [
        new("N", "None", "Neither an attack nor a public proof of concept is known."),
        new("P", "Public PoC", "A proof of concept is public, or the way to exploit it is well known."),
        new("A", "Active", "Reliable public reports say that attackers use it."),
    ]);

    internal static SsvcPoint Automatable { get; } = new("A", "Automatable", "2.0.0", "Can an attack on many targets be automated?",
    [
        new("N", "No", "Some step from reconnaissance to exploitation needs a person for each target."),
        new("Y", "Yes", "A program can take every step from reconnaissance to exploitation."),
    ]);

    internal static SsvcPoint ValueDensity { get; } = new("VD", "Value Density", "1.0.0", "How much does one attack gain?",
    [
        new("D", "Diffuse", "The system has few resources, such as one person's device."),
        new("C", "Concentrated", "The system is rich in resources, such as a central server."),
    ]);

    internal static SsvcPoint Utility { get; } = new("U", "Utility", "1.0.1", "How useful is it to an attacker?",
    [
        new("L", "Laborious", "Not automatable, and the value is diffuse."),
        new("E", "Efficient", "Automatable, or the value is concentrated, but not both."),
        new("S", "Super Effective", "Automatable, and the value is concentrated."),
    ]);

    internal static SsvcPoint TechnicalImpact { get; } = new("TI", "Technical Impact", "1.0.0", "How much control does it give?",
    [
        new("P", "Partial", "Limited control over the software, or limited knowledge of what it holds."),
        new("T", "Total", "Total control over the software, or knowledge of all that it holds."),
    ]);

    internal static SsvcPoint SafetyImpact { get; } = new("SI", "Safety Impact", "2.0.1", "How badly can people be harmed (IEC 61508)?",
    [
        new("N", "Negligible", "Minor injuries at worst."),
        new("M", "Marginal", "Major injuries to one or more persons."),
        new("R", "Critical", "Loss of a single life."),
        new("C", "Catastrophic", "Loss of several lives."),
    ]);

    internal static SsvcPoint PublicSafetyImpact { get; } = new("PSI", "Public Safety Impact", "2.0.1", "Can the public be harmed?",
    [
        new("M", "Minimal", "The safety impact is negligible."),
        new("S", "Significant", "The safety impact is marginal, critical or catastrophic."),
    ]);

    internal static SsvcPoint SystemExposure { get; } = new("EXP", "System Exposure", "1.0.1", "Who can reach the affected system?",
    [
        new("S", "Small", "Only those at the device or on a closely controlled network."),
        new("C", "Controlled", "It is on a network, behind restrictions that interrupt an attack."),
        new("O", "Open", "It is on the internet or a network where access cannot be restricted."),
    ]);

    internal static SsvcPoint MissionImpact { get; } = new("MI", "Mission Impact", "2.0.0", "What becomes of the organisation's essential functions?",
    [
        new("D", "Degraded", "Functions that are not essential degrade at most."),
        new("MSC", "MEF Support Crippled", "What supports essential functions is crippled; they go on for a time."),
        new("MEF", "MEF Failure", "One essential function fails for longer than is acceptable."),
        new("MF", "Mission Failure", "Several or all essential functions fail; the organisation cannot do its work."),
    ]);

    internal static SsvcPoint HumanImpact { get; } = new("HI", "Human Impact", "2.0.2", "How badly are people and their work affected?",
    [
        new("L", "Low", "Little harm to people; essential functions go on."),
        new("M", "Medium", "Little harm to people but an essential function fails, or a life is at risk while they go on."),
        new("H", "High", "A life is at risk, and essential functions or what supports them are failing."),
        new("VH", "Very High", "Several lives are at risk, or the organisation cannot do its work."),
    ]);

    internal static SsvcPoint MissionAndWellBeing { get; } = new("MWI", "Mission and Well-Being Impact", "1.0.0",
        "How far are essential functions and the public's well-being affected?",
    [
        new("L", "Low", "It matters neither to essential functions nor to well-being."),
        new("M", "Medium", "It supports essential functions, or harms well-being materially."),
        new("H", "High", "It provides an essential function, or harms well-being irreversibly."),
    ]);

    internal static SsvcPoint MissionPrevalence { get; } = new("MP", "Mission Prevalence", "1.0.0", "How far do essential functions rest on it?",
    [
        new("M", "Minimal", "It neither provides an essential function nor supports one."),
        new("S", "Support", "It only supports essential functions."),
        new("E", "Essential", "It provides an essential function."),
    ]);

    internal static SsvcPoint PublicWellBeing { get; } = new("PWI", "Public Well-Being Impact", "1.1.0",
        "How badly is the public's well-being harmed?",
    [
        new("M", "Minimal", "Less than material in every respect."),
        new("MA", "Material", "People are hurt, safety margins fail, or others suffer major damage or loss."),
        new("I", "Irreversible", "Several deaths are likely, or damage that cannot be undone."),
    ]);

    internal static SsvcPoint InKev { get; } = new("KEV", "In KEV", "1.0.0", "Is it in CISA's catalogue of known exploited vulnerabilities?",
    [
        new("N", "No", "It is not in the catalogue."),
        new("Y", "Yes", "It is in the catalogue."),
    ]);

    internal static SsvcPoint PubliclyExposed { get; } = new("PE", "Publicly Exposed", "1.0.0",
        "Can anybody reach the asset over a public network?",
    [
        new("N", "No", "Those without a right to it cannot reach it over public networks."),
        new("Y", "Yes", "Anybody can reach it over public networks, wherever it stands."),
    ]);

    internal static SsvcPoint Priority { get; } = new("DSOI", "Defer, Scheduled, Out-of-Cycle, Immediate", "1.0.0",
        "When is it to be dealt with?",
    [
        new("D", "Defer", "Do nothing now."),
        new("S", "Scheduled", "Deal with it in the ordinary course of maintenance."),
        new("O", "Out-of-Cycle", "Deal with it at the next opportunity, outside the ordinary course if need be."),
        new("I", "Immediate", "Put everything that is needed on it at once, and other work aside."),
    ]);

    internal static SsvcPoint CisaLevels { get; } = new("CISA", "CISA Levels", "1.1.0", "How much attention does it need?",
    [
        new("T", "Track", "No action now; remediate in the standard time, look again when something new is known."),
        new("T*", "Track*", "Watch it more closely; remediate in the standard time."),
        new("AT", "Attend", "Supervisors should know; remediate sooner than the standard time."),
        new("AC", "Act", "Supervisors and leaders should know; remediate as soon as possible."),
    ]);

    internal static SsvcPoint CisaTimelines { get; } = new("BOD2604", "CISA BOD 26-04 Remediation Timelines", "1.0.0",
        "By when must an agency remediate?",
    [
        new("FSU", "Fix on system upgrade", "At the next scheduled major upgrade or rebuild."),
        new("60D", "60 days", "Within 60 days."),
        new("14D", "14 days", "Within 14 days."),
        new("3D", "3 days", "Within 3 days."),
        new("3DF", "3 days & forensic investigation", "Within 3 days, and find out whether the system is compromised."),
    ]);
}
