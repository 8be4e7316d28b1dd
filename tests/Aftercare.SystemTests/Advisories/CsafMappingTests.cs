using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Advisories;
using Aftercare.Server.Products;
using Aftercare.Tests;
using Aftercare.Vulnerabilities;
using Xunit;

namespace Aftercare.SystemTests.Advisories;

public sealed class CsafMappingTests
{
    private static readonly DateTimeOffset Released = new(2026, 3, 4, 10, 20, 0, TimeSpan.Zero);
    private static readonly Guid Flaw = Guid.NewGuid();
    private static readonly Guid Nameless = Guid.NewGuid();
    private static readonly Guid Fix = Guid.NewGuid();

    private static readonly ManufacturerRow Maker = new() { Subject = Guid.NewGuid(), Name = "Acme Medical GmbH", Country = "DE" };
    private static readonly ProductRow Pump = new() { Subject = Guid.NewGuid(), Manufacturer = Maker.Subject, Name = "Infusion pump", Line = "pump", Model = "IP-100", UdiDi = "04012345678901" };
    private static readonly ProductRow Monitor = new() { Subject = Guid.NewGuid(), Manufacturer = Maker.Subject, Name = "Monitor", Line = "monitor", UdiDi = "not a GTIN" };
    private static readonly ReleaseRow Old = Release(Pump, "4.2.0", 1);
    private static readonly ReleaseRow New = Release(Pump, "4.3.0", 2);
    private static readonly ReleaseRow Other = Release(Monitor, "1.0", 3);

    [Fact]
    public async Task Every_part_of_the_record_finds_its_place_and_no_validator_has_a_fault_to_find()
    {
        var document = CsafMapping.Document(Sources(), Released);

        Assert.Empty(document.Faults());
        await ValidElsewhere(document.ToUtf8());
        var json = JsonNode.Parse(document.ToUtf8())!;
        var flaw = json["vulnerabilities"]![0]!;
        Assert.Equal(("csaf_security_advisory", "ACME-SA-2026-0001", "WHITE"),
            ((string?)json["document"]!["category"], (string?)json["document"]!["tracking"]!["id"], (string?)json["document"]!["distribution"]!["tlp"]!["label"]));
        Assert.Equal([Id(Old)], Texts(flaw["product_status"]!["known_affected"]));
        Assert.Equal([Id(New)], Texts(flaw["product_status"]!["fixed"]));
        Assert.Equal([Id(Other)], Texts(flaw["product_status"]!["known_not_affected"]));
        Assert.Equal("component_not_present", (string?)flaw["flags"]![0]!["label"]);
        Assert.Equal(("vendor_fix", "https://acme.test/updates/U-2026-0003", "2026-03-03T23:00:00.000Z"),
            ((string?)flaw["remediations"]![0]!["category"], (string?)flaw["remediations"]![0]!["url"], (string?)flaw["remediations"]![0]!["date"]));
        Assert.Equal("machine", (string?)flaw["remediations"]![0]!["restart_required"]!["category"]);
        Assert.Equal("Missing Authentication for Critical Function", (string?)flaw["cwe"]!["name"]);
        Assert.Equal("ACME-SA-2026-0001/2", (string?)json["vulnerabilities"]![1]!["ids"]![0]!["text"]);
        Assert.Equal("https://acme.test/.well-known/csaf/white/2026/acme-sa-2026-0001.json", (string?)json["document"]!["references"]![0]!["url"]);
        Assert.Equal(["Rita Researcher"], Texts(json["document"]!["acknowledgments"]![0]!["names"]));
        Assert.Equal("University of Example", (string?)json["document"]!["acknowledgments"]![0]!["organization"]);
    }

    [Fact]
    public void A_hospital_finds_its_device_by_model_UDI_or_package_URL_and_else_by_any_serial_number()
    {
        var item = new ItemRow { Product = Pump.Subject, Releases = [New.Subject], Name = "Firmware", Purl = "pkg:generic/acme/pump@4.3.0", Origin = Origin.Own };
        var products = JsonNode.Parse(CsafMapping.Document(Sources() with { Items = [item] }, Released).ToUtf8())!["product_tree"]!["branches"]![0]!["branches"]!;

        var pump = products[0]!["branches"]!;
        Assert.Equal("IP-100", (string?)pump[0]!["product"]!["product_identification_helper"]!["model_numbers"]![0]);
        Assert.Equal("https://id.gs1.org/01/04012345678901", (string?)pump[0]!["product"]!["product_identification_helper"]!["x_generic_uris"]![0]!["uri"]);
        Assert.Equal("pkg:generic/acme/pump@4.3.0", (string?)pump[1]!["product"]!["product_identification_helper"]!["purl"]);
        Assert.Equal("*", (string?)products[1]!["branches"]![0]!["product"]!["product_identification_helper"]!["serial_numbers"]![0]);
    }

    [Fact]
    public void The_proof_is_the_same_until_something_that_it_says_changes()
    {
        var sources = Sources();
        Assert.Equal(CsafMapping.Proof(sources), CsafMapping.Proof(Sources()));
        Assert.Contains("\"status\": \"draft\"", Encoding.UTF8.GetString(CsafMapping.Proof(sources)), StringComparison.Ordinal);
        Assert.Equal("draft", (string?)JsonNode.Parse(CsafMapping.Proof(sources))!["document"]!["tracking"]!["status"]);
        Assert.NotEqual(CsafMapping.Ground(sources).Sha256, CsafMapping.Ground(sources with { Credits = [] }).Sha256);
        Assert.NotEqual(CsafMapping.Ground(sources).Sha256, CsafMapping.Ground(sources with { Case = MakeCase(ProductStatus.Fixed) }).Sha256);
    }

