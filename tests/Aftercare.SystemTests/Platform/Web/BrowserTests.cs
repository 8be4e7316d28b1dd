using Aftercare.SystemTests.Fixtures;
using Microsoft.Playwright;
using Xunit;

namespace Aftercare.SystemTests.Platform.Web;

/// <summary>The design page holds every component in its hard states, so what is found here would be found on every page.</summary>
public sealed class BrowserTests(Browser browser)
{
    public static TheoryData<string, ColorScheme, int> Views
    {
        get
        {
            var views = new TheoryData<string, ColorScheme, int>();
            foreach (var face in new[] { "FrontDoor", "Desk", "Portal", "Audit" })
            {
                views.Add(face, ColorScheme.Light, 1440);
                views.Add(face, ColorScheme.Dark, 390);
            }

            views.Add("Desk", ColorScheme.Dark, 1440);
            views.Add("Desk", ColorScheme.Light, 390);
            return views;
        }
    }

    [Theory, MemberData(nameof(Views))]
    public async Task A_page_is_accessible_fits_its_screen_and_obeys_its_own_policy(string face, ColorScheme scheme, int width)
    {
        await using var host = await WebHost.Start();
        var page = await browser.NewPage(width, 900, dark: scheme == ColorScheme.Dark);
        await using var context = page.Context;
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add(message.Text);

        await page.GotoAsync(new Uri(host.Address, $"/design?face={face}").ToString());
        var tooWide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - window.innerWidth");

        Assert.True(tooWide <= 0, $"{tooWide} px are off the screen");
        await Browser.Axe(page);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task A_refusal_by_htmx_is_shown_in_the_notice_and_leaves_the_page_as_it_was()
    {
        await using var host = await WebHost.Start();
        var page = await browser.NewPage();
        await using var context = page.Context;
        await page.GotoAsync(new Uri(host.Address, "/design").ToString());

        await page.GetByRole(AriaRole.Button, new() { Name = "Be refused by htmx" }).ClickAsync();
        await page.Locator("#notice .refused").WaitForAsync();

        Assert.Contains("http.409", await page.Locator("#notice").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await page.GetByRole(AriaRole.Button, new() { Name = "Be refused by htmx" }).CountAsync());
    }

    [Fact]
    public async Task Paper_is_white_without_navigation_and_repeats_the_record_line()
    {
        await using var host = await WebHost.Start();
        var page = await browser.NewPage();
        await using var context = page.Context;
        await page.GotoAsync(new Uri(host.Address, "/design").ToString());
        await page.EmulateMediaAsync(new() { Media = Media.Print });

        Assert.Equal("table-footer-group", await Style(".foot", "display"));
        Assert.Equal("none", await Style(".bar-nav", "display"));
        Assert.Equal("rgb(255, 255, 255)", await Style("body", "backgroundColor"));

        Task<string> Style(string selector, string property) =>
            page.EvaluateAsync<string>($"getComputedStyle(document.querySelector('{selector}')).{property}");
    }
}
