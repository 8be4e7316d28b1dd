using System.Net;
using System.Text.RegularExpressions;
using Aftercare.Server.Platform.Web;
using Xunit;

namespace Aftercare.SystemTests.Platform.Web;

public sealed partial class FormGateTests
{
    [Fact]
    public async Task A_form_that_we_handed_out_is_taken()
    {
        await using var host = await WebHost.Start();
        using var answer = await Post(host, "/form", await Token(host));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("took it", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory, InlineData(""), InlineData("made-up")]
    public async Task A_form_without_our_token_changes_nothing(string token)
    {
        await using var host = await WebHost.Start();
        await Token(host);
        using var answer = await Post(host, "/form", token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(FormGate.StaleCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_from_another_browser_is_refused()
    {
        await using var host = await WebHost.Start();
        await using var other = await WebHost.Start();
        await Token(host);
        using var answer = await Post(host, "/form", await Token(other));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_form_that_is_too_big_is_called_so_and_not_stale()
    {
        await using var host = await WebHost.Start();
        using var answer = await Post(host, "/small-form", await Token(host), new string('x', 2000));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("http.413", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_cannot_be_read_is_called_so_and_not_stale()
    {
        await using var host = await WebHost.Start();
        using var answer = await Post(host, "/form", await Token(host), new string('x', 5 * 1024 * 1024));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("http.400", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_is_judged_by_its_token_alone()
    {
        await using var host = await WebHost.Start();
        var token = await Token(host);

        Assert.Equal("took it", await Upload(host, token));
        Assert.Equal("refused", await Upload(host, "made-up"));
    }

    [Fact]
    public async Task The_token_is_the_first_field_of_a_form_then_the_version_seen_and_the_nonce()
    {
        await using var host = await WebHost.Start();
        var fields = Fields().Matches(await host.Text("/design")).Take(3).Select(match => match.Groups[1].Value);

        Assert.Equal(["__RequestVerificationToken", "seen", "nonce"], fields);
    }

    [Fact]
    public async Task The_form_cookie_stays_with_this_site_and_away_from_scripts()
    {
        await using var host = await WebHost.Start();
        using var answer = await host.Get("/design");
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();

        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
    }

    private static async Task<string> Token(WebHost host) => TokenField().Match(await host.Text("/design")).Groups[1].Value;

    private static async Task<HttpResponseMessage> Post(WebHost host, string path, string token, string what = "it")
    {
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("what", what)]);
        return await host.Client.PostAsync(new Uri(path, UriKind.Relative), form, TestContext.Current.CancellationToken);
    }

    private static async Task<string> Upload(WebHost host, string token)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[100_000]), "file", "log.bin" } };
        var address = new Uri("/upload?token=" + Uri.EscapeDataString(token), UriKind.Relative);
        using var answer = await host.Client.PostAsync(address, form, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("""name="__RequestVerificationToken" value="([^"]+)""")]
    private static partial Regex TokenField();

    [GeneratedRegex("""<input type="hidden" name="([^"]+)""")]
    private static partial Regex Fields();
}
