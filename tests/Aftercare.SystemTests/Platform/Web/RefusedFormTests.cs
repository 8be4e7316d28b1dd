using System.Net;
using Aftercare.Ledger;
using Aftercare.SystemTests.Advisories;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Platform.Web;

/// <summary>A form that is refused is answered by its own page; the page that it names is never more than the viewer could have opened.</summary>
public sealed class RefusedFormTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task A_form_that_names_another_page_gets_no_more_than_its_sender_may_see()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var pump = await PumpCase.In(world);
        using var oskar = await world.Operator("Oskar", Server.Platform.Storage.Store.NewId());
        using var ana = await world.Person("Ana", Role.Analyst);
        var (access, enter) = (await oskar.Get("/portal/access"), await ana.Get("/desk/reports/enter"));

        foreach (var page in new[] { $"/desk/cases/{{id:guid}} {pump.Page}", $"/desk/people /desk/people", "/sign-out /sign-out", "//evil.test //evil.test", "/desk/cases/{id:guid}", " ", "x y z" })
        {
            var answer = await oskar.SendTo(access, "/sign-out", "/portal/access/code", ("page", page), ("seen", "x"), ("nonce", $"{Guid.NewGuid():D}"));
            Assert.DoesNotContain("Drug library", answer.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("Invite", answer.Html, StringComparison.Ordinal);
        }
        // Another page of the desk that she may open anyway shows that page, and still says what was refused.
        (await ana.SendFiles(enter, "/desk/reports/enter", [])).Is(HttpStatusCode.BadRequest).Shows("Enter a report").Shows("Some answers are missing");
    }

    [Fact]
    public async Task Hostile_words_come_back_as_words()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var pump = await PumpCase.In(world);
        using var lea = await world.Person("Lea", Role.Lead);

        var answer = await lea.Submit(pump.Page, $"{pump.Page}/accept", ("reason", "</textarea><script>alert(1)</script>"), ("form", "\"><script>alert(2)</script>"));

        answer.Is(HttpStatusCode.Conflict).Shows("Before you can accept");
        Assert.DoesNotContain("<script>alert", answer.Html, StringComparison.Ordinal);
    }
}
