using System.Collections.Immutable;
using System.Text;
using Aftercare.Advisories;
using Aftercare.Audits;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Products;
using Aftercare.Reports;
using Aftercare.Server.Advisories;
using Aftercare.Server.Cases;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Policy;
using Aftercare.Server.Reports;
using Aftercare.Server.Statements;
using Aftercare.Server.Trust;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Aftercare.Vulnerabilities;

namespace Aftercare.Server.Demo;

/// <summary>
/// What has happened at the demo's manufacturer until today, told through the same decisions that people take at the desk. Reads as a table of contents.
/// </summary>
internal sealed class DemoStory(DemoFirm firm, DemoKeys keys, CancellationToken stop)
{
    private readonly Guid _manufacturer = Store.NewId();
    private readonly Guid _pump = Store.NewId();
    private readonly Guid _monitor = Store.NewId();
    private readonly Guid _old = Store.NewId();
    private readonly Guid _present = Store.NewId();
    private readonly Guid _next = Store.NewId();
    private readonly Guid _windows = Store.NewId();
    private readonly Guid _hospital = Store.NewId();
    private readonly Guid _clinic = Store.NewId();

    public async Task Tell()
    {
        Say("People and products");
        await TheFirmIsFounded();
        await firm.Hire(stop);
        await ProductsAreRegistered();
        await SitesHaveDevices();
        await ThePolicyIsPublished();
        Say("Reports and a case");
        var report = await AResearcherReports();
        var flaw = await TheDeskOpensACase(report);
        await OtherReportsWait();
        await StatementsArePublished();
        Say("Keys of three people, by the aftercare command");
        await ThreePeopleMakeARootOfTrust();
        Say("An update, signed by two of them");
        var update = await AnUpdateIsSignedAndPublished(flaw);
        Say("An advisory, and the offer to the sites");
        await AnAdvisoryIsPublished(flaw);
        await TheSitesAreOfferedIt(update);
        Say("An audit");
        await AnAuditorIsLetIn();
    }

    private static void Say(string what) => Console.WriteLine($"  {what} …");

    /// <summary>A day so long ago, as somebody would state it.</summary>
    private static Stated Ago(int days) => Stated.Parse(TimeProvider.System.GetUtcNow().AddDays(-days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), null);

    private async Task AnAuditorIsLetIn()
    {
        await using var quality = firm.As("Quality");
        var id = Store.NewId();
        var terms = new AuditEvent.Announced(
            await quality.Number("A", TimeZoneInfo.Utc, stop), "Surveillance audit (demo)", AuditBody.NotifiedBody, "A notified body", firm.ViewerOf("Auditor").Person!.Value,
            quality.Now, quality.Now.Plus(Audit.Longest), [], Readiness: false, LogSize: null);
        await Record(quality, Change.Begin(id, Audit.Announce(terms, quality.Now, quality.Actor).Value));
        await using var administrator = firm.As("Administrator");
        var audit = (await administrator.Find<Audit>(id, stop))!;
        await Record(administrator, Change.To(audit, audit.Open(administrator.Actor).Value));
    }

    private async Task TheFirmIsFounded()
    {
        await using var store = firm.Open(Viewer.System);
        await Record(store,
            Change.Begin(DemoFirm.Organisation, Organisation.Found("Nordlicht Medical (demo)", "Europe/Berlin", "NORD", "security@nordlicht.invalid").Value),
            Change.Begin(_manufacturer, Manufacturer.Register("Nordlicht Medical GmbH (demo)", "DE", null, store.Actor).Value));
    }

    private async Task ProductsAreRegistered()
    {
        await using var store = firm.As("Quality");
        var by = store.Actor;
        await Record(store,
            Change.Begin(_pump, Product.Register(_manufacturer, "Infusio P4", "Infusion pumps", "infusio-p4", "P4-100", "04012345678901", by).Value),
            Change.Begin(_monitor, Product.Register(_manufacturer, "Vigil M2", "Patient monitors", "vigil-m2", "M2", null, by).Value),
            Change.Begin(_old, Release.Register(_pump, "4.1.0", Ago(900), Ago(-200), by).Value),
            Change.Begin(_present, Release.Register(_pump, "4.2.0", Ago(400), Ago(-900), by).Value),
            Change.Begin(_next, Release.Register(_pump, "4.2.1", Ago(3), Ago(-900), by).Value),
            Change.Begin(Store.NewId(), Release.Register(_monitor, "2.0.3", Ago(600), Ago(-400), by).Value));
        await Item(Store.NewId(), "Infusio firmware", null, "4.2", Origin.Own, SoftwareClass.Maintained, "We build it and we update it.");
        await Item(_windows, "Windows 10 IoT Enterprise LTSC", "Microsoft", "21H2", Origin.ThirdParty, SoftwareClass.Supported, "The site installs its updates; we say which.");
        await Item(Store.NewId(), "Hospital network", null, "with VLANs", Origin.ThirdParty, SoftwareClass.Required, "The site runs it; the guide says how.");
    }

