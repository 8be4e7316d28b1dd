using System.Net;
using Aftercare.Ledger;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Deliveries;

/// <summary>The desk's side: who is concerned, who was told, and what our own people did.</summary>
public sealed class DeskTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_audience_is_every_device_of_an_affected_release_and_a_hole_in_it_is_shown_until_it_is_closed(Db db)
    {
        await using var here = await Delivering.Begin(db, postgres, offered: false);
        await here.Register(here.Clinic, "SN-10", known: false);
        using var analyst = await here.World.Person("Ana", Role.Analyst);

        (await here.Desk.Publisher.Get("/desk/deliveries")).Shows(here.Number).Shows("Not offered");
        var open = (await here.Desk.Publisher.Get(here.Coverage)).Shows("3 devices at 2 sites run an affected release").Shows("Of 1 device of this product nobody knows the installed release");
        Assert.DoesNotContain("/offer\"", (await analyst.Get(here.Coverage)).Html, StringComparison.Ordinal);
        (await here.Desk.Publisher.Send(open, here.Coverage + "/offer")).Is(HttpStatusCode.OK).Shows("Every device that we know").Shows("SN-9");
        (await here.Desk.Publisher.Send(open, here.Coverage + "/offer")).Is(HttpStatusCode.OK);

        await here.Register(here.Hospital, "SN-3");
        (await here.Desk.Publisher.Get(here.Coverage)).Shows("1 not offered");
        (await here.Offer()).Is(HttpStatusCode.OK).Shows("SN-3").Shows("Every device that we know");
        (await here.Desk.Publisher.Get("/desk/deliveries")).Shows("4 at 2 sites").Shows("4 (100 %)");
        (await analyst.Get(here.Coverage + "?step=installed")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("SN-3", (await analyst.Get(here.Coverage + "?step=installed")).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Notices_service_reports_and_silence_are_recorded_with_what_they_stand_on(Db db)
    {
        await using var here = await Delivering.Begin(db, postgres);
        using var engineer = await here.World.Person("Enno", Role.Service);
        using var analyst = await here.World.Person("Ana", Role.Analyst);
        var page = await here.DeliveryTo("St. Mary's Hospital", engineer);
        var devices = System.Text.RegularExpressions.Regex.Matches((await engineer.Get(page)).Html, "<option value=\"([0-9a-f-]{36})\"").Select(match => match.Groups[1].Value).ToList();

        (await engineer.Submit(page, page + "/notify", ("channel", "letter"), ("on", "2026-03-12"), ("note", "Letter 4711"))).Is(HttpStatusCode.OK).Shows("Letter 4711");
        (await engineer.Submit(page, page + "/report-service", ("device", devices[0]), ("result", "installed"), ("on", "2026-03-14"), ("reference", "SR-12"))).Is(HttpStatusCode.OK)
            .Shows("SR-12").Shows("Service report");
        (await engineer.Submit(page, page + "/report-service", ("device", devices[0]), ("result", "declined"), ("on", "2026-03-14"), ("reference", "SR-13"))).Is(HttpStatusCode.BadRequest);
        (await engineer.Submit(page, page + "/find-unreachable", ("devices", devices[1]), ("reason", "Three calls"))).Is(HttpStatusCode.OK).Shows("Nobody answers").Shows("Three calls");
        (await engineer.Submit(page, page + "/find-not-applicable", ("devices", devices[0]), ("reason", "?"))).Is(HttpStatusCode.Conflict).Shows("from there it does not come");
        (await engineer.Get($"/desk/devices/{devices[0]}")).Shows("4.2.1").Shows("Service report");

        Assert.DoesNotContain("Enter a service report", (await analyst.Get(page)).Text, StringComparison.Ordinal);
        (await analyst.Send(await engineer.Get(page), page + "/notify", ("channel", "letter"), ("on", "2026-03-12"))).Is(HttpStatusCode.BadRequest);
    }
}
