using System.Net;
using Aftercare.Ledger;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Reports;

/// <summary>What the desk does with a report, from the inbox to closure.</summary>
public sealed class TriageTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_report_that_is_no_vulnerability_is_tracked_to_closure_by_two_people(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var ana = await world.Person("Ana", Role.Analyst, Role.Lead);
        using var leo = await world.Person("Leo", Role.Lead);
        var own = await SomeReport.Send(visitor, SomeReport.WithAddress);
        var number = SomeReport.NumberOn(own);
        (await ana.Get("/desk/reports")).Shows(number).Shows("A decision").Shows("Acknowledge");

        var report = await SomeReport.AtDesk(ana, number);
        report.Shows("rita@finder.test").Shows("Product user (d)");
        report = await SomeReport.Step(ana, report, "dismiss", ("as", "not-a-vulnerability"), ("reason", "The port is closed in the field."));
        report.Is(HttpStatusCode.OK).Shows("Not a vulnerability");
        (string, string)[] closing = [("as", "not-a-vulnerability"), ("rationale", "As designed."), ("password", World.Password)];

        (await SomeReport.Step(ana, report, "close", closing)).Is(HttpStatusCode.Forbidden).Shows("report.second-person");
        (await SomeReport.Step(leo, await leo.Get(report.Path), "close", closing)).Is(HttpStatusCode.Conflict).Shows("report.untold");
        report = await SomeReport.Step(ana, await ana.Get(report.Path), "tell-reporter", ("purpose", "outcome"), ("via", "web-form"), ("text", "It is closed in the field."));
        (await SomeReport.Step(leo, await leo.Get(report.Path), "close", closing)).Is(HttpStatusCode.Conflict).Shows("report.complaint-open");
        await SomeReport.Step(leo, await leo.Get(report.Path), "determine-complaint", ("verdict", "no-complaint"), ("reason", "No deficiency."), ("password", World.Password));

        var closed = await SomeReport.Step(leo, await leo.Get(report.Path), "close", closing);

        closed.Is(HttpStatusCode.OK).Shows("Closed as").Shows("Signed by Leo: Closure of the report.").Shows("Signed by Leo: Complaint determination");
        Assert.DoesNotContain(number, (await ana.Get("/desk/reports")).Text, StringComparison.Ordinal);
        (await visitor.Get(SomeReport.PathOf(own))).Shows("It is closed.").Shows("It is closed in the field.");
        (await SomeReport.Step(ana, await ana.Get(report.Path), "reopen", ("reason", "It was not."))).Shows("generation 2");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_duplicate_names_a_report_that_exists(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var ana = await world.Person("Ana", Role.Analyst);
        var first = SomeReport.NumberOn(await SomeReport.Send(visitor, SomeReport.Anonymous));
        var second = await SomeReport.AtDesk(ana, SomeReport.NumberOn(await SomeReport.Send(visitor, SomeReport.Anonymous)));

        (await SomeReport.Step(ana, second, "dismiss", ("as", "duplicate"), ("original", "R-1999-0001"), ("reason", "Seen."))).Is(HttpStatusCode.BadRequest).Shows("There is no report R-1999-0001.");
        (await SomeReport.Step(ana, second, "dismiss", ("as", "duplicate"), ("original", first), ("reason", "Seen."))).Is(HttpStatusCode.OK).Shows($"Duplicate of {first}");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_stale_page_changes_nothing(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var ana = await world.Person("Ana", Role.Analyst);
        var seen = await SomeReport.AtDesk(ana, SomeReport.NumberOn(await SomeReport.Send(visitor, SomeReport.Anonymous)));
        await SomeReport.Step(ana, seen, "validate", ("finding", "Reproduced."));

        (await SomeReport.Step(ana, seen, "dismiss", ("as", "out-of-scope"), ("reason", "Not ours."))).Is(HttpStatusCode.Conflict).Shows("report.validated");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_step_is_only_for_the_roles_of_the_table_and_a_signature_for_whoever_proves_himself(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var sue = await world.Person("Sue", Role.Support);
        using var quentin = await world.Person("Quentin", Role.Quality);
        using var olga = await world.Operator("Olga", Guid.NewGuid());
        using var aud = await world.Auditor("Aud");
        var report = await SomeReport.AtDesk(sue, SomeReport.NumberOn(await SomeReport.Send(visitor, SomeReport.Anonymous)));

        Assert.DoesNotContain("/validate\"", report.Html, StringComparison.Ordinal);
        var forged = report with { Html = report.Html.Replace("/acknowledge\"", "/validate\"", StringComparison.Ordinal) };
        (await SomeReport.Step(sue, forged, "validate", ("finding", "Trust me."))).Is(HttpStatusCode.Forbidden).Shows("report.wrong-role");
        (await olga.Get(report.Path)).Is(HttpStatusCode.NotFound);
        Assert.DoesNotContain("class=\"step\"", (await aud.Get(report.Path.Replace("/desk/", "/audit/", StringComparison.Ordinal))).Is(HttpStatusCode.OK).Html, StringComparison.Ordinal);

        var page = await quentin.Get(report.Path);
        (await SomeReport.Step(quentin, page, "determine-complaint", ("verdict", "complaint"), ("reason", "A deficiency."), ("password", "wrong horse"))).Is(HttpStatusCode.Unauthorized).Shows("Nothing was signed");
        (await SomeReport.Step(quentin, page, "determine-complaint", ("verdict", "complaint"), ("reason", "A deficiency."), ("password", World.Password))).Is(HttpStatusCode.OK).Shows("Yes: A deficiency.");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Support_enters_what_came_by_telephone_with_the_day_on_which_it_was_first_heard(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var sue = await world.Person("Sue", Role.Support);
        var product = await SomeReport.Product(world, "Halden pump");
        (string, string)[] fields =
        [
            ("patientHarm", "yes"), ("source", "user"), ("channel", "telephone"), ("route", "through-complaints"), ("firstHeard", "2026-03-02"), ("firstHeardBy", "distributor"),
            ("description", "The nurse could change the rate without a password."), ("product", product.ToString()), ("reference", "T-4711"), ("identity", "contact"), ("phone", "+49 30 1234"),
        ];

        var entered = await sue.SendFiles(await sue.Get("/desk/reports/enter"), "/desk/reports/enter", fields, ("attachments", "note.txt", "a note"u8.ToArray()));

        entered.Is(HttpStatusCode.OK).Shows("by telephone").Shows("2 Mar 2026 by distributor").Shows("Halden pump").Shows("T-4711").Shows("+49 30 1234").Shows("Acknowledge, overdue");
        var bad = await sue.SendFiles(await sue.Get("/desk/reports/enter"), "/desk/reports/enter", [.. fields.Where(field => field.Item1 is not ("firstHeard" or "channel")), ("firstHeard", "last week"), ("channel", "feed")]);
        bad.Is(HttpStatusCode.BadRequest).Shows("Write a date (2026-03-04)").Shows("are not entered by hand");
        (await sue.SendFiles(await sue.Get("/desk/reports/enter"), "/desk/reports/enter", [.. fields.Where(field => field.Item1 != "firstHeard"), ("firstHeard", "2999-01-01")])).Is(HttpStatusCode.BadRequest).Shows("lies in the future");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task What_was_received_wrongly_is_corrected_and_the_original_stays(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var ana = await world.Person("Ana", Role.Analyst);
        var product = await SomeReport.Product(world, "Halden pump");
        var report = await SomeReport.AtDesk(ana, SomeReport.NumberOn(await SomeReport.Send(visitor, SomeReport.Anonymous)));

        (await SomeReport.Step(ana, report, "correct", ("source", "supplier"), ("product", product.ToString()), ("patientHarm", "yes"), ("reason", "He makes the radio module.")))
            .Is(HttpStatusCode.OK).Shows("Component supplier (b)").Shows("Patient harm: yes").Shows("\"researcher\"");
        (await SomeReport.Step(ana, await ana.Get(report.Path), "correct", ("product", Guid.NewGuid().ToString()), ("reason", "Some other."))).Is(HttpStatusCode.BadRequest);
    }
}