    private async Task Item(Guid id, string name, string? supplier, string version, Origin origin, SoftwareClass @class, string why)
    {
        await using (var store = firm.As("Quality"))
            await Record(store, Change.Begin(id, SoftwareItem.Register(_pump, [_old, _present, _next], name, supplier, version, null, origin, store.Actor).Value));
        await On<SoftwareItem>("Quality", id, (item, by) => item.Classify(@class, Ago(400), why, by).Value);
    }

    private async Task SitesHaveDevices()
    {
        await using (var store = firm.As("Service engineer"))
        {
            var by = store.Actor;
            await store.KeepContact(_hospital, new Contact("Biomedical engineering", "biomed@marienhospital.invalid"), stop);
            await store.KeepContact(_clinic, new Contact("IT operations", "it@seeklinik.invalid"), stop);
            var devices = Enumerable.Range(1, 12).Select(i => (Site: _hospital, Serial: $"P4-20{i:D3}", Release: i <= 3 ? _old : _present))
                .Concat(Enumerable.Range(1, 5).Select(i => (Site: _clinic, Serial: $"P4-31{i:D3}", Release: _present)));
            await Record(store,
            [
                Change.Begin(_hospital, Site.Register("Marienhospital (demo)", "DE", by).Value),
                Change.Begin(_clinic, Site.Register("Seeklinik (demo)", "DE", by).Value),
                .. devices.Select(device => Change.Begin(Store.NewId(), Device.Register(device.Site, _pump, device.Serial, null, device.Release, HowKnown.Shipped, by).Value)),
            ]);
        }
        await firm.Employ("Olga Nowak", "Operator", [Role.Operator], [_hospital], stop);
    }

    private async Task ThePolicyIsPublished()
    {
        ImmutableArray<PolicySection> sections =
        [
            new(PolicyElement.HowToReport, "Use the form on this site. You need no account and may stay anonymous."),
            new(PolicyElement.Acknowledgement, "A person reads every report and answers within the days named on this page."),
            new(PolicyElement.Investigation, "We reproduce what you describe, rate it, and ask our clinical safety whether a patient could be harmed."),
            new(PolicyElement.Coordination, "We agree with you on the day of publication and name you if you wish."),
            new(PolicyElement.Scope, "All products of Nordlicht Medical that are in service, and this site."),
            new(PolicyElement.RulesOfEngagement, "Never test a device that is used on a patient. Never send patient data."),
            new(PolicyElement.AdverseEvents, "If somebody was harmed, tell our complaint line first: complaints@nordlicht.invalid."),
            new(PolicyElement.SafeHarbour, "Whoever keeps to this policy in good faith has nothing to fear from us."),
        ];
        Guid id;
        await using (var store = firm.As("Lead"))
            id = (await DraftPolicy.Handle(store, new DraftPolicy.Command("Reporting vulnerabilities", "en", sections, 5, 30), stop)).Value.Subject;
        await using (var store = firm.As("Quality"))
            _ = (await ApprovePolicy.Handle(store, new ApprovePolicy.Command(id, 1), stop)).Value;
        await using (var store = firm.As("Quality"))
            _ = (await PublishPolicy.Handle(store, new PublishPolicy.Command(id, 2), stop)).Value;
    }

    private Task<Guid> AResearcherReports() => Report(Viewer.Anonymous, new Telling(
        SourceCategory.Researcher, Channel.WebForm, ReportRoute.Direct, null, FirstHearer.Desk, Answer.Unknown, _pump, new Contact("Rita Richter", "rita@finder.invalid"),
        [(About.Description, "A packet with a wrong length to port 4711 stops the pump until it is switched off and on."), (About.Version, "4.2.0")],
        Encoding.UTF8.GetBytes("""{"demo":"as the form sent it"}""")));

