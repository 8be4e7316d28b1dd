using Aftercare.Advisories;
using Aftercare.Server.Platform.Storage;
using Aftercare.Vulnerabilities;

namespace Aftercare.Server.Advisories;

/// <summary>An advisory that was published before this record began; for the desk.</summary>
public sealed class PastAdvisoryRow : ViewRow
{
    public string Publisher { get; set; } = "";
    public string Number { get; set; } = "";
    public string Title { get; set; } = "";
    public string Revision { get; set; } = "";
    public long FirstPublishedAt { get; set; }
    public long RevisedAt { get; set; }
    public Severity? Severity { get; set; }

    /// <summary>Lowercase hex, of the document.</summary>
    public string Sha256 { get; set; } = "";

    internal static View View { get; } = View.Of<PastAdvisory, PastAdvisoryRow>("past_advisories",
        past => [new PastAdvisoryRow
        {
            Publisher = past.Said.Publisher,
            Number = past.Said.Number,
            Title = past.Said.Title,
            Revision = past.Said.Revision,
            FirstPublishedAt = past.Said.FirstPublished.Ms,
            RevisedAt = past.Said.Revised.Ms,
            Severity = past.Said.Severity,
            Sha256 = past.Document.Sha256,
        }],
        (views, row) => views.Desk,
        row =>
        {
            row.Property(one => one.Severity).HasConversion<string>();
            row.HasIndex(one => one.Number);
        });
}
