using Aftercare.Advisories;
using Aftercare.Server.Platform.Storage;
using Aftercare.Vulnerabilities;

namespace Aftercare.Server.Advisories;

/// <summary>An advisory at the desk, as its revision at hand stands.</summary>
public sealed class AdvisoryRow : ViewRow
{
    public string Number { get; set; } = "";
    public Guid Case { get; set; }
    public string Title { get; set; } = "";
    public AdvisoryStage Stage { get; set; }
    public int Revision { get; set; }

    /// <summary>The latest revision that everybody can read; 0: none yet.</summary>
    public int PublishedRevision { get; set; }

    /// <summary>When anything last happened to it.</summary>
    public long Until { get; set; }

    internal static View View { get; } = View.Of<Advisory, AdvisoryRow>("advisories",
        advisory => [new AdvisoryRow
        {
            Number = advisory.Number,
            Case = advisory.Case,
            Title = advisory.Text.Title,
            Stage = advisory.Stage,
            Revision = advisory.Revision,
            PublishedRevision = advisory.Published.IsEmpty ? 0 : advisory.Published[^1].Number,
            Until = advisory.Until.Ms,
        }],
        (views, row) => views.Desk,
        row =>
        {
            row.Property(one => one.Stage).HasConversion<string>();
            row.HasIndex(one => one.Case);
        });
}

/// <summary>The latest published revision; public. There is no row before the first.</summary>
public sealed class PublishedAdvisoryRow : ViewRow
{
    public string Number { get; set; } = "";
    public Guid Case { get; set; }

    /// <summary>As the document says it: a withdrawn one begins with "Withdrawn:".</summary>
    public string Title { get; set; } = "";
    public string Summary { get; set; } = "";
    public int Revision { get; set; }
    public string Change { get; set; } = "";
    public bool Withdrawn { get; set; }
    public long FirstReleaseAt { get; set; }
    public long ReleaseAt { get; set; }

    /// <summary>Of the worst vulnerability; null where none is rated.</summary>
    public Severity? Severity { get; set; }

    /// <summary>Names of the products that it speaks of.</summary>
    public List<string> Products { get; set; } = [];

    /// <summary>The releases that it calls affected by at least one vulnerability.</summary>
    public List<Guid> Affected { get; set; } = [];

    /// <summary>The updates that it offers.</summary>
    public List<Guid> Updates { get; set; } = [];

    /// <summary>Where the document stands in the public tree, below the TLP folder: <c>2026/acme-sa-2026-0007.json</c>.</summary>
    public string Path { get; set; } = "";

    /// <summary>Lowercase hex, of the document.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>The document's exact bytes, as an original of the advisory.</summary>
    public Guid Document { get; set; }

    internal static View View { get; } = View.Of<Advisory, PublishedAdvisoryRow>("published_advisories",
        advisory => advisory is { Latest: { } latest, LatestText: { } text } ? [Of(advisory, latest, text)] : [],
        (views, row) => true,
        row =>
        {
            row.Property(one => one.Severity).HasConversion<string>();
            row.HasIndex(one => one.Number);
            row.HasIndex(one => one.Case);
        });

    private static PublishedAdvisoryRow Of(Advisory advisory, AdvisoryEvent.Published latest, AdvisoryText text) => new()
    {
        Number = advisory.Number,
        Case = advisory.Case,
        Title = advisory.Withdrawn ? CsafMapping.WithdrawnTitle(text.Title) : text.Title,
        Summary = text.Summary,
        Revision = latest.Revision,
        Change = advisory.Published[^1].Change,
        Withdrawn = advisory.Withdrawn,
        FirstReleaseAt = advisory.Published[0].At.Ms,
        ReleaseAt = advisory.Published[^1].At.Ms,
        Severity = latest.Severity,
        Products = [.. latest.Products],
        Affected = [.. latest.Affected],
        Updates = [.. latest.Updates],
        Path = latest.Path,
        Sha256 = latest.Document.Sha256,
        Document = latest.Document.Id,
    };
}
