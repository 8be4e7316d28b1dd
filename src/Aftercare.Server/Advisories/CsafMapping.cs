using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Csaf;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Products;
using Aftercare.Vulnerabilities;

namespace Aftercare.Server.Advisories;

/// <summary>An update that the advisory can offer.</summary>
public sealed record OfferedUpdate(Guid Id, string Number, Guid ToRelease, ImmutableArray<Guid> FromReleases, bool Published);

/// <summary>Everything that a document is made of.</summary>
/// <param name="PublicUrl">The address under which the tree and the public pages are seen.</param>
/// <param name="Credits">One line each: name; organisation.</param>
/// <param name="Releases">Every release of the case's products and of its status table.</param>
public sealed record AdvisorySources(
    Advisory Advisory,
    Case Case,
    OrganisationRow Organisation,
    Uri PublicUrl,
    ImmutableArray<string> Credits,
    ImmutableArray<ManufacturerRow> Manufacturers,
    ImmutableArray<ProductRow> Products,
    ImmutableArray<ReleaseRow> Releases,
    ImmutableArray<ItemRow> Items,
    ImmutableArray<OfferedUpdate> Updates);

/// <summary>From the record to a CSAF 2.0 security advisory. Pure: the same sources and instant give the same bytes.</summary>
public static class CsafMapping
{
    private const string SeverityScale = "https://www.first.org/cvss/v3.1/specification-document#Qualitative-Severity-Rating-Scale";
    private const string GtinScheme = "https://www.gs1.org/standards/gs1-digital-link";

    private static readonly string Version = typeof(CsafMapping).Assembly.GetName().Version!.ToString(3);

    /// <summary>The document as it would be published at this instant.</summary>
    public static CsafDocument Document(AdvisorySources from, DateTimeOffset released) => Document(from, released, TrackingStatus.Final);

    /// <summary>What people read and sign before it is published: the same document, marked as a draft, with the instant at which the revision was begun.</summary>
    public static byte[] Proof(AdvisorySources from) => Document(from, from.Advisory.Began.Utc, TrackingStatus.Draft).ToUtf8();

    /// <summary>What the advisory's decisions stand on.</summary>
    public static AdvisoryGround Ground(AdvisorySources from) => new(
        Convert.ToHexStringLower(SHA256.HashData(Proof(from))),
        [.. from.Case.Vulnerabilities.Select(flaw => new CoveredVulnerability(flaw.Id, flaw.Cve ?? flaw.Title, flaw.Score is not null || flaw.Unscored is not null,
            [.. from.Releases.Select(release => new ReleaseStatus(release.Subject, NameOf(from, release), from.Case.StatusOf(flaw.Id, release.Subject)))]))],
        Faults(from),
        [.. Document(from, from.Advisory.Began.Utc).Faults().Select(fault => InWords(from, fault))]);

    /// <summary>What the record says of the publication besides its bytes.</summary>
    public static AdvisoryEvent.Published Published(AdvisorySources from, Publication publication, BlobRef document) => new(
        from.Advisory.Revision, document, publication.Listing.Path, publication.Listing.Products,
        [.. from.Case.Statuses.Where(status => status.Status == ProductStatus.KnownAffected).Select(status => status.Release).Distinct().Order()],
        [.. Remediations(from).Select(one => one.Update).OfType<Guid>().Distinct().Order()],
        Worst(from));

    /// <summary>Of the worst vulnerability; null where none is rated.</summary>
    public static Severity? Worst(AdvisorySources from) =>
        from.Case.Vulnerabilities.Select(VectorOf).OfType<Cvss>().Select(vector => (Severity?)vector.Version.Rate(vector.BaseScore)).Max();

    /// <summary>Whether CSAF documents may be published under this address (CSAF 2.0 §7.1.3); a try-out on one's own machine may.</summary>
    public static bool Takes(Uri publicUrl) => publicUrl.Scheme == Uri.UriSchemeHttps || publicUrl.IsLoopback;

    public static string WithdrawnTitle(string title) => $"Withdrawn: {title}";

    /// <summary>Where the documents stand below the site.</summary>
    internal const string TreePath = ".well-known/csaf/white";

    /// <summary>The path below the site at which a document of this id is published.</summary>
    public static string PathOf(string number, DateTimeOffset firstRelease) =>
        string.Create(CultureInfo.InvariantCulture, $"{TreePath}/{firstRelease.UtcDateTime:yyyy}/{Publication.FileName(number)}");

