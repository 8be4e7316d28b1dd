using System.Text;
using System.Text.Json;
using Aftercare.SystemTests.Fixtures;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Browser))]

namespace Aftercare.SystemTests.Fixtures;

/// <summary>
/// One Chromium for the whole test run, started by the first test that asks for a page; take it as a constructor parameter.
/// </summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Quiet =
    [
        "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    // Chromium has no sandbox for root; whoever else runs the tests keeps it.
    private static readonly string[] Flags = Environment.IsPrivilegedProcess ? ["--no-sandbox", .. Quiet] : Quiet;

    private static readonly string[] Rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

    private static readonly string AxeScript = new BundledAxeScriptProvider().GetScript();

    private readonly SemaphoreSlim starting = new(1);
    private IPlaywright? driver;
    private IBrowser? chromium;

    /// <summary>
    /// An empty page with cookies of its own; sizes in CSS pixels. The caller closes it with its context
    /// (<c>await using var context = page.Context</c>). Without chromium the calling test is skipped, or fails where <c>CI=true</c>.
    /// </summary>
    public async Task<IPage> NewPage(int width = 1280, int height = 800, bool dark = false)
    {
        var browser = await Started(Tools.Require("chromium-headless-shell", "chromium"));
        var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-GB",
            TimezoneId = "UTC",
        });
        return await context.NewPageAsync();
    }

    /// <summary>
    /// Fails unless axe-core finds nothing against WCAG 2.2 A and AA and its own best practices on the page as it is shown now.
    /// </summary>
    public static async Task Axe(IPage page)
    {
        // Our pages have no frames, so one run in the page itself says as much as the package's way through a second page, in half the time.
        await page.EvaluateAsync(AxeScript);
        var violations = await page.EvaluateAsync<string>("rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] }).then(result => JSON.stringify(result.violations))", Rules);
        var result = JsonSerializer.Deserialize<Fault[]>(violations, JsonSerializerOptions.Web)!;
        if (result.Length > 0)
        {
            Assert.Fail(Told(page.Url, result));
        }
    }

    /// <summary>
    /// Writes the whole page as <c><paramref name="name"/>.png</c> into the folder <c>AFTERCARE_SHOTS</c>, for people to look at; does nothing
    /// where that is not set.
    /// </summary>
    public static async Task Shot(IPage page, string name)
    {
        var folder = Environment.GetEnvironmentVariable("AFTERCARE_SHOTS");
        if (!string.IsNullOrEmpty(folder))
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null)
        {
            await chromium.DisposeAsync();
        }
        driver?.Dispose();
        starting.Dispose();
    }

    private async Task<IBrowser> Started(string program)
    {
        await starting.WaitAsync();
        try
        {
            driver ??= await Playwright.CreateAsync();
            return chromium ??= await driver.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Flags });
        }
        finally
        {
            starting.Release();
        }
    }

    private sealed record Fault(string Id, string? Impact, string Help, Place[] Nodes);

    /// <param name="Target">Selectors, one for each frame or shadow root on the way.</param>
    private sealed record Place(JsonElement Target, string Html, Finding[] Any, Finding[] All, Finding[] None);

    private sealed record Finding(string Message);

    private static string Told(string url, Fault[] violations)
    {
        var text = new StringBuilder($"{url} has {violations.Length} accessibility faults:");
        foreach (var rule in violations)
        {
            text.AppendLine().Append(null, $"{rule.Id} ({rule.Impact}): {rule.Help}");
            foreach (var node in rule.Nodes)
            {
                text.AppendLine().Append(null, $"  at {string.Join(" ", node.Target.EnumerateArray())}: {node.Html}");
                foreach (var check in node.Any.Concat(node.All).Concat(node.None))
                {
                    text.AppendLine().Append(null, $"    {check.Message}");
                }
            }
        }
        return text.ToString();
    }
}
