using System.Net;
using Aftercare.Ledger;
using Aftercare.Server.Products;
using Aftercare.SystemTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Aftercare.SystemTests.Products;

public sealed class ProductsAtTheDesk(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_product_gets_a_release_and_an_item_that_quality_classifies_by_signature(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var developer = await world.Person("Dev", Role.Developer);
        using var quality = await world.Person("Quinn", Role.Quality);

        var product = (await RegisterPump(world, developer)).Shows("Infusion pump").Shows("Acme Medical GmbH").Shows("No releases yet");
        var release = await developer.Submit($"{product.Path}/releases/register", $"{product.Path}/releases/register",
            ("version", "4.2.0"), ("releasedOn", "2024-03-04"), ("supportedUntil", ""));
        release.Shows("Infusion pump 4.2.0").Shows("Not announced");
        var add = await developer.Get($"{product.Path}/items/register");
        var item = await developer.Send(add, $"{product.Path}/items/register",
            ("name", "OpenSSL <script>"), ("version", "3.0.13"), ("purl", "pkg:generic/openssl@3.0.13"), ("origin", "third-party"), ("releases", Id(release)));
        item.Shows("Not classified").Shows("OpenSSL <script>");
        Assert.DoesNotContain("OpenSSL <script>", item.Html, StringComparison.Ordinal);

        // The developer sees no such form, and forging one does not help him.
        Assert.DoesNotContain("/classify", item.Html, StringComparison.Ordinal);
        var forms = await quality.Get(item.Path);
        (string, string)[] maintained = [("class", "maintained"), ("from", "2024-03-04"), ("rationale", "Part of our image.")];
        (await developer.Send(item, $"{item.Path}/change-releases", ("releases", Id(release)))).Is(HttpStatusCode.OK);
        (await quality.Send(forms, $"{item.Path}/classify", [.. maintained, ("password", World.Password)])).Is(HttpStatusCode.Conflict).Shows("item.releases-changed");
        forms = await quality.Get(item.Path);
        (await quality.Send(forms, $"{item.Path}/classify", [.. maintained, ("password", "wrong wrong wrong")])).Is(HttpStatusCode.Unauthorized).Shows("signature.wrong-password");
        var classified = await quality.Send(forms, $"{item.Path}/classify", [.. maintained, ("password", World.Password)]);
        classified.Is(HttpStatusCode.OK).Shows("Maintained by us (maintained)").Shows("Signed by Quinn: Approval of the classification.");

        // A class that lies ahead is announced, not in force.
        await quality.Send(classified, $"{item.Path}/classify", ("class", "required"), ("from", "2099-01-01"), ("rationale", "End of support."), ("password", World.Password));
        (await developer.Get(product.Path)).Shows("Maintained by us (maintained) from 1 Jan 2099 : Required, yours (required)");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_line_and_a_version_are_taken_once_even_by_two_at_the_same_time(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var lead = await world.Person("Lena", Role.Lead);

        var forms = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => lead.Get("/desk/products/register")));
        var fields = await PumpFields(world);
        var answers = await Task.WhenAll(forms.Select(form => lead.Send(form, "/desk/products/register", fields)));
        var product = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer != product), answer => answer.Is(HttpStatusCode.Conflict).Shows("product.line-taken"));

        (string, string)[] version = [("version", "4.2.0"), ("releasedOn", "2024-03-04")];
        var releases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => lead.Submit($"{product.Path}/releases/register", $"{product.Path}/releases/register", version)));
        Assert.Single(releases, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(3, releases.Count(answer => answer.Text.Contains("release.version-taken", StringComparison.Ordinal)));

        await using var store = world.Store();
        Assert.Equal((1, 1), (await (await store.Rows<ProductRow>(default)).CountAsync(), await (await store.Rows<ReleaseRow>(default)).CountAsync()));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task The_end_of_support_moves_with_a_reason_and_a_double_click_moves_it_once(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var quality = await world.Person("Quinn", Role.Quality);
        var product = await RegisterPump(world, quality);
        var release = await quality.Submit($"{product.Path}/releases/register", $"{product.Path}/releases/register", ("version", "4.2.0"), ("releasedOn", "2024-03-04"));

        (string, string)[] change = [("supportedUntil", "2030-12-31"), ("reason", "Announced with release 5")];
        (await quality.Send(release, $"{release.Path}/change-support", change)).Shows("31 Dec 2030").Shows("Announced with release 5");
        (await quality.Send(release, $"{release.Path}/change-support", change)).Is(HttpStatusCode.OK);

        await using var store = world.Store();
        Assert.Equal(2, (await store.Find<Aftercare.Products.Release>(Guid.Parse(Id(release)), default))!.Version);
        (await quality.Send(await quality.Get(release.Path), $"{release.Path}/change-support", ("supportedUntil", "2020-01-01"), ("reason", "x")))
            .Is(HttpStatusCode.BadRequest).Shows("Support cannot end before the release.");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_pipeline_adds_releases_by_token_and_a_repeated_request_adds_nothing(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var developer = await world.Person("Dev", Role.Developer);
        var product = await RegisterPump(world, developer);
        var made = await developer.Submit("/desk/tokens", "/desk/tokens/issue", ("name", "release pipeline"), ("scope", "developer"), ("days", "30"));
        var token = made.Once();
        using var pipeline = world.Visitor();

        var path = product.Path["/desk".Length..];
        var body = new { version = "5.0.0", releasedOn = "2026-01-15", supportedUntil = "2031-01-15" };
        var first = await pipeline.Api($"{path}/releases", token, body, "build-17");
        var again = await pipeline.Api($"{path}/releases", token, body, "build-17");
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, again.Status));
        Assert.Equal(first.Body.GetProperty("id").GetString(), again.Body.GetProperty("id").GetString());

        var other = await pipeline.Api($"{path}/releases", token, new { version = "5.0.1", releasedOn = "2026-01-15" }, "build-17");
        Assert.Equal("request.key-reused", other.Body.GetProperty("code").GetString());
        var wrong = await pipeline.Api($"{path}/releases", token, new { version = "", releasedOn = "yesterday" });
        Assert.Equal((HttpStatusCode.BadRequest, 2), (wrong.Status, wrong.Body.GetProperty("errors").GetArrayLength()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await pipeline.Api($"{path}/releases", "made-up", body)).Status);
    }

    internal static async Task<(string, string)[]> PumpFields(World world)
    {
        await using var store = world.Store();
        var manufacturer = await (await store.Rows<ManufacturerRow>(default)).SingleAsync();
        return [("manufacturer", manufacturer.Subject.ToString("D")), ("name", "Infusion pump"), ("family", "Pumps"), ("line", "infusion-pump")];
    }

    internal static async Task<Page> RegisterPump(World world, Visitor by) =>
        (await by.Submit("/desk/products/register", "/desk/products/register", await PumpFields(world))).Is(HttpStatusCode.OK);

    internal static string Id(Page page) => page.Path[(page.Path.LastIndexOf('/') + 1)..];
}
