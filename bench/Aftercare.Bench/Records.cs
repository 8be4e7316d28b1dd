using System.Diagnostics;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Keys;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Storage.Sealed;

namespace Aftercare.Bench;

/// <summary>How many small decisions a second become durable, without HTTP: entry, unsequenced row, view row, one commit each.</summary>
internal static class Records
{
    private const int Count = 2000;

    public static async Task Run()
    {
        var folder = new DataFolder(Directory.CreateTempSubdirectory("aftercare-bench-").FullName);
        var postgres = Environment.GetEnvironmentVariable("AFTERCARE_POSTGRES");
        await using var database = postgres is null ? Database.Sqlite(folder.Database) : Database.Postgres(postgres);
        await database.Migrate(default);
        await Generations.Prepare(database, default);
        var ring = KeyRing.OpenOrCreate(folder.Keys);
        var stores = new Stores(database, new Vault(ring, new BlobFiles(folder.Blobs, ring)), TimeProvider.System);
        foreach (var workers in new[] { 1, 8, 32 })
        {
            await Measure(stores, workers, Count / 10);
            var clock = Stopwatch.StartNew();
            await Measure(stores, workers, Count);
            Console.WriteLine($"{(postgres is null ? "SQLite" : "PostgreSQL")}, {workers} at once: {Count / clock.Elapsed.TotalSeconds:F0} decisions/s");
        }
        Directory.Delete(folder.Root, recursive: true);
    }

    private static Task Measure(Stores stores, int workers, int count) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = workers }, async (i, stop) =>
        {
            await using var store = stores.Open(Viewer.System);
            var decision = Manufacturer.Register($"Manufacturer {i}", "DE", null, store.Actor).Value;
            _ = (await store.Record(new Done("/", Guid.Empty), stop, Change.Begin(Store.NewId(), decision))).Value;
        });
}
