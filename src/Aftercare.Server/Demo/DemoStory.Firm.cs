using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Products;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Policy;

namespace Aftercare.Server.Demo;

/// <summary>The first chapter: who and what there is, and by which ways words come in.</summary>
internal sealed partial class DemoStory
{
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
            Change.Begin(_monitored, Release.Register(_monitor, "2.0.3", Ago(600), Ago(-400), by).Value));
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
            var devices = Enumerable.Range(1, 12).Select(i => (Site: _hospital, Serial: $"{HospitalSerials}{i:D3}", Release: i <= 3 ? _old : _present))
                .Concat(Enumerable.Range(1, 5).Select(i => (Site: _clinic, Serial: $"P4-31{i:D3}", Release: _present)));
            await Record(store,
            [
                Change.Begin(_hospital, Site.Register("Marienhospital (demo)", "DE", by).Value),
                Change.Begin(_clinic, Site.Register("Seeklinik (demo)", "DE", by).Value),
                .. devices.Select(device => Change.Begin(Store.NewId(), Device.Register(device.Site, _pump, device.Serial, null, device.Release, HowKnown.Shipped, by).Value)),
            ]);
        }
        await firm.Employ("Olga Nowak", "Operator", [Role.Operator], [_hospital], stop);
        await firm.Employ("Oskar Petersen", "Operator of the Seeklinik", [Role.Operator], [_clinic], stop);
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

    /// <summary>Four ways in for seven sources; the last of them is silent, so that it is tried. Until three days ago nothing came from source (g), and that is signed.</summary>
    private async Task TheWaysInAreOpened()
    {
        await WayIn(new IntakeChannelEvent.Opened("Public form", Channel.WebForm, [SourceCategory.User, SourceCategory.Researcher], firm.IdOf("Lead"), firm.IdOf("Analyst"), "SOP-114 §3"),
            Ago(12), "A report in German with an attachment; the desk had it within a minute.");
        await WayIn(new IntakeChannelEvent.Opened("Advisories of suppliers and authorities", Channel.Feed, [SourceCategory.Supplier, SourceCategory.Widespread], firm.IdOf("Analyst"), firm.IdOf("Lead"), "SOP-114 §4"), null, "");
        await WayIn(new IntakeChannelEvent.Opened("Trackers of development and test, receipts of sites", Channel.Api, [SourceCategory.Tester, SourceCategory.Developer, SourceCategory.AuditLog], firm.IdOf("Developer"), firm.IdOf("Analyst"), "SOP-114 §5"), null, "");
        await WayIn(new IntakeChannelEvent.Opened("Letters", Channel.Letter, [SourceCategory.User, SourceCategory.Widespread], firm.IdOf("Quality"), firm.IdOf("Support"), "SOP-114 §6"),
            Ago(21), "Nothing has ever come this way. A letter posted to the address on the label reached the desk after two days.");
        await using var store = firm.As("Quality");
        _ = (await Sources.ReviewSilence(store, new Sources.Command<Period>(SourceCategory.Widespread, 0, new Period(Ago(365).DayIn(TimeZoneInfo.Utc), Ago(3).DayIn(TimeZoneInfo.Utc))), stop)).Value;
    }

    private async Task WayIn(IntakeChannelEvent.Opened way, Stated? tried, string finding)
    {
        Guid id;
        await using (var store = firm.As("Quality"))
            id = (await Policy.Channels.Open(store, way, stop)).Value.Subject;
        if (tried is not null)
            await On<IntakeChannel>("Quality", id, (channel, by) => channel.Test(tried, TestOutcome.Succeeded, finding, Instant.From(TimeProvider.System.GetUtcNow()), by).Value);
    }
}
