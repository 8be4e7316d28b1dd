using System.Net;
using System.Text;
using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Products;
using Aftercare.Server.Mail;
using Aftercare.Server.Notices;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Advisories;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Reports;
using Aftercare.SystemTests.Statements;
using Aftercare.Trust.Log;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Mail;

/// <summary>What this installation mails, as it arrives in the mailbox of a real server.</summary>
public sealed class MailTests(PostgresServer postgres, MailServer server) : IClassFixture<PostgresServer>, IClassFixture<MailServer>
{
    private static readonly string[] Embargoed = ["CVE-2026-41414", "hunter2", "telemetry", "Halden", "Rita"];

    private static readonly (string Name, string Value)[] Report =
    [
        ("patientHarm", "unknown"), ("product", "other"), ("otherProduct", "Halden pump"), ("description", "CVE-2026-41414: the telemetry port takes hunter2."), ("source", "user"),
        ("identity", "contact"), ("name", "Rita\r\nBcc: victim@example.org"), ("email", "anna@example.org"),
    ];

    private static (string Name, string Value)[] From(string address) => [.. Report.Where(field => field.Name is not ("email" or "name")), ("email", address), ("name", "Gone")];

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task From_set_up_to_digest_each_mail_arrives_and_says_an_id_and_a_link_only(Db db)
    {
        var before = (await server.Mails("anna", 0)).Length;
        await using var world = await World.Founded(db, postgres);
        using var ada = await MailDesk.Person(world, "Ada", "anna@example.org", Role.Administrator);
        using var lena = await world.Person("Lena", Role.Lead);
        using var rita = world.Visitor();

        // Without mail everything works, and nothing waits for it.
        (await ada.Get("/desk")).Shows("Set up mail");
        (await SomeReport.Send(rita, Report)).Is(HttpStatusCode.OK);
        (await ada.Get("/desk/mail/sent")).Shows("Mail is not set up").Shows("No mails yet");
        Assert.Equal(0, await Tables.Count(world.Services.GetRequiredService<Database>(), """SELECT count(*) FROM jobs WHERE "Kind" = 'mail.send'"""));

        (await MailDesk.SetUp(ada, MailDesk.Settings(server.Options.Port))).Is(HttpStatusCode.OK).Shows("by 127.0.0.1");
        (await ada.Submit("/desk/mail", "/desk/mail/test")).Is(HttpStatusCode.OK).Shows("Your last test mail: Handed over").Shows("2.0.0 Ok");

        // The reporter's link is in the first mail; a line break in his name has become no header.
        var own = await SomeReport.Send(rita, Report);
        var mail = await MailDesk.Read((await server.Mails("anna", before + 2))[before + 1]);
        Assert.Equal($"We received your report {SomeReport.NumberOn(own)}", mail["subject"]!.GetValue<string>());
        Assert.Equal(["auto-submitted"], mail["headers"]!.AsArray().Select(header => header!.GetValue<string>()).Where(header => header is "auto-submitted" or "bcc"));
        Assert.Equal(SomeReport.PathOf(own), MailDesk.Link(mail, world, "/r/"));
        (await rita.Get(MailDesk.Link(mail, world, "/r/"))).Is(HttpStatusCode.OK).Shows(SomeReport.NumberOn(own));

        var atDesk = await SomeReport.AtDesk(lena, SomeReport.NumberOn(own));
        atDesk.Shows("Report received: Handed over");
        (await SomeReport.Step(lena, atDesk, "acknowledge", ("via", "web-form"), ("text", "The telemetry port, hunter2: we look at it."))).Is(HttpStatusCode.OK);
        mail = await MailDesk.Read((await server.Mails("anna", before + 3))[before + 2]);
        Assert.Equal($"Your report {SomeReport.NumberOn(own)} is acknowledged", mail["subject"]!.GetValue<string>());
        Assert.DoesNotContain("/r/", MailDesk.TextOf(mail), StringComparison.Ordinal);

        // He has had enough.
        (await rita.Submit(SomeReport.PathOf(own), $"{SomeReport.PathOf(own)}/mail")).Is(HttpStatusCode.OK).Shows("You get no mails about this report");
        atDesk = await SomeReport.AtDesk(lena, SomeReport.NumberOn(own));
        (await SomeReport.Step(lena, atDesk, "tell-reporter", ("purpose", "progress"), ("via", "web-form"), ("text", "Still at it."))).Is(HttpStatusCode.OK);
        await MailDesk.Until(world, "it was withheld", row => row is { Purpose: MailPurpose.NewMessage, Stage: SentMailStage.Withheld, Because: WithheldBecause.NotWanted });
        (await SomeReport.AtDesk(lena, SomeReport.NumberOn(own))).Shows("The reporter wants no mails");

        // An invitation joins.
        var invited = await ada.Submit("/desk/people/invite", "/desk/people/invite", ("name", "Quinn"), ("email", "anna@example.org"), ("roles", "quality"));
        mail = await MailDesk.Read((await server.Mails("anna", before + 4))[before + 3]);
        using (var quinn = world.Visitor())
        {
            var join = MailDesk.Link(mail, world, "/invitation/");
            Assert.EndsWith(join, invited.Once(), StringComparison.Ordinal);
            (await quinn.Submit(join, join, ("name", "Quinn"), ("newPassword", World.Password))).Shows("Done. Sign in");
        }

        // Quality gets the day's checkpoint: once, whoever looks how often, after a restart too.
        var stores = world.Services.GetRequiredService<Stores>();
        await Task.WhenAll(DailyDigest.Follow(stores, default), DailyDigest.Follow(stores, default));
        await MailDesk.Until(world, "the digest went", row => row is { Purpose: MailPurpose.Digest, Stage: SentMailStage.HandedOver });
        await world.Stop();
        await world.Start();
        await DailyDigest.Follow(world.Services.GetRequiredService<Stores>(), default);
        mail = await MailDesk.Read((await server.Mails("anna", before + 5))[before + 4]);
        var text = MailDesk.TextOf(mail);
        Assert.Contains("2 reports wait", text, StringComparison.Ordinal);
        var note = text[(text.IndexOf("rewritten.\n\n", StringComparison.Ordinal) + "rewritten.\n\n".Length)..].TrimEnd('\n') + '\n';
        var checkpoint = VerifiedCheckpoint.Open(Encoding.UTF8.GetBytes(note), world.Services.GetRequiredService<LogFolder>().Key(1));
        Assert.True(checkpoint.Size > 0);
        await using (var store = world.Store())
            Assert.Equal(1, await (await store.Rows<SentMailRow>(default)).CountAsync(row => row.Purpose == MailPurpose.Digest));

        // Over the raw bytes of everything that arrived: nobody's words, and no name that a stranger chose.
        var raw = string.Concat((await server.Mails("anna", before + 5)).Skip(before).Select(Encoding.UTF8.GetString));
        Assert.All(Embargoed, word => Assert.DoesNotContain(word, raw, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(before + 5, (await server.Mails("anna", 0)).Length);
        // The ledger names nobody, and no link that waited for its mail is left.
        Assert.DoesNotContain("anna@", await MailDesk.Ledger(world.Services.GetRequiredService<Database>()), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await Tables.Count(world.Services.GetRequiredService<Database>(), """SELECT count(*) FROM sealed_secrets WHERE "Name" LIKE 'mail/link/%'"""));
        (await ada.Get("/desk/mail/sent")).Is(HttpStatusCode.OK).Shows("Daily digest").Shows("Quinn").Shows("Invitation");
        (await ada.Get("/desk/mail/sent?state=withheld")).Is(HttpStatusCode.OK).Shows("The reporter wants no mails.");
        (await lena.Get("/desk/mail/sent")).Is(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_refused_recipient_and_a_bounce_are_shown_and_a_forged_bounce_changes_nothing()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var before = (await server.Mails("desk", 0)).Length;
        using var ada = await world.Person("Ada", Role.Administrator);
        using var lena = await world.Person("Lena", Role.Lead);
        using var rita = world.Visitor();
        (await MailDesk.SetUp(ada, MailDesk.Settings(server.Options.Port))).Is(HttpStatusCode.OK);

        var refused = SomeReport.NumberOn(await SomeReport.Send(rita, From("refused@example.org")));
        await MailDesk.Until(world, "it was refused", row => row.Stage == SentMailStage.Refused);
        (await SomeReport.AtDesk(lena, refused)).Shows("Report received: Refused").Shows("nobody of this name");

        var gone = SomeReport.NumberOn(await SomeReport.Send(rita, From("gone@example.org")));
        var bounce = (await server.Mails("desk", before + 1))[before];
        var mail = await MailDesk.Until(world, "it was handed over", row => row.Stage == SentMailStage.HandedOver);
        var token = (await ada.Submit("/desk/tokens", "/desk/tokens/issue", ("name", "mail server"), ("scope", "mail-gateway"), ("days", "90"))).Once();

        // Whoever guesses a tag, swaps the mail that came back, or sends something else, changes nothing.
        var text = Encoding.Latin1.GetString(bounce);
        var tag = System.Text.RegularExpressions.Regex.Match(text, @"desk\+([a-z2-7]{42})@").Groups[1].Value;
        var forged = text.Replace(tag, ReturnTag.Of(mail.Subject, new byte[32]), StringComparison.Ordinal);
        var swapped = System.Text.RegularExpressions.Regex.Replace(text, "(?im)^(Message-ID: <)[0-9a-f]{32}@", "${1}" + Guid.NewGuid().ToString("N") + "@");
        Assert.NotEqual(text, swapped);
        foreach (var lie in new[] { forged, swapped })
            Assert.Equal(HttpStatusCode.BadRequest, (await MailDesk.Bounce(world, token, Encoding.Latin1.GetBytes(lie))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await MailDesk.Bounce(world, token, "Subject: I am away\r\n\r\nuntil Monday\r\n"u8.ToArray())).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await MailDesk.Bounce(world, token, bounce, "text/plain")).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await MailDesk.Bounce(world, token, new byte[1_100_000])).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await MailDesk.Bounce(world, "made-up", bounce)).Status);
        (await SomeReport.AtDesk(lena, gone)).Shows("Report received: Handed over");

        Assert.Equal(HttpStatusCode.OK, (await MailDesk.Bounce(world, token, bounce)).Status);
        Assert.Equal(HttpStatusCode.OK, (await MailDesk.Bounce(world, token, [.. "From MAILER-DAEMON  Sun Mar  1 10:20:30 2026\n"u8, .. bounce])).Status);
        (await SomeReport.AtDesk(lena, gone)).Shows("Report received: Came back").Shows("5.1.1: there is no such address");
        (await ada.Get("/desk/mail/sent?state=bounced")).Shows($"Reporter of {gone}");
        await using var store = world.Store();
        Assert.Equal(["mail.written/1", "mail.handed-over/1", "mail.bounced/1"], (await store.History<SentMail>(mail.Subject, default)).Select(entry => entry.Kind));
        var ledger = await MailDesk.Ledger(world.Services.GetRequiredService<Database>());
        Assert.DoesNotContain("gone@", ledger, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("refused@", ledger, StringComparison.OrdinalIgnoreCase);
        // That token opens nothing else.
        using var http = new HttpClient { BaseAddress = world.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        using var desk = await http.GetAsync(new Uri("/desk/reports", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, desk.StatusCode);

        // It ends with the role of whoever gave it.
        var giver = (await (await store.Rows<PersonRow>(default)).ToListAsync()).Single(row => row.Roles.Contains(Role.Administrator)).Subject;
        await world.MakePerson("Bo", [], Role.Administrator);
        using var quinn = await world.Person("Quinn", Role.Quality);
        (await quinn.Submit($"/desk/people/{giver}", $"/desk/people/{giver}/revoke-role", ("role", "administrator"), ("reason", "Somebody else does it now."))).Is(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, (await MailDesk.Bounce(world, token, bounce)).Status);
    }

    [Fact]
    public async Task Mail_bombing_by_reports_in_somebody_elses_name_ends_at_the_days_limit()
    {
        var before = (await server.Mails("anna", 0)).Length;
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var ada = await world.Person("Ada", Role.Administrator);
        using var mallory = world.Visitor();
        (await MailDesk.SetUp(ada, [.. MailDesk.Settings(server.Options.Port).Where(field => field.Name != "mostADay"), ("mostADay", "2")])).Is(HttpStatusCode.OK);

        foreach (var address in new[] { "anna@example.org", "ANNA@example.org", " Anna@Example.org " })
            (await SomeReport.Send(mallory, From(address))).Is(HttpStatusCode.OK);

        await MailDesk.Until(world, "the third was withheld", row => row.Because == WithheldBecause.TooMany);
        await using var store = world.Store();
        Assert.Equal(2, await (await store.Rows<SentMailRow>(default)).CountAsync(row => row.Stage != SentMailStage.Withheld));
        Assert.InRange((await server.Mails("anna", 0)).Length - before, 0, 2);
        Assert.Equal(0, await Tables.Count(world.Services.GetRequiredService<Database>(), """SELECT count(*) FROM counters WHERE "Series" LIKE '%anna%'"""));
    }

    [Fact]
    public async Task The_contact_of_a_concerned_site_hears_of_a_notice_and_the_mail_names_nothing_of_it()
    {
        var before = (await server.Mails("anna", 0)).Length;
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var ada = await world.Person("Ada", Role.Administrator);
        (await MailDesk.SetUp(ada, MailDesk.Settings(server.Options.Port))).Is(HttpStatusCode.OK);
        var (pump, site, device) = (await PumpCase.In(world), Store.NewId(), Store.NewId());
        await using (var store = world.Store())
        {
            await store.KeepContact(site, new Contact("Ward 3", "anna@example.org"), default);
            var product = (await store.Find<Release>(pump.Old, default))!.Product;
            _ = (await store.Record(new Done("/", site), default,
                Change.Begin(site, new SiteEvent.Registered("Klinikum Nord", "DE")), Change.Begin(device, new DeviceEvent.Registered(site, product, "N-1", null, pump.Old, HowKnown.Shipped)))).Value;
        }

        await SomeStatement.Published(world, pump.Old, Verdict.NotApproved);
        await PostNotices.Follow(world.Services.GetRequiredService<Stores>(), default);

        var mail = await MailDesk.Read((await server.Mails("anna", before + 1))[before]);
        Assert.Equal("Acme Medical: a notice about devices at your site", mail["subject"]!.GetValue<string>());
        using var nora = await world.Operator("Nora", site);
        (await nora.Get(MailDesk.Link(mail, world, "/portal/notices/"))).Is(HttpStatusCode.OK).Shows("N-1");
        foreach (var word in new[] { "KB5031234", "N-1", "Ward", "Klinikum", "Infusion", "pprove" })
            Assert.DoesNotContain(word, MailDesk.TextOf(mail), StringComparison.OrdinalIgnoreCase);
        (await ada.Get("/desk/mail/sent")).Shows("Klinikum Nord");
    }

    [Fact]
    public async Task A_server_that_is_killed_between_hand_over_and_its_note_sends_the_same_mail_again()
    {
        var before = (await server.Mails("anna", 0)).Length;
        var installation = default(Server.Platform.Installation);
        var world = await World.Founded(Db.Postgres, postgres);
        installation = world.Installation;
        using (var ada = await world.Person("Ada", Role.Administrator))
            (await MailDesk.SetUp(ada, MailDesk.Settings(server.Options.Port))).Is(HttpStatusCode.OK);
        // The note takes long, so that the power can go before it is written.
        await Tables.Tamper(world.Services.GetRequiredService<Database>(), """
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
            CREATE TRIGGER slow BEFORE INSERT ON entries FOR EACH ROW WHEN (NEW."Kind" = 'mail.handed-over/1') EXECUTE FUNCTION slow()
            """);
        await world.Stop();

        await using (var killed = ServerProcess.Start(installation.Data, installation.Postgres, [], [new("AFTERCARE_URLS", installation.Urls)]))
        {
            await killed.UntilItServes();
            using var rita = new Visitor(world.Address);
            (await SomeReport.Send(rita, Report)).Is(HttpStatusCode.OK);
            await server.Mails("anna", before + 1);
            await killed.Kill();
        }

        await using var next = await World.Continue(installation);
        var database = next.Services.GetRequiredService<Database>();
        await Tables.Tamper(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%entries%' AND state = 'active'");
        await Tables.Tamper(database, "DROP TRIGGER slow ON entries");
        await Tables.Tamper(database, """UPDATE jobs SET "LeasedUntil" = 0 WHERE "Kind" = 'mail.send'""");
        await MailDesk.Until(next, "it was handed over", row => row is { Purpose: MailPurpose.ReportReceived, Stage: SentMailStage.HandedOver });
        var mails = (await server.Mails("anna", before + 2))[before..];
        Assert.Single((await Task.WhenAll(mails.Select(MailDesk.Read))).Select(mail => mail["messageId"]!.GetValue<string>()).Distinct());
    }
}
