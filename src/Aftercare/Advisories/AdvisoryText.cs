using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Vulnerabilities;

namespace Aftercare.Advisories;

/// <summary>What kind of answer there is, in the words of CSAF 2.0 §3.2.3.12.1.</summary>
public enum RemediationKind
{
    /// <summary>An update of ours.</summary>
    VendorFix,

    /// <summary>Lowers the risk while the flaw stays.</summary>
    Mitigation,

    /// <summary>Another way to work that avoids the flaw.</summary>
    Workaround,

    /// <summary>There will be none.</summary>
    NoFixPlanned,

    /// <summary>There is none yet.</summary>
    NoneAvailable,
}

/// <summary>What has to be started again for a remediation to take effect (CSAF 2.0 §3.2.3.12.7).</summary>
public enum RestartNeeded
{
    None,

    /// <summary>The program that has the flaw.</summary>
    VulnerableComponent,

    Service,

    /// <summary>The device.</summary>
    Machine,

    /// <summary>The device and what is connected to it.</summary>
    Connected,

    /// <summary>The whole system that the device is part of.</summary>
    System,
}

/// <summary>What a site can do about one vulnerability.</summary>
/// <param name="Details">How, in the site's words.</param>
/// <param name="Update">The update of ours, for a vendor fix that we deliver.</param>
/// <param name="Releases">For which releases; empty: for every release that is affected.</param>
/// <param name="Restart">Null where nothing is said.</param>
/// <param name="AvailableOn">From when on it can be had; null where nothing is said.</param>
public sealed record Remediation(
    Guid Id, RemediationKind Kind, string Details, Guid? Update, ImmutableArray<Guid> Releases, RestartNeeded? Restart, Stated? AvailableOn)
{
    public bool Covers(Guid release) => Releases.IsEmpty || Releases.Contains(release);
}

/// <summary>What the advisory says about one vulnerability of its case.</summary>
/// <param name="Description">What the flaw is, for technicians.</param>
/// <param name="PatientImpact">What it can mean for patients, or that none is known.</param>
public sealed record VulnerabilityText(Guid Vulnerability, string Description, string PatientImpact)
{
    public ImmutableArray<Remediation> Remediations { get; init; } = [];
}

/// <summary>The words of one revision.</summary>
/// <param name="Summary">Plain language, for clinicians as well as for technicians.</param>
/// <param name="Credits">Who found it, one a line, in the words that they agreed to; null for nobody. Kept apart, as names stay erasable.</param>
public sealed record AdvisoryText(string Title, string Summary, TextRef? Credits)
{
    public ImmutableArray<VulnerabilityText> Vulnerabilities { get; init; } = [];

    public VulnerabilityText Of(Guid vulnerability) =>
        Vulnerabilities.FirstOrDefault(text => text.Vulnerability == vulnerability) ?? new VulnerabilityText(vulnerability, "", "");

    internal AdvisoryText With(VulnerabilityText text) =>
        this with { Vulnerabilities = [.. Vulnerabilities.Where(other => other.Vulnerability != text.Vulnerability), text] };
}

/// <summary>What the case says of one release and one vulnerability.</summary>
/// <param name="Name">Product and version, as people say it.</param>
public sealed record ReleaseStatus(Guid Release, string Name, ProductStatus Status);

/// <summary>A vulnerability of the case, with what the case has found out.</summary>
/// <param name="Name">Its CVE id, else its title.</param>
/// <param name="Scored">Whether it has a CVSS rating, or a reason for having none.</param>
public sealed record CoveredVulnerability(Guid Id, string Name, bool Scored, ImmutableArray<ReleaseStatus> Statuses);

/// <summary>What the advisory stands on besides its own words, as it is at this moment.</summary>
/// <param name="Sha256">Lowercase hex digest of the proof: the document as it would be published, marked as a draft. This is what an approval signs.</param>
/// <param name="Vulnerabilities">All of the case.</param>
/// <param name="Faults">What does not fit around it: an update that is not out yet, an address that CSAF does not take.</param>
/// <param name="DocumentFaults">What CSAF's own rules find in the document.</param>
public sealed record AdvisoryGround(string Sha256, ImmutableArray<CoveredVulnerability> Vulnerabilities, ImmutableArray<Fault> Faults, ImmutableArray<Fault> DocumentFaults);