    private static CsafDocument Document(AdvisorySources from, DateTimeOffset released, TrackingStatus status)
    {
        var tree = new ProductTree { Branches = Vendors(from) };
        return new CsafDocument
        {
            Document = Info(from, released, status),
            ProductTree = tree.Branches.IsEmpty ? null : tree,
            Vulnerabilities = [.. from.Case.Vulnerabilities.Select((flaw, i) => Flaw(from, flaw, i + 1))],
        };
    }

    private static DocumentInfo Info(AdvisorySources from, DateTimeOffset released, TrackingStatus status)
    {
        var (advisory, first) = (from.Advisory, FirstRelease(from, released));
        return new DocumentInfo
        {
            Category = "csaf_security_advisory",
            Distribution = new Distribution { Tlp = new Tlp(TlpLabel.White, "https://www.first.org/tlp/v1/") },
            AggregateSeverity = Worst(from) is { } worst ? new AggregateSeverity(worst.ToString(), SeverityScale) : null,
            Lang = "en",
            Acknowledgments = [.. from.Credits.Select(Credit)],
            Notes = [.. Notes(advisory)],
            Publisher = AdvisoryDesk.PublisherOf(from.Organisation, from.PublicUrl),
            References =
            [
                new Reference("This advisory as CSAF", Url(from, PathOf(advisory.Number, first))) { Category = ReferenceCategory.Self },
                new Reference("This advisory as a page", Url(from, $"advisories/{advisory.Number}")) { Category = ReferenceCategory.Self },
            ],
            Title = advisory.Withdraws ? WithdrawnTitle(advisory.Text.Title) : advisory.Text.Title,
            Tracking = new Tracking
            {
                Id = advisory.Number,
                InitialReleaseDate = first,
                CurrentReleaseDate = released,
                Status = status,
                Version = Number(advisory.Revision),
                RevisionHistory =
                [
                    .. advisory.Published.Select(revision => new Revision(Number(revision.Number), revision.At.Utc, revision.Change)),
                    new Revision(Number(advisory.Revision), released, advisory.Change),
                ],
                Generator = new Generator(new Engine("Aftercare", Version)),
            },
        };
    }

    private static IEnumerable<Note> Notes(Advisory advisory)
    {
        if (advisory.Text.Summary.Length > 0)
            yield return new Note(NoteCategory.Summary, advisory.Text.Summary) { Title = "Summary", Audience = "all" };
        if (advisory.Withdraws)
            yield return new Note(NoteCategory.General, advisory.Change) { Title = "Withdrawn", Audience = "all" };
    }

    private static Acknowledgment Credit(string line) => line.Split(';', 2, StringSplitOptions.TrimEntries) switch
    {
        [var name, { Length: > 0 } organisation] => new Acknowledgment { Names = name.Length > 0 ? [name] : [], Organization = organisation },
        [var name, ..] => new Acknowledgment { Names = [name] },
        _ => throw new ArgumentException("A split has at least one part.", nameof(line)),
    };

    private static ImmutableArray<Branch> Vendors(AdvisorySources from) =>
    [
        .. from.Releases
            .GroupBy(release => from.Products.First(product => product.Subject == release.Product))
            .GroupBy(product => from.Manufacturers.First(maker => maker.Subject == product.Key.Manufacturer).Name)
            .OrderBy(vendor => vendor.Key, StringComparer.Ordinal)
            .Select(vendor => new Branch(BranchCategory.Vendor, vendor.Key)
            {
                Branches =
                [
                    .. vendor.OrderBy(product => product.Key.Name, StringComparer.Ordinal)
                        .Select(product => new Branch(BranchCategory.ProductName, product.Key.Name) { Branches = Versions(from, product) }),
                ],
            }),
    ];

    private static ImmutableArray<Branch> Versions(AdvisorySources from, IGrouping<ProductRow, ReleaseRow> product) =>
    [
        .. product.OrderBy(release => release.ReleasedAt).ThenBy(release => release.Subject).Select(release => new Branch(BranchCategory.ProductVersion, release.VersionName)
        {
            Product = new FullProductName(NameOf(from, release), IdOf(release.Subject)) { ProductIdentificationHelper = Helper(from, product.Key, release.Subject) },
        }),
    ];

    /// <summary>What a hospital can look for: model and UDI of the device, the package URL of our own software on it, else any serial number.</summary>
    private static ProductIdentificationHelper Helper(AdvisorySources from, ProductRow product, Guid release)
    {
        var own = from.Items.Where(item => item.Origin == Origin.Own && item.Purl is not null && item.Releases.Contains(release)).Select(item => item.Purl).ToList();
        var helper = new ProductIdentificationHelper
        {
            ModelNumbers = product.Model is { } model ? [model] : [],
            Purl = own is [var only] ? only : null,
            XGenericUris = product.UdiDi is { } udi && IsGtin(udi) ? [new GenericUri(GtinScheme, $"https://id.gs1.org/01/{udi}")] : [],
        };
        return helper.ModelNumbers.IsEmpty && helper.Purl is null && helper.XGenericUris.IsEmpty ? helper with { SerialNumbers = ["*"] } : helper;
    }

