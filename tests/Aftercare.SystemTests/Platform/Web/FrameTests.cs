using System.Net;
using System.Text.RegularExpressions;
using Aftercare.Server.Platform.Web;
using Xunit;

namespace Aftercare.SystemTests.Platform.Web;

public sealed partial class FrameTests
{
    [Theory, InlineData("/design"), InlineData("/nowhere"), InlineData("/breaks"), InlineData("/app/aftercare.css"), InlineData("/api/breaks")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        await using var host = await WebHost.Start();
        using var answer = await host.Get(path);

        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
                + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            Header(answer, "Content-Security-Policy"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Opener-Policy"));
        Assert.Contains("camera=()", Header(answer, "Permissions-Policy"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("blazor-enhanced-nav"));
    }

    [Theory, InlineData("/design"), InlineData("/nowhere"), InlineData("/breaks")]
    public async Task No_page_is_stored_by_a_browser_or_proxy(string path)
    {
        await using var host = await WebHost.Start();
        using var answer = await host.Get(path);

        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Theory, InlineData("FrontDoor"), InlineData("Desk"), InlineData("Portal"), InlineData("Audit")]
    public async Task A_page_has_nothing_that_the_policy_would_refuse(string face)
    {
        await using var host = await WebHost.Start();
        var page = await host.Text($"/design?face={face}");

        Assert.DoesNotMatch(InlineCode(), page);
        Assert.DoesNotContain("://", WithoutSvgNames(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_front_door_needs_no_script_and_the_desk_loads_htmx()
    {
        await using var host = await WebHost.Start();

        Assert.DoesNotContain("<script", await host.Text("/design?face=FrontDoor"), StringComparison.Ordinal);
        Assert.Contains("/vendor/htmx/htmx.min.js", await host.Text("/design?face=Desk"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_style_sheet_may_be_kept_for_ever_because_its_address_changes_with_its_bytes()
    {
        await using var host = await WebHost.Start();
        var address = StyleSheet().Match(await host.Text("/design")).Groups[1].Value;

        using var pinned = await host.Get(address);
        using var plain = await host.Get("/app/aftercare.css");

        Assert.Equal(HttpStatusCode.OK, pinned.StatusCode);
        Assert.Equal(TimeSpan.FromDays(365), pinned.Headers.CacheControl?.MaxAge);
        Assert.True(plain.Headers.CacheControl?.NoCache);
    }

    [Fact]
    public async Task Style_sheets_are_compressed_and_pages_are_not()
    {
        await using var host = await WebHost.Start();
        host.Client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br, gzip");

        using var style = await host.Get("/vendor/tabler/tabler.min.css");
        using var page = await host.Get("/design");

        Assert.Equal("br", style.Content.Headers.ContentEncoding.Single());
        Assert.Empty(page.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task The_navigation_marks_the_entry_that_leads_to_the_page()
    {
        await using var host = await WebHost.Start();
        var page = await host.Text("/design?face=Desk");

        // Twice, for the wide and the narrow navigation, of which a style sheet shows one.
        Assert.Equal(2, Regex.Count(page, "href=\"/design\" aria-current=\"page\""));
        Assert.Equal(2, Regex.Count(page, "aria-current=\"page\""));
    }

    [Fact]
    public void The_longest_entry_that_begins_the_path_is_the_current_one()
    {
        NavEntry start = new("Start", "/"), cases = new("Cases", "/cases"), closed = new("Closed", "/cases/closed");

        Assert.Equal(closed, Faces.Current([start, cases, closed], "/cases/closed/2026"));
        Assert.Equal(cases, Faces.Current([start, cases, closed], "/cases/C-2026-0007"));
        Assert.Equal(start, Faces.Current([start, cases], "/"));
        Assert.Null(Faces.Current([start, cases], "/casesheets"));
    }

    [Fact]
    public async Task The_printed_line_names_record_instant_and_digest()
    {
        await using var host = await WebHost.Start();
        var foot = FootLine().Match(await host.Text("/design")).Value;

        Assert.Contains("C-2026-0007", foot, StringComparison.Ordinal);
        Assert.Contains("as of <time datetime=\"2026-11-21T13:03:00.000Z\">21 Nov 2026, 14:03 Europe/Berlin</time>", foot, StringComparison.Ordinal);
        Assert.Contains("sha256:8f14e45f", foot, StringComparison.Ordinal);
        Assert.Contains("<strong>TEST</strong>", foot, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_is_tied_to_its_label_hint_and_error()
    {
        await using var host = await WebHost.Start();
        var area = TextAreaOfReport().Match(await host.Text("/design")).Value;

        Assert.Contains("name=\"what\"", area, StringComparison.Ordinal);
        Assert.Contains("aria-describedby=\"report-what-hint report-what-error\"", area, StringComparison.Ordinal);
        Assert.Contains("aria-invalid=\"true\"", area, StringComparison.Ordinal);
        Assert.Contains("required", area, StringComparison.Ordinal);
        Assert.EndsWith(">\nFirst line\n\nThird line & <markup>", area, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_label_and_every_description_leads_to_an_element()
    {
        await using var host = await WebHost.Start();
        var page = await host.Text("/design");
        var ids = Ids().Matches(page).Select(match => match.Groups[1].Value).ToHashSet();
        var wanted = References().Matches(page).SelectMany(match => match.Groups[1].Value.Split(' ')).ToList();

        Assert.True(wanted.Count > 20, $"only {wanted.Count} references were found");
        Assert.Empty(wanted.Except(ids));
    }

    [Fact]
    public void Every_glyph_has_a_drawing() =>
        Assert.All(Enum.GetValues<Glyph>(), glyph => Assert.StartsWith("M", Glyphs.Path(glyph), StringComparison.Ordinal));

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    private static string WithoutSvgNames(string page) => page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);

    [GeneratedRegex(""" style=|<style| on[a-z]+=|javascript:|<script(?! src=)""")]
    private static partial Regex InlineCode();

    [GeneratedRegex("""href="(/app/aftercare\.css\?v=[0-9a-f]{12})""")]
    private static partial Regex StyleSheet();

    [GeneratedRegex("""<footer.*?</footer>""", RegexOptions.Singleline)]
    private static partial Regex FootLine();

    [GeneratedRegex("""<textarea[^>]* id="report-what".*?(?=</textarea>)""", RegexOptions.Singleline)]
    private static partial Regex TextAreaOfReport();

    [GeneratedRegex(""" id="([^"]+)""")]
    private static partial Regex Ids();

    [GeneratedRegex("""(?: for=| aria-describedby=| aria-labelledby=| href="#| href=#)"?([^"]+)""")]
    private static partial Regex References();
}
