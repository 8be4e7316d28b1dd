using System.Collections.Immutable;
using Aftercare.Ledger;

namespace Aftercare.Reports;

// What may be decided, by today's rules.
public sealed partial record Report
{
    private static readonly ImmutableArray<string> Decisions = ["report.invalidated", "report.dismissed", "report.deferred", "report.attached"];

    /// <summary>The one way in, whatever the channel.</summary>
    public static Outcome<ReportEvent> Receive(ReportEvent.Received told, Instant now, Actor by)
    {
        if (Life.Bars("receive", null, null, by) is { } bar)
            return bar;
        if (told.Passages.All(passage => passage.About != About.Description))
            return Refusal.Malformed("description", "Say what was found.");
        if (told.FirstHeard.Earliest > now)
            return Refusal.Malformed("firstHeard", "This lies in the future.");
        return told.Attachments.Length <= MaxAttachments ? told : Refusal.Malformed("attachments", $"At most {MaxAttachments} files.");
    }

    /// <param name="on">When the reporter was told; not before anybody heard of it, not in the future.</param>
    public Outcome<ReportEvent> Acknowledge(Channel via, Stated on, TextRef? text, Instant now, Actor by)
    {
        if (Life.Bars("acknowledge", this, Stage, by) is { } bar)
            return bar;
        if (AcknowledgedAt is { } before)
            return Refusal.State("report.acknowledged", $"It was acknowledged at {before} already.");
        return on.Earliest > now ? Refusal.Malformed("on", "This lies in the future.") : new ReportEvent.Acknowledged(via, on, text);
    }

    public Outcome<ReportEvent> Validate(string finding, Actor by) =>
        Life.Bars("validate", this, Stage, by) is { } bar ? bar : new ReportEvent.Validated(finding);

    public Outcome<ReportEvent> Invalidate(string missing, Actor by) =>
        Life.Bars("invalidate", this, Stage, by) is { } bar ? bar : new ReportEvent.Invalidated(missing);

    /// <param name="original">Of a duplicate only: the report that it repeats.</param>
    public Outcome<ReportEvent> Dismiss(Disposition disposition, Guid? original, string reason, Actor by)
    {
        if (Life.Bars(Stage is ReportStage.Valid or ReportStage.Accepted ? "set-aside" : "dismiss", this, Stage, by) is { } bar)
            return bar;
        if (disposition == Reports.Disposition.Case)
            return Refusal.Malformed("as", "A report that belongs to a case is attached to it, not dismissed.");
        if (original is not null != (disposition == Reports.Disposition.Duplicate))
            return Refusal.Malformed("original", "A duplicate names the report that it repeats, and nothing else does.");
        return original == Id ? Refusal.Malformed("original", "A report does not repeat itself.") : new ReportEvent.Dismissed(disposition, original, reason);
    }

    public Outcome<ReportEvent> Defer(string reason, Stated reviewOn, Instant now, Actor by)
    {
        if (Life.Bars("defer", this, Stage, by) is { } bar)
            return bar;
        return reviewOn.Earliest > now ? new ReportEvent.Deferred(reason, reviewOn) : Refusal.Malformed("reviewOn", "A day that is still to come.");
    }

    /// <summary>Makes it part of a case, recorded in one transaction with the case's own entry.</summary>
    public Outcome<ReportEvent> Attach(Guid caseId, Actor by) =>
        Life.Bars("attach", this, Stage, by) is { } bar ? bar : new ReportEvent.Attached(caseId);

    /// <summary>Corrects what was received; at least one of the three.</summary>
    public Outcome<ReportEvent> Correct(SourceCategory? source, Guid? product, Answer? patientHarm, string reason, Actor by)
    {
        if (Life.Bars("correct", this, Stage, by) is { } bar)
            return bar;
        return source is null && product is null && patientHarm is null
            ? Refusal.Malformed("source", "Nothing is corrected: change source, product or harm to patients.")
            : new ReportEvent.Corrected(source, product, patientHarm, reason);
    }

