using System.Collections.Immutable;
using System.Text.Json;
using Aftercare.Reports;
using Aftercare.Updates;

namespace Aftercare.Imports;

/// <summary>What a column may hold.</summary>
public enum ColumnForm
{
    Text,

    /// <summary>A day (2026-03-04) or a moment with its zone.</summary>
    Day,

    /// <summary>Two upper-case letters (ISO 3166-1).</summary>
    Country,

    /// <summary>One of a few words.</summary>
    Word,

    /// <summary>Several texts: in CSV with a vertical bar between them, in JSON a list.</summary>
    List,

    /// <summary>A package URL.</summary>
    Purl,
}

/// <summary>A column of a file, or a member of its JSON objects.</summary>
/// <param name="Name">As the template writes it; found without regard to case, blanks, hyphens and underscores.</param>
/// <param name="Holds">What it holds, for whoever fills it in.</param>
/// <param name="Max">Characters, of each text where there are several.</param>
public sealed record ImportColumn(string Name, bool Required, string Holds, string Example, ColumnForm Form = ColumnForm.Text, int Max = 200)
{
    /// <summary>What may stand there where <see cref="Form"/> is <see cref="ColumnForm.Word"/>.</summary>
    public ImmutableArray<string> Words { get; init; } = [];
}

/// <summary>A kind of record that comes by file. The reader, the page's help, the template, the docs and the errors all follow from it.</summary>
/// <param name="Name">In addresses and on the command line.</param>
/// <param name="Title">In plain words, plural.</param>
/// <param name="Key">By what a record is recognised as being here already.</param>
/// <param name="Note">What whoever makes the file must know besides.</param>
public sealed record ImportKind(string Name, string Title, string Key, string Note, ImmutableArray<ImportColumn> Columns)
{
    /// <summary>The records are whole documents of a format of their own: one JSON file each, or a list of them. Only JSON then, and no columns.</summary>
    public bool IsDocuments => Columns.IsEmpty;
}

/// <summary>All kinds, in the order in which they refer to each other.</summary>
public static class ImportKinds
{
    private static readonly ImportColumn Product = new("product", true, "The product's name, or its line", "Infusion pump");

    public static ImportKind Manufacturers { get; } = new("manufacturers", "Manufacturers", "name", "The legal manufacturers, as on the label.",
    [
        new("name", true, "The legal name", "Acme Medical GmbH"),
        new("country", true, "Two upper-case letters", "DE", ColumnForm.Country, 2),
        new("srn", false, "EUDAMED single registration number", "DE-MF-000012345", Max: 40),
    ]);

    public static ImportKind Products { get; } = new("products", "Products", "name", "The line begins the paths of the product's updates and never changes. The day of go-live is signed by quality under Readiness, so it does not come by file.",
    [
        new("manufacturer", true, "The legal manufacturer's name", "Acme Medical GmbH"),
        new("name", true, "As on the label", "Infusion pump"),
        new("family", true, "Products that share software are listed together under it", "Pumps"),
        new("line", true, "Lower-case letters, digits and hyphens; no other product may have it", "infusion-pump", Max: 40),
        new("model", false, "Model or reference number", "IP-4000", Max: 100),
        new("udiDi", false, "UDI device identifier", "04012345678901", Max: 40),
    ]);

    public static ImportKind Releases { get; } = new("releases", "Releases", "product and release", "A release without an end of support is taken as one whose end is not announced.",
    [
        Product,
        new("release", true, "As the device shows it", "4.2.0", Max: 60),
        new("releasedOn", true, "The day of release", "2024-03-04", ColumnForm.Day, 40),
        new("supportedUntil", false, "The last day with security updates", "2031-03-04", ColumnForm.Day, 40),
    ]);

    public static ImportKind SoftwareItems { get; } = new("software-items", "Software items", "product, name and version",
        "The class (maintained, supported, required) is signed by quality, so it does not come by file: classify the items afterwards.",
    [
        Product,
        new("releases", true, "The releases that contain or need it", "4.1.0|4.2.0", ColumnForm.List, 60),
        new("name", true, "As its supplier calls it", "OpenSSL"),
        new("version", true, "As its supplier calls it", "3.0.13", Max: 100),
        new("supplier", false, "Who makes it", "OpenSSL Project"),
        new("purl", false, "Package URL", "pkg:generic/openssl@3.0.13", ColumnForm.Purl, 1000),
        new("origin", true, "Who wrote it: own or third-party", "third-party", ColumnForm.Word) { Words = ["own", "third-party"] },
    ]);

