using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;
using Aftercare.Vulnerabilities;

namespace Aftercare.Advisories;

/// <summary>What a document says of itself, as far as lists show it.</summary>
/// <param name="Number">As its publisher calls it; unique for the publisher.</param>
/// <param name="Revision">Of the document, e.g. <c>2</c> or <c>1.0.1</c>.</param>
/// <param name="Severity">Of the worst vulnerability; null: none is rated.</param>
/// <param name="Cves">As written; see <see cref="PastAdvisory.MaxCves"/>.</param>
/// <param name="Products">Names of what it calls affected; see <see cref="PastAdvisory.MaxProducts"/>.</param>
public sealed record PastAdvisorySaid(
    string Publisher, string Number, string Title, string Revision, Instant FirstPublished, Instant Revised, Severity? Severity, ImmutableArray<string> Cves, ImmutableArray<string> Products);

public abstract record PastAdvisoryEvent : Event
{
    /// <param name="Document">The CSAF document, byte for byte as it was brought.</param>
    [Kind("past-advisory.entered")]
    public sealed record Entered(PastAdvisorySaid Said, BlobRef Document) : PastAdvisoryEvent;

    [Kind("past-advisory.imported")]
    public sealed record Imported(ImportedFrom From) : PastAdvisoryEvent, IImported;

    [Kind("past-advisory.taken-back")]
    public sealed record TakenBack(Guid Import, string Reason) : PastAdvisoryEvent, ITakenBack;
}

public enum PastAdvisoryStage
{
    Entered,
}

/// <summary>
/// An advisory that was published before this record began. Nobody approved or published it here, so it stands apart from <see cref="Advisory"/>: it can be
/// read at the desk, fulfils no duty of a case, and is not published anew.
/// </summary>
public sealed record PastAdvisory : Subject, IImportable<PastAdvisory>
{
    /// <value>400; the document has all.</value>
    public const int MaxCves = 400;

    /// <value>30 names of 200 characters; the document has all.</value>
    public const int MaxProducts = 30;

    private const int MaxText = 200;

    public static string Noun => "past-advisory";

    public static Lifecycle<PastAdvisoryStage> Life { get; } = new(Noun,
    [
        new("enter", "past-advisory.entered", [], PastAdvisoryStage.Entered, [Role.Publisher, Role.Lead, Role.System]),
        new(IImportable<PastAdvisory>.Import, "past-advisory.imported", [PastAdvisoryStage.Entered], null, [Role.System]),
        new(IImportable<PastAdvisory>.TakeBack, "past-advisory.taken-back", [PastAdvisoryStage.Entered], null, [Role.Lead, Role.Administrator]),
    ]);

    public PastAdvisorySaid Said { get; private init; } = null!;
    public BlobRef Document { get; private init; } = null!;

    /// <summary>Cut to what an entry holds.</summary>
    public static Outcome<PastAdvisoryEvent> Enter(PastAdvisorySaid said, BlobRef document, Actor by) => Life.Bars("enter", null, null, by) is { } bar ? bar :
        new PastAdvisoryEvent.Entered(
            said with
            {
                Publisher = said.Publisher.CutTo(MaxText),
                Number = said.Number.CutTo(MaxText),
                Title = said.Title.CutTo(MaxText),
                Revision = said.Revision.CutTo(MaxText),
                Cves = [.. said.Cves.Distinct().Take(MaxCves).Select(text => text.CutTo(MaxText))],
                Products = [.. said.Products.Distinct().Take(MaxProducts).Select(text => text.CutTo(MaxText))],
            },
            document);

    static Event IImportable<PastAdvisory>.Imported(ImportedFrom from) => new PastAdvisoryEvent.Imported(from);

    static Event IImportable<PastAdvisory>.TakenBack(Guid import, string reason) => new PastAdvisoryEvent.TakenBack(import, reason);

    static Refusal? IImportable<PastAdvisory>.BarsTakingBack(PastAdvisory record, Actor by) => Life.Bars(IImportable<PastAdvisory>.TakeBack, record, PastAdvisoryStage.Entered, by);

    public static PastAdvisory After(PastAdvisory? before, Entry entry) => (PastAdvisoryEvent)entry.Event switch
    {
        PastAdvisoryEvent.Entered e => (before ?? new PastAdvisory()) with { Said = e.Said, Document = e.Document },
        PastAdvisoryEvent.Imported or PastAdvisoryEvent.TakenBack => before ?? new PastAdvisory(),
        var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
    };
}
