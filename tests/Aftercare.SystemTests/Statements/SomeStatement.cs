using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Aftercare.Server.Statements;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.SystemTests.Statements;

/// <summary>A statement about Windows' KB5031234, by people who are not the test's.</summary>
internal static class SomeStatement
{
    /// <summary>Drafted and decided beforehand, and published by the use case itself.</summary>
    public static async Task<Guid> Published(World world, Guid release, Verdict verdict)
    {
        var id = Store.NewId();
        await using (var store = world.Store(By(Role.Lead)))
        {
            var item = await Windows(store, release);
            _ = (await store.Record(new Done("/", id), default,
                Change.Begin(id,
                    new StatementEvent.Drafted(item, release, new ThirdPartyUpdate("Microsoft", "KB5031234", "Cumulative update", null)),
                    new StatementEvent.Decided(verdict, "Pump on Windows 11", null, null,
                        verdict == Verdict.NotApproved ? new Mitigation("A worm could spread.", "The pump's driver stops.", "Keep it in its own network.", "None.", Stated.Parse("2026-12-01", null)) : null,
                        Stated.Parse("2026-03-01", null))))).Value;
        }
        await using var publishing = world.Store(By(Role.Publisher));
        _ = (await PublishStatement.Handle(publishing, new PublishStatement.Command(id, 2), default)).Value;
        return id;
    }

    private static async Task<Guid> Windows(Store store, Guid release)
    {
        var product = (await store.Find<Release>(release, default))!.Product;
        if (await (await store.Rows<ItemRow>(default)).Where(row => row.Product == product).Select(row => (Guid?)row.Subject).FirstOrDefaultAsync() is { } known)
            return known;
        var item = Store.NewId();
        _ = (await store.Record(new Done("/", item), default, Change.Begin(item, new SoftwareItemEvent.Registered(product, [release], "Windows", "Microsoft", "11", null, Origin.ThirdParty)))).Value;
        return item;
    }

    private static Viewer By(Role role) => new()
    {
        Actor = Actor.Person(Store.NewId(), role, Role.Quality),
        Name = "Sam",
        ProvedAt = Instant.From(TimeProvider.System.GetUtcNow()),
    };
}