    private static Csaf.Vulnerability Flaw(AdvisorySources from, Aftercare.Cases.Vulnerability flaw, int place)
    {
        var text = from.Advisory.Text.Of(flaw.Id);
        var statuses = from.Releases.Select(release => (Id: release.Subject, Status: from.Case.StatusOf(flaw.Id, release.Subject))).ToList();
        ImmutableArray<Guid> affected = [.. statuses.Where(one => one.Status == ProductStatus.KnownAffected).Select(one => one.Id)];
        return new Csaf.Vulnerability
        {
            Title = flaw.Title,
            Cve = flaw.Cve,
            Ids = flaw.Cve is null ? [new VulnerabilityId(from.Organisation.Name, $"{from.Advisory.Number}/{Number(place)}")] : [],
            Cwe = flaw.Cwe is { } weakness ? Cwe.Of(weakness) : null,
            Notes = [.. Notes(text), .. RatedByNote(flaw)],
            ProductStatus = statuses.Count == 0 ? null : ProductStatuses.Of(statuses.Select(one => (IdOf(one.Id), one.Status))),
            Flags = [.. Flags(from.Case, flaw.Id)],
            Remediations = [.. text.Remediations.Select(one => Map(from, one, affected)).OfType<Csaf.Remediation>()],
            Scores = VectorOf(flaw) is { } vector && affected.Length > 0 && ScoreOf(vector, Ids(affected)) is { } score ? [score] : [],
        };
    }

    private static IEnumerable<Note> Notes(VulnerabilityText text)
    {
        if (text.Description.Length > 0)
            yield return new Note(NoteCategory.Description, text.Description) { Title = "What the flaw is" };
        if (text.PatientImpact.Length > 0)
            yield return new Note(NoteCategory.General, text.PatientImpact) { Title = "Impact on patients", Audience = "clinicians and patients" };
    }

    private static IEnumerable<Note> RatedByNote(Aftercare.Cases.Vulnerability flaw) =>
        VectorOf(flaw) is { } vector && vector.Version == CvssVersion.V40
            ? [new Note(NoteCategory.Other, string.Create(CultureInfo.InvariantCulture, $"{vector} ({vector.Nomenclature} {vector.Score:0.0}, {vector.Severity})")) { Title = "CVSS 4.0" }]
            : [];

    // The reasons in the case are the desk's own; what goes out is the word that machines read.
    private static IEnumerable<Flag> Flags(Case @case, Guid flaw) => @case.Statuses
        .Where(status => status.Vulnerability == flaw && status is { Status: ProductStatus.KnownNotAffected, Justification: not null })
        .GroupBy(status => status.Justification!.Value.InCsaf)
        .OrderBy(group => group.Key)
        .Select(group => new Flag(group.Key) { ProductIds = Ids(group.Select(status => status.Release).Order()) });

    // Where every release that it was for is mended by now, there is nothing left to say.
    private static Csaf.Remediation? Map(AdvisorySources from, Aftercare.Advisories.Remediation one, ImmutableArray<Guid> affected)
    {
        var covered = Ids(affected.Where(one.Covers));
        return covered.IsEmpty ? null : new Csaf.Remediation(Enum.Parse<RemediationCategory>(one.Kind.ToString()), one.Details)
        {
            Date = one.AvailableOn is { } day ? Moment(day, from.Organisation.TimeZone) : null,
            ProductIds = covered,
            RestartRequired = one.Restart is { } restart ? new RestartRequired(Enum.Parse<RestartCategory>(restart.ToString())) : null,
            Url = from.Updates.FirstOrDefault(update => update.Id == one.Update) is { } update ? Url(from, $"updates/{update.Number}") : null,
        };
    }

    private static ImmutableArray<Fault> Faults(AdvisorySources from) =>
    [
        .. Takes(from.PublicUrl)
            ? Array.Empty<Fault>() : [new Fault("document", $"The public address {from.PublicUrl} is not https, as CSAF demands. Set AFTERCARE_PUBLIC_URL.")],
        .. from.Case.Vulnerabilities.Where(flaw => flaw.Cwe is { } weakness && Cwe.Of(weakness) is null)
            .Select(flaw => new Fault(Advisory.AnchorOf(flaw.Id), $"{flaw.Cve ?? flaw.Title}: {flaw.Cwe} is not a weakness of the CWE list.")),
        .. from.Case.Vulnerabilities.SelectMany(flaw => from.Advisory.Text.Of(flaw.Id).Remediations.SelectMany(one => Faults(from, flaw, one))),
    ];

