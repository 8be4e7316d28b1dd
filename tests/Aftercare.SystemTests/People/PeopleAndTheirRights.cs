using System.Net;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Evidence;
using Aftercare.SystemTests.Products;
using Aftercare.SystemTests.Sites;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.People;

public sealed class PeopleAndTheirRights(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_first_day_one_administrator_and_an_invited_quality_give_each_other_a_second_person(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var ada = await world.Person("Ada", Role.Administrator);

        // Quality accepts for herself, as nobody else could; every other role waits for her.
        var (quinnPage, quinn) = await InviteAndJoin(world, ada, "Quinn", "quinn@acme.test", "quality", "lead");
        using var _ = quinn;
        var shown = (await ada.Get(quinnPage)).Shows("Active").Shows("Quality (QA/RA)").Shows("Waits for a second person");
        shown.Shows("You proposed it; somebody else grants it.");
        Assert.DoesNotContain("/grant-role\"", shown.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("/grant-role\"", (await quinn.Get(quinnPage)).Html, StringComparison.Ordinal);

        var (analystPage, analyst) = await InviteAndJoin(world, ada, "Ana", "ana@acme.test", "analyst");
        using var __ = analyst;
        (await analyst.Get("/desk")).Is(HttpStatusCode.NotFound);
        (await quinn.Submit(analystPage, $"{analystPage}/grant-role")).Is(HttpStatusCode.OK).Shows("Role granted");
        (await analyst.Get("/desk")).Is(HttpStatusCode.OK);

        // He accepted himself: the record does not call him anonymous.
        (await ada.Get(quinnPage)).Shows("Quinn, invited");
        Assert.Equal(0, await Tables.Count(world.Services.GetRequiredService<Database>(), "SELECT COUNT(*) FROM entries WHERE \"Kind\" LIKE 'person.%' AND \"Actor\" = 'anonymous'"));

        // A second quality waits like everybody else.
        var (secondPage, second) = await InviteAndJoin(world, ada, "Quirin", "quirin@acme.test", "quality");
        using var ___ = second;
        (await ada.Get(secondPage)).Shows("None");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Nobody_grants_what_he_proposed_or_himself_not_even_by_a_forged_form(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var ada = await world.Person("Ada", Role.Administrator);
        var email = await world.MakePerson("Bob", [], Role.Administrator);
        using var bob = await world.SignIn(email);
        var bobsPage = (await ada.Get("/desk/people")).Link("/desk/people/[0-9a-f-]{36}");
        Assert.Contains("Bob", (await ada.Get(bobsPage)).Text, StringComparison.Ordinal);

        var proposed = await ada.Submit(bobsPage, $"{bobsPage}/propose-role", ("role", "signer"));
        (await ada.Send(await Forged(ada, bobsPage), $"{bobsPage}/propose-role", ("role", "signer"))).Is(HttpStatusCode.Conflict).Shows("person.role-held");
        (await Grant(ada, bobsPage)).Is(HttpStatusCode.Forbidden).Shows("person.second-person");
        (await Grant(bob, bobsPage)).Is(HttpStatusCode.Forbidden).Shows("person.own-grant");
        proposed.Is(HttpStatusCode.OK);

        // The form of another step on the same page carries token, version and nonce: that is all a forger has.
        async Task<Page> Forged(Visitor by, string page) => (await by.Get(page)).Is(HttpStatusCode.OK);
        async Task<Page> Grant(Visitor by, string page)
        {
            var open = await by.Get(page);
            return await by.Send(open with { Html = open.Html.Replace("/propose-role", "/grant-role", StringComparison.Ordinal) }, $"{page}/grant-role", ("role", "signer"));
        }
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_invitation_works_once_ends_when_renewed_and_is_shown_only_to_its_maker(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var ada = await world.Person("Ada", Role.Administrator);
        using var lead = await world.Person("Lena", Role.Lead);
        using var stranger = world.Visitor();

        var invited = await Invite(ada, "Ana <script>", "ana@acme.test", "analyst");
        var first = new Uri(invited.Once()).AbsolutePath;
        Assert.DoesNotContain("class=\"once\"", (await lead.Get(invited.Path)).Html, StringComparison.Ordinal);
        var page = invited.Path.Split('?')[0];
        Assert.DoesNotContain("class=\"once\"", (await ada.Get(page)).Html, StringComparison.Ordinal);

        var renewed = await ada.Submit(page, $"{page}/renew-invitation");
        var second = new Uri(renewed.Once()).AbsolutePath;
        (await stranger.Get(first)).Is(HttpStatusCode.NotFound);
        var join = (await stranger.Get(second)).Is(HttpStatusCode.OK);
        Assert.Contains("value=\"Ana &lt;script&gt;\"", join.Html, StringComparison.Ordinal);
        (await stranger.Send(join, second, ("name", "Ana"), ("newPassword", "short"))).Is(HttpStatusCode.BadRequest);
        (await stranger.Send(join, second, ("name", "Ana"), ("newPassword", World.Password))).Is(HttpStatusCode.OK);
        (await stranger.Get(second)).Is(HttpStatusCode.NotFound);
        (await Invite(ada, "Anna", "ANA@acme.test", "analyst")).Is(HttpStatusCode.Conflict).Shows("person.address-taken");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_revoked_role_and_a_leaving_end_sessions_and_tokens_in_the_same_moment(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var ada = await world.Person("Ada", Role.Administrator);
        var email = await world.MakePerson("Dev", [], Role.Developer, Role.Support);
        using var dev = await world.SignIn(email);
        var page = (await ada.Get("/desk/people")).Link("/desk/people/[0-9a-f-]{36}");
        var developing = (await dev.Submit("/desk/tokens", "/desk/tokens/issue", ("name", "pipeline"), ("scope", "developer"), ("days", "30"))).Once();
        Assert.DoesNotContain("within 14 days", (await dev.Get("/desk/tokens")).Text, StringComparison.Ordinal);
        var supporting = (await dev.Submit("/desk/tokens", "/desk/tokens/issue", ("name", "tickets"), ("scope", "support"), ("days", "13"))).Shows("One token ends within 14 days.").Shows("12 days left").Once();
        (await dev.Get("/desk/tokens")).Shows("Never used");
        foreach (var token in new[] { developing, supporting })
            await WithoutCookie(world, token);
        Assert.DoesNotContain("Never used", (await dev.Get("/desk/tokens")).Text, StringComparison.Ordinal);
        var database = world.Services.GetRequiredService<Database>();
        var noted = await Tables.Count(database, "SELECT SUM(\"SeenAt\") FROM secrets");
        await WithoutCookie(world, supporting);
        Assert.Equal(noted, await Tables.Count(database, "SELECT SUM(\"SeenAt\") FROM secrets"));

        (await ada.Submit(page, $"{page}/revoke-role", ("role", "developer"), ("reason", "Moved"))).Is(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, (await dev.Api("/products", developing, new { })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await WithoutCookie(world, supporting)).Status);
        // Who is signed out at once comes in again without the role.
        (await dev.Get("/desk/products/register")).Shows("Sign in");
        (await dev.Submit("/sign-in", "/sign-in", ("email", email), ("password", World.Password))).Is(HttpStatusCode.OK);
        (await dev.Get("/desk/products/register")).Is(HttpStatusCode.Forbidden);

        (await ada.Submit(page, $"{page}/leave", ("reason", "Left on 31 March"))).Is(HttpStatusCode.OK).Shows("Has left");
        (await dev.Get("/desk")).Shows("Sign in");
        Assert.Equal(HttpStatusCode.Unauthorized, (await WithoutCookie(world, supporting)).Status);
        using var again = world.Visitor();
        (await again.Submit("/sign-in", "/sign-in", ("email", email), ("password", World.Password))).Shows("Address or password is wrong.");
        (await ada.Get("/desk/tokens")).Shows("Revoked");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task What_hangs_on_a_person_is_listed_before_he_leaves_and_after_until_somebody_takes_it_over(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var ada = await world.Person("Ada", Role.Administrator);
        var email = await world.MakePerson("Lena", [], Role.Lead, Role.Analyst);
        using var lena = await world.SignIn(email);
        using var bo = await world.Person("Bo", Role.Analyst);
        var (lenasPage, bosPage) = (await PageOf(ada, "Lena"), await PageOf(ada, "Bo"));
        var @case = await world.MakeCase();
        var casePage = $"/desk/cases/{@case:D}";
        (await lena.Submit(casePage, $"{casePage}/assign", ("person", lenasPage[^36..]))).Is(HttpStatusCode.OK);

        // Lena is named who stands in for Bo; nobody is named who does not hold the role, and no name grants anything.
        var open = (await ada.Get(bosPage)).Shows("Nobody").Shows("Not on record").Shows("Lena: Analyst");
        (await ada.Send(open, $"{bosPage}/name-deputy", ("role", "analyst"), ("deputy", lenasPage[^36..]))).Is(HttpStatusCode.OK).Shows("Deputy named");
        (await ada.Submit(lenasPage, $"{lenasPage}/name-deputy", ("role", "lead"), ("deputy", bosPage[^36..]))).Is(HttpStatusCode.BadRequest).Shows("neither holds Lead nor is proposed for it");
        (await ada.Submit(bosPage, $"{bosPage}/record-training", ("role", "analyst"), ("on", "2099-01-01"), ("reference", "SOP-114"))).Is(HttpStatusCode.BadRequest).Shows("has not come yet");
        (await ada.Submit(bosPage, $"{bosPage}/record-training", ("role", "analyst"), ("on", "2026-01-12"), ("reference", "SOP-114 <b>rev. 3</b>"), ("nextDue", "2028-01-12")))
            .Is(HttpStatusCode.OK).Shows("SOP-114 <b>rev. 3</b>").Shows("12 Jan 2028");
        Assert.DoesNotContain("/record-training", (await bo.Get(bosPage)).Html, StringComparison.Ordinal);

        var before = (await ada.Get(lenasPage)).Shows("To be taken over before leaving").Shows("Nobody else holds Lead").Shows("Bo , Analyst");
        Assert.Contains(casePage, before.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("To be taken over", (await bo.Get(lenasPage)).Text, StringComparison.Ordinal);
        var after = (await ada.Send(before, $"{lenasPage}/leave", ("reason", "Left on 31 March"))).Is(HttpStatusCode.OK).Shows("Not taken over yet").Shows("Nobody else holds Lead").Shows("Bo , Analyst");
        Assert.Contains(casePage, after.Html, StringComparison.Ordinal);
        (await ada.Get(bosPage)).Shows("Does not hold it");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_last_administrator_can_neither_leave_nor_lose_the_role(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var ada = await world.Person("Ada", Role.Administrator);
        var page = (await ada.Get("/desk/people")).Link("/desk/people/[0-9a-f-]{36}");

        (await ada.Submit(page, $"{page}/leave", ("reason", "Bored"))).Is(HttpStatusCode.Conflict).Shows("person.last-administrator");
        (await ada.Submit(page, $"{page}/revoke-role", ("role", "administrator"), ("reason", "Bored"))).Is(HttpStatusCode.Conflict).Shows("person.last-administrator");

        await world.MakePerson("Bob", [], Role.Administrator);
        (await ada.Submit(page, $"{page}/leave", ("reason", "Bob takes over"))).Shows("Sign in");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_publisher_invites_operators_and_nobody_else(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var lead = await world.Person("Lena", Role.Lead);
        using var publisher = await world.Person("Paul", Role.Publisher);
        var site = ProductsAtTheDesk.Id(await SitesAndDevices.RegisterSite(lead, "Klinikum Süd"));

        (await Invite(publisher, "Ana", "ana@acme.test", "analyst")).Is(HttpStatusCode.Forbidden).Shows("person.wrong-role");
        (await publisher.Submit("/desk/people/invite", "/desk/people/invite", ("name", "Oskar"), ("email", "o@k.test"), ("roles", "operator"), ("sites", Guid.NewGuid().ToString())))
            .Is(HttpStatusCode.BadRequest).Shows("not a site");
        var invited = await publisher.Submit("/desk/people/invite", "/desk/people/invite", ("name", "Oskar"), ("email", "o@k.test"), ("roles", "operator"), ("sites", site));
        using var oskar = await Join(world, invited, "Oskar", "o@k.test");

        (await oskar.Get("/home")).Shows("My devices").Shows("Klinikum Süd");
        (await lead.Get("/desk/people/invite")).Is(HttpStatusCode.Forbidden);
    }

    private static async Task<string> PageOf(Visitor by, string name)
    {
        var people = await by.Get("/desk/people");
        return System.Text.RegularExpressions.Regex.Match(people.Html, $"href=\"(/desk/people/[0-9a-f-]{{36}})\">{name}<").Groups[1].Value;
    }

    private static Task<Page> Invite(Visitor by, string name, string email, string role) =>
        by.Submit("/desk/people/invite", "/desk/people/invite", ("name", name), ("email", email), ("roles", role));

    private static async Task<(string Page, Visitor Joined)> InviteAndJoin(World world, Visitor by, string name, string email, params string[] roles)
    {
        var invited = await by.Submit("/desk/people/invite", "/desk/people/invite", [("name", name), ("email", email), .. roles.Select(role => ("roles", role))]);
        return (invited.Path.Split('?')[0], await Join(world, invited, name, email));
    }

    private static async Task<Visitor> Join(World world, Page invited, string name, string email)
    {
        using var newcomer = world.Visitor();
        var link = new Uri(invited.Is(HttpStatusCode.OK).Once()).AbsolutePath;
        (await newcomer.Submit(link, link, ("name", name), ("newPassword", World.Password))).Is(HttpStatusCode.OK).Shows("Sign in");
        return await world.SignIn(email);
    }

    private static async Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body)> WithoutCookie(World world, string token)
    {
        using var machine = world.Visitor();
        return await machine.Api("/sites", token, new { });
    }
}
