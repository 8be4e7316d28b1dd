using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Aftercare.Json;

namespace Aftercare.Csaf;

/// <summary>
/// A document that may go into the public tree, with the exact bytes that were approved. Holding one is the proof that it is valid,
/// released and TLP:WHITE: it comes only from <see cref="Of"/>.
/// </summary>
public sealed partial class Publication
{
    private Publication(ListedAdvisory listing, ReadOnlyMemory<byte> bytes) => (Listing, Bytes) = (listing, bytes);

    /// <summary>What the feed and the lists say of it; small, so that it can be kept where the documents are not.</summary>
    public ListedAdvisory Listing { get; }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <exception cref="CsafFormatException">Not CSAF, a mandatory test fails, a draft, or not TLP:WHITE. Nothing may be published.</exception>
    public static Publication Of(ReadOnlyMemory<byte> utf8)
    {
        var document = CsafDocument.Read(utf8);
        var faults = Bars(document).AddRange(CsafRules.Faults(StrictJson.Parse(utf8, CsafDocument.Limits)));
        return faults.IsEmpty ? new Publication(ListedAdvisory.Of(document), utf8.ToArray()) : throw new CsafFormatException(faults);
    }

    /// <summary>
    /// The name under which a document is stored (CSAF 2.0 §5.1): the tracking id in lower case, each run of other characters than
    /// a-z, 0-9, + and - made one underscore.
    /// </summary>
    public static string FileName(string trackingId) => NotInFileNames().Replace(trackingId.ToLowerInvariant(), "_") + ".json";

    private static ImmutableArray<CsafFault> Bars(CsafDocument document)
    {
        var info = document.Document;
        var bars = ImmutableArray.CreateBuilder<CsafFault>();
        if (info.Distribution?.Tlp?.Label != TlpLabel.White)
            bars.Add(new CsafFault("publication", "/document/distribution/tlp/label", "is not WHITE; the public tree carries nothing else"));
        if (info.Tracking.Status == TrackingStatus.Draft)
            bars.Add(new CsafFault("publication", "/document/tracking/status", "is a draft"));
        return bars.ToImmutable();
    }

    [GeneratedRegex("[^+\\-a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex NotInFileNames();
}

/// <summary>What the feed and the lists say of one published document.</summary>
/// <param name="Products">Names of the product_name branches, for the category document.</param>
public sealed record ListedAdvisory(
    string Id, string Title, string? Summary, DateTimeOffset InitialRelease, DateTimeOffset CurrentRelease, ImmutableArray<string> Products)
{
    /// <value>Below the TLP folder: year of the initial release (UTC) and file name, e.g. <c>2026/acme-sa-2026-0007.json</c>.</value>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"{InitialRelease.UtcDateTime:yyyy}/{Publication.FileName(Id)}");

    internal static ListedAdvisory Of(CsafDocument document)
    {
        var (info, tracking) = (document.Document, document.Document.Tracking);
        return new ListedAdvisory(
            tracking.Id,
            info.Title,
            info.Notes.FirstOrDefault(note => note.Category == NoteCategory.Summary)?.Text,
            tracking.InitialReleaseDate,
            tracking.CurrentReleaseDate,
            [.. ProductNames(document.ProductTree?.Branches ?? []).Distinct(StringComparer.Ordinal)]);
    }

    private static IEnumerable<string> ProductNames(ImmutableArray<Branch> branches) => branches.SelectMany(branch =>
        ProductNames(branch.Branches).Prepend(branch.Name).Where((_, i) => i > 0 || branch.Category == BranchCategory.ProductName));
}