    [Fact]
    public void An_offered_update_must_be_out_must_fit_and_must_bring_a_fixed_release()
    {
        Assert.Empty(CsafMapping.Ground(Sources()).Faults);
        Assert.Contains("is not published", Fault(update => update with { Published = false }), StringComparison.Ordinal);
        Assert.Contains("cannot be installed over Infusion pump 4.2.0", Fault(update => update with { FromReleases = [] }), StringComparison.Ordinal);
        Assert.Contains("does not call fixed", Fault(update => update with { ToRelease = Other.Subject }), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_not_https_and_an_odd_version_are_said_in_words()
    {
        var plain = CsafMapping.Ground(Sources() with { PublicUrl = new Uri("http://acme.test") });
        Assert.Contains(plain.Faults, fault => fault.Reason.Contains("AFTERCARE_PUBLIC_URL", StringComparison.Ordinal));

        var range = Release(Pump, "before 4", 0);
        var odd = CsafMapping.Ground(Sources() with { Releases = [range, Old, New, Other] });
        Assert.Contains(odd.DocumentFaults, fault => fault.Field == "vulnerabilities" && fault.Reason.Contains("6.1.31", StringComparison.Ordinal));
    }

    private static string Fault(Func<OfferedUpdate, OfferedUpdate> change) =>
        string.Join(' ', CsafMapping.Ground(Sources() with { Updates = [change(Sources().Updates[0])] }).Faults.Select(fault => fault.Reason));

    private static AdvisorySources Sources() => new(
        MakeAdvisory(), MakeCase(ProductStatus.KnownAffected),
        new OrganisationRow { Name = "Acme Medical", Zone = "Europe/Berlin", Prefix = "ACME", SecurityContact = "security@acme.test" },
        new Uri("https://acme.test"), ["Rita Researcher; University of Example", "another finder"],
        [Maker], [Pump, Monitor], [Old, New, Other], [],
        [new OfferedUpdate(Fix, "U-2026-0003", New.Subject, [Old.Subject], Published: true)]);

    private static Advisory MakeAdvisory() => Fold<Advisory>(
        new AdvisoryEvent.Drafted("ACME-SA-2026-0001", Guid.Empty, "Pump: no password"),
        new AdvisoryEvent.Described("Pump: no password", "In short.\n\nUpdate.", null),
        new AdvisoryEvent.VulnerabilityDescribed(Flaw, "No password.", "A wrong dose."),
        new AdvisoryEvent.VulnerabilityDescribed(Nameless, "Another.", "None known."),
        new AdvisoryEvent.RemediationAdded(Flaw, new Remediation(
            Guid.Empty, RemediationKind.VendorFix, "Install 4.3.0.", Fix, [], RestartNeeded.Machine, Stated.Parse("2026-03-04", null))));

    private static Case MakeCase(ProductStatus old) => Fold<Case>(
        new CaseEvent.Opened("C-2026-0001", "No password", [Guid.Empty], [Pump.Subject, Monitor.Subject], Stated.Parse("2026-02-01", null)),
        new CaseEvent.VulnerabilityAdded(Flaw, "No password", "CVE-2026-1234", "CWE-306"),
        new CaseEvent.VulnerabilityScored(Flaw, new Score(PumpCase.Vector, 8.1m, null)),
        new CaseEvent.StatusSet(Flaw, [Old.Subject], old, null, old == ProductStatus.KnownAffected ? Remedy.VendorFix : null, "Tried."),
        new CaseEvent.StatusSet(Flaw, [New.Subject], ProductStatus.Fixed, null, null, "Tried."),
        new CaseEvent.StatusSet(Flaw, [Other.Subject], ProductStatus.KnownNotAffected, Justification.ComponentNotPresent, null, "The desk's own words."),
        new CaseEvent.VulnerabilityAdded(Nameless, "Another", null, null),
        new CaseEvent.StatusSet(Nameless, [New.Subject], ProductStatus.Fixed, null, null, "Tried."));

    private static T Fold<T>(params ReadOnlySpan<Event> events) where T : Subject, IFold<T>
    {
        T? state = null;
        foreach (var happened in events)
        {
            var head = new EntryHead(Guid.Empty, (state?.Version ?? 0) + 1, "person/x", Role.Analyst, Instant.From(Released.AddDays(-1)), "test");
            state = Ledger.Fold.Next(state, Entry.Write(head, happened, null, new byte[16]));
        }
        return state!;
    }

    private static ReleaseRow Release(ProductRow product, string version, long at) =>
        new() { Subject = Guid.NewGuid(), Product = product.Subject, VersionName = version, ReleasedOn = "2026-01-01", ReleasedAt = at };

    private static string Id(ReleaseRow release) => release.Subject.ToString("D");

    private static ImmutableArray<string?> Texts(JsonNode? list) => [.. list!.AsArray().Select(one => (string?)one)];

    private static async Task ValidElsewhere(byte[] document) => Assert.Empty(await Oracles.CsafFaults(document));
}
