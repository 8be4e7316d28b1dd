using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Aftercare.Server.Platform.Access;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Aftercare.Server.Platform.Web;

/// <summary>The frame that every page is served in.</summary>
public static class WebPlatform
{
    private static readonly TimeSpan Forever = TimeSpan.FromDays(365);

    /// <summary>Razor components (static server rendering), antiforgery, languages.</summary>
    public static IServiceCollection AddWebPlatform(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddLocalization();
        services.AddSingleton<WebAssets>();
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        services.AddAuthentication();
        services.AddAuthorization();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "aftercare.form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // The policy of SecurityHeaders already forbids framing.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddResponseCompression(options =>
        {
            // Only public files: compressing a page that holds a secret beside reflected text leaks the secret (BREACH).
            options.EnableForHttps = true;
            options.MimeTypes = ["text/css", "text/javascript"];
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.TryAddSingleton<Branding>();
        return services;
    }

    /// <summary>
    /// Security headers, error pages, static files, languages, then routing, authentication, authorization and antiforgery,
    /// in the order they need. Call it first; whatever needs the viewer comes after, then the endpoints.
    /// </summary>
    /// <exception cref="InvalidOperationException">wwwroot was not found.</exception>
    public static void UseWebPlatform(this WebApplication app)
    {
        var assets = app.Services.GetRequiredService<WebAssets>();

        app.Use(SecurityHeaders.Add);
        app.UseResponseCompression();
        app.UseStaticFiles(new StaticFileOptions { FileProvider = assets.Files, OnPrepareResponse = file => Keep(file.Context) });
        app.UseRouting();
        app.UseRequestLocalization(Languages.Options);
        app.Use(Languages.Remember);
        app.UseMiddleware<Faults>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.Use(FormGate.RefuseForged);

        if (app.Environment.IsDevelopment())
        {
            var anyone = new Allowed(Face.FrontDoor, Allowed.Anyone);
            app.MapGet("/design", Doors.Answered(_ => Task.FromResult<IResult>(new RazorComponentResult<DesignPage>()))).WithMetadata(anyone);
            app.MapGet("/design/error/{status:int}", Doors.Answered(context => Task.FromResult(ErrorPages.Result(int.Parse((string)context.Request.RouteValues["status"]!, CultureInfo.InvariantCulture))))).WithMetadata(anyone);
        }
    }

    private static void Keep(HttpContext context) =>
        context.Response.GetTypedHeaders().CacheControl = context.Request.Query.ContainsKey("v")
            ? new() { Public = true, MaxAge = Forever, Extensions = { new("immutable") } }
            : new() { NoCache = true };
}
