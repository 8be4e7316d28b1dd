using System.Collections.Immutable;
using Aftercare.Ledger;

namespace Aftercare.Reports;

/// <summary>One passage of what a reporter wrote: kept beside the ledger, so that it can be erased.</summary>
public sealed record Passage(About About, TextRef Text);

/// <summary>What happened to a report. What outsiders wrote is named by reference; what staff decided is in the body.</summary>
public abstract record ReportEvent : Event
{
    [Kind("report.received")]
    public sealed record Received : ReportEvent
    {
        /// <summary>E.g. <c>R-2026-0042</c>.</summary>
        public required string Number { get; init; }
        public required SourceCategory Source { get; init; }
        public required Channel Channel { get; init; }
        public required ReportRoute Route { get; init; }

        /// <summary>When anybody of the firm, a distributor or an authorised representative first heard of it.</summary>
        public required Stated FirstHeard { get; init; }
        public required FirstHearer FirstHeardBy { get; init; }

        /// <summary>Whether a patient was or could have been harmed, as the reporter sees it.</summary>
        public required Answer PatientHarm { get; init; }

        /// <summary>The reporter left no address.</summary>
        public required bool Anonymous { get; init; }

        /// <summary>The end of the day until which we promised to acknowledge it.</summary>
        public required Instant AcknowledgeBy { get; init; }

        /// <summary>Days between words to the reporter, as promised; 1 to 365.</summary>
        public required int UpdateEveryDays { get; init; }

        /// <summary>The revision of the policy in force; null when none was published.</summary>
        public int? PolicyRevision { get; init; }

        /// <summary>Null: unknown, or not ours; what was written about it is a passage.</summary>
        public Guid? Product { get; init; }

        /// <summary>Whether the device was in clinical use.</summary>
        public Answer? ClinicalUse { get; init; }
        public Answer? DataAccessed { get; init; }
        public Answer? ExploitationSeen { get; init; }

        /// <summary>Whether products of other makers are affected too.</summary>
        public Answer? MultiVendor { get; init; }

        /// <summary>The reporter's language as a tag, e.g. <c>de</c>.</summary>
        public string? Language { get; init; }

        /// <summary>It looks as if a machine had filled in the form. Kept and looked at like any other.</summary>
        public bool Parked { get; init; }
        public required ImmutableArray<Passage> Passages { get; init; }

        /// <summary>The advisory that came in; null where words came in.</summary>
        public ReportedAdvisory? Advisory { get; init; }

        /// <summary>Exactly what came in.</summary>
        public required BlobRef Original { get; init; }
        public required ImmutableArray<BlobRef> Attachments { get; init; }
    }

    /// <param name="On">When the reporter was told that we have it.</param>
    /// <param name="Text">What he was told, where it was written.</param>
    [Kind("report.acknowledged")]
    public sealed record Acknowledged(Channel Via, Stated On, TextRef? Text) : ReportEvent;

    /// <param name="Finding">What was checked, and why it is believed.</param>
    [Kind("report.validated")]
    public sealed record Validated(string Finding) : ReportEvent;

    [Kind("report.invalidated")]
    public sealed record Invalidated(string Missing) : ReportEvent;

    /// <param name="Original">Of a duplicate: the report that it repeats.</param>
    [Kind("report.dismissed")]
    public sealed record Dismissed(Disposition As, Guid? Original, string Reason) : ReportEvent;

    /// <param name="ReviewOn">The day on which it is looked at again.</param>
    [Kind("report.deferred")]
    public sealed record Deferred(string Reason, Stated ReviewOn) : ReportEvent;

    [Kind("report.attached")]
    public sealed record Attached(Guid Case) : ReportEvent;

    /// <summary>Corrects what was received; what is null stays.</summary>
    [Kind("report.corrected")]
    public sealed record Corrected(SourceCategory? Source, Guid? Product, Answer? PatientHarm, string Reason) : ReportEvent;

    /// <summary>Whether it is a complaint by ISO 13485 §3.4 (21 CFR 820.35).</summary>
    /// <param name="Reference">Its number in the complaint-handling system.</param>
    [Kind("report.complaint-determined")]
    public sealed record ComplaintDetermined(bool IsComplaint, string Reason, string? Reference) : ReportEvent;

    [Kind("report.reporter-told")]
    public sealed record ReporterTold(Purpose Purpose, Channel Via, TextRef Text) : ReportEvent;

    [Kind("report.reporter-not-told")]
    public sealed record ReporterNotTold(NotToldBecause Because, string Reason) : ReportEvent;

    [Kind("report.reporter-wrote")]
    public sealed record ReporterWrote(TextRef Text, ImmutableArray<BlobRef> Attachments) : ReportEvent;

    /// <summary>Whether the reporter wants mails about it; until he says so, he does.</summary>
    [Kind("report.mail-chosen")]
    public sealed record MailChosen(bool Wanted) : ReportEvent;

    [Kind("report.closed")]
    public sealed record Closed(ClosureReason As, string Rationale) : ReportEvent;

    [Kind("report.reopened")]
    public sealed record Reopened(string Reason) : ReportEvent;
}
