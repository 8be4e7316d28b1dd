using System.Security.Cryptography;
using Microsoft.Extensions.FileProviders;

namespace Aftercare.Server.Platform.Web;

/// <summary>The style sheets and scripts of the pages, under addresses that change with their bytes, so that browsers may keep them for ever.</summary>
public sealed class WebAssets
{
    private const string Tabler = "/vendor/tabler/tabler.min.css";
    private const string Own = "/app/aftercare.css";
    private const string HtmxScript = "/vendor/htmx/htmx.min.js";

    /// <exception cref="InvalidOperationException">A file is missing: the server was started without its wwwroot folder.</exception>
    public WebAssets(IWebHostEnvironment host)
    {
        Files = Find(host);
        Styles = [Address(Tabler), Address(Own)];
        Htmx = Address(HtmxScript);
        Charts = [Address("/vendor/echarts/echarts.common.min.js"), Address("/app/chart.js")];
    }

    internal IFileProvider Files { get; }

    internal IReadOnlyList<string> Styles { get; }

    internal string Htmx { get; }

    /// <summary>Only for pages with a chart.</summary>
    internal IReadOnlyList<string> Charts { get; }

    // A published server started from another folder has its wwwroot beside the program, not under the content root.
    private static IFileProvider Find(IWebHostEnvironment host)
    {
        if (host.WebRootFileProvider.GetFileInfo(Own).Exists)
        {
            return host.WebRootFileProvider;
        }

        var beside = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        return File.Exists(Path.Join(beside, Own))
            ? new PhysicalFileProvider(beside)
            : throw new InvalidOperationException($"The web assets are missing: neither {host.ContentRootPath}/wwwroot nor {beside} holds {Own}.");
    }

    private string Address(string path)
    {
        using var bytes = Files.GetFileInfo(path).CreateReadStream();
        return $"{path}?v={Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]}";
    }
}
