using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Reports;

/// <summary>A report in lists and in the register; the desk's, and that of whoever holds its secret link.</summary>
public sealed class ReportRow : ViewRow
{
    public string Number { get; set; } = "";
    public SourceCategory Source { get; set; }
    public Channel Channel { get; set; }
    public ReportRoute Route { get; set; }

    /// <summary>As it was stated.</summary>
    public string FirstHeard { get; set; } = "";

    /// <summary>For ordering and counting, in milliseconds.</summary>
    public long FirstHeardAt { get; set; }
    public long ReceivedAt { get; set; }
    public Guid? Product { get; set; }
    public Answer PatientHarm { get; set; }
    public bool Anonymous { get; set; }
    public bool Parked { get; set; }
    public ReportStage Stage { get; set; }
    public Disposition? Disposition { get; set; }
    public Guid? Case { get; set; }

    /// <summary>Of a duplicate: the report that it repeats.</summary>
    public Guid? Original { get; set; }

    public bool? Complaint { get; set; }
    public long? AcknowledgedAt { get; set; }
    public bool ReporterTold { get; set; }
    public bool AwaitsReporter { get; set; }
    public bool AwaitsDesk { get; set; }

    /// <summary>When the next word to the reporter is due by our own promise.</summary>
    public long? NextWordBy { get; set; }

    /// <summary>Who brought it in, as the ledger names people.</summary>
    public string ReceivedBy { get; set; } = "";

    public ClosureReason? ClosedAs { get; set; }
    public long? ClosedAt { get; set; }

    /// <summary>Where the description is kept.</summary>
    public Guid Description { get; set; }

    internal static View View { get; } = View.Of<Report, ReportRow>("reports", report => [Of(report)],
        (views, row) => views.Desk || row.Subject == views.Report,
        row =>
        {
            row.Property(report => report.Source).HasConversion<string>();
            row.Property(report => report.Channel).HasConversion<string>();
            row.Property(report => report.Route).HasConversion<string>();
            row.Property(report => report.PatientHarm).HasConversion<string>();
            row.Property(report => report.Stage).HasConversion<string>();
            row.Property(report => report.Disposition).HasConversion<string>();
            row.Property(report => report.ClosedAs).HasConversion<string>();
            row.HasIndex(report => report.Stage);
            row.HasIndex(report => report.Case);
            row.HasIndex(report => report.ReceivedBy);
            row.HasIndex(report => report.FirstHeardAt);
        });

    private static ReportRow Of(Report report) => new()
    {
        Number = report.Number,
        Source = report.Source,
        Channel = report.Channel,
        Route = report.Route,
        FirstHeard = report.FirstHeard.Text,
        FirstHeardAt = report.FirstHeard.Earliest.Ms,
        ReceivedAt = report.Since.Ms,
        Product = report.Product,
        PatientHarm = report.PatientHarm,
        Anonymous = report.Anonymous,
        Parked = report.Parked,
        Stage = report.Stage,
        Disposition = report.Disposition,
        Case = report.Case,
        Original = report.Original,
        Complaint = report.Complaint?.IsComplaint,
        AcknowledgedAt = report.AcknowledgedAt?.Ms,
        ReporterTold = report.ReporterTold,
        AwaitsReporter = report.AwaitsReporter,
        AwaitsDesk = report.AwaitsDesk,
        NextWordBy = report.NextWordBy?.Ms,
        ReceivedBy = report.LastBy[Kinds.All.NameOf(typeof(ReportEvent.Received))],
        ClosedAs = report.ClosedAs,
        ClosedAt = report.ClosedAt?.Ms,
        Description = report.Received.Passages.First(passage => passage.About == About.Description).Text.Id,
    };
}
