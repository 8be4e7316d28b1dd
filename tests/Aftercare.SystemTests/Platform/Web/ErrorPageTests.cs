using System.Net;
using System.Text.Json;
using Aftercare.Server.Platform.Web;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Aftercare.SystemTests.Platform.Web;

public sealed class ErrorPageTests
{
    [Theory, InlineData(400), InlineData(401), InlineData(403), InlineData(404), InlineData(405), InlineData(409), InlineData(410),
        InlineData(413), InlineData(415), InlineData(422), InlineData(429), InlineData(500), InlineData(503)]
    public async Task Each_status_has_words_of_its_own_in_both_languages(int status)
    {
        await using var host = await WebHost.Start();
        var english = await host.Text($"/design/error/{status}", language: "en");
        var german = await host.Text($"/design/error/{status}", language: "de");

        Assert.Contains($"http.{status}", english, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"de\">", german, StringComparison.Ordinal);
        Assert.NotEqual(Heading(english), Heading(german));
        // A missing resource would show its key.
        Assert.DoesNotContain($"Error{status}.", english + german, StringComparison.Ordinal);
    }

    [Theory, InlineData(418, "We could not read that"), InlineData(507, "Something broke on our side")]
    public async Task A_status_without_words_borrows_the_general_ones_and_stays_itself(int status, string title)
    {
        await using var host = await WebHost.Start();
        using var answer = await host.Get($"/design/error/{status}");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(title, Heading(await host.Text($"/design/error/{status}")));
    }

    [Fact]
    public async Task An_unknown_address_is_a_page_for_people_and_a_problem_for_machines()
    {
        await using var host = await WebHost.Start();
        using var page = await host.Get("/nowhere");
        using var machine = await host.Get("/nowhere", accept: "*/*");
        using var api = await host.Get("/api/absent", accept: "text/html");

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Equal("application/problem+json", machine.Content.Headers.ContentType?.MediaType);
        Assert.Equal("application/problem+json", api.Content.Headers.ContentType?.MediaType);
    }

    [Theory, InlineData("/breaks"), InlineData("/api/breaks")]
    public async Task A_failure_tells_a_request_number_and_nothing_of_its_cause(string path)
    {
        await using var host = await WebHost.Start();
        using var answer = await host.Get(path);
        var text = await host.Text(path);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("http.500", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret cause", text, StringComparison.Ordinal);
        Assert.DoesNotContain("InvalidOperation", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_does_not_bind_is_malformed()
    {
        await using var host = await WebHost.Start();
        using var answer = await host.Get("/number/many");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("We could not read that", Heading(await host.Text("/number/many")));
    }

    [Fact]
    public async Task A_refusal_is_a_problem_with_code_fields_and_what_would_clear_it()
    {
        await using var host = await WebHost.Start();
        using var problem = JsonDocument.Parse(await host.Text("/api/refused"));
        var root = problem.RootElement;

        Assert.Equal("urn:aftercare:case.wrong-stage", root.GetProperty("type").GetString());
        Assert.Equal(409, root.GetProperty("status").GetInt32());
        Assert.Equal("case.wrong-stage", root.GetProperty("code").GetString());
        Assert.Equal("A closed case cannot be <confirmed>.", root.GetProperty("detail").GetString());
        Assert.Equal("Reopen the case.", root.GetProperty("clear").GetString());
        Assert.Equal("severity", root.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Equal("is not a vector", root.GetProperty("errors")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_refusal_to_htmx_is_only_the_panel_and_goes_to_the_notice()
    {
        await using var host = await WebHost.Start();
        using var answer = await host.Get("/desk/refused", accept: "*/*", htmx: true);
        var panel = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("#notice", answer.Headers.GetValues("HX-Retarget").Single());
        Assert.StartsWith("<section class=\"refused\" role=\"alert\"", panel, StringComparison.Ordinal);
        Assert.Contains("A closed case cannot be &lt;confirmed&gt;.", panel, StringComparison.Ordinal);
        Assert.Contains("href=\"#severity\"", panel, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", panel, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_wears_the_face_of_its_endpoint_and_stays_English_behind_the_front_door()
    {
        await using var host = await WebHost.Start();
        var desk = await host.Text("/desk/refused", language: "de");

        Assert.Contains("class=\"face-desk\"", desk, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"en\">", desk, StringComparison.Ordinal);
        Assert.Equal("This cannot be done as things stand", Heading(desk));
    }

    [Fact]
    public async Task Too_many_requests_says_how_long_to_wait()
    {
        await using var host = await WebHost.Start();

        Assert.Contains("Please wait 30 seconds", await host.Text("/slow-down"), StringComparison.Ordinal);
    }

    [Theory, InlineData(200), InlineData(399), InlineData(600)]
    public void Only_a_refusal_or_failure_has_an_error_page(int status) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => { IResult _ = ErrorPages.Result(status); });

    private static string Heading(string page) => page.Split("<h1>")[1].Split("</h1>")[0];
}
