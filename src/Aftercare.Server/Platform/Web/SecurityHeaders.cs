namespace Aftercare.Server.Platform.Web;

/// <summary>What every answer tells the browser not to do.</summary>
public static class SecurityHeaders
{
    internal const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private const string PermissionsPolicy =
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

    internal static Task Add(HttpContext context, RequestDelegate next)
    {
        // On starting, so that an answer that was cleared for an error page has them too.
        context.Response.OnStarting(() =>
        {
            Set(context.Response);
            return Task.CompletedTask;
        });
        return next(context);
    }

    private static void Set(HttpResponse response)
    {
        var headers = response.Headers;
        // Written by the component renderer for a script that we do not have.
        headers.Remove("blazor-enhanced-nav");
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = PermissionsPolicy;
        if (response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true)
        {
            headers.CacheControl = "no-store";
        }
    }
}
