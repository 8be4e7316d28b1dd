using Microsoft.Playwright;
using Xunit;

namespace Aftercare.SystemTests.Platform.Web;

/// <summary>One browser for the tests of a class; each test opens a page of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";
    private static readonly string[] Quiet =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (File.Exists(Program))
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = Quiet });
        }
    }

    /// <summary>A page without cookies. Without a browser the test is skipped, or fails where CI=true.</summary>
    public Task<IPage> Page(BrowserNewPageOptions? options = null)
    {
        Assert.SkipWhen(_browser is null && Environment.GetEnvironmentVariable("CI") != "true", $"{Program} is not installed");
        Assert.NotNull(_browser);
        return _browser.NewPageAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