    public static ImportKind Sites { get; } = new("sites", "Sites and whom to call there", "name", "Names, addresses and numbers of people are sealed and can be erased.",
    [
        new("name", true, "The site's name", "Klinikum Nord"),
        new("country", true, "Two upper-case letters", "DE", ColumnForm.Country, 2),
        new("contactName", false, "Whom to call; a department is enough", "Biomedical engineering"),
        new("contactEmail", false, "Where to write", "biomed@klinikum-nord.example"),
        new("contactPhone", false, "Where to call", "+49 30 1234567", Max: 60),
    ]);

    public static ImportKind Devices { get; } = new("devices", "Devices", "product and serial number", "Leave the release empty where nobody knows which one is installed.",
    [
        new("site", true, "The site's name", "Klinikum Nord"),
        Product,
        new("serial", true, "Serial number", "SN-0001", Max: 100),
        new("udi", false, "UDI as on its label", "(01)04012345678901(21)SN-0001"),
        new("release", false, "The installed release", "4.2.0", Max: 60),
        new("how", true, "How you know: shipped, site-statement or service-report", "shipped", ColumnForm.Word) { Words = ["shipped", "site-statement", "service-report"] },
    ]);

    public static ImportKind Vulnerabilities { get; } = new("vulnerabilities", "Register of vulnerabilities, open and closed", "product and CVE (or title where there is none)",
        "Each line becomes a case. A closed one says that it ended elsewhere and was not signed here; an open one is assessed here as any other.",
    [
        Product,
        new("cve", false, "CVE id", "CVE-2021-44228", Max: 30),
        new("title", true, "What is wrong, in a few words", "Code execution through log messages"),
        new("cwe", false, "CWE id", "CWE-502", Max: 20),
        new("cvss", false, "CVSS vector", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", Max: 300),
        new("awareSince", true, "When anybody of yours first heard of it", "2021-12-10", ColumnForm.Day, 40),
        new("state", true, "open or closed", "closed", ColumnForm.Word) { Words = ["open", "closed"] },
        new("closedOn", false, "Of a closed one: the day", "2022-02-01", ColumnForm.Day, 40),
        new("closureReason", false, "Of a closed one: how it ended", "fixed-and-published", ColumnForm.Word) { Words = WordsOf<ClosureReason>() },
        new("rationale", false, "Of a closed one: why, in a sentence", "Fixed with release 4.1.0.", Max: 2000),
    ]);

    public static ImportKind Advisories { get; } = new("advisories", "Past advisories", "publisher and number",
        "CSAF 2.0 documents as they were published: one, or a JSON list of them. They are kept as they are and can be read at the desk; nobody approved them here, so they are not published anew.", []);

    public static ImportKind Approvals { get; } = new("approvals", "Approved-patch lists", "product, release, item, supplier and identifier",
        "Each line becomes the draft of a statement with what the list says. The verdict is decided and signed here, and published by a second person.",
    [
        Product,
        new("release", true, "The release that the update would be installed under", "4.2.0", Max: 60),
        new("item", true, "The software item that the update is for", "Windows"),
        new("itemVersion", false, "Needed where the release has several of this name", "11", Max: 100),
        new("supplier", true, "Whose update it is", "Microsoft"),
        new("identifier", true, "As its maker calls it", "KB5031234", Max: 100),
        new("title", true, "In words", "Cumulative update", Max: 300),
        new("releasedOn", false, "When its maker released it", "2026-02-10", ColumnForm.Day, 40),
        new("verdict", true, "What the list says: approved, approved-with-conditions, not-approved or under-evaluation", "approved", ColumnForm.Word) { Words = WordsOf<Verdict>() },
        new("testedConfiguration", false, "What it was tried with", "Pump 4.2.0 on Windows 11", Max: 2000),
        new("conditions", false, "Under which conditions", "Restart the pump afterwards.", Max: 2000),
        new("decidedOn", false, "The day that the list states", "2026-03-01", ColumnForm.Day, 40),
    ]);

    public static ImmutableArray<ImportKind> All { get; } = [Manufacturers, Products, Releases, SoftwareItems, Sites, Devices, Vulnerabilities, Advisories, Approvals];

    public static ImportKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);

    private static ImmutableArray<string> WordsOf<T>() where T : struct, Enum => [.. Enum.GetNames<T>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];
}
