using System.Net;
using Aftercare.SystemTests.Fixtures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Aftercare.SystemTests.Platform.Web;

/// <summary>What a monitor, a link checker or somebody who tries things asks with other methods than a browser does.</summary>
public sealed class MethodTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory]
    [InlineData("DELETE", "/report")]
    [InlineData("PUT", "/")]
    [InlineData("POST", "/report")]
    [InlineData("GET", "/api/v1/reports")]
    [InlineData("PATCH", "/desk/cases")]
    public async Task A_method_that_an_address_does_not_take_is_told_which_it_takes(string method, string path)
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var anybody = world.Visitor();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await anybody.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.NotEmpty(answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Whatever_can_be_read_can_be_asked_for_by_HEAD_and_answers_as_to_GET_without_a_body()
    {
        await using var world = await World.Founded(Db.Sqlite, postgres);
        using var anybody = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = world.Address, DefaultRequestHeaders = { { "Accept", "text/html" } } };
        var asked = 0;
        foreach (var endpoint in world.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.RoutePattern.Parameters.Count > 0 || endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") != true)
                continue;
            var path = new Uri("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), UriKind.Relative);
            using var head = new HttpRequestMessage(HttpMethod.Head, path);
            using var asHead = await anybody.SendAsync(head);
            using var asGet = await anybody.GetAsync(path);
            Assert.True(asHead.StatusCode == asGet.StatusCode, $"{path}: HEAD {asHead.StatusCode}, GET {asGet.StatusCode}");
            Assert.Empty(await asHead.Content.ReadAsByteArrayAsync());
            asked++;
        }
        Assert.True(asked > 30, $"only {asked} addresses");
    }
}
