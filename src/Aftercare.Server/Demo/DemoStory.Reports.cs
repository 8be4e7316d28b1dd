using System.Globalization;
using System.Text;
using Aftercare.Cases;
using Aftercare.Csaf;
using Aftercare.Reports;
using Aftercare.Server.Cases;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Reports;
using Aftercare.Vulnerabilities;

namespace Aftercare.Server.Demo;

/// <summary>The second chapter: each of the seven sources is heard, and two reports become cases.</summary>
internal sealed partial class DemoStory
{
    private Task<Guid> AResearcherReports() => Report(Viewer.Anonymous, new Telling(
        SourceCategory.Researcher, Channel.WebForm, ReportRoute.Direct, null, FirstHearer.Desk, Answer.Unknown, _pump, new Contact("Rita Richter", "rita@finder.invalid"),
        [(About.Description, "A packet with a wrong length to port 4711 stops the pump until it is switched off and on."), (About.Version, "4.2.0")],
        Encoding.UTF8.GetBytes("""{"demo":"as the form sent it"}""")));

    private async Task<(Guid Case, Guid Flaw)> TheDeskOpensACase(Guid report)
    {
        await TheReporterIsAnswered(report);
        await On<Report>("Analyst", report, (one, by) => one.Validate("Reproduced on the bench with two pumps.", by).Value);
        await On<Report>("Quality", report, (one, by) => one.DetermineComplaint(true, "A deficiency of the device.", "CMP-1007", by).Value);
        var (id, flaw) = (Guid.Empty, Store.NewId());
        await using (var store = firm.As("Analyst"))
            id = (await OpenCase.Handle(store, new OpenCase.Command([report], (await store.Find<Report>(report, stop))!.Version, "The parser trusts a length"), stop)).Value.Subject;
        await On<Case>("Analyst", id, (one, by) => one.AddVulnerability(flaw, "Unchecked length in the service protocol", null, CweId.Parse("CWE-130"), by).Value);
        await On<Case>("Analyst", id, (one, by) => one.ScoreVulnerability(flaw, Cvss.Parse("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"), "The pump alarms; a nurse must be near.", by).Value);
        await On<Case>("Clinical safety", id, (one, by) => one.JudgeSafety(new SafetyJudgement(true, "The infusion stops with an alarm. Delay of therapy.", ["HAZ-031"]), by).Value);
        await using (var store = firm.As("Analyst"))
        {
            var @case = (await store.Find<Case>(id, stop))!;
            await Record(store, Change.To(@case, @case.Accept("Real, and ours.", await CaseDesk.Around(store, @case, stop), store.Actor).Value));
        }
        await On<Case>("Developer", id, (one, by) => one.SetStatus(flaw, [_old, _present], ProductStatus.KnownAffected, null, Remedy.VendorFix, "The parser is the same.", by).Value);
        await On<Case>("Developer", id, (one, by) => one.SetStatus(flaw, [_next], ProductStatus.Fixed, null, null, "It checks the length.", by).Value);
        return (id, flaw);
    }

    /// <summary>Each of the other sources; what a site's log or check tells (e) comes with the deliveries.</summary>
    private async Task EverySourceIsHeard()
    {
        await Report(firm.ViewerOf("Support"), new Telling(
            SourceCategory.User, Channel.SupportTicket, ReportRoute.ThroughComplaints, Ago(9), FirstHearer.Employee, Answer.No, _pump, new Contact("Ward 3, Seeklinik", null),
            [(About.Description, "The service page of the pump opens without a password. The ticket lay with complaints for nine days."), (About.Reference, "Ticket 88123")],
            Encoding.UTF8.GetBytes("""{"demo":"ticket 88123"}""")));
        await Report(Viewer.Anonymous, new Telling(
            SourceCategory.Researcher, Channel.WebForm, ReportRoute.Direct, null, FirstHearer.Desk, Answer.Unknown, _monitor, null,
            [(About.Description, "The monitor answers to an old TLS version.")], Encoding.UTF8.GetBytes("""{"demo":"anonymous"}""")));
        await Report(firm.ViewerOf("Analyst"), new Telling(
            SourceCategory.Developer, Channel.Api, ReportRoute.Internal, Ago(1), FirstHearer.Employee, Answer.No, _pump, new Contact("Dev Dietrich", "developer@demo.invalid"),
            [(About.Description, "Found in review: the pump writes the ward's network password into its service log."), (About.Reference, "PUMP-2291")],
            Encoding.UTF8.GetBytes("""{"demo":"tracker PUMP-2291"}""")));
        await Report(firm.ViewerOf("Support"), new Telling(
            SourceCategory.Widespread, Channel.Feed, ReportRoute.Direct, Ago(2), FirstHearer.Desk, Answer.Unknown, _monitor, new Contact("National cyber security office", "reports@authority.invalid"),
            [(About.Description, "A flaw in a compression library that many devices contain. Does one of yours?")], Encoding.UTF8.GetBytes("""{"demo":"notice of an authority"}""")));
        await ASupplierSendsAnAdvisory();
        await ATesterFindsAFactoryPassword();
    }

