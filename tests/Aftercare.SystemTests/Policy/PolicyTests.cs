using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Aftercare.Ledger;
using Aftercare.Server.Reports;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Reports;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Aftercare.SystemTests.Policy;

public sealed class PolicyTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static readonly (string, string)[] Text =
    [
        ("title", "Reporting vulnerabilities"), ("language", "en"), ("acknowledgeWithin", "2"), ("updateEvery", "14"), ("howToReport", "By the form.\n\nOr <b>write</b>."), ("acknowledgement", "At once."),
        ("investigation", "Well."), ("coordination", "Together."), ("scope", "Our pumps."), ("rulesOfEngagement", "Not on patients."), ("adverseEvents", "To the representative."), ("safeHarbour", ""),
    ];

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_policy_is_drafted_by_one_approved_by_another_and_then_stands_on_the_front_door(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var ana = await world.Person("Ana", Role.Analyst, Role.Lead);
        using var quentin = await world.Person("Quentin", Role.Quality);
        (await visitor.Get("/security")).Shows("No policy is published yet");
        (await visitor.Get("/.well-known/security.txt")).Is(HttpStatusCode.NotFound);

        var draft = await ana.Submit("/desk/policy/draft", "/desk/policy/draft", Text);
        draft.Is(HttpStatusCode.OK).Shows("revision 1");
        (await ana.Send(draft, draft.Path + "/approve", ("password", World.Password))).Is(HttpStatusCode.Forbidden).Shows("policy.second-person");
        (await visitor.Get("/security")).Shows("No policy is published yet");
        var approved = await quentin.Send(await quentin.Get(draft.Path), draft.Path + "/approve", ("password", World.Password));
        (await quentin.Send(approved, draft.Path + "/publish")).Is(HttpStatusCode.OK).Shows("Published");

        var page = await visitor.Get("/security?lang=de");
        page.Is(HttpStatusCode.OK).Shows("Or <b>write</b>.").Shows("2 Werktagen").Shows("So melden Sie");
        Assert.DoesNotContain("<b>", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Was wir denen zusagen", page.Text, StringComparison.Ordinal);

        // A report keeps the promise of its revision.
        var own = await SomeReport.Send(visitor, SomeReport.Anonymous);
        await using var store = world.Store();
        var row = await (await store.Rows<ReportRow>(default)).SingleAsync();
        Assert.True(row.NextWordBy < row.ReceivedAt + TimeSpan.FromDays(5).TotalMilliseconds);
        (await visitor.Get(SomeReport.PathOf(own) + "?lang=en")).Shows("Revision 1");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Security_txt_follows_from_the_published_policy(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        await Publish(world);

        using var answer = await visitor.Http.GetAsync(new Uri("/.well-known/security.txt", UriKind.Relative));

        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var text = await answer.Content.ReadAsStringAsync();
        var site = world.Installation.PublicUrl;
        Assert.Contains($"Contact: {site}/report\nContact: mailto:security@acme.test\n", text, StringComparison.Ordinal);
        Assert.Contains($"Canonical: {site}/.well-known/security.txt\nPolicy: {site}/security\n", text, StringComparison.Ordinal);
        var expires = DateTimeOffset.Parse(Regex.Match(text, "Expires: (.+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(expires - DateTimeOffset.UtcNow, TimeSpan.FromDays(349), TimeSpan.FromDays(350));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_next_revision_takes_the_place_of_the_one_before_which_can_still_be_read(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        await Publish(world);
        await Publish(world, ("title", "The second one"));

        (await visitor.Get("/security")).Shows("The second one").Shows("Revision 2");
        (await visitor.Get("/security?revision=1")).Shows("This revision was superseded");
        (await visitor.Get("/security?revision=3")).Is(HttpStatusCode.NotFound);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_draft_that_leaves_out_what_a_policy_must_say_is_refused_and_so_is_a_person_without_the_role(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var ana = await world.Person("Ana", Role.Analyst);
        using var dora = await world.Person("Dora", Role.Developer);

        (await ana.Submit("/desk/policy/draft", "/desk/policy/draft", [.. Text.Where(field => field.Item1 is not ("scope" or "rulesOfEngagement"))])).Is(HttpStatusCode.BadRequest).Shows("A policy has to say this.");
        (await dora.Get("/desk/policy/draft")).Is(HttpStatusCode.Forbidden);
        (await ana.Get("/desk/policy/draft")).Shows("Do not test any device");
    }

    [Fact]
    public async Task Two_drafts_at_once_are_two_revisions()
    {
        foreach (var db in new[] { Db.Sqlite, Db.Postgres })
        {
            await using var world = await World.Founded(db, postgres);
            using var ana = await world.Person("Ana", Role.Analyst);
            using var bea = await world.Person("Bea", Role.Analyst);

            var drafts = await Task.WhenAll(new[] { ana, bea }.Select(person => person.Submit("/desk/policy/draft", "/desk/policy/draft", Text)));

            Assert.Equal(["revision 1", "revision 2"], drafts.Select(page => Regex.Match(page.Text, @"revision \d").Value).Order());
        }
    }

    private static async Task Publish(World world, params (string Name, string Value)[] changed)
    {
        using var ana = await world.Person("Ana", Role.Analyst);
        using var quentin = await world.Person("Quentin", Role.Quality);
        var draft = await ana.Submit("/desk/policy/draft", "/desk/policy/draft", [.. Text.Where(field => changed.All(other => other.Name != field.Item1)), .. changed]);
        var approved = await quentin.Send(await quentin.Get(draft.Path), draft.Path + "/approve", ("password", World.Password));
        (await quentin.Send(approved, draft.Path + "/publish")).Is(HttpStatusCode.OK);
    }
}
