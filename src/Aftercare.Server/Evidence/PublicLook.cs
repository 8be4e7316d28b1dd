using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Aftercare.Server.Evidence;

/// <summary>Looks at our own public pages the way somebody outside gets them: over the network, by the public address.</summary>
public sealed partial class PublicLook : IDisposable
{
    /// <value>1 MiB of a page.</value>
    private const int MaxBytes = 1024 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxAutomaticRedirections = 3, ConnectTimeout = TimeSpan.FromSeconds(3), UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(5),
        MaxResponseContentBufferSize = MaxBytes,
    };

    /// <summary>Null when it does not answer 200 within five seconds and 1 MiB.</summary>
    public async Task<string?> Get(string address, CancellationToken stop)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(address), stop);
            return response.StatusCode == HttpStatusCode.OK ? Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(stop)) : null;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>What a page says, without its markup.</summary>
    public static string TextOf(string html) => WebUtility.HtmlDecode(Markup().Replace(html, " "));

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("<[^>]*>", RegexOptions.NonBacktracking)]
    private static partial Regex Markup();
}
