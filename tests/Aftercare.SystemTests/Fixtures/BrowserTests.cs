using Xunit;
using Xunit.Sdk;

namespace Aftercare.SystemTests.Fixtures;

public sealed class BrowserTests(Browser browser)
{
    private const string Sound = """
        <!doctype html><html lang="en"><head><title>Sound</title></head>
        <body><main><h1>Report a vulnerability</h1><p>Write to us.</p></main></body></html>
        """;

    private const string Faulty = """
        <!doctype html><html lang="en"><head><title>Faulty</title><style>
        .pale { color: #ccc; background: #fff } button { width: 10px; height: 10px; padding: 0; border: 0; margin: 0 }
        </style></head>
        <body><main><h1>Report</h1><p class="pale">Write to us.</p><button aria-label="a"></button><button aria-label="b"></button></main></body></html>
        """;

    [Fact]
    public async Task A_sound_page_has_no_accessibility_faults()
    {
        var page = await browser.NewPage();
        await using var context = page.Context;
        await page.SetContentAsync(Sound);

        await Browser.Axe(page);
    }

    [Fact]
    public async Task Pale_text_and_targets_too_small_to_hit_are_named_with_their_place()
    {
        var page = await browser.NewPage();
        await using var context = page.Context;
        await page.SetContentAsync(Faulty);

        var failure = await Assert.ThrowsAsync<FailException>(() => Browser.Axe(page));

        Assert.Contains("color-contrast (serious)", failure.Message);
        Assert.Contains("at p: <p class=\"pale\">", failure.Message);
        Assert.Contains("target-size (serious)", failure.Message);
    }

    [Fact]
    public async Task A_page_has_the_size_and_the_scheme_asked_for()
    {
        var page = await browser.NewPage(390, 844, dark: true);
        await using var context = page.Context;

        Assert.Equal(390, await page.EvaluateAsync<int>("innerWidth"));
        Assert.Equal(844, await page.EvaluateAsync<int>("innerHeight"));
        Assert.True(await page.EvaluateAsync<bool>("matchMedia('(prefers-color-scheme: dark)').matches"));
    }

    [Fact]
    public async Task Two_pages_do_not_share_their_cookies()
    {
        var first = await browser.NewPage();
        await using var one = first.Context;
        var second = await browser.NewPage();
        await using var two = second.Context;
        await first.Context.AddCookiesAsync([new() { Name = "who", Value = "ada", Url = "http://127.0.0.1/" }]);

        Assert.Single(await first.Context.CookiesAsync());
        Assert.Empty(await second.Context.CookiesAsync());
    }
}
