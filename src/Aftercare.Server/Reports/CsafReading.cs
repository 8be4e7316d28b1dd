using System.Collections.Immutable;
using Aftercare.Csaf;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Reports;

/// <summary>What a CSAF document of somebody else says, as a report says it. Pure.</summary>
internal static class CsafReading
{
    private const int MaxName = 200;

    public static ReportedAdvisory Advisory(CsafDocument document, int faults)
    {
        var names = Names(document.ProductTree);
        var tracking = document.Document.Tracking;
        return ReportedAdvisory.Of("CSAF 2.0", tracking.Id.CutTo(MaxName), tracking.Version.CutTo(MaxName), document.Document.Publisher.Name.CutTo(MaxName), faults,
            [.. document.Vulnerabilities.Select(flaw => Flaw(flaw, names))]);
    }

    /// <summary>Title first, then what it says in words, cut to what a description holds; and whom it credits and where it stands.</summary>
    public static ImmutableArray<(About About, string Text)> Passages(CsafDocument document)
    {
        var words = new List<string> { document.Document.Title };
        words.AddRange(document.Document.Notes.Select(Said));
        foreach (var flaw in document.Vulnerabilities)
        {
            words.Add(string.Join(": ", new[] { flaw.Cve, flaw.Title }.OfType<string>().Distinct()));
            words.AddRange(flaw.Notes.Select(Said));
            words.AddRange(flaw.Remediations.Select(remedy => remedy.Details));
        }
        var text = string.Join("\n\n", words.Select(word => word.ReplaceLineEndings("\n").Trim()).Where(word => word.Length > 0));
        var passages = ImmutableArray.CreateBuilder<(About, string)>();
        passages.Add((About.Description, text.CutTo(SendReport.MaxDescription)));
        var products = string.Join("\n", Names(document.ProductTree).Values.Distinct());
        if (products.Length > 0)
            passages.Add((About.Product, products.CutTo(SendReport.MaxDescription)));
        passages.Add((About.Reference, (document.Document.References.FirstOrDefault(one => one.Category == ReferenceCategory.Self)?.Url ?? document.Document.Tracking.Id).CutTo(MaxName)));
        return passages.ToImmutable();
    }

    /// <summary>Its publisher; with an address where it gave one.</summary>
    public static Contact Contact(CsafDocument document)
    {
        var publisher = document.Document.Publisher;
        var email = publisher.ContactDetails?.Split([' ', ',', ';', '\n', '<', '>'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(word => word.Contains('@', StringComparison.Ordinal) && word.Length <= MaxName);
        return new Contact(publisher.Name.CutTo(MaxName), email, publisher.Name.CutTo(MaxName));
    }

    private static ReportedFlaw Flaw(Vulnerability flaw, Dictionary<string, string> names)
    {
        var status = flaw.ProductStatus ?? new ProductStatuses();
        ImmutableArray<string> affected =
        [
            .. status.KnownAffected.Concat(status.FirstAffected).Concat(status.LastAffected).Distinct().Select(id => names.GetValueOrDefault(id, id)),
        ];
        ImmutableArray<string> vectors = [.. flaw.Scores.SelectMany(score => new[] { score.CvssV3?.VectorString, score.CvssV2?.VectorString }).OfType<string>().Distinct()];
        return new ReportedFlaw(flaw.Cve, flaw.Cwe?.Id, flaw.Title, vectors, affected, 0);
    }

    private static Dictionary<string, string> Names(ProductTree? tree)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var product in tree?.AllProducts() ?? [])
            names.TryAdd(product.ProductId, product.Name);
        return names;
    }

    private static string Said(Note note) => note.Title is { Length: > 0 } title ? $"{title}: {note.Text}" : note.Text;
}
