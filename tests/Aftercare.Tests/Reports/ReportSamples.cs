using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Reports;

internal static class ReportSamples
{
    public static Event[] All =>
    [
        Received(),
        new ReportEvent.Acknowledged(Channel.WebForm, Stated.Parse("2026-03-03T08:00:00+01:00", null), Text("acknowledgement")),
        new ReportEvent.Invalidated("The firmware version is missing."),
        new ReportEvent.ReporterTold(Purpose.Question, Channel.WebForm, Text("question")),
        new ReportEvent.ReporterWrote(Text("answer"), [Blob("log")]),
        new ReportEvent.Validated("Reproduced on 4.2.0: any password opens the service gateway."),
        new ReportEvent.Corrected(SourceCategory.User, Some.Id("product"), Answer.Yes, "The reporter runs the devices of a hospital."),
        new ReportEvent.ComplaintDetermined(true, "It alleges a deficiency of a device that was released.", "CMP-2026-118"),
        new ReportEvent.Attached(Some.Id("case")),
        new ReportEvent.Deferred("The supplier's fix is due in May.", Stated.Parse("2026-06-01", null)),
        new ReportEvent.Dismissed(Disposition.Duplicate, Some.Id("other report"), "The same flaw at the same address."),
        new ReportEvent.ReporterNotTold(NotToldBecause.Unreachable, "Three letters came back."),
        new ReportEvent.MailChosen(false),
        new ReportEvent.Closed(ClosureReason.Duplicate, "It is handled with the report that it repeats."),
        new ReportEvent.Reopened("It works on 4.2.1 too, where the other report does not."),
    ];

    public static ReportEvent.Received Received() => new()
    {
        Number = "R-2026-0042",
        Source = SourceCategory.Researcher,
        Channel = Channel.WebForm,
        Route = ReportRoute.Direct,
        FirstHeard = Stated.Parse("2026-03-02T09:00:00+01:00", null),
        FirstHeardBy = FirstHearer.Desk,
        PatientHarm = Answer.Unknown,
        Anonymous = false,
        AcknowledgeBy = Some.Monday.Plus(TimeSpan.FromDays(7)),
        UpdateEveryDays = 30,
        PolicyRevision = 3,
        Product = Some.Id("product"),
        ClinicalUse = Answer.No,
        DataAccessed = Answer.No,
        ExploitationSeen = Answer.Unknown,
        MultiVendor = Answer.No,
        Language = "de",
        Passages = [new Passage(About.Description, Text("description")), new Passage(About.Version, Text("version"))],
        Original = Blob("original"),
        Attachments = [Blob("screenshot")],
    };

    public static TextRef Text(string words) => new(Some.Id(words), new string('a', 64));

    public static BlobRef Blob(string words) => new(Some.Id(words), new string('b', 64), 1024);
}
