using System.Text.RegularExpressions;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Aftercare.Server.Platform.Web;

/// <summary>
/// The public trees (log, TUF, CSAF) as plain files, for anybody, without a look into the database. Any web server or CDN could carry them instead.
/// </summary>
public static partial class PublicFiles
{
    private static readonly FileExtensionContentTypeProvider Types = new(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".json"] = "application/json",
        [".csv"] = "text/csv; charset=utf-8",
        [".txt"] = "text/plain; charset=utf-8",
        [".asc"] = "text/plain; charset=utf-8",
        [".sha256"] = "text/plain; charset=utf-8",
        [".sha512"] = "text/plain; charset=utf-8",
    });

    /// <summary>Serves what is below the public folder at the same paths: <c>public/log/checkpoint</c> is <c>/log/checkpoint</c>.</summary>
    public static void UsePublicFiles(this IApplicationBuilder app, DataFolder data)
    {
        Directory.CreateDirectory(data.Public);
        app.UseStaticFiles(new StaticFileOptions
        {
            // Leaves out what begins with a dot: files that are still being written.
            FileProvider = new PhysicalFileProvider(data.Public),
            ContentTypeProvider = Types,
            ServeUnknownFileTypes = true,
            DefaultContentType = "application/octet-stream",
            OnPrepareResponse = file => Describe(file.Context),
        });
    }

    /// <summary>
    /// True for a file whose bytes never change under its name: a tile, a numbered piece of TUF metadata, a target that bears its digest. Everything else
    /// points to what is newest, or is replaced, and has to be asked for again.
    /// </summary>
    public static bool IsVersioned(string path) => Versioned().IsMatch(path);

    private static void Describe(HttpContext context)
    {
        var headers = context.Response.GetTypedHeaders();
        headers.CacheControl = IsVersioned(context.Request.Path) ? new() { Public = true, MaxAge = TimeSpan.FromDays(365), Extensions = { new("immutable") } } : new() { NoCache = true };
        if (context.Request.Path.StartsWithSegments("/log", out var rest) && rest.Value!.EndsWith("/checkpoint", StringComparison.Ordinal))
            headers.ContentType = new("text/plain") { Charset = "utf-8" };
        // Feeds and metadata are read by other people's pages too; there is nothing here that a cookie would open.
        context.Response.Headers.AccessControlAllowOrigin = "*";
    }

    [GeneratedRegex(@"^/(log/(\d+/)?tile/|tuf/(metadata/)?\d+\.[^/]+\.json$|tuf/targets/.*?(^|/)[0-9a-f]{64}(|[0-9a-f]{64})\.[^/]+$)", RegexOptions.CultureInvariant)]
    private static partial Regex Versioned();
}
