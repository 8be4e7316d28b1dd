using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Vulnerabilities;

namespace Aftercare.Cases;

/// <summary>Where the vendor stands with a case (Vultron's report management): a case exists from Valid on.</summary>
public enum CaseStage
{
    /// <summary>Believed to be real; being assessed. It cannot be closed from here: it is first accepted or deferred.</summary>
    Valid,

    /// <summary>Being worked on.</summary>
    Accepted,

    /// <summary>Put off, with a date on which it is looked at again.</summary>
    Deferred,

    Closed,
}

/// <summary>A flaw in the case.</summary>
/// <param name="Cve">As <see cref="CveId"/> spells it; null while there is none.</param>
/// <param name="Cwe">As <see cref="CweId"/> spells it; null while the weakness is not known.</param>
/// <param name="Unscored">Why it has no score; null when it has one, or when nobody has said yet.</param>
public sealed record Vulnerability(Guid Id, string Title, string? Cve, string? Cwe, Score? Score = null, string? Unscored = null, Analysis? Analysis = null, Priority? Priority = null);

/// <summary>A rating with the vector that it was computed from.</summary>
/// <param name="Vector">CVSS 2.0, 3.0, 3.1 or 4.0, in the order of the specification.</param>
/// <param name="Value">0.0 to 10.0 in steps of 0.1, with everything that the vector gives.</param>
/// <param name="Rationale">Why these values, e.g. the answers to the MITRE rubric for medical devices.</param>
public sealed record Score(string Vector, decimal Value, string? Rationale);

/// <summary>How urgent a vulnerability is, decided by an SSVC tree.</summary>
/// <param name="Tree">Name and version of the table, e.g. <c>Supplier Patch Development Priority v1.0.0</c>.</param>
/// <param name="Outcome">E.g. <c>Immediate</c>.</param>
/// <param name="Path">Each answer in words, in the tree's order.</param>
/// <param name="Rationale">Why these answers.</param>
public sealed record Priority(string Tree, string Outcome, string Path, string? Rationale);

/// <summary>The review and analysis of one vulnerability (IEC 81001-5-1 §9.3 and §9.4).</summary>
/// <param name="Verification">Whether and how it was reproduced, and by whom (§9.3 b).</param>
/// <param name="Context">Impact in the security context, the intended environment of use and the defence in depth (§9.4 a).</param>
/// <param name="RootCause">§9.4 d</param>
/// <param name="Related">Related threats and issues: what was searched and what was found (§9.3 c, §9.4 e).</param>
/// <param name="Effectiveness">Impact on what the device does for the patient (§9.4 f); safety is judged for the whole case.</param>
public sealed record Analysis(string Verification, string Context, string RootCause, string Related, string Effectiveness);

/// <summary>What a user of an affected release can do (the categories of CSAF 2.0 §3.2.3.12).</summary>
public enum Remedy
{
    /// <summary>We make an update: until one is published, the case cannot be closed.</summary>
    VendorFix,
    Mitigation,
    Workaround,
    NoFixPlanned,
    NoneAvailable,
}

/// <summary>What we say of one release and one vulnerability.</summary>
public sealed record CaseStatus(Guid Vulnerability, Guid Release, ProductStatus Status, Justification? Justification, Remedy? Remedy, string Reason);

/// <summary>The six one-way facts of Vultron's case state.</summary>
public enum CaseFact
{
    /// <summary>V: known from the opening, with the reports' first word.</summary>
    VendorAware,

    /// <summary>F</summary>
    FixReady,

    /// <summary>D</summary>
    FixDeployed,

    /// <summary>P</summary>
    PublicAware,

    /// <summary>X</summary>
    ExploitPublic,

    /// <summary>A</summary>
    AttacksObserved,
}

/// <summary>A fact with the date from which it holds and what shows it.</summary>
public sealed record Assertion(CaseFact Fact, Stated Since, string Evidence);

/// <summary>Whether a patient could be harmed, by a person who may judge that (IEC 81001-5-1 §9.4 f).</summary>
/// <param name="Statement">Hazardous situation and harm, or why there is no effect on safety.</param>
/// <param name="RiskItems">Where the risk file says so; empty when it says nothing of it.</param>
public sealed record SafetyJudgement(bool HarmPossible, string Statement, ImmutableArray<string> RiskItems);

/// <summary>Whether a market's regulator must be told.</summary>
/// <param name="Market">Two upper-case letters: ISO 3166-1 alpha-2, or <c>EU</c>.</param>
public sealed record Reportability(string Market, bool Reportable, string Reason);

public sealed record Disclosure(bool Disclose, string Reason);
