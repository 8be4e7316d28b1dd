namespace Aftercare.Server.Platform.Web;

/// <summary>An original from outside, handed out as bytes to be saved: never shown, never believed, never cached.</summary>
/// <param name="plain">Read and closed by the answer.</param>
/// <param name="name">What its sender called it.</param>
public sealed class Download(Stream plain, string name) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.CacheControl = "no-store";
        return Results.Stream(plain, "application/octet-stream", name).ExecuteAsync(httpContext);
    }
}
