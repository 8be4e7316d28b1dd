using Aftercare.Audits;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Audits;

/// <summary>An audit; for the desk, and for its own auditor.</summary>
public sealed class AuditRow : ViewRow
{
    /// <summary>E.g. <c>A-2026-0002</c>.</summary>
    public string Number { get; set; } = "";
    public string Title { get; set; } = "";
    public AuditBody Body { get; set; }

    /// <summary>Who audits, by name.</summary>
    public string Of { get; set; } = "";
    public Guid Auditor { get; set; }
    public AuditStage Stage { get; set; }
    public long From { get; set; }
    public long Ends { get; set; }

    /// <summary>What it is about; empty: every product.</summary>
    public List<Guid> Products { get; set; } = [];
    public long? LogSize { get; set; }
    public bool Readiness { get; set; }

    /// <summary>Cases that are shown although they are under embargo.</summary>
    public List<Guid> Cases { get; set; } = [];

    /// <summary>Reports whose reporter is shown.</summary>
    public List<Guid> Reporters { get; set; } = [];
    public int Samples { get; set; }

    /// <summary>Requests that nobody has answered.</summary>
    public int Unanswered { get; set; }

    internal static View View { get; } = View.Of<Audit, AuditRow>("audits",
        audit => [new AuditRow
        {
            Number = audit.Terms.Number,
            Title = audit.Terms.Title,
            Body = audit.Terms.Body,
            Of = audit.Terms.Of,
            Auditor = audit.Terms.Auditor,
            Stage = audit.Stage,
            From = audit.Terms.From.Ms,
            Ends = audit.Ends.Ms,
            Products = [.. audit.Terms.Products],
            LogSize = audit.Terms.LogSize,
            Readiness = audit.Readiness,
            Cases = [.. audit.Grants.Keys.Where(grant => grant.What == Withheld.Case).Select(grant => grant.Subject).Order()],
            Reporters = [.. audit.Grants.Keys.Where(grant => grant.What == Withheld.Reporter).Select(grant => grant.Subject).Order()],
            Samples = audit.Samples.Length,
            Unanswered = audit.Requests.Count(request => request.Answers.IsEmpty),
        }],
        (views, row) => views.House || row.Auditor == views.Person,
        row =>
        {
            row.Property(audit => audit.Body).HasConversion<string>();
            row.Property(audit => audit.Stage).HasConversion<string>();
            row.HasIndex(audit => audit.Auditor);
        });
}
