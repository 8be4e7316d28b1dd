using System.Collections.Immutable;
using Aftercare.Csaf;
using Aftercare.Vulnerabilities;

namespace Aftercare.Server.Advisories;

/// <summary>A CSAF document as people read it: names instead of product ids, and one status a product.</summary>
public sealed class AdvisoryReading
{
    private readonly ImmutableArray<FullProductName> _products;

    public AdvisoryReading(CsafDocument document) => (Document, _products) = (document, [.. document.ProductTree?.AllProducts() ?? []]);

    public CsafDocument Document { get; }

    public string? Summary => Document.Document.Notes.FirstOrDefault(note => note.Category == NoteCategory.Summary)?.Text;

    /// <summary>Why it no longer holds; null while it does.</summary>
    public string? Withdrawn => Document.Document.Notes.FirstOrDefault(note => note is { Category: NoteCategory.General, Title: "Withdrawn" })?.Text;

    /// <summary>Of the worst vulnerability that is rated; null: none is.</summary>
    public Severity? Worst => Document.Vulnerabilities.Select(RatingOf).OfType<CvssV3>().Select(rating => (Severity?)rating.BaseSeverity).Max();

    /// <summary>The document's products with what is said of each, in the tree's order.</summary>
    public IEnumerable<(string Id, string Name, ProductStatus Status, Justification? Why)> Statuses(Vulnerability flaw)
    {
        var lists = Lists(flaw.ProductStatus ?? new ProductStatuses());
        return from product in _products
               from list in lists
               where list.Ids.Contains(product.ProductId)
               select (product.ProductId, product.Name, list.Status, flaw.Flags.FirstOrDefault(flag => flag.ProductIds.Contains(product.ProductId))?.Label);
    }

    public IEnumerable<string> NamesOf(ImmutableArray<string> ids) => _products.Where(product => ids.Contains(product.ProductId)).Select(product => product.Name);

    public static CvssV3? RatingOf(Vulnerability flaw) => flaw.Scores.Select(score => score.CvssV3).FirstOrDefault(rating => rating is not null);

    public static string? DescriptionOf(Vulnerability flaw) => flaw.Notes.FirstOrDefault(note => note.Category == NoteCategory.Description)?.Text;

    public static string? PatientImpactOf(Vulnerability flaw) => flaw.Notes.FirstOrDefault(note => note.Category == NoteCategory.General)?.Text;

    private static ImmutableArray<(ProductStatus Status, ImmutableArray<string> Ids)> Lists(ProductStatuses all) =>
    [
        (ProductStatus.KnownAffected, all.KnownAffected),
        (ProductStatus.FirstAffected, all.FirstAffected),
        (ProductStatus.LastAffected, all.LastAffected),
        (ProductStatus.UnderInvestigation, all.UnderInvestigation),
        (ProductStatus.KnownNotAffected, all.KnownNotAffected),
        (ProductStatus.Fixed, all.Fixed),
        (ProductStatus.FirstFixed, all.FirstFixed),
        (ProductStatus.Recommended, all.Recommended),
    ];
}
