using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Aftercare.Products;
using Aftercare.Reports;
using Aftercare.Server;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Reports;
using Microsoft.Extensions.DependencyInjection;

namespace Aftercare.Bench;

/// <summary>
/// Durable reports a second through the public form, against the same transaction without HTTP. Also what the server costs before anybody comes: seconds to start,
/// memory at rest.
/// </summary>
internal static class Reports
{
    private const int Count = 1500;
    private const int Workers = 16;
    private const string Description = "The service port takes any password.";

    public static async Task Run()
    {
        var folder = new DataFolder(Directory.CreateTempSubdirectory("aftercare-bench-").FullName);
        var url = $"http://127.0.0.1:{FreePort()}";
        var postgres = Environment.GetEnvironmentVariable("AFTERCARE_POSTGRES");
        var name = postgres is null ? "SQLite" : "PostgreSQL";
        var clock = Stopwatch.StartNew();
        await using var app = await ServerHost.Build([], new Installation(folder, url, url, postgres, Demo: false), default);
        await app.StartAsync();
        using var browser = new HttpClient(new HttpClientHandler { MaxConnectionsPerServer = Workers }) { BaseAddress = new Uri(url), DefaultRequestHeaders = { { "Accept", "text/html" } } };
        _ = await browser.GetStringAsync(new Uri("/", UriKind.Relative));
        Console.WriteLine($"{name}: first start on an empty store to first page: {clock.Elapsed.TotalSeconds:F1} s");
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        Console.WriteLine($"{name}: memory at rest: {self.WorkingSet64 / 1024 / 1024} MB resident, {GC.GetTotalMemory(true) / 1024 / 1024} MB of it managed");

        var stores = app.Services.GetRequiredService<Stores>();
        await using (var store = stores.Open(Viewer.System))
            _ = (await store.Record(new Done("/", Guid.Empty), default, Change.Begin(Store.NewId(), Organisation.Found("Acme Medical", "Europe/Berlin", "ACME", "security@acme.test").Value))).Value;

        // The first one makes the series of numbers, which the door would try again for.
        await Without(stores, 1);
        await Without(stores, Count / 10);
        var bare = await Timed(() => Without(stores, Count));
        var form = await browser.GetStringAsync(new Uri("/report", UriKind.Relative));
        await Through(browser, form, Count / 10);
        var web = await Timed(() => Through(browser, form, Count));
        Console.WriteLine($"{name}, {Workers} at once: {Count / bare:F0} reports/s without HTTP, {Count / web:F0} reports/s through the form (client on the same cores): ratio {bare / web:F2}");
        await app.StopAsync();
        Directory.Delete(folder.Root, recursive: true);
    }

    private static Task Without(Stores stores, int count) => Each(count, async stop =>
    {
        await using var store = stores.Open(Viewer.Anonymous);
        var id = Store.NewId();
        var received = (await Reception.Receive(store, id, new Telling(
            SourceCategory.Researcher, Channel.WebForm, ReportRoute.Direct, null, FirstHearer.Desk, Answer.No, null, null,
            [(About.Description, Description), (About.Product, "Halden pump")], Encoding.UTF8.GetBytes(Description)), stop)).Value;
        _ = (await store.Record(new Done("/", id), stop, Change.Begin(id, received))).Value;
    });

    private static Task Through(HttpClient browser, string form, int count) => Each(count, async stop =>
    {
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in new[]
        {
            ("__RequestVerificationToken", Regex.Match(form, "__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value), ("nonce", Guid.NewGuid().ToString("D")), ("seen", "0"),
            ("patientHarm", "no"), ("product", "other"), ("otherProduct", "Halden pump"), ("description", Description), ("identity", "anonymous"), ("source", "researcher"),
        })
            content.Add(new StringContent(value), name);
        using var answer = await browser.PostAsync(new Uri($"/r/{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24))}/send", UriKind.Relative), content, stop);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new InvalidOperationException($"The form answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(stop)}");
    });

    private static Task Each(int count, Func<CancellationToken, Task> one) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (_, stop) => await one(stop));

    private static async Task<double> Timed(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalSeconds;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
