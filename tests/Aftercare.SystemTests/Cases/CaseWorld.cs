using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Products;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.SystemTests.Cases;

/// <summary>A product with two releases and reports about it, recorded beforehand by somebody else than the people of the test.</summary>
internal static class CaseWorld
{
    /// <summary>Ids by what the test calls them.</summary>
    public sealed record Pump(Guid Product, Guid Release, Guid OlderRelease);

    public static async Task<Pump> MakePump(this World world)
    {
        await using var store = world.Store();
        var (product, release, older) = (Store.NewId(), Store.NewId(), Store.NewId());
        var manufacturer = await (await store.Rows<Server.Products.ManufacturerRow>(default)).Select(row => row.Subject).SingleAsync();
        _ = (await store.Record(new Done("/", product), default,
            Change.Begin(product, Product.Register(manufacturer, "Infusion pump", "Pumps", "pump", null, null, Actor.System).Value),
            Change.Begin(release, Release.Register(product, "4.2.0", Stated.Parse("2026-01-10", null), null, Actor.System).Value),
            Change.Begin(older, Release.Register(product, "4.1.0", Stated.Parse("2025-01-10", null), null, Actor.System).Value))).Value;
        return new Pump(product, release, older);
    }

    /// <summary>A report that is believed, of which it was decided that it is no complaint, and whose reporter cannot be told.</summary>
    public static async Task<Guid> MakeReport(this World world, Guid? product, params ReportEvent[] then)
    {
        await using var store = world.Store(Somebody);
        var id = Store.NewId();
        var received = new ReportEvent.Received
        {
            Number = await store.Number("R", TimeZoneInfo.Utc, default),
            Source = SourceCategory.Researcher,
            Channel = Channel.Email,
            Route = ReportRoute.Direct,
            FirstHeard = Stated.Parse("2026-03-01", null),
            FirstHeardBy = FirstHearer.Desk,
            PatientHarm = Answer.No,
            Anonymous = false,
            AcknowledgeBy = store.Now,
            UpdateEveryDays = 30,
            Product = product,
            Passages = [new Passage(About.Description, await store.KeepText(id, "The pump accepts a command twice.", default))],
            Original = new BlobRef(Store.NewId(), new string('0', 64), 0),
            Attachments = [],
        };
        _ = (await store.Record(new Done("/", id), default, Change.Begin(id, [received, new ReportEvent.Validated("Repeated in the laboratory."), .. then]))).Value;
        return id;
    }

    /// <summary>What still has to be said of a report before its case ends.</summary>
    public static ReportEvent[] Settled =>
    [
        new ReportEvent.ComplaintDetermined(false, "No device of a user was concerned.", null),
        new ReportEvent.ReporterNotTold(NotToldBecause.Unreachable, "Three mails came back."),
    ];

    public static async Task Settle(this World world, Guid report)
    {
        await using var store = world.Store(Somebody);
        _ = (await store.Record(new Done("/", report), default, Change.To((await store.Find<Report>(report, default))!, [.. Settled]))).Value;
    }

    /// <summary>A draft of an update over the older release.</summary>
    public static async Task<Guid> MakeUpdate(this World world, Pump pump, params Fix[] fixes)
    {
        await using var store = world.Store(Somebody);
        var id = Store.NewId();
        _ = (await store.Record(new Done("/", id), default, Change.Begin(id,
            new UpdateEvent.Drafted("U-2026-0001", pump.Product, pump.Release, [pump.OlderRelease], UpdatePurpose.Security, "Counter in commands"), new UpdateEvent.FixesNamed([.. fixes])))).Value;
        return id;
    }

    public static async Task NameFixes(this World world, Guid update, params Fix[] fixes)
    {
        await using var store = world.Store(Somebody);
        _ = (await store.Record(new Done("/", update), default, Change.To((await store.Find<Update>(update, default))!, new UpdateEvent.FixesNamed([.. fixes])))).Value;
    }

    /// <summary>A machine's token that acts in one role.</summary>
    public static async Task<string> Token(this World world, Role role)
    {
        await using var store = world.Store();
        var (id, expires) = (Store.NewId(), store.Now.Plus(TimeSpan.FromDays(1)));
        var secret = await store.IssueSecret(SecretPurpose.Token, id, expires, default, role.ToString());
        _ = (await store.Record(new Done("/", id), default, Change.Begin(id, new TokenEvent.Issued(Store.NewId(), "test", [role], expires)))).Value;
        return secret;
    }

    private static Viewer Somebody => new()
    {
        Actor = Actor.Person(Store.NewId(), Role.Analyst, Role.Lead, Role.Quality, Role.Support),
        Name = "Sam",
        ProvedAt = Instant.From(TimeProvider.System.GetUtcNow()),
    };
}