    private async Task ASupplierSendsAnAdvisory()
    {
        Guid id;
        await using (var store = firm.As("Support"))
        {
            var document = await store.SaveBlob(new MemoryStream(SupplierAdvisory()), CsafDocument.Limits.MaxBytes, stop);
            id = (await ReceiveCsaf.Handle(store, new ReceiveCsaf.Command(new UploadedFile("advisory", document, "fwr-2031.json", "application/json"), SourceCategory.Supplier, Channel.Email, Ago(2), _pump), stop)).Value.Subject;
        }
        await TheReporterIsAnswered(id);
        await On<Report>("Analyst", id, (one, by) => one.Dismiss(Disposition.OutOfScope, null, "The P4 has no radio module.", by).Value);
    }

    private static byte[] SupplierAdvisory()
    {
        var day = TimeProvider.System.GetUtcNow().AddDays(-3).ToString("yyyy-MM-dd'T'08:00:00.000'Z'", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes($$"""
            {
              "document": {
                "category": "csaf_security_advisory", "csaf_version": "2.0", "lang": "en", "title": "W7 radio module: pairing without a key",
                "publisher": { "category": "vendor", "name": "Funkwerk Radio (demo)", "namespace": "https://supplier.invalid" },
                "tracking": {
                  "id": "FWR-2031", "status": "final", "version": "1", "initial_release_date": "{{day}}", "current_release_date": "{{day}}",
                  "revision_history": [ { "date": "{{day}}", "number": "1", "summary": "First version." } ]
                }
              },
              "product_tree": { "full_product_names": [ { "product_id": "W7", "name": "W7 radio module, firmware 2.1" } ] },
              "vulnerabilities": [
                {
                  "title": "Pairing without a key", "ids": [ { "system_name": "Funkwerk", "text": "FWR-2031" } ],
                  "notes": [ { "category": "description", "text": "Whoever is near can pair with the module while it is searching." } ],
                  "product_status": { "known_affected": [ "W7" ] },
                  "remediations": [ { "category": "vendor_fix", "details": "Install firmware 2.2.", "product_ids": [ "W7" ] } ]
                }
              ]
            }
            """);
    }

    /// <summary>A case whose status table is filled in and whose advisory nobody has begun: that is left to whoever takes the tour.</summary>
    private async Task ATesterFindsAFactoryPassword()
    {
        var report = await Report(firm.ViewerOf("Lead"), new Telling(
            SourceCategory.Tester, Channel.Meeting, ReportRoute.Internal, Ago(4), FirstHearer.Employee, Answer.No, _monitor, new Contact("Tess Vogel, penetration test", "tester@demo.invalid"),
            [(About.Description, "After a reset the monitor accepts the factory password from the network."), (About.HowFound, "Penetration test of release 2.0.3.")],
            Encoding.UTF8.GetBytes("""{"demo":"minutes of the test"}""")));
        await TheReporterIsAnswered(report);
        await On<Report>("Analyst", report, (one, by) => one.Validate("Seen on the bench.", by).Value);
        await On<Report>("Quality", report, (one, by) => one.DetermineComplaint(false, "Found by our own test; no customer has said so.", null, by).Value);
        var (id, flaw) = (Guid.Empty, Store.NewId());
        await using (var store = firm.As("Analyst"))
            id = (await OpenCase.Handle(store, new OpenCase.Command([report], (await store.Find<Report>(report, stop))!.Version, Untold), stop)).Value.Subject;
        await On<Case>("Analyst", id, (one, by) => one.AddVulnerability(flaw, "The factory password works over the network", null, CweId.Parse("CWE-1392"), by).Value);
        await On<Case>("Analyst", id, (one, by) => one.ScoreVulnerability(flaw, Cvss.Parse("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:L/I:H/A:N"), "Alarm limits can be changed unseen.", by).Value);
        await On<Case>("Developer", id, (one, by) => one.SetStatus(flaw, [_monitored], ProductStatus.KnownAffected, null, Remedy.Mitigation, "The reset brings the password back.", by).Value);
    }

    private async Task TheReporterIsAnswered(Guid report)
    {
        await using var store = firm.As("Support");
        var (one, text) = ((await store.Find<Report>(report, stop))!, await store.KeepText(report, "Thank you. A person has read your report and comes back to you.", stop));
        await Record(store, Change.To(one, one.Acknowledge(one.Channel, Ago(0), text, store.Now, store.Actor).Value));
    }
}