    private async Task<(Guid Case, Guid Flaw)> TheDeskOpensACase(Guid report)
    {
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

    private async Task OtherReportsWait()
    {
        await Report(firm.ViewerOf("Support"), new Telling(
            SourceCategory.User, Channel.SupportTicket, ReportRoute.ThroughComplaints, Ago(9), FirstHearer.Employee, Answer.No, _pump, new Contact("Ward 3, Seeklinik", null),
            [(About.Description, "The service page of the pump opens without a password. The ticket lay with complaints for nine days.")], Encoding.UTF8.GetBytes("""{"demo":"ticket 88123"}""")));
        await Report(Viewer.Anonymous, new Telling(
            SourceCategory.Researcher, Channel.WebForm, ReportRoute.Direct, null, FirstHearer.Desk, Answer.Unknown, _monitor, null,
            [(About.Description, "The monitor answers to an old TLS version.")], Encoding.UTF8.GetBytes("""{"demo":"anonymous"}""")));
        var notice = await Report(firm.ViewerOf("Support"), new Telling(
            SourceCategory.Supplier, Channel.Email, ReportRoute.Direct, Ago(2), FirstHearer.Desk, Answer.No, _pump, new Contact("Radio module supplier", "psirt@supplier.invalid"),
            [(About.Description, "Notice about the radio module W7. The P4 has none.")], Encoding.UTF8.GetBytes("""{"demo":"supplier notice"}""")));
        await On<Report>("Analyst", notice, (one, by) => one.Dismiss(Disposition.OutOfScope, null, "The P4 has no radio module.", by).Value);
    }

    private async Task StatementsArePublished()
    {
        await Statement("KB5060533", "June security update", new StatementEvent.Decided(Verdict.Approved, "P4-100, releases 4.1.0 and 4.2.0, full therapy test", "T-2026-118", null, null, Ago(20)));
        await Statement("KB5062554", "July security update", new StatementEvent.Decided(Verdict.NotApproved, "P4-100, release 4.2.0", "T-2026-131", null,
            new Mitigation("A known weakness in the print service stays open.", "The touch screen stops answering after two hours.",
                "Keep the pump in its own VLAN and leave the print service off, as delivered.", "None: the pump does not print.", Ago(-30)), Ago(6)));
    }

    private async Task Statement(string kb, string title, StatementEvent.Decided decision)
    {
        Guid id;
        await using (var store = firm.As("Developer"))
            id = (await DraftStatement.Handle(store, new DraftStatement.Command(_windows, _present, new ThirdPartyUpdate("Microsoft", kb, title, Ago(30))), stop)).Value.Subject;
        await using (var store = firm.As("Lead"))
            _ = (await DecideStatement.Handle(store, new DecideStatement.Command(id, 1, decision), stop)).Value;
        await using (var store = firm.As("Quality"))
            _ = (await PublishStatement.Handle(store, new PublishStatement.Command(id, 2), stop)).Value;
    }

    private async Task ThreePeopleMakeARootOfTrust()
    {
        await keys.MakeRoot(await Token("Signer", Role.Signer), stop);
        await using var store = firm.As("Quality");
        var keeper = firm.Services.GetRequiredService<RepositoryKeeper>();
        var seen = (await store.Find<Repository>(Repository.TheOne, stop))!.Version;
        _ = (await keeper.PublishRoot(store, seen, stop)).Value;
    }

    private async Task<Guid> AnUpdateIsSignedAndPublished((Guid Case, Guid Flaw) flaw)
    {
        var keeper = firm.Services.GetRequiredService<RepositoryKeeper>();
        Guid id;
        await using (var store = firm.As("Developer"))
            id = (await DraftUpdate.Handle(store, new DraftUpdate.Command(_pump, _next, [_old, _present], UpdatePurpose.Security, "Infusio 4.2.1: checked lengths", Open: false), stop)).Value.Subject;
        await using (var store = firm.As("Developer"))
            _ = (await DescribeUpdate.Handle(store, new DescribeUpdate.Command(id, 1, new UpdateDocument(
                "The parser of the service protocol checks every length.", "A wrong packet could stop the pump.", Severity.Medium, "Regression, 4 million mutated packets, therapy test on two pumps: passed.",
                "Put the pump out of use, run the service tool, choose 'Update', wait for the self-test.", 12, "Install 4.2.0 with the same tool.", "None after the self-test.", "None known.")), stop)).Value;
        await using (var store = firm.As("Developer"))
            _ = (await NameFixes.Handle(store, new NameFixes.Command(id, 2, [(flaw.Case, flaw.Flaw)]), stop)).Value;
        await keys.Upload(id, "infusio-p4/4.2.1/infusio-4.2.1.bin", await Token("Developer", Role.Developer), stop);
        await using (var store = firm.As("Publisher"))
            _ = (await keeper.Alone(async () => await SubmitUpdate.Handle(keeper, store, new SubmitUpdate.Command(id, await VersionOf<Update>(store, id)), stop), stop)).Value;
        await keys.Sign(id, await Token("Signer", Role.Signer), stop);
        await using (var store = firm.As("Publisher"))
            _ = (await keeper.Alone(async () => await PublishUpdate.Handle(keeper, store, new PublishUpdate.Command(id, await VersionOf<Update>(store, id)), stop), stop)).Value;
        return id;
    }

    private async Task AnAdvisoryIsPublished((Guid Case, Guid Flaw) flaw)
    {
        Guid id;
        await using (var store = firm.As("Analyst"))
            id = (await DraftAdvisory.Handle(store, new DraftAdvisory.Command(flaw.Case, "Infusio P4 stops on a wrong packet"), stop)).Value.Subject;
        await using (var store = firm.As("Analyst"))
            _ = (await DescribeAdvisory.Handle(store, new DescribeAdvisory.Command(id, await VersionOf<Advisory>(store, id), "Infusio P4 stops on a wrong packet",
                "Somebody on the ward network could stop an Infusio P4 pump. Install 4.2.1; until then keep the pump in its own network.", ["Rita Richter"]), stop)).Value;
        await using (var store = firm.As("Analyst"))
            _ = (await ExplainVulnerability.Handle(store, new ExplainVulnerability.Command(id, await VersionOf<Advisory>(store, id), flaw.Flaw,
                "The parser of the service protocol trusts a length that the network tells it.", "The infusion stops with an alarm; therapy is delayed."), stop)).Value;
        await using (var store = firm.As("Analyst"))
            _ = (await AddRemediation.Handle(store, firm.Installation, new AddRemediation.Command(id, await VersionOf<Advisory>(store, id), flaw.Flaw,
                RemediationKind.VendorFix, "Install Infusio 4.2.1.", null, [], RestartNeeded.System, null), stop)).Value;
        await using (var store = firm.As("Quality"))
        {
            var advisory = (await store.Find<Advisory>(id, stop))!;
            var ground = CsafMapping.Ground(await AdvisoryDesk.Sources(store, firm.Installation, advisory, stop));
            _ = (await ApproveAdvisory.Handle(store, firm.Installation, new ApproveAdvisory.Command(id, advisory.Version, ground.Sha256), stop)).Value;
        }
        await using (var store = firm.As("Publisher"))
            _ = (await PublishAdvisory.Handle(store, firm.Installation, firm.Services.GetRequiredService<CsafTree>(), new PublishAdvisory.Command(id, await VersionOf<Advisory>(store, id)), stop)).Value;
    }

    private async Task TheSitesAreOfferedIt(Guid update)
    {
        await using var store = firm.As("Publisher");
        _ = (await OfferUpdate.Handle(store, new OfferUpdate.Command(update, await VersionOf<Update>(store, update)), stop)).Value;
    }

    private async Task<Guid> Report(Viewer by, Telling telling)
    {
        await using var store = firm.Open(by);
        var id = Store.NewId();
        var received = (await Reception.Receive(store, id, telling, stop)).Value;
        await Record(store, Change.Begin(id, received));
        return id;
    }

    /// <summary>One decision of somebody about one subject.</summary>
    private async Task On<T>(string title, Guid id, Func<T, Actor, Event> decide) where T : Subject, IFold<T>
    {
        await using var store = firm.As(title);
        var found = (await store.Find<T>(id, stop))!;
        await Record(store, Change.To(found, decide(found, store.Actor)));
    }

    private async Task Record(Store store, params ImmutableArray<Change> changes) => _ = (await store.Record(new Done("/", changes[0].Subject), stop, changes)).Value;

    private async Task<int> VersionOf<T>(Store store, Guid id) where T : Subject, IFold<T> => (await store.Find<T>(id, stop))!.Version;

    /// <summary>A machine's token for an hour, as the pipeline and the signers use it.</summary>
    private async Task<string> Token(string title, Role scope)
    {
        await using var store = firm.As(title);
        var (id, expires) = (Store.NewId(), store.Now.Plus(TimeSpan.FromHours(1)));
        var secret = await store.IssueSecret(SecretPurpose.Token, id, expires, stop, scope.ToString());
        await Record(store, Change.Begin(id, Aftercare.People.Token.Issue(store.Viewer.Person!.Value, $"Computer of the {title.ToLowerInvariant()}", [scope], expires, store.Now, store.Actor).Value));
        return secret;
    }
}
