using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Deliveries;
using Aftercare.SystemTests.Evidence;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Mail;
using Aftercare.SystemTests.Operations;
using Aftercare.SystemTests.Reports;
using Aftercare.SystemTests.Updates;
using Aftercare.Tests.Channels.Mail;
using Npgsql;
using Xunit;

namespace Aftercare.SystemTests.Docs;

/// <summary>Whatever README and guides print to be typed is typed here, as it stands there, at a real terminal.</summary>
public sealed class DocumentedCommandsTests(PostgresServer postgres, MailServer mail) : IClassFixture<PostgresServer>, IClassFixture<MailServer>
{
    private const string Knows = """
        aftercare() { dotnet "$PWD/artifacts/publish/Aftercare.Cli/release/aftercare.dll" "$@"; }
        aftercare --help
        """;

    private const string ImportSites = "aftercare import sites sites.csv --run --server https://aftercare.example.com --token-file migration.token";
    private const string BounceAlias = """
        aftercare-bounces: "|curl -sS -K /etc/postfix/aftercare.curl --data-binary @- https://security.example.com/api/v1/mail/bounces | grep -Eqx '200|400|413' || exit 75"
        """;

    private const string Trust = "aftercare trust --server https://aftercare.example.com --code CODE --site-dir /var/lib/aftercare-site";

    private const string DrawAgain = """
        while read id; do printf '%s %s\n' "$(printf '%s\n%s' "$SEED" "$id" | sha256sum | cut -c1-64)" "$id"; done < ids | sort | head -n "$SIZE"
        """;

    /// <summary>The commands of the docs, each under the test that types it.</summary>
    private static readonly Dictionary<string, string[]> Stories = new(StringComparer.Ordinal)
    {
        [nameof(DemoTests.The_demo_fills_an_empty_store_lets_each_role_in_once_and_every_page_is_fit_to_be_seen)] = ["./run --demo"],
        [nameof(An_administrator_sets_up_imports_keeps_and_proves)] =
        [
            Knows,
            "./run",
            ImportSites,
            "./run verify",
            "aftercare-server verify",
            "./run rebuild",
            "./run backup FOLDER",
            "sha256sum --check --quiet SHA256SUMS",
            "./run restore FOLDER",
            "./run declare-gap \"why\"",
        ],
        [nameof(A_restore_on_PostgreSQL_begins_with_an_empty_database)] = ["createdb aftercare2"],
        [nameof(Postfix_hands_a_bounce_over_by_the_alias_that_is_printed)] =
        [
            BounceAlias,
            "postalias /etc/aliases",
            "chown nobody /etc/postfix/aftercare.curl",
            "chmod 600 /etc/postfix/aftercare.curl",
        ],
        [nameof(Signers_a_site_a_supplier_and_an_auditor_follow_their_guides)] =
        [
            "aftercare keys new anna --custodian \"Anna Kruse\" --out keys",
            "aftercare root init --server https://aftercare.example.com --key keys/anna.pub ben.pub chloe.pub --out root-draft.json",
            "aftercare root sign root-draft.json --key keys/anna.key",
            "aftercare root submit root-draft.json --server https://aftercare.example.com --token-file signer.token",
            "aftercare upload U-2026-0003 pump.bin --path pump/4.2.1/pump.bin --server … --token-file pipeline.token",
            "aftercare sign U-2026-0003 --key keys/anna.key --server … --token-file signer.token",
            Trust,
            "--root-sha256 FINGERPRINT",
            "--allow-test",
            "aftercare get U-2026-0003 --site-dir /var/lib/aftercare-site --dir downloads --device SERIAL",
            "aftercare verify pump.bin --update U-2026-0003 --site-dir /var/lib/aftercare-site --device SERIAL",
            "aftercare installed U-2026-0003 --site-dir /var/lib/aftercare-site --device SERIAL --result ok",
            "aftercare send --site-dir /var/lib/aftercare-site",
            "curl https://aftercare.example.com/api/v1/reports/csaf -K aftercare.curl -F advisory=@advisory.json",
            DrawAgain,
            "sort < ids | sha256sum",
            "aftercare audit verify PACK.zip --keys \"FINGERPRINT\"",
        ],
    };

