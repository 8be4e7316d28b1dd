using System.Net;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Sites;
using Aftercare.SystemTests.Fixtures;
using Aftercare.SystemTests.Products;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Aftercare.SystemTests.Sites;

public sealed class SitesAndDevices(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_device_is_registered_at_a_site_and_its_installed_release_corrected(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var support = await world.Person("Sue", Role.Support, Role.Lead);
        var (old, now) = await TwoReleases(world, support);
        var site = await RegisterSite(support, "Klinikum Süd <b>");
        site.Shows("Klinikum Süd <b>").Shows("biomed@klinikum.test").Shows("No devices here yet");

        var device = await RegisterDevice(support, site, "SN-1", old);
        device.Shows("4.1.0").Shows("Stated by the site").Shows($"Device at Klinikum Süd <b>");
        var stale = await support.Get(device.Path);
        var corrected = await support.Send(device, $"{device.Path}/record-release", ("release", now), ("how", "service-report"), ("note", "Report 4711"));
        corrected.Is(HttpStatusCode.OK).Shows("Release 4.2.0. Service report. Report 4711");
        (await support.Send(stale, $"{device.Path}/record-release", ("release", old), ("how", "shipped"))).Is(HttpStatusCode.Conflict).Shows("device.release-recorded");
        (await support.Send(corrected, $"{device.Path}/record-release", ("release", old), ("how", "signed-receipt"))).Is(HttpStatusCode.BadRequest).Shows("not stated by hand");

        (await support.Send(await support.Get($"{site.Path}/devices/register"), $"{site.Path}/devices/register", ("serial", "SN-1"), ("release", old), ("how", "shipped")))
            .Is(HttpStatusCode.Conflict).Shows("device.serial-taken");
        (await support.Send(corrected, $"{device.Path}/retire", ("reason", "Scrapped"))).Shows("Retired").Shows("Scrapped");
        await RegisterDevice(support, site, "SN-1", now);
        (await support.Get("/desk/sites?q=SÜD")).Shows("Klinikum Süd <b>").Shows("1");
        (await support.Get("/desk/sites?q=nord")).Shows("No site has that in its name");
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task An_operator_sees_the_devices_of_his_own_sites_and_nothing_else(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var lead = await world.Person("Lena", Role.Lead);
        var (release, _) = await TwoReleases(world, lead);
        var south = await RegisterSite(lead, "Klinikum Süd");
        var north = await RegisterSite(lead, "Klinikum Nord");
        var mine = await RegisterDevice(lead, south, "SOUTH-1", release);
        await RegisterDevice(lead, north, "NORTH-1", release);
        using var operators = await world.Operator("Oskar", Guid.Parse(ProductsAtTheDesk.Id(south)));
        using var foreign = await world.Operator("Fritz", Guid.Parse(ProductsAtTheDesk.Id(north)));

        var own = (await operators.Get("/portal")).Is(HttpStatusCode.OK).Shows("SOUTH-1").Shows("Infusion pump").Shows("4.1.0");
        Assert.DoesNotContain("NORTH-1", own.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("SOUTH-1", (await foreign.Get("/portal")).Is(HttpStatusCode.OK).Html, StringComparison.Ordinal);
        (await operators.Get(mine.Path)).Is(HttpStatusCode.NotFound);
        (await operators.Get("/desk/sites")).Is(HttpStatusCode.NotFound);

        // The same below the pages, where a slice of the portal will look.
        await using var store = world.Store(new Viewer
        {
            Actor = new Actor("person/x", [Role.Operator]),
            Name = "Fritz",
            Sites = [Guid.Parse(ProductsAtTheDesk.Id(north))],
        });
        Assert.Null(await store.Find<Device>(Guid.Parse(ProductsAtTheDesk.Id(mine)), default));
        Assert.Empty(await store.History<Site>(Guid.Parse(ProductsAtTheDesk.Id(south)), default));
        Assert.Equal(["NORTH-1"], await (await store.Rows<DeviceRow>(default)).Select(row => row.Serial).ToListAsync());
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task Whom_to_call_is_changed_without_a_word_in_the_ledger(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var service = await world.Person("Sven", Role.Service);
        var site = await RegisterSite(service, "Klinikum Süd");

        (await service.Send(site, $"{site.Path}/change-contact", ("contactName", "Berta Biomed"), ("contactEmail", "berta@klinikum.test")))
            .Is(HttpStatusCode.OK).Shows("Berta Biomed").Shows("Contact changed");
        (await service.Send(await service.Get(site.Path), $"{site.Path}/change-contact", ("contactName", ""))).Is(HttpStatusCode.BadRequest);

        await using var store = world.Store();
        var entries = await store.History<Site>(Guid.Parse(ProductsAtTheDesk.Id(site)), default);
        Assert.DoesNotContain(entries, entry => System.Text.Encoding.UTF8.GetString(entry.Bytes.Span).Contains("erta", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(World.Databases), MemberType = typeof(World))]
    public async Task A_long_list_comes_in_pages(Db db)
    {
        await using var world = await World.Founded(db, postgres);
        using var auditor = await world.Auditor("Aude");
        await using var store = world.Store();
        await store.Record(new Done("/", Guid.Empty), default, [.. Enumerable.Range(1, 51).Select(n => Change.Begin(Store.NewId(), Site.Register($"Site {n:D2}", "DE", Actor.System).Value))]);

        var first = (await auditor.Get("/audit/sites")).Shows("Site 50");
        Assert.DoesNotContain("Site 51", first.Html, StringComparison.Ordinal);
        (await auditor.Get(first.Link("/audit/sites\\?page=2"))).Shows("Site 51").Shows("Previous");
        (await auditor.Get("/audit/sites?page=nonsense")).Is(HttpStatusCode.BadRequest);
        Assert.DoesNotContain("Register a site", first.Html, StringComparison.Ordinal);
    }

    internal static async Task<(string Old, string Now)> TwoReleases(World world, Visitor by)
    {
        var product = await ProductsAtTheDesk.RegisterPump(world, by);
        var ids = new List<string>();
        foreach (var (version, day) in new[] { ("4.1.0", "2023-03-04"), ("4.2.0", "2024-03-04") })
            ids.Add(ProductsAtTheDesk.Id((await by.Submit($"{product.Path}/releases/register", $"{product.Path}/releases/register", ("version", version), ("releasedOn", day))).Is(HttpStatusCode.OK)));
        return (ids[0], ids[1]);
    }

    internal static async Task<Page> RegisterSite(Visitor by, string name) => (await by.Submit("/desk/sites/register", "/desk/sites/register",
        ("name", name), ("country", "DE"), ("contactName", "Biomedical engineering"), ("contactEmail", "biomed@klinikum.test"))).Is(HttpStatusCode.OK);

    internal static async Task<Page> RegisterDevice(Visitor by, Page site, string serial, string release) => (await by.Submit(
        $"{site.Path}/devices/register", $"{site.Path}/devices/register", ("serial", serial), ("release", release), ("how", "site-statement"))).Is(HttpStatusCode.OK);
}
