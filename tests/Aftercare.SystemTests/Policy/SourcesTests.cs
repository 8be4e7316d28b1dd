using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Reports;
using Xunit;

namespace Aftercare.SystemTests.Policy;

public sealed class SourcesTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private const string Review = "/desk/sources/review-silence", TakeBack = "/desk/sources/take-back-silence";

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Silence_is_signed_for_when_a_test_proves_it_and_a_report_that_comes_to_light_contradicts_it(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var quality = await world.Person("Quinn", Role.Quality);
        using var analyst = await world.Person("Ana", Role.Analyst);
        var page = (await quality.Get("/desk/sources")).Is(HttpStatusCode.OK).Shows("Never heard").Shows("No way in").Shows("Nobody would hear of it");
        page = (await quality.Send(page, Review, Silent(0))).Is(HttpStatusCode.Conflict).Shows("Open one and test it");
        Assert.Contains($"value=\"{Ago(60)}\"", page.Html, StringComparison.Ordinal);

        // Only a test in these days proves anything, and only if it succeeded.
        var channels = await quality.Get("/desk/channels");
        var owner = Regex.Match(channels.Html, "<option value=\"([0-9a-f-]{36})\"").Groups[1].Value;
        channels = await quality.Send(channels, "/desk/channels/open", ("name", "Letter <b>box</b>"), ("wire", "letter"), ("sources", "widespread"), ("owner", owner), ("procedure", "SOP-114 §6"));
        var test = Regex.Match(channels.Html, "action=\"(/desk/channels/[0-9a-f-]+/test)\"").Groups[1].Value;
        (await quality.Send(await quality.Get("/desk/sources"), Review, Silent(0))).Is(HttpStatusCode.Conflict).Shows("Test 'Letter <b>box</b>', record the result");
        channels = await quality.Send(channels, test, ("on", Ago(20)), ("result", "failed"), ("finding", "Nobody had the key."));
        (await quality.Send(await quality.Get("/desk/sources"), Review, Silent(0))).Is(HttpStatusCode.Conflict).Shows("may not have arrived");
        await quality.Send(channels, test, ("on", Ago(19)), ("result", "succeeded"), ("finding", "After two days."));

        // Signed by whoever answers for the ways in, in person, and once for each day.
        page = await quality.Get("/desk/sources");
        (await quality.Send(page, Review, Silent(0, "wrong"))).Is(HttpStatusCode.Unauthorized);
        Assert.DoesNotContain(Review, (await analyst.Get("/desk/sources")).Is(HttpStatusCode.OK).Html, StringComparison.Ordinal);
        (await analyst.SendTo(await analyst.Get("/desk/channels"), test, Review, Silent(0))).Is(HttpStatusCode.Forbidden).Shows("source.wrong-role");
        await using (var store = world.Store())
        {
            var token = await store.IssueSecret(SecretPurpose.Token, Server.Platform.Storage.Store.NewId(), null, default, nameof(Role.Analyst));
            await store.SaveKept(default);
            using var machine = world.Visitor();
            var (status, body) = await machine.Api("/sources/review-silence", token, new { source = "widespread", seen = 0, from = Ago(60), through = Ago(10) });
            Assert.True(status == HttpStatusCode.Forbidden, body.GetRawText());
        }
        (await quality.Send(page, Review, Silent(0))).Is(HttpStatusCode.OK).Shows("Quinn").Shows("Silence reviewed, route tested").Shows("Letter <b>box</b>: ").Shows("Stands");
        (await quality.Send(await quality.Get("/desk/sources"), Review, Silent(0))).Is(HttpStatusCode.Conflict).Shows("It has changed since");
        (await quality.Send(await quality.Get("/desk/sources"), Review, Silent(2))).Is(HttpStatusCode.Conflict).Shows("signed already");
        Assert.DoesNotContain("Widespread vulnerability (g) : Nothing came", (await quality.Get("/desk/readiness")).Text, StringComparison.Ordinal);
        (await analyst.Get("/desk/search?q=widespread+silent")).Shows("Sources of reports").Shows("signed.");

        // Somebody had it all the time.
        var product = await SomeReport.Product(world, "Halden pump");
        using var support = await world.Person("Sue", Role.Support);
        (await support.SendFiles(await support.Get("/desk/reports/enter"), "/desk/reports/enter",
        [
            ("patientHarm", "no"), ("source", "widespread"), ("channel", "letter"), ("route", "direct"), ("firstHeard", Ago(30)), ("firstHeardBy", "employee"), ("description", "A letter of the authority."), ("identity", "anonymous"), ("product", product.ToString()),
        ])).Is(HttpStatusCode.OK);
        page = (await quality.Get("/desk/sources")).Shows("Contradicted").Shows("-0001");
        (await quality.Get("/desk/readiness")).Shows("-0001 lies in these days");
        using (var auditor = await world.Auditor("Aud"))
        {
            var seen = (await auditor.Get("/audit/sources")).Is(HttpStatusCode.OK).Shows("Contradicted").Shows("Quinn");
            Assert.DoesNotContain("<form method=\"post\" action=\"/desk/sources", seen.Html, StringComparison.Ordinal);
            (await auditor.Get("/audit")).Shows("Sources with a signed period of silence 1");
        }
        (await quality.Send(page, TakeBack, ("reason", "The letter lay in a drawer."), ("password", World.Password))).Is(HttpStatusCode.OK).Shows("Taken back").Shows("The letter lay in a drawer.");
        Assert.DoesNotContain("-0001 lies", (await quality.Get("/desk/readiness")).Text, StringComparison.Ordinal);
        (await quality.Send(await quality.Get("/desk/sources"), Review, Silent(3))).Is(HttpStatusCode.Conflict).Shows("-0001 lies in them");
    }

    /// <summary>What is typed into the form of source (g).</summary>
    private static (string, string)[] Silent(int seen, string password = World.Password) =>
    [
        ("form", "review-widespread"), ("source", "widespread"), ("seen", seen.ToString(CultureInfo.InvariantCulture)), ("from", Ago(60)), ("through", Ago(10)), ("password", password),
    ];

    private static string Ago(int days) => DateTime.UtcNow.AddDays(-days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
