using Aftercare.Server.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Aftercare.SystemTests.Platform.Web;

/// <summary>A server on a free port that has the page frame and a few endpoints which go wrong.</summary>
internal sealed class WebHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClientHandler _browser = new() { AllowAutoRedirect = false };

    private WebHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient(_browser) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    /// <summary>Keeps its cookies, as a browser does.</summary>
    public HttpClient Client { get; }

    public static string ServerFolder { get; } = FindServerFolder();

    public Uri Address => Client.BaseAddress!;

    public static async Task<WebHost> Start()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = ServerFolder, EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWebPlatform();

        var app = builder.Build();
        app.UseWebPlatform();
        Map(app);
        await app.StartAsync();
        return new WebHost(app);
    }

    public async Task<HttpResponseMessage> Get(string path, string? accept = "text/html", string? language = null, bool htmx = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("Accept-Language", language);
        if (htmx)
        {
            request.Headers.Add("HX-Request", "true");
        }

        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<string> Text(string path, string? accept = "text/html", string? language = null)
    {
        using var answer = await Get(path, accept, language);
        return System.Net.WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _browser.Dispose();
        await _app.DisposeAsync();
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/breaks", string () => throw new InvalidOperationException("the secret cause"));
        app.MapGet("/api/breaks", string () => throw new InvalidOperationException("the secret cause"));
        app.MapGet("/api/absent", () => TypedResults.NotFound());
        app.MapGet("/number/{n}", (int n) => n);
        app.MapGet("/slow-down", (HttpContext context) =>
        {
            context.Response.Headers.RetryAfter = "30";
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        });
        app.MapGet("/desk/refused", Refuse).WithFace(Face.Desk);
        app.MapGet("/api/refused", Refuse);
        app.MapPost("/form", (IFormCollection form) => "took " + form["what"]);
        app.MapPost("/small-form", (IFormCollection form) => form.Count).WithMetadata(new RequestSizeLimitAttribute(1000));
        app.MapPost("/upload", async (HttpContext context, string token) => await FormGate.AcceptsAsync(context, token) ? "took it" : "refused").DisableAntiforgery();
    }

    private static IResult Refuse() =>
        ErrorPages.Result(409, "case.wrong-stage", "A closed case cannot be <confirmed>.", [("severity", "is not a vector")], "Reopen the case.");

    private static string FindServerFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, "Aftercare.slnx")))
            {
                return Path.Join(folder.FullName, "src", "Aftercare.Server");
            }
        }

        throw new DirectoryNotFoundException($"No Aftercare.slnx above {AppContext.BaseDirectory}.");
    }
}