    public Outcome<ReportEvent> DetermineComplaint(bool isComplaint, string reason, string? reference, Actor by) =>
        Life.Bars("determine-complaint", this, Stage, by) is { } bar ? bar : new ReportEvent.ComplaintDetermined(isComplaint, reason, reference);

    public Outcome<ReportEvent> Tell(Purpose purpose, Channel via, TextRef text, Actor by)
    {
        if (Life.Bars("tell-reporter", this, Stage, by) is { } bar)
            return bar;
        return purpose == Purpose.Outcome && Stage is ReportStage.Received or ReportStage.Valid
            ? Refusal.State("report.no-outcome", "Nothing is decided about it yet, so there is no outcome to tell.")
            : new ReportEvent.ReporterTold(purpose, via, text);
    }

    public Outcome<ReportEvent> LeaveUntold(NotToldBecause because, string reason, Actor by)
    {
        if (Life.Bars("leave-untold", this, Stage, by) is { } bar)
            return bar;
        return because == NotToldBecause.Anonymous && !Anonymous
            ? Refusal.Malformed("because", "The reporter left an address.")
            : new ReportEvent.ReporterNotTold(because, reason);
    }

    /// <summary>A message of the reporter, which is welcome at any time.</summary>
    public Outcome<ReportEvent> Write(TextRef text, ImmutableArray<BlobRef> attachments, Actor by) =>
        Life.Bars("write", this, Stage, by) is { } bar ? bar : new ReportEvent.ReporterWrote(text, attachments);

    /// <summary>The reporter stops mails about it, or takes them again.</summary>
    public Outcome<ReportEvent> ChooseMail(bool wanted, Actor by)
    {
        if (Life.Bars("choose-mail", this, Stage, by) is { } bar)
            return bar;
        return wanted == MailWanted ? Refusal.State("report.mail-chosen", "This is so already.") : new ReportEvent.MailChosen(wanted);
    }

    /// <summary>
    /// Closes it. Refused until the reporter was told, it was determined whether it is a complaint, and the reason fits what was decided; where a
    /// patient may be harmed, whoever decided about it needs a second person.
    /// </summary>
    public Outcome<ReportEvent> Close(ClosureReason reason, string rationale, Actor by)
    {
        if (Life.Bars("close", this, Stage, by) is { } bar)
            return bar;
        if (!Fits(reason))
            return Refusal.State("report.reason-unfit", $"'{reason}' does not follow from what was decided about it.");
        if (PatientHarm != Answer.No && DecidedBy(by))
            return Refusal.Role("report.second-person", "A patient may be harmed, and you decided about it: a second person closes it.");
        if (reason == ClosureReason.Spam)
            return new ReportEvent.Closed(reason, rationale);
        if (!ReporterTold)
            return Refusal.State("report.untold", "The reporter does not know the outcome. Tell it, or record why that is not possible.");
        if (Complaint is null)
            return Refusal.State("report.complaint-open", "It is not determined whether this is a complaint.");
        return new ReportEvent.Closed(reason, rationale);
    }

    public Outcome<ReportEvent> Reopen(string reason, Actor by) =>
        Life.Bars("reopen", this, Stage, by) is { } bar ? bar : new ReportEvent.Reopened(reason);

    /// <summary>The reasons that follow from what was decided about it.</summary>
    public IEnumerable<ClosureReason> FittingReasons => Enum.GetValues<ClosureReason>().Where(Fits);

    private bool Fits(ClosureReason reason) => reason switch
    {
        ClosureReason.Duplicate => Disposition == Reports.Disposition.Duplicate,
        ClosureReason.NotAVulnerability => Disposition == Reports.Disposition.NotAVulnerability,
        ClosureReason.OutOfScope => Disposition == Reports.Disposition.OutOfScope,
        ClosureReason.FixedAndPublished or ClosureReason.Mitigated or ClosureReason.RiskAccepted => Disposition == Reports.Disposition.Case,
        ClosureReason.InsufficientInformation or ClosureReason.Spam => Stage == ReportStage.Invalid,
        _ => true,
    };

    private bool DecidedBy(Actor by) =>
        Decisions.Any(kind => by.IsSamePersonAs(LastBy.GetValueOrDefault(kind)));
}
