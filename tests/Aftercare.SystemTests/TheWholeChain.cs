using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Cases;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.SetUp;
using Aftercare.SystemTests.Evidence;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Reports;
using Aftercare.SystemTests.Updates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests;

/// <summary>The story that the product exists for, told once with real parts on each database.</summary>
public sealed class TheWholeChain(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private const long PackageBytes = 512L * 1024 * 1024;

    /// <summary>200 MB, for the server and for the command: whoever reads a package into memory dies here.</summary>
    private const string HeapLimit = "C800000";

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_first_day_makes_organisation_manufacturer_and_administrator_once(Db db)
    {
        await using var world = await World.Begin(db, postgres);
        var link = await SetUpInstallation.Link(world.Services.GetRequiredService<Stores>(), world.Installation.PublicUrl, default);
        var path = new Uri(link!).AbsolutePath;
        using var administrator = world.Visitor();

        await administrator.Submit(path, path,
            ("organisation", "Acme Medical"), ("zone", "Europe/Berlin"), ("prefix", "ACME"), ("securityContact", "security@acme.test"),
            ("manufacturer", "Acme Medical GmbH"), ("country", "DE"), ("name", "Ada Admin"), ("email", "ada@acme.test"), ("newPassword", World.Password));

        (await administrator.Submit("/sign-in", "/sign-in", ("email", "ada@acme.test"), ("password", World.Password))).Is(HttpStatusCode.OK);
        (await administrator.Get("/desk/people")).Is(HttpStatusCode.OK).Shows("Ada Admin");
        (await administrator.Get(path)).Is(HttpStatusCode.NotFound);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_researchers_report_becomes_a_verified_install_and_its_evidence(Db db)
    {
        Environment.SetEnvironmentVariable("DOTNET_GCHeapHardLimit", HeapLimit);
        await using var firm = await Releasing.Begin(db, postgres);
        await using var story = await Story.Begin(firm);
        await firm.Root();
        await story.PublishesItsPolicy();

        var own = await story.TheResearcherReports();
        var report = await story.TheDeskBelievesIt(own);
        var @case = await story.TheDeskOpensACase(report);

        var update = await story.TheDeveloperWritesAnUpdate(@case);
        await story.TwoPeopleSignIt(update);
        var number = await story.ItIsPublished(update);
        await story.AnAdvisoryIsPublished(@case);

        await story.TheHospitalInstalls(update, number);
        await story.TheResearcherIsTold(report, own);
        await story.TheAuditorTakesThePackHome(@case);
    }

    /// <summary>The people of the story; the server they talk to is a process of its own, with little memory.</summary>
    private sealed class Story : IAsyncDisposable
    {
        private readonly Releasing _firm;
        private ServerProcess? _server;

        private Story(Releasing firm) => _firm = firm;

        private Visitor Researcher { get; set; } = null!;
        private Visitor Analyst { get; set; } = null!;
        private Visitor Lead { get; set; } = null!;
        private Visitor Safety { get; set; } = null!;
        private Visitor Hospital { get; set; } = null!;
        private Visitor Auditor { get; set; } = null!;
        private Guid Site { get; } = Store.NewId();

        internal static async Task<Story> Begin(Releasing firm)
        {
            var story = new Story(firm);
            var world = firm.World;
            await using (var store = world.Store())
                _ = (await store.Record(new Done("/", story.Site), default,
                    Change.Begin(story.Site, Aftercare.Products.Site.Register("St. Mary's Hospital", "DE", store.Actor).Value),
                    Change.Begin(Store.NewId(), Device.Register(story.Site, firm.Product, "SN-1", null, firm.Old, HowKnown.Shipped, store.Actor).Value))).Value;
            story.Researcher = world.Visitor();
            story.Analyst = await world.Person("Ana", Role.Analyst);
            story.Lead = await world.Person("Lena", Role.Lead);
            story.Safety = await world.Person("Sara", Role.Safety);
            story.Auditor = await world.Auditor("Aud");
            story.Hospital = await world.Operator("Olga", story.Site);
            await story.MakePackage();
            await world.HandOver();
            story._server = ServerProcess.Start(world.Installation.Data, world.Installation.Postgres, [],
                [new("AFTERCARE_URLS", world.Installation.Urls), new("DOTNET_GCHeapHardLimit", HeapLimit)]);
            await story._server.UntilItServes();
            return story;
        }

        internal async Task PublishesItsPolicy()
        {
            var draft = await Lead.Submit("/desk/policy/draft", "/desk/policy/draft",
                ("title", "Reporting vulnerabilities"), ("language", "en"), ("acknowledgeWithin", "5"), ("updateEvery", "30"), ("howToReport", "By the form."), ("acknowledgement", "At once."),
                ("investigation", "Well."), ("coordination", "Together."), ("scope", "Our pumps."), ("rulesOfEngagement", "Not on patients."), ("adverseEvents", "To the representative."), ("safeHarbour", "No lawyers."));
            var approved = await _firm.Quality.Send(await _firm.Quality.Get(draft.Path), draft.Path + "/approve", ("password", World.Password));
            (await _firm.Quality.Send(approved, draft.Path + "/publish")).Is(HttpStatusCode.OK).Shows("Published");
            (await Researcher.Get("/.well-known/security.txt")).Is(HttpStatusCode.OK).Shows("Contact:");
        }

        /// <summary>By the form, with an attachment, without an account.</summary>
        internal async Task<string> TheResearcherReports()
        {
            var page = await SomeReport.Send(Researcher,
                [
                    ("patientHarm", "unknown"), ("product", _firm.Product.ToString("D")), ("description", "A packet with a wrong length stops the pump."), ("source", "researcher"),
                    ("version", "4.2.0"), ("identity", "contact"), ("name", "Rita Researcher"), ("email", "rita@finder.test"),
                ],
                ("attachments", "packet.pcap", RandomNumberGenerator.GetBytes(100_000)));
            page.Is(HttpStatusCode.OK).Shows("R-20");
            return SomeReport.PathOf(page);
        }

        internal async Task<string> TheDeskBelievesIt(string own)
        {
            var report = await SomeReport.AtDesk(Analyst, SomeReport.NumberOn(await Researcher.Get(own)));
            report.Shows("A packet with a wrong length stops the pump.").Shows("packet.pcap");
            await SomeReport.Step(Analyst, report, "acknowledge", ("via", "web-form"), ("text", "Thank you. Ana looks at it."));
            await SomeReport.Step(Analyst, await Analyst.Get(report.Path), "validate", ("finding", "Reproduced on the bench."));
            await SomeReport.Step(_firm.Quality, await _firm.Quality.Get(report.Path), "determine-complaint", ("verdict", "complaint"), ("reason", "A deficiency of the device."), ("password", World.Password));
            (await Researcher.Get(own)).Shows("Thank you. Ana looks at it.");
            return report.Path;
        }

        internal async Task<string> TheDeskOpensACase(string report)
        {
            var form = (await Analyst.Get(report)).Link("/desk/cases/new[^\"]*");
            var @case = (await Analyst.Submit(form, "/desk/cases", ("title", "The parser trusts a length"))).Is(HttpStatusCode.OK).Path.Split('#')[0];
            await Step(Analyst, @case, "add-vulnerability", ("title", "Unchecked length in the parser"), ("cve", "CVE-2026-10001"), ("cwe", "CWE-130"));
            var flaw = await Flaw();
            (await Step(Analyst, @case, "score-vulnerability", ("vulnerability", flaw), ("vector", "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"))).Shows("6.5 Medium");
            await Step(Safety, @case, "judge-safety", ("harmPossible", "yes"), ("statement", "The infusion stops with an alarm."), ("password", World.Password));
            await Step(Analyst, @case, "accept", ("reason", "Real, and ours."));
            await Step(Analyst, @case, "set-status", ("releases", _firm.Old.ToString("D")), ("status", "known-affected"), ("remedy", "vendor-fix"), ("reason", "It trusts the length."));
            (await Step(Analyst, @case, "set-status", ("releases", _firm.New.ToString("D")), ("status", "fixed"), ("reason", "It checks the length."))).Is(HttpStatusCode.OK).Shows("Fixed");
            return @case;
        }

        internal async Task<string> TheDeveloperWritesAnUpdate(string @case)
        {
            var update = (await _firm.Publisher.Submit($"/desk/updates/draft?product={_firm.Product:D}", "/desk/updates/draft",
                ("title", "Mends the parser"), ("purpose", "security"), ("toRelease", _firm.New.ToString("D")), ("fromReleases", _firm.Old.ToString("D")), ("open", "false"))).Is(HttpStatusCode.OK).Path;
            await _firm.Describe(update);
            (await _firm.Publisher.Submit(update, update + "/name-fixes", ("fixes", $"{Releasing.IdOf(@case)}/{await Flaw()}"))).Is(HttpStatusCode.OK);
            (await _firm.Upload(update)).Is(0);
            (await _firm.Submit(update)).Is(HttpStatusCode.OK).Shows("0 of 2 people have signed");
            return update;
        }

        internal async Task TwoPeopleSignIt(string update)
        {
            (await _firm.Sign(update, "Anna")).Is(0).Says($"{PackageBytes} bytes");
            (await _firm.Sign(update, "Ben")).Is(0).Says("2 of 2 people have signed");
        }

        internal async Task<string> ItIsPublished(string update)
        {
            (await _firm.Publish(update)).Is(HttpStatusCode.OK).Shows("Published");
            return (await Researcher.Get("/updates")).Link("/updates/U-[0-9-]+")["/updates/".Length..];
        }

        internal async Task AnAdvisoryIsPublished(string @case)
        {
            var page = (await Analyst.Submit(@case, $"{@case}/advisories", ("title", "Infusion pump stops on a wrong packet"))).Is(HttpStatusCode.OK);
            var (path, flaw) = (page.Path, await Flaw());
            await Analyst.Submit(path, $"{path}/describe", ("title", "Infusion pump stops on a wrong packet"), ("summary", "Somebody on the ward network could stop the pump. Install 4.2.1."), ("credits", "Rita Researcher"));
            await Analyst.Submit(path, $"{path}/vulnerabilities/{flaw}/describe", ("description", "The parser trusts a length."), ("patientImpact", "The infusion stops with an alarm."));
            await Analyst.Submit(path, $"{path}/vulnerabilities/{flaw}/remediations", ("kind", "vendor-fix"), ("details", "Install 4.2.1."), ("restart", "none"), ("availableOn", "2026-03-04"));
            (await _firm.Quality.Submit(path, $"{path}/approve", ("password", World.Password))).Is(HttpStatusCode.OK).Shows("Approved by Quinn");
            (await _firm.Publisher.Submit(path, $"{path}/publish", ("password", World.Password))).Is(HttpStatusCode.OK).Shows("Published");
            var number = Regex.Match(page.Text, @"ACME-SA-\d{4}-\d{4}").Value;
            (await Researcher.Get($"/advisories/{number}")).Is(HttpStatusCode.OK).Shows("Somebody on the ward network could stop the pump.").Shows("CVE-2026-10001");
        }

        /// <summary>Enrols its computer, compares the fingerprint, downloads, verifies, installs and says so under its own signature.</summary>
        internal async Task TheHospitalInstalls(string update, string number)
        {
            var coverage = $"/desk/deliveries/{Releasing.IdOf(update)}";
            (await _firm.Publisher.Submit(coverage, coverage + "/offer")).Is(HttpStatusCode.OK);
            (await Hospital.Get("/portal")).Shows("SN-1").Shows(number).Shows("5 minutes out of use");

            var shown = (await Hospital.Submit("/portal/access", $"/portal/access/{Site:D}/code")).Shows("Shown only now");
            var root = Convert.ToHexStringLower(SHA256.HashData(await Researcher.Http.GetByteArrayAsync(new Uri("/tuf/metadata/1.root.json", UriKind.Relative))));
            var (folder, downloads) = (_firm["hospital-computer"], _firm["downloads"]);
            (await Command.Run("trust", "--server", _firm.Server, "--code", Regex.Match(shown.Text, @"--code (\S+)").Groups[1].Value, "--site-dir", folder, "--root-sha256", root)).Is(0);
            (await Command.Run("get", number, "--site-dir", folder, "--dir", downloads, "--device", "SN-1")).Is(0).Says("signed by Anna and Ben");
            Assert.Equal(PackageBytes, new FileInfo(Path.Combine(downloads, "pump", "4.2.1", "pump.bin")).Length);
            (await Command.Run("installed", number, "--site-dir", folder, "--device", "SN-1", "--result", "ok")).Is(0).Says("The manufacturer has the receipt");

            (await _firm.Publisher.Get(coverage)).Shows("1 proven by signed receipt");
            (await Hospital.Get("/portal")).Shows("4.2.1");
        }

        internal async Task TheResearcherIsTold(string report, string own)
        {
            await SomeReport.Step(Analyst, await Analyst.Get(report), "tell-reporter", ("purpose", "outcome"), ("via", "web-form"), ("text", "Mended in 4.2.1. Thank you."));
            (await Researcher.Get(own)).Shows("Mended in 4.2.1. Thank you.");
        }

        /// <summary>The chain on one page, then the pack, checked without the server; one changed byte of it is named.</summary>
        internal async Task TheAuditorTakesThePackHome(string @case)
        {
            (await Auditor.Get($"/audit/chains/{Releasing.IdOf(@case)}")).Is(HttpStatusCode.OK)
                .Shows("R-20").Shows("C-20").Shows("ACME-SA-20").Shows("U-20").Shows("St. Mary's Hospital");
            var (status, pack) = await Auditor.TakePack($"/audit/chains/{Releasing.IdOf(@case)}");
            Assert.Equal(HttpStatusCode.OK, status);
            var fingerprint = await _firm.World.Fingerprint();
            (await Command.Run("audit", "verify", pack, "--keys", fingerprint)).Is(0).Says("VERIFIED");

            using (var zip = ZipFile.Open(pack, ZipArchiveMode.Update))
            {
                var entry = zip.Entries.First(member => member.FullName.EndsWith(".entry", StringComparison.Ordinal));
                await using var bytes = entry.Open();
                bytes.WriteByte((byte)'X');
            }
            (await Command.Run("audit", "verify", pack, "--keys", fingerprint)).Is(1).Says("ledger/");
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var visitor in new[] { Researcher, Analyst, Lead, Safety, Hospital, Auditor })
                visitor?.Dispose();
            if (_server is not null)
                await _server.DisposeAsync();
            // The world is put away by the fixture that made it, which expects it to run.
            await _firm.World.Start();
        }

        private static Task<Page> Step(Visitor visitor, string @case, string step, params (string, string)[] fields) => visitor.Submit(@case, $"{@case}/{step}", fields);

        // Real bytes, so that neither disk nor network can make less of them; the same block over and over, so that making them takes no time.
        private async Task MakePackage()
        {
            var block = RandomNumberGenerator.GetBytes(1024 * 1024);
            await using var file = File.Create(_firm.PackageFile);
            for (var written = 0L; written < PackageBytes; written += block.Length)
                await file.WriteAsync(block);
        }

        private async Task<string> Flaw()
        {
            var database = _firm.World.Installation.OpenDatabase();
            await using var connection = await database.Connect(default);
            await using var views = database.Views(connection, Viewer.System);
            return (await views.Set<CaseVulnerabilityRow>().SingleAsync()).Vulnerability.ToString("D");
        }
    }
}
