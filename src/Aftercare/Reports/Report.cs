using System.Collections.Immutable;
using Aftercare.Ledger;

namespace Aftercare.Reports;

/// <summary>Whether a report is a complaint, and why.</summary>
public sealed record ComplaintDetermination(bool IsComplaint, string Reason, string? Reference);

/// <summary>One message between desk and reporter.</summary>
/// <param name="Purpose">Of a message of the desk; null when the reporter wrote.</param>
public sealed record Message(Instant At, Purpose? Purpose, TextRef Text, ImmutableArray<BlobRef> Attachments);

/// <summary>
/// What somebody told us about a vulnerability: one report a telling, tracked to closure and never merged away (IEC 81001-5-1 §9.2).
/// </summary>
public sealed partial record Report : Subject, IFold<Report>
{
    /// <value>10 files with a report or message.</value>
    public const int MaxAttachments = 10;

    private static readonly ImmutableArray<ReportStage> Open =
        [ReportStage.Received, ReportStage.Invalid, ReportStage.Valid, ReportStage.Accepted, ReportStage.Deferred];

    private static readonly ImmutableArray<Role> Deciders = [Role.Analyst, Role.Lead];
    private static readonly ImmutableArray<Role> Talkers = [Role.Analyst, Role.Lead, Role.Support];

    public static string Noun => "report";

    /// <summary>The transitions are those of RM: r, v, i, a, d, c, and reopening as a new generation.</summary>
    public static Lifecycle<ReportStage> Life { get; } = new(Noun,
    [
        new("receive", "report.received", [], ReportStage.Received, [Role.Anonymous, .. Talkers, Role.Operator, Role.Machine, Role.System]) { Button = "Enter a report" },
        new("acknowledge", "report.acknowledged", Open, null, Talkers) { Button = "Acknowledge" },
        new("validate", "report.validated", [ReportStage.Received, ReportStage.Invalid], ReportStage.Valid, Deciders) { Button = "It is valid" },
        new("invalidate", "report.invalidated", [ReportStage.Received], ReportStage.Invalid, Deciders) { Button = "Something is missing" },
        new("dismiss", "report.dismissed", [ReportStage.Received, ReportStage.Invalid], ReportStage.Invalid, Deciders) { Button = "Dismiss" },
        new("attach", "report.attached", [ReportStage.Valid, ReportStage.Deferred], ReportStage.Accepted, Deciders),
        new("set-aside", "report.dismissed", [ReportStage.Valid, ReportStage.Accepted], ReportStage.Deferred, Deciders) { Button = "Dismiss after all" },
        new("defer", "report.deferred", [ReportStage.Valid, ReportStage.Accepted], ReportStage.Deferred, [Role.Lead]) { Button = "Defer" },
        new("tell-reporter", "report.reporter-told", Open, null, Talkers) { Button = "Write to the reporter" },
        new("leave-untold", "report.reporter-not-told", Open, null, Talkers) { Button = "The reporter cannot be told" },
        new("determine-complaint", "report.complaint-determined", Open, null, [Role.Quality, Role.Lead])
            { Button = "Complaint or not", Signature = "Complaint determination (ISO 13485 §3.4)" },
        new("correct", "report.corrected", Open, null, Deciders) { Button = "Correct" },
        new("close", "report.closed", [ReportStage.Invalid, ReportStage.Accepted, ReportStage.Deferred], ReportStage.Closed, [Role.Lead, Role.Quality])
            { Button = "Close", Signature = "Closure of the report" },
        new("reopen", "report.reopened", [ReportStage.Closed], ReportStage.Received, [.. Deciders, Role.Quality]) { Button = "Reopen" },
        new("write", "report.reporter-wrote", [.. Open, ReportStage.Closed], null, [Role.Reporter]) { Button = "Send" },
        new("choose-mail", "report.mail-chosen", [.. Open, ReportStage.Closed], null, [Role.Reporter]),
    ]);

    public string Number { get; private init; } = "";
    public SourceCategory Source { get; private init; }
    public Channel Channel { get; private init; }
    public ReportRoute Route { get; private init; }
    public Stated FirstHeard { get; private init; } = default!;
    public FirstHearer FirstHeardBy { get; private init; }
    public Guid? Product { get; private init; }
    public Answer PatientHarm { get; private init; }
    public bool Anonymous { get; private init; }
    public bool Parked { get; private init; }

    /// <summary>As it was received; what was corrected later is in the properties beside.</summary>
    public ReportEvent.Received Received { get; private init; } = default!;
    public ReportStage Stage { get; private init; }

    /// <summary>1 until it is reopened for the first time.</summary>
    public int Generation { get; private init; } = 1;
    public Instant? AcknowledgedAt { get; private init; }

    /// <summary>The way by which it was acknowledged.</summary>
    public Channel? AcknowledgedVia { get; private init; }

    /// <summary>What was decided about it; null while nothing is.</summary>
    public Disposition? Disposition { get; private init; }

    public Guid? Case { get; private init; }

    /// <summary>Of a duplicate: the report that it repeats.</summary>
    public Guid? Original { get; private init; }

    /// <summary>Of an invalid report: what is missing.</summary>
    public string? Missing { get; private init; }

    /// <summary>Of a deferred report: the day on which it is looked at again.</summary>
    public Stated? ReviewOn { get; private init; }

    public ComplaintDetermination? Complaint { get; private init; }

    public ImmutableArray<Message> Messages { get; private init; } = [];

    /// <summary>The desk has asked and the reporter has not answered.</summary>
    public bool AwaitsReporter { get; private init; }

    /// <summary>The reporter has written and the desk has not acted since.</summary>
    public bool AwaitsDesk { get; private init; }

    /// <summary>The reporter takes mails about it.</summary>
    public bool MailWanted { get; private init; } = true;

    public NotToldBecause? NotTold { get; private init; }

    /// <summary>The reporter knows what was decided, or it is on record why he cannot be told.</summary>
    public bool ReporterTold => OutcomeTold || NotTold is not null;

    public ClosureReason? ClosedAs { get; private init; }
    public Instant? ClosedAt { get; private init; }

    /// <summary>When the next word to the reporter is due by our own promise; null when nothing is owed.</summary>
    public Instant? NextWordBy => Stage == ReportStage.Closed || NotTold is not null ? null
        : LastWord is { } last ? last.Plus(TimeSpan.FromDays(Received.UpdateEveryDays))
        : Received.AcknowledgeBy;

    private bool OutcomeTold { get; init; }

    private Instant? LastWord { get; init; }
}
