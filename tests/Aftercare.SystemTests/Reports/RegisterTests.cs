using System.Net;
using System.Security.Cryptography;
using System.Text;
using Aftercare.Ledger;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Reports;

public sealed class RegisterTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_register_filters_by_source_and_period_and_bears_the_digest_of_its_CSV(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var aud = await world.Auditor("Aud");
        var researcher = SomeReport.NumberOn(await SomeReport.Send(visitor, SomeReport.Anonymous));
        var user = SomeReport.NumberOn(await SomeReport.Send(visitor, SomeReport.WithAddress));

        (await aud.Get("/audit/register")).Shows(researcher).Shows(user).Shows("2 reports");
        var users = (await aud.Get("/audit/register?source=user")).Shows(user);
        Assert.DoesNotContain(researcher, users.Text, StringComparison.Ordinal);
        (await aud.Get("/audit/register?from=2001-01-01&to=2001-12-31")).Shows("No such reports");
        (await aud.Get("/audit/register?source=nobody&from=never")).Is(HttpStatusCode.BadRequest).Shows("source").Shows("from");

        var bytes = await aud.Http.GetByteArrayAsync(new Uri(users.Link("/audit/register\\.csv[^\"]*"), UriKind.Relative));
        users.Shows("sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes)));
        var lines = Encoding.UTF8.GetString(bytes).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("Report,First heard,", lines[0], StringComparison.Ordinal);
        Assert.Contains("Product user (d)", lines[1], StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_product_name_that_looks_like_a_formula_stays_text_in_a_spreadsheet(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var ana = await world.Person("Ana", Role.Analyst);
        var product = await SomeReport.Product(world, "=HYPERLINK(\"http://x\",\"y\")");
        await SomeReport.Send(visitor, [.. SomeReport.Anonymous.Where(field => field.Name is not ("product" or "otherProduct")), ("product", product.ToString())]);

        var csv = await ana.Http.GetStringAsync(new Uri("/desk/register.csv", UriKind.Relative));

        Assert.Contains(",\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",", csv, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task As_of_a_log_size_the_register_is_as_it_was(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var ana = await world.Person("Ana", Role.Analyst);
        var number = SomeReport.NumberOn(await SomeReport.Send(visitor, SomeReport.Anonymous));
        var size = await world.Logged();
        await SomeReport.Step(ana, await SomeReport.AtDesk(ana, number), "dismiss", ("as", "out-of-scope"), ("reason", "Not ours."));

        var then = await ana.Get($"/desk/register?as-of={size}");

        then.Shows(number);
        Assert.DoesNotContain("Out of scope", then.Text, StringComparison.Ordinal);
        Assert.Contains($"as-of={size}", then.Link("/desk/register\\.csv[^\"]*"), StringComparison.Ordinal);
        (await ana.Get("/desk/register")).Shows("Out of scope");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Today_shows_what_presses_and_the_register_is_not_for_people_outside(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var visitor = world.Visitor();
        using var ana = await world.Person("Ana", Role.Analyst);
        using var olga = await world.Operator("Olga", Guid.NewGuid());
        (await ana.Get("/desk")).Shows("Nothing waits");

        var number = SomeReport.NumberOn(await SomeReport.Send(visitor, SomeReport.WithAddress));

        (await ana.Get("/desk")).Shows(number).Shows("Reports to acknowledge").Shows("The service port takes any password.");
        foreach (var path in new[] { "/desk", "/desk/reports", "/desk/register", "/desk/register.csv", "/desk/policy" })
            (await olga.Get(path)).Is(HttpStatusCode.NotFound);
    }
}
