using System.Net;
using System.Text.Json;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Machines;

/// <summary>The description of the API is made from the endpoints; here the endpoints are asked whether it is true.</summary>
public sealed class ApiTests(PostgresServer postgres, Browser browser) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task What_the_document_calls_required_is_what_an_empty_request_is_told_to_add()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var machine = world.Visitor();
        await using var store = world.Store();
        var token = await store.IssueSecret(SecretPurpose, Store.NewId(), null, default, string.Join(' ', Token.Scopes));
        await store.SaveKept(default);
        var document = await Document(machine);
        var asked = 0;

        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("post", out var post))
                continue;
            var schema = post.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!).ToHashSet() : [];
            var (status, body) = await machine.Api(WithIds(path.Name), token, new { });
            if (status == HttpStatusCode.Forbidden)
                continue;
            var told = status == HttpStatusCode.BadRequest ? body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()!).ToHashSet() : [];
            Assert.True(required.IsSubsetOf(told), $"{path.Name} should need {string.Join(", ", required.Except(told))}: {status} {body}");
            asked++;
        }

        Assert.True(asked > 20, $"only {asked} calls answered");
    }

    [Fact]
    public async Task Each_call_is_described_once_by_a_name_of_its_own()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var anybody = world.Visitor();
        var document = await Document(anybody);

        var names = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(call => call.Value.GetProperty("operationId").GetString()).ToList();

        Assert.Equal("3.1.0", document.GetProperty("openapi").GetString());
        Assert.Empty(names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key));
        var report = document.GetProperty("paths").GetProperty("/api/v1/reports").GetProperty("post").GetProperty("requestBody").GetProperty("content");
        Assert.Contains("researcher", report.GetProperty("application/json").GetProperty("schema").GetProperty("properties").GetProperty("source").GetProperty("enum").EnumerateArray().Select(word => word.GetString()));
        Assert.True(report.TryGetProperty("multipart/form-data", out _));
    }

    [Fact]
    public async Task The_page_for_those_who_write_programs_is_fit_for_everybody()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        var email = await world.MakePerson("Devon", [], Role.Developer);
        foreach (var (width, dark) in new[] { (1440, false), (390, true) })
        {
            var page = await browser.NewPage(width, 900, dark);
            await using var context = page.Context;
            await page.GotoAsync(new Uri(world.Address, "/sign-in").AbsoluteUri);
            await page.FillAsync("#email", email);
            await page.FillAsync("#password", World.Password);
            await page.PressAsync("#password", "Enter");
            await page.WaitForURLAsync("**/desk");
            await page.GotoAsync(new Uri(world.Address, "/desk/api").AbsoluteUri);
            await page.Locator("details").First.EvaluateAsync("fold => fold.open = true");
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") <= 0, $"wider than {width} px");
            await Browser.Axe(page);
            await Browser.Shot(page, $"api-{width}");
        }
    }

    private const string SecretPurpose = Server.Platform.Access.SecretPurpose.Token;

    private static async Task<JsonElement> Document(Visitor anybody)
    {
        using var response = await anybody.Http.GetAsync(new Uri("/api/v1/openapi.json", UriKind.Relative));
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;
    }

    private static string WithIds(string path) => System.Text.RegularExpressions.Regex.Replace(path["/api/v1".Length..], "\\{[^}]+\\}", Guid.NewGuid().ToString("D"));
}
