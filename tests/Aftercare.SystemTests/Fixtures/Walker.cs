using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>
/// A person at a screen, with cookies of his own: he reads, follows links, fills in fields by their labels and clicks buttons by their names.
/// Each page has to be accessible when he first sees it and when he looks at it closely, and must leave no error or warning in the
/// browser's console, as a breach of its own policy would.
/// </summary>
internal sealed class Walker : IAsyncDisposable
{
    private readonly IPage _page;
    private readonly Uri _address;
    private readonly List<string> _complaints = [];
    private readonly HashSet<string> _seen = [];

    private Walker(IPage page, Uri address)
    {
        (_page, _address) = (page, address);
        page.Console += (_, message) => Hear(message.Type, message.Text);
        page.PageError += (_, error) => Hear("error", error);
    }

    internal string Path => new Uri(_page.Url).AbsolutePath;

    internal static async Task<Walker> At(Browser browser, World world) => new(await browser.NewPage(1440, 900), world.Address);

    /// <summary>Somebody who is on this page already.</summary>
    internal static Walker On(IPage page, Uri address) => new(page, address);

    /// <summary>By the page for signing in, with the password that all people of the tests have.</summary>
    internal async Task SignIn(string email)
    {
        await Open("/sign-in");
        await Do("Sign in", async form =>
        {
            await form.Write("E-mail address", email);
            await form.Write("Password", World.Password);
        });
    }

    internal async Task Open(string path)
    {
        await _page.GotoAsync(new Uri(_address, path).ToString());
        await Arrive();
    }

    internal Task Follow(string link) => Leave(_page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).First);

    /// <summary>Unfolds the form with this button where it is folded, fills it in and clicks the button.</summary>
    internal async Task Do(string button, Func<FormOnPage, Task>? fill = null)
    {
        var form = _page.Locator("form", new() { Has = _page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true, IncludeHidden = true }) });
        var folded = _page.Locator("details:not([open])", new() { Has = form });
        if (await folded.CountAsync() > 0)
            await folded.Locator("> summary").ClickAsync();
        await (fill?.Invoke(new FormOnPage(form)) ?? Task.CompletedTask);
        await Leave(form.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }));
    }

    /// <summary>Waits a little, as a page may still be on its way.</summary>
    internal async Task Reads(params string[] words)
    {
        foreach (var each in words)
            await Expect(_page.Locator("main")).ToContainTextAsync(each);
    }

    /// <summary>A chart is drawn, and the table that it is drawn from is there too.</summary>
    internal async Task SeesPicture()
    {
        await Expect(_page.Locator(".chart-picture canvas")).ToBeVisibleAsync();
        await Expect(_page.Locator(".chart table")).ToBeVisibleAsync();
    }

    internal Task OffersNo(string button) =>
        Expect(_page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true, IncludeHidden = true })).ToHaveCountAsync(0);

    /// <summary>The first words of the page that match.</summary>
    internal async Task<string> Finds(string pattern)
    {
        var text = await _page.InnerTextAsync("main");
        var found = Regex.Match(text, pattern);
        Assert.True(found.Success, $"{_page.Url} has nothing like {pattern}: {text}");
        return found.Value;
    }

    /// <summary>Pictures for people: wide and light, then on a telephone in the dark, where it is looked at once more by axe.</summary>
    internal async Task Look(string name)
    {
        await Browser.Shot(_page, $"walk-{name}-1440");
        await _page.SetViewportSizeAsync(390, 844);
        await _page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.True(await _page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), $"{_page.Url} is wider than 390 px");
        await Browser.Axe(_page);
        await Browser.Shot(_page, $"walk-{name}-390-dark");
        await _page.SetViewportSizeAsync(1440, 900);
        await _page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }

    public async ValueTask DisposeAsync() => await _page.Context.DisposeAsync();

    private void Hear(string kind, string text)
    {
        if (kind is "error" or "warning")
            _complaints.Add($"{_page.Url}: {text}");
    }

    // The mark is gone with the page that bore it, so that nobody reads the old page for the new one.
    private async Task Leave(ILocator click)
    {
        await _page.EvaluateAsync("document.documentElement.toggleAttribute('data-left', true)");
        await click.ClickAsync();
        await _page.Locator("html:not([data-left])").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await Arrive();
    }

    private async Task Arrive()
    {
        // Asked of the page itself: on a busy machine the browser's word that it has loaded can come before anybody listens.
        await _page.EvaluateAsync("new Promise(loaded => document.readyState === 'complete' ? loaded() : addEventListener('load', () => loaded()))");
        if (_seen.Add(Path))
            await Browser.Axe(_page);
        if (_complaints.Count > 0)
            Assert.Fail($"{string.Join('\n', _complaints)}\n{await _page.InnerTextAsync("main")}");
    }
}

/// <summary>The form that somebody is filling in.</summary>
internal sealed class FormOnPage(ILocator form)
{
    internal Task Write(string label, string text) => Field(label).FillAsync(text);

    internal Task Choose(string label, string option) => Field(label).SelectOptionAsync(new SelectOptionValue { Label = option });

    /// <summary>A radio button or a box, under its question.</summary>
    internal Task Tick(string question, string answer) =>
        form.GetByRole(AriaRole.Group, new() { NameRegex = Named(question) }).GetByLabel(answer, new() { Exact = true }).CheckAsync();

    internal Task Attach(string label, string name, byte[] bytes) =>
        Field(label).SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = bytes });

    internal Task Sign() => Write("Your password, as signature", World.Password);

    private ILocator Field(string label) => form.GetByLabel(Named(label));

    // "(required)" may follow, in the reader's language.
    private static Regex Named(string label) => new($@"^\s*{Regex.Escape(label)}\s*(\(.+\))?\s*$");
}
