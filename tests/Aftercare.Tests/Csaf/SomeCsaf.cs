using Aftercare.Csaf;
using Aftercare.Vulnerabilities;

namespace Aftercare.Tests.Csaf;

/// <summary>Documents of an imaginary maker of infusion pumps.</summary>
internal static class SomeCsaf
{
    internal static readonly DateTimeOffset FirstRelease = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    internal static readonly DateTimeOffset SecondRelease = new(2026, 4, 7, 14, 30, 0, TimeSpan.FromHours(2));

    internal static Publisher Publisher { get; } = new(PublisherCategory.Vendor, "Beispiel Medizintechnik GmbH", "https://psirt.example.com")
    {
        ContactDetails = "psirt@example.com",
        IssuingAuthority = "The product security team of Beispiel Medizintechnik.",
    };

    /// <summary>Uses every record and nearly every member of the model.</summary>
    internal static CsafDocument Advisory(string id = "BMT-SA-2026-0007") => new()
    {
        Document = Info(id),
        ProductTree = Products(),
        Vulnerabilities = [Overflow(), NotOurs()],
    };

    private static DocumentInfo Info(string id) => new()
    {
        Category = "csaf_security_advisory",
        Distribution = new Distribution { Text = "May be shared freely.", Tlp = new Tlp(TlpLabel.White, "https://www.first.org/tlp/v1/") },
        AggregateSeverity = new AggregateSeverity("Critical", "https://www.first.org/cvss/v3.1/specification-document"),
        Lang = "en",
        Acknowledgments =
        [
            new Acknowledgment { Names = ["Zoë Grünfeld"], Organization = "Clinic of Example", Summary = "found it", Urls = ["https://clinic.example.org/"] },
        ],
        Notes =
        [
            new Note(NoteCategory.Summary, "A flaw in the pump's network stack lets an attacker on the ward network stop it.") { Title = "Summary", Audience = "all" },
            new Note(NoteCategory.LegalDisclaimer, "Given as is."),
        ],
        Publisher = Publisher,
        References =
        [
            new Reference("This advisory", $"https://psirt.example.com/.well-known/csaf/white/2026/{Publication.FileName(id)}") { Category = ReferenceCategory.Self },
        ],
        Title = "BeispielPump: buffer overflow in the drug library service",
        Tracking = new Tracking
        {
            Id = id,
            Aliases = ["CAPA-26-11"],
            InitialReleaseDate = FirstRelease,
            CurrentReleaseDate = SecondRelease,
            Status = TrackingStatus.Final,
            Version = "2",
            RevisionHistory =
            [
                new Revision("1", FirstRelease, "First release."), new Revision("2", SecondRelease, "Update available.") { LegacyVersion = "B" },
            ],
            Generator = new Generator(new Engine("Aftercare", "0.1.0"), SecondRelease),
        },
    };

    private static ProductTree Products() => new()
    {
        Branches =
        [
            new Branch(BranchCategory.Vendor, "Beispiel Medizintechnik GmbH")
            {
                Branches =
                [
                    new Branch(BranchCategory.ProductName, "BeispielPump")
                    {
                        Branches =
                        [
                            Version("2.3.0", "PUMP-2.3.0"),
                            Version("2.4.0", "PUMP-2.4.0"),
                            new Branch(BranchCategory.ProductVersionRange, "vers:generic/<2.3.0") { Product = new FullProductName("BeispielPump before 2.3.0", "PUMP-OLD") },
                        ],
                    },
                ],
            },
        ],
        FullProductNames = [new FullProductName("libdrug 1.0", "LIBDRUG")],
        ProductGroups = [new ProductGroup("ALL", ["PUMP-OLD", "PUMP-2.3.0"], "All affected pumps")],
        Relationships =
        [
            new Relationship(RelationshipCategory.DefaultComponentOf, new FullProductName("libdrug 1.0 in BeispielPump 2.4.0", "LIB-IN-PUMP"), "LIBDRUG", "PUMP-2.4.0"),
        ],
    };

    private static Branch Version(string version, string id) => new(BranchCategory.ProductVersion, version)
    {
        Product = new FullProductName($"BeispielPump {version}", id)
        {
            ProductIdentificationHelper = new ProductIdentificationHelper
            {
                Cpe = $"cpe:2.3:h:beispiel:pump:{version}:*:*:*:*:*:*:*",
                Hashes =
                [
                    new FileHashes([new FileHash("sha256", new string('a', 64)), new FileHash("sha512", new string('b', 128))], $"pump-{version}.bin"),
                ],
                ModelNumbers = ["BP-100", "BP-2??"],
                Purl = $"pkg:generic/beispiel/pump@{version}",
                SbomUrls = ["https://psirt.example.com/sbom/pump.json"],
                SerialNumbers = ["SN-1*"],
                Skus = ["4711"],
                XGenericUris = [new GenericUri("https://www.gs1.org/gtin", "urn:gs1:01:04012345678901")],
            },
        },
    };

    private static Vulnerability Overflow() => new()
    {
        Title = "Buffer overflow in the drug library service",
        Cve = "CVE-2026-12345",
        Ids = [new VulnerabilityId("Beispiel case", "C-2026-0007")],
        Cwe = new Cwe("CWE-787", "Out-of-bounds Write"),
        Notes = [new Note(NoteCategory.Description, "A long drug name writes past the end of a buffer.")],
        DiscoveryDate = FirstRelease.AddDays(-60),
        ReleaseDate = FirstRelease,
        ProductStatus = ProductStatuses.Of(
        [
            ("PUMP-OLD", ProductStatus.KnownAffected),
            ("PUMP-2.3.0", ProductStatus.KnownAffected),
            ("PUMP-2.4.0", ProductStatus.Fixed),
            ("PUMP-2.4.0", ProductStatus.Recommended),
        ]),
        Involvements = [new Involvement(InvolvementParty.Vendor, InvolvementStatus.Completed) { Date = SecondRelease, Summary = "Fixed." }],
        Remediations =
        [
            new Remediation(RemediationCategory.VendorFix, "Install 2.4.0; takes ten minutes.")
            {
                Date = SecondRelease,
                Entitlements = ["Every owner of a pump."],
                GroupIds = ["ALL"],
                RestartRequired = new RestartRequired(RestartCategory.Machine, "The pump restarts by itself."),
                Url = "https://psirt.example.com/updates/U-2026-0003",
            },
            new Remediation(RemediationCategory.Mitigation, "Keep the pump off the ward network.") { ProductIds = ["PUMP-OLD"] },
        ],
        Scores =
        [
            new Score(["PUMP-OLD", "PUMP-2.3.0"]) { CvssV3 = CvssV3.Of(Cvss31.Parse("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")) },
        ],
        Threats = [new Threat(ThreatCategory.ExploitStatus, "No exploitation known.") { Date = SecondRelease, ProductIds = ["PUMP-2.3.0"] }],
        Acknowledgments = [new Acknowledgment { Organization = "Clinic of Example" }],
        References = [new Reference("CVE record", "https://www.cve.org/CVERecord?id=CVE-2026-12345")],
    };

    private static Vulnerability NotOurs() => new()
    {
        Ids = [new VulnerabilityId("libdrug", "42")],
        Notes = [new Note(NoteCategory.Description, "A flaw in a part of libdrug that the pump does not call.")],
        ProductStatus = new ProductStatuses { KnownNotAffected = ["LIB-IN-PUMP"] },
        Flags = [new Flag(Justification.CodeNotReachable) { Date = FirstRelease, ProductIds = ["LIB-IN-PUMP"] }],
    };
}