    /// <summary>What is printed and not typed here, and why.</summary>
    private static readonly Dictionary<string, string> Excused = new(StringComparer.Ordinal)
    {
        ["./test"] = "It is what runs this test.",
        ["aftercare"] = "Only the command's name.",
        ["aftercare-server"] = "Only the command's name.",
        ["exit 75"] = "The end of the alias, named once more.",
    };

    /// <summary>What the guides print in place of what each reader has.</summary>
    private static readonly string[] Placeholders =
    [
        "https://aftercare.example.com", "https://security.example.com", "--server …", "U-2026-0003", "CODE", "FINGERPRINT", "SERIAL", "/var/lib/aftercare-site", "PACK.zip", "FOLDER",
        "aftercare2", "/etc/aliases", "/etc/postfix/aftercare.curl", "TOKEN",
    ];

    [Fact]
    public void Every_command_in_the_docs_is_typed_by_a_test()
    {
        var (printed, known) = (Guides.Commands.ToList(), Stories.Values.SelectMany(commands => commands).Concat(Excused.Keys).ToHashSet(StringComparer.Ordinal));

        string[] wrong =
        [
            .. printed.Where(command => !known.Contains(command.Text)).Select(command => $"{command}\n  No test types it: add it to a story."),
            .. known.Except(printed.Select(command => command.Text)).Select(text => $"{text}\n  No longer stands in the docs."),
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task An_administrator_sets_up_imports_keeps_and_proves()
    {
        var (story, url) = (new Story(nameof(An_administrator_sets_up_imports_keeps_and_proves)), World.FreeAddress());
        await using var first = await Terminal.Open(("AFTERCARE_URLS", url));
        Checkout.LayOut(first.Folder);
        await using var second = await Terminal.Open(("AFTERCARE_URLS", url));
        await second.Ends(0, $"cd '{first.Folder}'");
        // An installed server stands on the path.
        await second.Ends(0, "PATH=$PATH:$PWD/artifacts/publish/Aftercare.Server/release");
        story["https://aftercare.example.com"] = url;
        story["FOLDER"] = "backups/monday";

        await first.Ends(0, story.Says("./run"), new Reply(@"Aftercare is at \S+\n[^\n]*works once, for a day: (\S+)\n", WhileItRuns));
        Assert.Contains("were built anew", await first.Ends(0, story.Says("./run rebuild")), StringComparison.Ordinal);

        // The disk with the database is lost, and what the world has seen is newer than the only backup.
        await first.Ends(0, """mkdir restored && cp -r data/keys data/public restored && export AFTERCARE_DATA="$PWD/restored" """);
        Assert.Contains("declare-gap", await first.Ends(0, story.Says("./run restore FOLDER")), StringComparison.Ordinal);
        Assert.Contains("Start the server", await first.Ends(0, story.Says("./run declare-gap \"why\"")), StringComparison.Ordinal);
        Assert.Contains("every one is what the log says", await first.Ends(0, story.Says("./run verify")), StringComparison.Ordinal);
        story.IsTold();

        async Task<string> WhileItRuns(Match said)
        {
            using var ada = new Visitor(new Uri(url));
            var path = new Uri(said.Groups[1].Value).AbsolutePath;
            await ada.Submit(path, path,
                ("organisation", "Acme Medical"), ("zone", "Europe/Berlin"), ("prefix", "ACME"), ("securityContact", "security@acme.test"),
                ("manufacturer", "Acme Medical GmbH"), ("country", "DE"), ("name", "Ada Admin"), ("email", "ada@acme.test"), ("newPassword", World.Password));
            var desk = (await ada.Submit("/sign-in", "/sign-in", ("email", "ada@acme.test"), ("password", World.Password))).Is(HttpStatusCode.OK);
            (await ada.Get(desk.Link(@"/app/aftercare\.css[^""]*"))).Is(HttpStatusCode.OK);

            await File.WriteAllTextAsync(Path.Combine(first.Folder, "migration.token"), await Token(ada, "importer"));
            await File.WriteAllTextAsync(Path.Combine(first.Folder, "sites.csv"), "name,country\nKlinikum Nord,DE\n");
            Assert.Contains("trust", await second.Ends(0, story.Says(Knows)), StringComparison.Ordinal);
            Assert.Contains("1 record imported.", await second.Ends(0, story.Says(ImportSites)), StringComparison.Ordinal);
            await second.Ends(0, story.Says("./run backup FOLDER"));
            Assert.Equal("", (await second.Ends(0, $"(cd backups/monday && {story.Says("sha256sum --check --quiet SHA256SUMS")})")).Trim());

            var before = await Published(ada, 0);
            _ = await Token(ada, "mail-gateway");
            await Published(ada, before);
            Assert.Contains("every one is what the log says", await second.Ends(0, story.Says("aftercare-server verify")), StringComparison.Ordinal);
            return Reply.CtrlC;
        }
    }

    [Fact]
    public async Task Signers_a_site_a_supplier_and_an_auditor_follow_their_guides()
    {
        var story = new Story(nameof(Signers_a_site_a_supplier_and_an_auditor_follow_their_guides));
        await using var desk = await Releasing.Begin(Db.Sqlite, postgres);
        await using var terminal = await Terminal.Open();
        Checkout.LayOut(terminal.Folder);
        await terminal.Ends(0, story.Says(Knows));
        story["https://aftercare.example.com"] = desk.Server;
        story["--server …"] = $"--server {desk.Server}";

        await story.KeysAndTheRoot(desk, terminal);
        var here = await Delivering.Begin(desk, await story.ARelease(desk, terminal));
        using var olga = here.Operator;
        await story.ASite(here, terminal);
        await story.ASupplier(here.World, terminal);
        await story.AnAuditor(here.World, terminal);
        story.IsTold();
    }

    [Fact]
    public async Task Postfix_hands_a_bounce_over_by_the_alias_that_is_printed()
    {
        var (story, port, swaks) = (new Story(nameof(Postfix_hands_a_bounce_over_by_the_alias_that_is_printed)), mail.Options.Port, Tools.Require("swaks"));
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var ada = await world.Person("Ada", Role.Administrator);
        using var gone = world.Visitor();
        (await MailDesk.SetUp(ada, [.. MailDesk.Settings(port).Where(field => field.Name != "bounceAddress"), ("bounceAddress", $"aftercare-bounces@{MailServer.OwnDomain}")])).Is(HttpStatusCode.OK);
        var (aliases, curl) = (Path.Combine(mail.Etc, "aliases"), Path.Combine(mail.Etc, "aftercare.curl"));
        (story["/etc/aliases"], story["/etc/postfix/aftercare.curl"]) = (aliases, curl);
        (story["https://security.example.com"], story["TOKEN"]) = (world.Installation.PublicUrl, await Token(ada, "mail-gateway"));

        Assert.Contains(Guides.Setting("recipient_delimiter = +"), await File.ReadAllLinesAsync(Path.Combine(mail.Etc, "main.cf")));
        string[] settings = ["header = \"Authorization: Bearer TOKEN\"", "header = \"Content-Type: message/rfc822\"", "output = /dev/null", "write-out = \"%{http_code}\""];
        await File.WriteAllLinesAsync(curl, settings.Select(Guides.Setting).Select(story.Has));
        var alias = story.Says(BounceAlias);
        await File.AppendAllTextAsync(aliases, alias + "\n");
        await using var root = await Terminal.Open(("MAIL_CONFIG", mail.Etc), ("PATH", Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin"));
        await root.Ends(0, story.Says("chown nobody /etc/postfix/aftercare.curl"));
        await root.Ends(0, story.Says("chmod 600 /etc/postfix/aftercare.curl"));
        await root.Ends(0, story.Says("postalias /etc/aliases"));

        (await SomeReport.Send(gone, [.. SomeReport.WithAddress.Where(field => field.Name != "email"), ("email", "gone@example.org")])).Is(HttpStatusCode.OK);
        await MailDesk.Until(world, "it came back", row => row.Stage == SentMailStage.Bounced);

        // A server elsewhere took a mail first, and says later, over the network, that it could not deliver it.
        (await SomeReport.Send(gone, [.. SomeReport.WithAddress.Where(field => field.Name != "email"), ("email", "anna@example.org")])).Is(HttpStatusCode.OK);
        var taken = await MailDesk.Until(world, "it was handed over", row => row.Stage == SentMailStage.HandedOver);
        var arrived = Encoding.UTF8.GetString((await mail.Mails("anna", 1))[^1]);
        var (sender, id) = (Regex.Match(arrived, "(?m)^Return-Path: <(.+)>").Groups[1].Value, Regex.Match(arrived, "(?im)^Message-ID: (.+)$").Groups[1].Value);
        var elsewhere = Path.Combine(mail.Etc, "elsewhere.eml");
        await File.WriteAllBytesAsync(elsewhere, SomeBounce.Bytes(SomeBounce.Exim(sender, id)));
        await root.Ends(0, $"{swaks} --server 127.0.0.1 --port {port} --tls --helo mx.elsewhere.example --from '<>' --to '{sender}' --data '@{elsewhere}'");
        await MailDesk.Until(world, "it came back from there", row => row.Subject == taken.Subject && row.Stage == SentMailStage.Bounced);

        // What is refused for good is not kept; what a token that has ended could not hand over is.
        var pipe = Regex.Match(alias, "\"\\|(.+)\"").Groups[1].Value;
        await root.Ends(0, $"(echo Subject: I am away | {pipe})");
        await File.WriteAllTextAsync(curl, (await File.ReadAllTextAsync(curl)).Replace(story["TOKEN"], "made-up", StringComparison.Ordinal));
        await root.Ends(75, $"(echo Subject: I am away | {pipe})");
        story.IsTold();
    }

    [Fact]
    public async Task A_restore_on_PostgreSQL_begins_with_an_empty_database()
    {
        var story = new Story(nameof(A_restore_on_PostgreSQL_begins_with_an_empty_database));
        var server = new NpgsqlConnectionStringBuilder(await postgres.NewDatabase());
        var name = story["aftercare2"] = $"test_{Guid.NewGuid():N}";
        await using var terminal = await Terminal.Open(("PGHOST", server.Host!), ("PGPORT", $"{server.Port}"), ("PGUSER", server.Username!), ("PGPASSWORD", server.Password ?? ""));
        try
        {
            await terminal.Ends(0, story.Says("createdb aftercare2"));
            await TableFiles.RequireEmpty(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, Pooling = false }.ConnectionString, default);
        }
        finally
        {
            await terminal.Run($"dropdb --if-exists {name}");
        }
        story.IsTold();
    }

    private static async Task<string> Token(Visitor person, string scope) =>
        (await person.Submit("/desk/tokens", "/desk/tokens/issue", ("name", $"{scope} machine"), ("scope", scope), ("days", "30"))).Once();

    /// <summary>The size of the public log, once it is above another one.</summary>
    private static async Task<long> Published(Visitor anybody, long above)
    {
        for (var tries = 0; tries < 300; tries++, await Task.Delay(100))
            if (await anybody.Get("/log/checkpoint") is { Status: HttpStatusCode.OK } checkpoint && long.Parse(checkpoint.Html.Split('\n')[1], null) is var size && size > above)
                return size;
        throw new TimeoutException($"The log has no entries above {above}.");
    }

    /// <summary>What one test types, with what its readers have in place of what the guides print.</summary>
    private sealed class Story(string name)
    {
        private const string Advisory = """
            {"document": {"category": "csaf_security_advisory", "csaf_version": "2.0", "lang": "en", "title": "Log injection",
              "publisher": {"category": "vendor", "name": "Chips Ltd", "namespace": "https://chips.test"},
              "tracking": {"id": "CHIPS-2026-01", "version": "1", "status": "final", "initial_release_date": "2026-02-01T10:00:00Z", "current_release_date": "2026-02-01T10:00:00Z",
                "revision_history": [{"number": "1", "date": "2026-02-01T10:00:00Z", "summary": "First"}]}},
             "vulnerabilities": [{"cve": "CVE-2021-44228", "title": "Log injection"}]}
            """;

        private readonly Dictionary<string, string> _has = [];
        private readonly HashSet<string> _said = [];

        public string this[string placeholder]
        {
            get => _has[placeholder];
            set => _has[placeholder] = Placeholders.Contains(placeholder) ? value : throw new ArgumentException($"'{placeholder}' is no placeholder of the guides.", nameof(placeholder));
        }

        /// <summary>What he types who reads these, one behind the other.</summary>
        public string Says(params string[] printed)
        {
            _said.UnionWith(printed);
            return Has(string.Join(' ', printed));
        }

        public string Has(string printed) => _has.Aggregate(printed, (text, one) => text.Replace(one.Key, one.Value, StringComparison.Ordinal));

        /// <summary>Fails where the table says that this test types something, and it has not.</summary>
        public void IsTold() => Assert.Equal([], Stories[name].Except(_said));

        public async Task KeysAndTheRoot(Releasing desk, Terminal terminal)
        {
            await terminal.Ends(0, Says("aftercare keys new anna --custodian \"Anna Kruse\" --out keys"), new Reply("Passphrase for the new key: ", World.Password), new Reply("The same again: ", World.Password));
            await desk.HandOutKeys();
            foreach (var other in (string[])["Ben", "Chloe"])
                File.Copy(desk[other + ".pub"], Path.Combine(terminal.Folder, other.ToLowerInvariant() + ".pub"));
            await terminal.Ends(0, Says("aftercare root init --server https://aftercare.example.com --key keys/anna.pub ben.pub chloe.pub --out root-draft.json"));
            await terminal.Ends(0, Says("aftercare root sign root-draft.json --key keys/anna.key"), new Reply("Type yes to sign: ", "yes"), new Reply(@"Passphrase of anna\.key: ", World.Password));
            (await Command.Run("root", "sign", Path.Combine(terminal.Folder, "root-draft.json"), "--key", desk["Ben.key"], "--passphrase-file", desk["passphrase"], "--yes")).Is(0).Says("It is complete");
            using var anna = await desk.World.Person("Anna", Role.Signer);
            await File.WriteAllTextAsync(Path.Combine(terminal.Folder, "signer.token"), await Token(anna, "signer"));
            await terminal.Ends(0, Says("aftercare root submit root-draft.json --server https://aftercare.example.com --token-file signer.token"));
            (await desk.Quality.Submit("/desk/trust", "/desk/trust/root/publish", ("password", World.Password))).Is(HttpStatusCode.OK);
        }

        public async Task<string> ARelease(Releasing desk, Terminal terminal)
        {
            using var pipeline = await desk.World.Person("Dora", Role.Developer);
            await File.WriteAllTextAsync(Path.Combine(terminal.Folder, "pipeline.token"), await Token(pipeline, "developer"));
            File.Copy(desk.PackageFile, Path.Combine(terminal.Folder, "pump.bin"));
            var update = await desk.Draft(open: "false");
            await desk.Describe(update);
            this["U-2026-0003"] = Regex.Match((await desk.Publisher.Get(update)).Text, @"U-\d{4}-\d{4}").Value;
            await terminal.Ends(0, Says("aftercare upload U-2026-0003 pump.bin --path pump/4.2.1/pump.bin --server … --token-file pipeline.token"));
            (await desk.Submit(update)).Is(HttpStatusCode.OK);
            await terminal.Ends(0, Says("aftercare sign U-2026-0003 --key keys/anna.key --server … --token-file signer.token"), new Reply("Type yes to sign: ", "yes"), new Reply(@"Passphrase of anna\.key: ", World.Password));
            (await desk.Sign(update, "Ben")).Is(0);
            (await desk.Publish(update)).Is(HttpStatusCode.OK);
            return update;
        }

        public async Task ASite(Delivering here, Terminal terminal)
        {
            // By a script, which names the fingerprint; then by a person, who compares it with what is printed.
            (this["CODE"], this["FINGERPRINT"], this["/var/lib/aftercare-site"], this["SERIAL"]) = (await here.Code(), await here.RootSha256(), "other-computer", "SN-1");
            await terminal.Ends(0, Says(Trust, "--root-sha256 FINGERPRINT", "--allow-test"));
            (this["CODE"], this["/var/lib/aftercare-site"]) = (await here.Code(), "aftercare-site");
            using var anybody = here.World.Visitor();
            var printed = (await anybody.Get("/keys")).Text;
            await terminal.Ends(0, Says(Trust), new Reply(@"keys:\s+((?:[0-9a-f]{4} ?){16})\s.*Type yes: ", shown =>
            {
                Assert.Contains(shown.Groups[1].Value.Replace(" ", "", StringComparison.Ordinal), printed, StringComparison.Ordinal);
                return Task.FromResult("yes\r");
            }));
            Assert.Contains("signed by Anna Kruse and Ben", await terminal.Ends(0, Says("aftercare get U-2026-0003 --site-dir /var/lib/aftercare-site --dir downloads --device SERIAL")), StringComparison.Ordinal);
            Assert.Contains("signed by Anna Kruse and Ben", await terminal.Ends(0, Says("aftercare verify pump.bin --update U-2026-0003 --site-dir /var/lib/aftercare-site --device SERIAL")), StringComparison.Ordinal);
            await here.World.Stop();
            Assert.Contains("not sent yet", await terminal.Ends(0, Says("aftercare installed U-2026-0003 --site-dir /var/lib/aftercare-site --device SERIAL --result ok")), StringComparison.Ordinal);
            await here.World.Start();
            Assert.Contains("The manufacturer has the receipt", await terminal.Ends(0, Says("aftercare send --site-dir /var/lib/aftercare-site")), StringComparison.Ordinal);
            (await here.Desk.Publisher.Get(here.Coverage)).Shows("1 proven by signed receipt");
        }

        public async Task ASupplier(World world, Terminal terminal)
        {
            using var sue = await world.Person("Sue", Role.Support);
            await File.WriteAllTextAsync(Path.Combine(terminal.Folder, "advisory.json"), Advisory);
            this["TOKEN"] = await Token(sue, "support");
            await File.WriteAllTextAsync(Path.Combine(terminal.Folder, "aftercare.curl"), Has(Guides.Setting("header = \"Authorization: Bearer TOKEN\"")));
            var answer = await terminal.Ends(0, Says("curl https://aftercare.example.com/api/v1/reports/csaf -K aftercare.curl -F advisory=@advisory.json"));
            Assert.Contains("\"number\":\"R-", answer, StringComparison.Ordinal);
            var report = Regex.Match(answer, "\"id\":\"([0-9a-f-]{36})\"").Groups[1].Value;
            (await sue.Get($"/desk/reports/{report}")).Is(HttpStatusCode.OK).Shows("CHIPS-2026-01");
        }

        public async Task AnAuditor(World world, Terminal terminal)
        {
            var @case = await world.MakeCase();
            await RecoveryTests.Published(world);
            using var aud = await world.Auditor("Aud", @case);
            (this["PACK.zip"], this["FINGERPRINT"]) = ((await aud.TakePack($"/audit/chains/{@case:D}")).File, await world.Fingerprint());
            Assert.Contains("VERIFIED", await terminal.Ends(0, Says("aftercare audit verify PACK.zip --keys \"FINGERPRINT\"")), StringComparison.Ordinal);

            var sample = (await aud.Submit("/audit/samples", "/audit/samples/draw", ("population", "reports"), ("size", "1"), ("seed", "4711"))).Is(HttpStatusCode.OK).Shows("1 of 2");
            await File.WriteAllTextAsync(Path.Combine(terminal.Folder, "ids"), await aud.Http.GetStringAsync(new Uri(sample.Link("/audit/samples/1/ids"), UriKind.Relative)));
            await terminal.Ends(0, "SEED=4711 SIZE=1");
            var drawn = (await terminal.Ends(0, Says(DrawAgain))).Trim().Split(' ');
            Assert.Contains(drawn[1], await aud.Http.GetStringAsync(new Uri("/audit/samples/1.csv", UriKind.Relative)), StringComparison.Ordinal);
            sample.Shows((await terminal.Ends(0, Says("sort < ids | sha256sum"))).Trim().Split(' ')[0]);
        }
    }
}
