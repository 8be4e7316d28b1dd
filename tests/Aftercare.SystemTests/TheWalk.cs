using System.Net;
using System.Security.Cryptography;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Cases;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Updates;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Aftercare.SystemTests;

/// <summary>From the public form to the portal as people click their way; only signing happens where the keys are, by the command.</summary>
public sealed class TheWalk(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task What_a_hospital_reports_comes_back_to_it_as_an_advisory_and_an_update_by_nothing_but_clicks()
    {
        await using var firm = await Releasing.Begin(Db.Sqlite, postgres);
        await firm.Root();
        await using var walk = await Walk.Begin(firm, browser);

        await walk.TheEngineerReports();
        await walk.TheAnalystBelievesIt();
        await walk.TheAnalystOpensACase();
        await walk.TheDecisionsAreTaken();

        var update = await walk.AnUpdateIsSigned();
        await walk.ItIsPublishedAndOffered();
        await walk.AnAdvisoryIsDrafted();
        await walk.ASecondPersonApprovesIt();
        await walk.EverybodyReadsIt();

        await walk.TheHospitalWillInstall();
        await walk.TheDeskSeesIt(update);
        await walk.TheEngineerIsTold();
    }

    private sealed class Walk : IAsyncDisposable
    {
        private const string Advice = "Pump: a wrong packet stops the infusion";

        private readonly Releasing _firm;
        private readonly Browser _browser;
        private readonly List<Walker> _walkers = [];
        private string _own = "", _report = "", _case = "", _update = "", _advisory = "";

        private Walk(Releasing firm, Browser browser) => (_firm, _browser) = (firm, browser);

        private Walker Engineer { get; set; } = null!;
        private Walker Analyst { get; set; } = null!;
        private Walker Publisher { get; set; } = null!;

        internal static async Task<Walk> Begin(Releasing firm, Browser browser)
        {
            var walk = new Walk(firm, browser);
            walk.Engineer = await walk.Somebody();
            return walk;
        }

        /// <summary>In German, with an attachment and without an account.</summary>
        internal async Task TheEngineerReports()
        {
            await Engineer.Open("/");
            await Engineer.Follow("Deutsch");
            await Engineer.Look("home");
            await Engineer.Follow("Eine Schwachstelle melden");
            await Engineer.Look("report-form");
            await Engineer.Do("Meldung absenden", async form =>
            {
                await form.Tick("Wurde ein Patient geschädigt, oder könnte das geschehen?", "Das weiß ich nicht");
                await form.Choose("Welches Produkt?", "Pump");
                await form.Write("Softwareversion", "4.2.0");
                await form.Write("Was haben Sie gefunden?", "Ein Paket mit falscher Länge hält die Pumpe an.");
                await form.Attach("Anhänge", "paket.pcap", RandomNumberGenerator.GetBytes(20_000));
                await form.Choose("Wer sind Sie?", "Anwender: Betreiber, Klinik-IT, Pflege, Integrator, Service");
                await form.Tick("Dürfen wir wissen, wie wir Sie erreichen?", "Ja");
                await form.Write("Ihr Name", "Emma Klinger");
                await form.Write("E-Mail-Adresse", "emma@hospital.test");
            });
            await Engineer.Reads("Ihre Meldung ist bei uns");
            await Engineer.Look("report-sent");
            _report = await Engineer.Finds(@"R-\d{4}-\d{4}");
            _own = new Uri(await Engineer.Finds(@"https?://\S+/r/\S+")).AbsolutePath;

            await Engineer.Open(_own);
            await Engineer.Reads(_report, "Sie liegt uns vor", "Ein Paket mit falscher Länge hält die Pumpe an.", "paket.pcap");
        }

        internal async Task TheAnalystBelievesIt()
        {
            Analyst = await Colleague("Ana", Role.Analyst);
            await Analyst.Follow("Reports");
            await Analyst.Reads("1 waiting");
            await Analyst.Look("inbox");
            await Analyst.Follow(_report);
            await Analyst.Reads("Ein Paket mit falscher Länge hält die Pumpe an.", "paket.pcap", "Emma Klinger", "Patient harm: unknown");
            await Analyst.Do("Acknowledge");
            await Analyst.OffersNo("Acknowledge");
            await Analyst.Do("It is valid", form => form.Write("What was checked, and why it is believed", "Reproduced on the bench."));
            await Analyst.Look("report-at-desk");
            await Engineer.Open(_own);
            await Engineer.Reads("Vielen Dank. Wir haben Ihre Meldung", "Wir haben sie bestätigt");
        }

        internal async Task TheAnalystOpensACase()
        {
            await Analyst.Follow("Open a case, or attach it to one");
            await Analyst.Look("open-case");
            await Analyst.Do("Open a case", form => form.Write("Title", "The parser trusts a length"));
            _case = Analyst.Path;
            await Analyst.Do("Add a vulnerability", async form =>
            {
                await form.Write("Title", "Unchecked length in the parser");
                await form.Write("CVE", "CVE-2026-10001");
                await form.Write("Weakness (CWE)", "CWE-130");
            });
            await Analyst.Do("Rate", form => form.Write("Paste a CVSS vector", "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"));
            await Analyst.Reads("6.5 Medium");
            await Analyst.Do("Set the status", async form =>
            {
                await form.Tick("Releases", "Pump 4.2.0");
                await form.Tick("Status", "Affected");
                await form.Choose("Affected: what users can do", "We make an update");
                await form.Write("What this rests on", "It trusts the length.");
            });
            await Analyst.Do("Set the status", async form =>
            {
                await form.Tick("Releases", "Pump 4.2.1");
                await form.Tick("Status", "Fixed");
                await form.Write("What this rests on", "It checks the length.");
            });
        }

        internal async Task TheDecisionsAreTaken()
        {
            var safety = await Colleague("Sara", Role.Safety);
            await safety.Open(_case);
            await safety.Do("Judge the safety", async form =>
            {
                await form.Tick("Could a patient be harmed?", "Yes");
                await form.Write("Statement", "The infusion stops with an alarm.");
                await form.Sign();
            });
            await safety.Reads("Harm possible");

            var quality = await Colleague("Quinn", Role.Quality);
            await quality.Open(_case);
            await quality.Follow(_report);
            await quality.Do("Complaint or not", async form =>
            {
                await form.Tick("Is it a complaint?", "Yes, a complaint");
                await form.Write("Reason", "A deficiency of the device.");
                await form.Sign();
            });
            await quality.Open(_case);
            await quality.Do("Decide on reporting", async form =>
            {
                await form.Write("Market", "EU");
                await form.Tick("Must its regulator be told?", "No");
                await form.Write("Reasoning", "Nobody was harmed, and the alarm sounds.");
                await form.Sign();
            });
            await quality.Do("Decide on disclosure", async form =>
            {
                await form.Tick("Are users told by an advisory?", "Yes");
                await form.Write("Reasoning", "Users can protect themselves.");
                await form.Sign();
            });
            await quality.Reads("need not be reported", "Disclose");
            await Analyst.Open(_case);
            await Analyst.Do("Accept", form => form.Write("Why we take it on", "Real, and ours."));
            await Analyst.Reads("Accepted, being handled");
            await Analyst.Look("case");
        }

        /// <summary>Not by clicks: the commands of the developer and of the two signers, and what goes before them.</summary>
        internal async Task<string> AnUpdateIsSigned()
        {
            var page = await _firm.Publisher.Submit($"/desk/updates/draft?product={_firm.Product:D}", "/desk/updates/draft",
                ("title", "Mends the parser"), ("purpose", "security"), ("toRelease", _firm.New.ToString("D")), ("fromReleases", _firm.Old.ToString("D")), ("open", "false"));
            var update = page.Is(HttpStatusCode.OK).Path;
            await _firm.Describe(update);
            (await _firm.Publisher.Submit(update, update + "/name-fixes", ("fixes", $"{Releasing.IdOf(_case)}/{await Flaw()}"))).Is(HttpStatusCode.OK);
            (await _firm.Upload(update)).Is(0);
            (await _firm.Submit(update)).Is(HttpStatusCode.OK);
            (await _firm.Sign(update, "Anna")).Is(0);
            (await _firm.Sign(update, "Ben")).Is(0);
            return update;
        }

        internal async Task ItIsPublishedAndOffered()
        {
            await Register();
            Publisher = await Colleague("Pia", Role.Publisher);
            await Publisher.Follow("Updates");
            _update = await Publisher.Finds(@"U-\d{4}-\d{4}");
            await Publisher.Follow(_update);
            await Publisher.Reads("2 of 2 people have signed", "CVE-2026-10001");
            await Publisher.Do("Publish", form => form.Sign());
            await Publisher.Look("update");
            await Publisher.Follow("Its delivery to the sites");
            await Publisher.Reads("1 not offered");
            await Publisher.Do("Offer to these sites");
            await Publisher.Reads("Offered, no answer yet");
        }

        internal async Task AnAdvisoryIsDrafted()
        {
            await Analyst.Open(_case);
            await Analyst.Do("Draft an advisory", form => form.Write("Title", Advice));
            await Analyst.Do("Save title and summary", async form =>
            {
                await form.Write("Summary in plain language", "Somebody on the ward network could stop the pump. Install 4.2.1.");
                await form.Write("Credits", "Emma Klinger; St. Mary's Hospital");
            });
            await Analyst.Do("Save these words", async form =>
            {
                await form.Write("What the flaw is", "The parser trusts a length.");
                await form.Write("What it can mean for patients", "The infusion stops with an alarm.");
            });
            await Analyst.Do("Add this action", async form =>
            {
                await form.Tick("Kind", "Fix of ours");
                await form.Write("What to do, step by step", "Install 4.2.1.");
                await form.Choose("Which update of ours", _update);
                await form.Choose("What has to be restarted", "The device");
            });
            await Analyst.Reads("Fix of ours", _update);
            await Analyst.Look("advisory-draft");
            _advisory = await Analyst.Finds(@"ACME-SA-\d{4}-\d{4}");
        }

        internal async Task ASecondPersonApprovesIt()
        {
            var lead = await Colleague("Lena", Role.Lead);
            await lead.Follow("Advisories");
            await lead.Follow(_advisory);
            await lead.Follow("Preview");
            await lead.Reads("Nobody outside sees this yet.", "Somebody on the ward network could stop the pump.");
            await lead.Follow("Back to the advisory");
            await lead.Do("Approve and sign", form => form.Sign());
            await lead.Reads("Approved by", "Lena");

            await Publisher.Follow("Advisories");
            await Publisher.Follow(_advisory);
            await Publisher.Do("Publish and sign", form => form.Sign());
            await Publisher.Reads("Published");
            await Publisher.Look("advisory-published");
        }

        internal async Task EverybodyReadsIt()
        {
            var visitor = await Somebody();
            await visitor.Open("/");
            await visitor.Follow("Security advisories");
            await visitor.Look("advisories-public");
            await visitor.Follow(_advisory);
            await visitor.Reads(Advice, "Somebody on the ward network could stop the pump.", "CVE-2026-10001", "6.5", "Pump 4.2.0", "Affected", "Fixed", "Emma Klinger");
            await visitor.Look("advisory-public");
            await visitor.Follow("To the update");
            await visitor.Reads("Mends the parser", "CVE-2026-10001");
            await visitor.Look("update-public");
        }

        internal async Task TheHospitalWillInstall()
        {
            var @operator = await Visit(await _firm.World.MakePerson("Olga", [Site], Role.Operator));
            await @operator.Reads("SN-1", "4.2.0", _update, "5 minutes out of use");
            await @operator.Look("portal");
            await @operator.Follow(_update);
            await @operator.Reads("A packet could stop the pump.");
            await @operator.Do("We will install it");
            await @operator.Reads("Will be installed");
            await @operator.Look("portal-update");
        }

        internal async Task TheDeskSeesIt(string update)
        {
            await Publisher.Follow("Deliveries");
            await Publisher.Follow(_update);
            Assert.Equal($"/desk/deliveries/{Releasing.IdOf(update)}", Publisher.Path);
            await Publisher.Look("coverage");
            await Publisher.Follow("St. Mary's Hospital");
            await Publisher.Reads("SN-1", "Will be installed");
            await Publisher.Look("delivery");
        }

        internal async Task TheEngineerIsTold()
        {
            await Analyst.Follow("Register");
            await Analyst.Follow(_report);
            await Analyst.Do("Write to the reporter", async form =>
            {
                await form.Tick("What it is", "What was decided");
                await form.Write("Message", $"Behoben mit 4.2.1, siehe {_advisory}. Danke!");
            });
            await Engineer.Open(_own);
            await Engineer.Reads($"Behoben mit 4.2.1, siehe {_advisory}. Danke!", "Wir arbeiten daran.");
            await Engineer.Look("own-report");
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var walker in _walkers)
                await walker.DisposeAsync();
        }

        private Guid Site { get; } = Store.NewId();

        private async Task Register()
        {
            await using var store = _firm.World.Store();
            _ = (await store.Record(new Done("/", Site), default,
                Change.Begin(Site, Aftercare.Products.Site.Register("St. Mary's Hospital", "DE", store.Actor).Value),
                Change.Begin(Store.NewId(), Device.Register(Site, _firm.Product, "SN-1", null, _firm.Old, HowKnown.Shipped, store.Actor).Value))).Value;
        }

        private async Task<string> Flaw()
        {
            await using var store = _firm.World.Store();
            return (await (await store.Rows<CaseVulnerabilityRow>(default)).SingleAsync()).Vulnerability.ToString("D");
        }

        private async Task<Walker> Colleague(string name, Role role) => await Visit(await _firm.World.MakePerson(name, [], role));

        private async Task<Walker> Visit(string email)
        {
            var walker = await Somebody();
            await walker.SignIn(email);
            return walker;
        }

        private async Task<Walker> Somebody()
        {
            var walker = await Walker.At(_browser, _firm.World);
            _walkers.Add(walker);
            return walker;
        }
    }
}
