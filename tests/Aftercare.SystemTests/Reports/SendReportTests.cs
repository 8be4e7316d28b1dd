using System.Net;
using System.Text;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Reports;
using Aftercare.SystemTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Aftercare.SystemTests.Reports;

public sealed class SendReportTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Somebody_without_an_account_reports_and_gets_a_number_a_date_and_a_private_page(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();

        var own = await SomeReport.Send(visitor, SomeReport.WithAddress);

        own.Is(HttpStatusCode.OK).Shows("We have your report").Shows("We acknowledge it by").Shows("The service port takes any password.").Shows(new Uri(world.Address, SomeReport.PathOf(own)).ToString());
        var again = await visitor.Get(SomeReport.PathOf(own));
        again.Is(HttpStatusCode.OK).Shows(SomeReport.NumberOn(own));
        Assert.DoesNotContain("Keep this private link", again.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("rita@finder.test", again.Html, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_anonymous_reporter_stays_nameless_even_when_he_is_signed_in(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var dora = await world.Person("Dora", Role.Developer);

        var own = await SomeReport.Send(dora, SomeReport.Anonymous);

        own.Is(HttpStatusCode.OK);
        await using var store = world.Store();
        var row = await (await store.Rows<ReportRow>(default)).SingleAsync();
        var entry = Assert.Single(await store.History<Report>(row.Subject, default));
        Assert.Equal("anonymous", entry.Head.Actor);
        Assert.DoesNotContain("person/", entry.Head.Cause, StringComparison.Ordinal);
        Assert.True(row.Anonymous);
        Assert.Null(await store.ContactOf(row.Subject, default));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_double_click_is_one_report_and_both_clicks_end_on_its_page(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        var form = await visitor.Get("/report");

        var clicks = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => visitor.SendFiles(form, SomeReport.ActionOf(form), SomeReport.Anonymous)));

        Assert.All(clicks, page => page.Is(HttpStatusCode.OK).Shows("Keep this private link"));
        Assert.Single(clicks.Select(SomeReport.NumberOn).Distinct());
        await using var store = world.Store();
        Assert.Equal(1, await (await store.Rows<ReportRow>(default)).CountAsync());
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task What_is_missing_is_named_field_by_field_and_nothing_is_kept(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();

        var form = await visitor.Get("/report");
        var refused = await visitor.SendFiles(form, SomeReport.ActionOf(form), [("product", "other"), ("identity", "contact"), ("email", "nobody"), ("steps", "Press <return>.")], ("attachments", "log.txt", "a log"u8.ToArray()));

        refused.Is(HttpStatusCode.BadRequest).Shows("what you wrote still stands below").Shows("Press <return>.").Shows("This is not an e-mail address.");
        foreach (var field in new[] { "patientHarm", "description", "otherProduct", "email" })
            Assert.Contains($"href=\"#report-{field}\"", refused.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"nobody\"", refused.Html, StringComparison.Ordinal);
        (await SomeReport.Send(visitor, [.. SomeReport.Anonymous.Where(field => field.Name != "identity")])).Is(HttpStatusCode.BadRequest).Shows("This is needed.");
        (await SomeReport.Send(visitor, [.. SomeReport.Anonymous.Where(field => field.Name != "product"), ("product", Guid.NewGuid().ToString())])).Is(HttpStatusCode.BadRequest).Shows("We have no such product.");
        await using (var store = world.Store())
            Assert.Equal(0, await (await store.Rows<ReportRow>(default)).CountAsync());

        // Corrected, the same page goes through.
        (await visitor.SendFiles(refused, SomeReport.ActionOf(refused), SomeReport.Anonymous)).Is(HttpStatusCode.OK).Shows("We have your report");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task What_a_machine_fills_in_is_flagged_and_kept(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var bot = world.Visitor();

        (await SomeReport.Send(bot, [.. SomeReport.Anonymous, ("website", "https://shoes.test")])).Is(HttpStatusCode.OK);

        await using var store = world.Store();
        Assert.True((await (await store.Rows<ReportRow>(default)).SingleAsync()).Parked);
        using var ana = await world.Person("Ana", Role.Analyst);
        (await ana.Get("/desk/reports")).Shows("Perhaps sent by a machine");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_original_is_kept_as_it_came_and_neither_secret_nor_token_is_in_it(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();

        var own = await SomeReport.Send(visitor, [.. SomeReport.WithAddress, ("impact", "  Größer als \"1\"\r\n  ")], ("attachments", "log.txt", "a log"u8.ToArray()));

        await using var store = world.Store();
        var report = (await store.Find<Report>((await (await store.Rows<ReportRow>(default)).SingleAsync()).Subject, default))!;
        var blob = (await store.BlobsOf(report.Id, default)).Single(blob => blob.Id == report.Received.Original.Id);
        await using var plain = store.Open(blob)!;
        var original = await new StreamReader(plain, Encoding.UTF8).ReadToEndAsync();
        Assert.Contains("\"impact\":[\"  Größer als \\\"1\\\"\\r\\n  \"]", original, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"log.txt\"", original, StringComparison.Ordinal);
        Assert.DoesNotContain(SomeReport.PathOf(own)["/r/".Length..], original, StringComparison.Ordinal);
        Assert.DoesNotContain("RequestVerificationToken", original, StringComparison.Ordinal);
        Assert.Equal(report.Received.Original.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(original))));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_attachment_of_51_MiB_is_refused_with_the_limit_and_an_eleventh_file_too(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();

        (await SomeReport.Send(visitor, SomeReport.Anonymous, ("attachments", "big.bin", new byte[51 * 1024 * 1024]))).Is(HttpStatusCode.RequestEntityTooLarge).Shows("50 MiB");
        (await SomeReport.Send(visitor, SomeReport.Anonymous, [.. Enumerable.Range(0, 11).Select(n => ("attachments", $"{n}.txt", new byte[] { 1 }))])).Is(HttpStatusCode.BadRequest).Shows("At most 10 files.");

        await using var store = world.Store();
        Assert.Equal(0, await (await store.Rows<ReportRow>(default)).CountAsync());
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Before_set_up_nobody_would_read_a_report_and_the_front_door_says_so(Db db)
    {
        await using var world = await World.Begin(db, postgres);
        using var visitor = world.Visitor();

        (await visitor.Get("/")).Is(HttpStatusCode.OK).Shows("This installation is not set up yet");
        (await SomeReport.Send(visitor, SomeReport.Anonymous)).Is(HttpStatusCode.Conflict).Shows("Nobody has set this installation up yet");
    }

    [Fact]
    public async Task The_form_speaks_German()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var visitor = world.Visitor();

        (await visitor.Get("/report?lang=de")).Shows("Eine Schwachstelle melden").Shows("Senden Sie niemals Patientendaten").Shows("Meldung absenden");
        (await SomeReport.Send(visitor, [("product", "other")])).Shows("Diese Angabe fehlt.");
        (await SomeReport.Send(visitor, SomeReport.Anonymous)).Shows("Ihre Meldung ist bei uns");
    }
}