    private static IEnumerable<Fault> Faults(AdvisorySources from, Aftercare.Cases.Vulnerability flaw, Aftercare.Advisories.Remediation one)
    {
        if (from.Updates.FirstOrDefault(update => update.Id == one.Update) is not { } update)
            yield break;
        var at = Advisory.AnchorOf(flaw.Id);
        if (!update.Published)
            yield return new Fault(at, $"{flaw.Cve ?? flaw.Title}: update {update.Number} is not published.");
        if (from.Case.StatusOf(flaw.Id, update.ToRelease) != ProductStatus.Fixed)
            yield return new Fault(at, $"{flaw.Cve ?? flaw.Title}: update {update.Number} brings a release that the case does not call fixed.");
        foreach (var release in from.Releases.Where(release => from.Case.StatusOf(flaw.Id, release.Subject) == ProductStatus.KnownAffected
            && one.Covers(release.Subject) && !update.FromReleases.Contains(release.Subject)))
            yield return new Fault(at, $"{flaw.Cve ?? flaw.Title}: update {update.Number} cannot be installed over {NameOf(from, release)}. Choose the releases that it is for.");
    }

    private static Fault InWords(AdvisorySources from, CsafFault fault)
    {
        var parts = fault.Pointer.Split('/');
        var at = parts switch
        {
            [_, "vulnerabilities", var i, ..] when int.TryParse(i, CultureInfo.InvariantCulture, out var place) => Advisory.AnchorOf(from.Case.Vulnerabilities[place].Id),
            [_, "document", "title", ..] => "title",
            [_, "document", "notes", ..] => "summary",
            [_, "document", "acknowledgments", ..] => "credits",
            [_, "vulnerabilities"] or [_, "product_tree", ..] => "vulnerabilities",
            _ => "document",
        };
        return new Fault(at, $"The document at {(fault.Pointer.Length == 0 ? "its root" : fault.Pointer)} {fault.Message} (CSAF 2.0, {fault.Test}).");
    }

    private static IEnumerable<Aftercare.Advisories.Remediation> Remediations(AdvisorySources from) =>
        from.Case.Vulnerabilities.SelectMany(flaw => from.Advisory.Text.Of(flaw.Id).Remediations);

    private static Cvss? VectorOf(Aftercare.Cases.Vulnerability flaw) => flaw.Score is { } score ? Cvss.Parse(score.Vector) : null;

    // CSAF 2.0 has no place for a CVSS 4.0 vector but a note.
    private static Csaf.Score? ScoreOf(Cvss vector, ImmutableArray<string> products) =>
        vector.Version == CvssVersion.V40 ? null
        : vector.Version == CvssVersion.V20 ? new Csaf.Score(products) { CvssV2 = new CvssV2("2.0", vector.ToString(), vector.BaseScore) }
        : new Csaf.Score(products) { CvssV3 = CvssV3.Of(Cvss31.Parse(vector.ToString())) };

    private static DateTimeOffset FirstRelease(AdvisorySources from, DateTimeOffset released) =>
        from.Advisory.Published is [var first, ..] ? first.At.Utc : released;

    // A day that was stated without a time begins where the manufacturer is.
    private static DateTimeOffset Moment(Stated stated, TimeZoneInfo zone)
    {
        if (!stated.IsDateOnly)
            return stated.Earliest.Utc;
        var midnight = DateOnly.Parse(stated.Text, CultureInfo.InvariantCulture).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight));
    }

    /// <summary>GS1's key: 14 digits of which the last is the check digit. The other issuers' keys have no address form.</summary>
    private static bool IsGtin(string udi) =>
        udi.Length == 14 && udi.All(char.IsAsciiDigit) && udi.Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 3 : 1)).Sum() % 10 == 0;

    private static string NameOf(AdvisorySources from, ReleaseRow release) =>
        $"{from.Products.First(product => product.Subject == release.Product).Name} {release.VersionName}";

    private static string IdOf(Guid release) => release.ToString("D");

    private static ImmutableArray<string> Ids(IEnumerable<Guid> releases) => [.. releases.Select(IdOf)];

    private static string Url(AdvisorySources from, string path) => new Uri(from.PublicUrl, "/" + path).AbsoluteUri;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
