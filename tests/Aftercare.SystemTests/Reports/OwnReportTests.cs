using System.Net;
using System.Text.RegularExpressions;
using Aftercare.Ledger;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Reports;

/// <summary>The secret link: what it opens, and what it does not.</summary>
public sealed class OwnReportTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Desk_and_reporter_write_to_each_other(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var ana = await world.Person("Ana", Role.Analyst);
        var own = await SomeReport.Send(visitor, SomeReport.Anonymous);
        var path = SomeReport.PathOf(own);

        var report = await SomeReport.AtDesk(ana, SomeReport.NumberOn(own));
        report = await SomeReport.Step(ana, report, "acknowledge", ("via", "web-form"), ("text", "Thank you, we have it."));
        report.Is(HttpStatusCode.OK);
        await SomeReport.Step(ana, report, "tell-reporter", ("purpose", "question"), ("via", "web-form"), ("text", "Which firmware?"));

        var asked = await visitor.Get(path);
        asked.Shows("Thank you, we have it.").Shows("Which firmware?").Shows("wait for your answer").Shows("You hear from us again by");
        Assert.DoesNotContain("Ana", asked.Text, StringComparison.Ordinal);

        var answered = await visitor.SendFiles(asked, path + "/messages", [("message", "It is 4.2.0.")], ("attachments", "about.txt", "4.2.0"u8.ToArray()));
        answered.Is(HttpStatusCode.OK).Shows("It is 4.2.0.").Shows("about.txt");
        (await ana.Get("/desk/reports")).Shows("The reporter has written");
        (await SomeReport.AtDesk(ana, SomeReport.NumberOn(own))).Shows("It is 4.2.0.").Shows("about.txt");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_message_is_welcome_although_the_desk_acted_in_between(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var ana = await world.Person("Ana", Role.Analyst);
        var own = await SomeReport.Send(visitor, SomeReport.Anonymous);
        await SomeReport.Step(ana, await SomeReport.AtDesk(ana, SomeReport.NumberOn(own)), "validate", ("finding", "Reproduced."));

        (await visitor.SendFiles(own, SomeReport.PathOf(own) + "/messages", [("message", "One more thing.")])).Is(HttpStatusCode.OK).Shows("One more thing.");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_wrong_link_is_answered_like_any_address_that_does_not_exist(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        var path = SomeReport.PathOf(await SomeReport.Send(visitor, SomeReport.Anonymous));

        var wrong = (await visitor.Get(path[..^1] + (path[^1] == 'A' ? 'B' : 'A'))).Is(HttpStatusCode.NotFound);
        var nothing = (await visitor.Get("/nothing-of-that-name")).Is(HttpStatusCode.NotFound);

        Assert.Equal(Same(nothing), Same(wrong));
        using var refused = await visitor.Http.GetAsync(new Uri(path + "x", UriKind.Relative));
        Assert.Equal("no-referrer", refused.Headers.GetValues("Referrer-Policy").Single());
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_link_reaches_its_own_report_only(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var rita = world.Visitor();
        using var mallory = world.Visitor();
        var hers = await SomeReport.Send(rita, SomeReport.WithAddress, ("attachments", "log.txt", "secret"u8.ToArray()));
        var his = await SomeReport.Send(mallory, SomeReport.Anonymous);
        var file = Regex.Match(hers.Html, "/files/([0-9a-f-]{36})").Groups[1].Value;

        (await mallory.Get($"{SomeReport.PathOf(his)}/files/{file}")).Is(HttpStatusCode.NotFound);
        (await mallory.SendFiles(his, SomeReport.PathOf(his) + "/messages", [("message", "Mine."), ("id", "anything")])).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("Mine.", (await rita.Get(SomeReport.PathOf(hers))).Text, StringComparison.Ordinal);
        (await mallory.Get("/desk/reports")).Shows("Sign in");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_attachment_is_only_ever_bytes_to_be_saved(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var ana = await world.Person("Ana", Role.Analyst);
        var bytes = "<script>alert(1)</script>"u8.ToArray();
        var own = await SomeReport.Send(visitor, SomeReport.Anonymous, ("attachments", "evil.html", bytes));

        foreach (var (person, page) in new[] { (visitor, own), (ana, await SomeReport.AtDesk(ana, SomeReport.NumberOn(own))) })
        {
            using var file = await person.Http.GetAsync(new Uri(Regex.Matches(page.Html, "href=\"([^\"]+/files/[0-9a-f-]{36})\"").Last().Groups[1].Value, UriKind.Relative));
            Assert.Equal(bytes, await file.Content.ReadAsByteArrayAsync());
            Assert.Equal("application/octet-stream", file.Content.Headers.ContentType!.MediaType);
            Assert.Equal("attachment", file.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal("nosniff", file.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.True(file.Headers.CacheControl!.NoStore);
        }
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_file_name_is_neither_a_header_nor_a_path_nor_markup(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        var form = await visitor.Get("/report");
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in form.Form(SomeReport.ActionOf(form)).Select(pair => (pair.Key, pair.Value)).Concat(SomeReport.Anonymous))
            content.Add(new StringContent(value), name);
        var hostile = new ByteArrayContent([1, 2, 3]);
        hostile.Headers.TryAddWithoutValidation("Content-Disposition", "form-data; name=\"attachments\"; filename*=UTF-8''..%2F..%2Fa%0D%0AX-Evil%3A%201%22%E2%80%AE%3Cb%3E.html");
        content.Add(hostile);

        using var sent = await visitor.Http.PostAsync(new Uri(SomeReport.ActionOf(form), UriKind.Relative), content);

        var html = await sent.Content.ReadAsStringAsync();
        Assert.True(sent.IsSuccessStatusCode, html);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        using var file = await visitor.Http.GetAsync(new Uri(Regex.Match(html, "href=\"([^\"]+/files/[0-9a-f-]{36})\"").Groups[1].Value, UriKind.Relative));
        Assert.True(file.IsSuccessStatusCode);
        Assert.False(file.Headers.Contains("X-Evil"));
        var saved = file.Content.Headers.ContentDisposition!.FileNameStar!;
        Assert.DoesNotContain('/', saved);
        Assert.DoesNotContain('\n', saved);
        Assert.DoesNotContain('\u202e', saved);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Script_in_a_report_is_shown_as_text(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var ana = await world.Person("Ana", Role.Analyst);
        const string Script = "<script>alert('x')</script>";

        var own = await SomeReport.Send(visitor, [.. SomeReport.WithAddress.Where(field => field.Name is not ("description" or "name")), ("description", Script), ("name", Script), ("steps", Script)]);

        foreach (var page in new[] { own, await SomeReport.AtDesk(ana, SomeReport.NumberOn(own)), await ana.Get("/desk/reports"), await ana.Get("/desk/register") })
            Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
        own.Shows(Script);
    }

    // What differs on every request: its number, and the address in the language links.
    private static string Same(Page page) =>
        Regex.Replace(page.Html.Replace(page.Path.Split('?')[0], "PATH", StringComparison.Ordinal), "<dd><code>[^<]*</code></dd>|<code>0H[^<]*</code>", "");
}
