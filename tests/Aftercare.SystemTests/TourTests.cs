using System.Net;
using System.Text.RegularExpressions;
using Aftercare.Server.Platform.Access;
using Aftercare.SystemTests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Aftercare.SystemTests;

/// <summary>The ten stops of the demo, and what nobody may do with their buttons.</summary>
[Collection("demo")]
public sealed class TourTests(DemoServer demo, Browser browser)
{
    [Fact]
    public async Task Whoever_takes_the_tour_as_it_stands_there_ends_with_every_tick_lit()
    {
        _ = await demo.Said();
        await using var taker = await Taker.Begin(demo, browser);
        await taker.Look("begin");

        await taker.Through(1, "The report form", async visit =>
        {
            await visit.CheckAsync("input[name=patientHarm][value=unknown]");
            await visit.SelectOptionAsync("select[name=product]", new SelectOptionValue { Index = 1 });
            await visit.FillAsync("textarea[name=description]", "The alarm can be silenced from the ward's network.");
            await visit.CheckAsync("input[name=identity][value=anonymous]");
            await visit.ClickAsync("form[action$='/send'] button[type=submit]");
            await Expect(visit.Locator("main")).ToContainTextAsync(new Regex(@"R-\d{4}-\d{4}"));
        });
        await taker.Ticked(1, "has arrived");
        await taker.Through(2, "The report at the desk", visit => taker.Do(visit, "Acknowledge"));
        await taker.Ticked(2, "is acknowledged");
        await taker.Through(3, "A case without an advisory", visit => taker.Do(visit, "Draft an advisory", form => form.Write("Title", "Vigil M2: factory password")));
        await taker.Ticked(3, "is drafted");
        await taker.Through(4, "Ask about KB5062554", visit => Expect(visit.Locator("main")).ToContainTextAsync("Keep the pump in its own VLAN"));
        await taker.Through(4, "The notices on the portal", async visit =>
        {
            await visit.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("KB5062554") }).ClickAsync();
            await taker.Do(visit, "We have read it");
        });
        await taker.Ticked(4, "has read it");
        await taker.Through(5, "U-\\d{4}-\\d{4} on the portal", visit => taker.Do(visit, "We will install it", _ => visit.Locator("form[action$='/consent'] input[type=checkbox]").First.CheckAsync()));
        await taker.Ticked(5, "answered for");

        await using var terminal = await Terminal.Open();
        var code = "";
        await taker.Through(6, "A code for a computer", async visit =>
        {
            await taker.Do(visit, "Get a code for the command");
            code = Regex.Match(await visit.InnerTextAsync("main"), @"--code (\S+)").Groups[1].Value;
        });
        var commands = await taker.Commands(6);
        await terminal.Ends(0, commands[0]);
        Assert.Contains("now acts for Marienhospital", await terminal.Ends(0, $"{commands[1]} {code}"), StringComparison.Ordinal);
        Assert.Contains("signed by Anna Kruse and Ben Lorenz", await terminal.Ends(0, commands[2]), StringComparison.Ordinal);
        await taker.Ticked(6, "Verified for device");

        commands = await taker.Commands(7);
        await terminal.Ends(0, commands[0]);
        Assert.Contains("NOT VERIFIED, do not install", await terminal.Ends(1, commands[1]), StringComparison.Ordinal);
        await taker.Ticked(7, "has arrived from the hospital");
        await taker.Through(7, @"R-\d{4}-\d{4} at the desk", visit => Expect(visit.Locator("main")).ToContainTextAsync("failed at Marienhospital"));

        await taker.Through(8, "Checks of §9.2", visit => Expect(visit.Locator("main")).ToContainTextAsync("A92-10"));
        await taker.Through(8, "Seven sources, heard or silent", visit => Expect(visit.Locator("main")).ToContainTextAsync("Quinn Ebert"));
        await taker.Through(8, "Every report", visit => Expect(visit.Locator("main")).ToContainTextAsync("Security tester (a)"));
        var pack = "";
        await taker.Through(8, "The chain of .+", async visit =>
        {
            var file = await visit.RunAndWaitForDownloadAsync(() => visit.GetByRole(AriaRole.Button, new() { Name = "Make the evidence pack" }).ClickAsync());
            pack = Path.Combine(terminal.Folder, file.SuggestedFilename);
            await file.SaveAsAsync(pack);
        });
        await taker.Ticked(8, "An evidence pack was made.");

        await taker.Through(9, "The record, checked", async visit =>
        {
            await Expect(visit.Locator("main")).ToContainTextAsync("every one is what the log says");
            await taker.Do(visit, "Change one byte of an entry");
            await Expect(visit.Locator("main")).ToContainTextAsync("has other bytes than those logged");
            await Browser.Axe(visit);
            await Browser.Shot(visit, "tour-record-1440");
            await taker.Do(visit, "Put it back");
            await Expect(visit.Locator("main")).ToContainTextAsync("every one is what the log says");
        });
        await taker.Ticked(9, "found, and put back");
        await terminal.Ends(0, $"cd '{Path.GetDirectoryName(pack)}'");
        await terminal.Ends(0, (await taker.Commands(10))[0]);
        await taker.Look("end");
        await taker.AllDone();
    }

    [Fact]
    public async Task A_click_signs_in_on_this_machine_and_a_proxy_a_bent_name_another_address_or_a_page_elsewhere_does_not()
    {
        _ = await demo.Said();
        using var visitor = new Visitor(demo.Address);
        visitor.Http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        var open = (await visitor.Get("/demo")).Is(HttpStatusCode.OK);
        var form = open.Form("/demo/sign-in");
        foreach (var (name, value) in ((string, string)[])[("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=203.0.113.9"), ("Host", "demo.attacker.example")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/demo/sign-in") { Content = new FormUrlEncodedContent(form) };
            request.Headers.TryAddWithoutValidation(name, value);
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.Http.SendAsync(request)).StatusCode);
        }
        Assert.True(OnThisMachine.Is(From(IPAddress.Loopback)));
        Assert.False(OnThisMachine.Is(From(IPAddress.Parse("192.0.2.7"))));

        using var lured = new Visitor(demo.Address);
        (await lured.Send(open, "/demo/sign-in")).Is(HttpStatusCode.NotFound);
        lured.Http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        (await lured.Send(open, "/demo/sign-in")).Is(HttpStatusCode.NotFound);
        (await visitor.Send(open, "/demo/sign-in", ("stop", "0"), ("door", "0"))).Is(HttpStatusCode.NotFound);
        (await visitor.Send(open, "/demo/sign-in", ("stop", "77"), ("door", "0"))).Is(HttpStatusCode.NotFound);

        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var plain = new HttpClient(handler) { BaseAddress = demo.Address };
        plain.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        using var click = new FormUrlEncodedContent(form);
        using var answer = await plain.PostAsync(new Uri("/demo/sign-in", UriKind.Relative), click);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), line => line.Contains("samesite", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        (await visitor.Send(open, "/demo/sign-in")).Is(HttpStatusCode.OK).Shows("Ana Brandt");
    }

    [Fact]
    public async Task Outside_a_demo_there_is_no_tour_and_no_button_that_changes_the_record()
    {
        await using var world = await World.Begin(Db.Sqlite, null!);
        using var visitor = world.Visitor();
        Assert.DoesNotContain("/demo", (await visitor.Get("/")).Html, StringComparison.Ordinal);
        foreach (var path in (string[])["/demo", "/demo/record"])
            (await visitor.Get(path)).Is(HttpStatusCode.NotFound);
        foreach (var path in (string[])["/demo/sign-in", "/demo/record/change", "/demo/record/put-back"])
        {
            using var nothing = new FormUrlEncodedContent([]);
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.Http.PostAsync(new Uri(path, UriKind.Relative), nothing)).StatusCode);
        }
    }

    private static DefaultHttpContext From(IPAddress address)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = address;
        context.Request.Host = new HostString("127.0.0.1", 5080);
        return context;
    }

    /// <summary>Somebody with the tour in one tab, who goes through its doors in another.</summary>
    private sealed class Taker : IAsyncDisposable
    {
        private readonly IPage _tour;
        private readonly Uri _address;

        private Taker(IPage tour, Uri address) => (_tour, _address) = (tour, address);

        public static async Task<Taker> Begin(DemoServer demo, Browser browser)
        {
            var page = await browser.NewPage(1440, 900);
            await page.GotoAsync(demo.Address.ToString());
            await page.GetByRole(AriaRole.Link, new() { Name = "Take the tour: ten stops in ten minutes" }).ClickAsync();
            await page.WaitForURLAsync("**/demo");
            return new Taker(page, demo.Address);
        }

        /// <param name="label">A pattern.</param>
        public async Task Through(int stop, string label, Func<IPage, Task> visit)
        {
            var door = _tour.Locator($"#stop-{stop} .tour-doors").Locator("a, button").Filter(new() { HasTextRegex = new Regex($"^\\s*{label}\\s*$") });
            var tab = await _tour.RunAndWaitForPopupAsync(() => door.ClickAsync());
            await tab.WaitForLoadStateAsync(LoadState.Load);
            await visit(tab);
            await tab.CloseAsync();
        }

        public Task Do(IPage tab, string button, Func<FormOnPage, Task>? fill = null) => Walker.On(tab, _address).Do(button, fill);

        public async Task<IReadOnlyList<string>> Commands(int stop) => await _tour.Locator($"#stop-{stop} pre code").AllTextContentsAsync();

        public async Task Ticked(int stop, string words)
        {
            await _tour.ReloadAsync();
            await Expect(_tour.Locator($"#stop-{stop} .tour-tick")).ToContainTextAsync("Done");
            await Expect(_tour.Locator($"#stop-{stop} .tour-tick")).ToContainTextAsync(words);
        }

        public async Task AllDone()
        {
            await _tour.ReloadAsync();
            await Expect(_tour.GetByRole(AriaRole.Status)).ToContainTextAsync("9 of 9 done.");
        }

        public async Task Look(string name)
        {
            await Browser.Axe(_tour);
            await Browser.Shot(_tour, $"tour-{name}-1440");
            await _tour.SetViewportSizeAsync(390, 844);
            await _tour.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            Assert.True(await _tour.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), "The tour is wider than 390 px");
            await Browser.Axe(_tour);
            await Browser.Shot(_tour, $"tour-{name}-390-dark");
            await _tour.SetViewportSizeAsync(1440, 900);
            await _tour.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        }

        public async ValueTask DisposeAsync() => await _tour.Context.DisposeAsync();
    }
}
