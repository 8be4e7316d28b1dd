using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Reports;

// What follows from what happened. Never refuses.
public sealed partial record Report
{
    public static Report After(Report? before, Entry entry)
    {
        var report = before ?? new Report();
        var acted = report with { AwaitsDesk = false };
        return (ReportEvent)entry.Event switch
        {
            ReportEvent.Received e => Begun(report, e),
            ReportEvent.Acknowledged e => acted with { AcknowledgedAt = e.On.Earliest, AcknowledgedVia = e.Via, LastWord = entry.At, Messages = e.Text is null ? report.Messages : report.Said(entry.At, Purpose.Progress, e.Text) },
            ReportEvent.Validated => acted with { Stage = ReportStage.Valid, Disposition = null, Original = null, Missing = null, OutcomeTold = false },
            ReportEvent.Invalidated e => acted with { Stage = ReportStage.Invalid, Missing = e.Missing, OutcomeTold = false },
            ReportEvent.Dismissed e => acted.WithDismissal(e),
            ReportEvent.Deferred e => acted with { Stage = ReportStage.Deferred, ReviewOn = e.ReviewOn, OutcomeTold = false },
            ReportEvent.Attached e => acted with { Stage = ReportStage.Accepted, Disposition = Reports.Disposition.Case, Case = e.Case, Original = null, ReviewOn = null, OutcomeTold = false },
            ReportEvent.Corrected e => acted with { Source = e.Source ?? report.Source, Product = e.Product ?? report.Product, PatientHarm = e.PatientHarm ?? report.PatientHarm },
            ReportEvent.ComplaintDetermined e => acted with { Complaint = new ComplaintDetermination(e.IsComplaint, e.Reason, e.Reference) },
            ReportEvent.ReporterTold e => acted.WithWord(e, entry.At),
            ReportEvent.ReporterNotTold e => acted with { NotTold = e.Because, AwaitsReporter = false },
            ReportEvent.ReporterWrote e => report with { AwaitsDesk = true, AwaitsReporter = false, Messages = report.Messages.Add(new Message(entry.At, null, e.Text, e.Attachments)) },
            ReportEvent.MailChosen e => report with { MailWanted = e.Wanted },
            ReportEvent.Closed e => acted with { Stage = ReportStage.Closed, ClosedAs = e.As, ClosedAt = entry.At, AwaitsReporter = false },
            ReportEvent.Reopened => acted.Reborn(),
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private static Report Begun(Report report, ReportEvent.Received e) => report with
    {
        Received = e,
        Number = e.Number,
        Source = e.Source,
        Channel = e.Channel,
        Route = e.Route,
        FirstHeard = e.FirstHeard,
        FirstHeardBy = e.FirstHeardBy,
        Product = e.Product,
        PatientHarm = e.PatientHarm,
        Anonymous = e.Anonymous,
        Parked = e.Parked,
    };

    private Report WithDismissal(ReportEvent.Dismissed e) => this with
    {
        Stage = Stage is ReportStage.Valid or ReportStage.Accepted ? ReportStage.Deferred : ReportStage.Invalid,
        Disposition = e.As,
        Original = e.Original,
        Case = null,
        OutcomeTold = false,
    };

    private Report WithWord(ReportEvent.ReporterTold e, Instant at) => this with
    {
        LastWord = at,
        OutcomeTold = OutcomeTold || e.Purpose == Purpose.Outcome,
        AwaitsReporter = e.Purpose == Purpose.Question || AwaitsReporter,
        Messages = Said(at, e.Purpose, e.Text),
    };

    // The complaint determination stays known; what was told and why it was closed belong to the generation before.
    private Report Reborn() => this with
    {
        Stage = ReportStage.Received,
        Generation = Generation + 1,
        Disposition = null,
        Original = null,
        Case = null,
        Missing = null,
        ReviewOn = null,
        OutcomeTold = false,
        NotTold = null,
        ClosedAs = null,
        ClosedAt = null,
    };

    private ImmutableArray<Message> Said(Instant at, Purpose purpose, TextRef text) =>
        Messages.Add(new Message(at, purpose, text, []));
}
