using System.Net;
using System.Net.Http.Headers;

namespace Aftercare.Trust.Tuf;

/// <summary>The two places where repositories live: a folder (a memory stick, a mirror) and a web server.</summary>
public static class TufSources
{
    public static TufFetch Folder(string folder) => (path, offset, _) =>
    {
        // An encoded slash is part of a name, and no file has such a name.
        var parts = path.Split('/').Select(Uri.UnescapeDataString).ToArray();
        if (parts.Any(part => part is "" or "." or ".." || part.AsSpan().ContainsAny('/', '\\')))
            return Task.FromResult<Fetched?>(null);
        var file = Path.Combine([folder, .. parts]);
        if (!File.Exists(file))
            return Task.FromResult<Fetched?>(null);
        var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        content.Seek(Math.Min(offset, content.Length), SeekOrigin.Begin);
        return Task.FromResult<Fetched?>(new Fetched(content, content.Position));
    };

    /// <param name="baseAddress">Of the folder; a missing slash at its end is added.</param>
    /// <returns>Answers 404 and 403 mean that there is no such file; any other refusal is an <see cref="HttpRequestException"/>.</returns>
    public static TufFetch Http(HttpClient http, Uri baseAddress)
    {
        var root = baseAddress.AbsoluteUri.EndsWith('/') ? baseAddress : new Uri(baseAddress.AbsoluteUri + "/");
        return async (path, offset, stop) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, path));
            // Encoded content would be counted before it is expanded, and hashed after.
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (offset > 0)
                request.Headers.Range = new RangeHeaderValue(offset, null);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            return await Answer(response, offset, stop);
        };
    }

    private static async Task<Fetched?> Answer(HttpResponseMessage response, long offset, CancellationToken stop)
    {
        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                return response.StatusCode switch
                {
                    // Object stores answer 403 for what is not there.
                    HttpStatusCode.NotFound or HttpStatusCode.Forbidden => null,
                    // All of it was there already.
                    HttpStatusCode.RequestedRangeNotSatisfiable when offset > 0 => new Fetched(Stream.Null, offset),
                    _ => throw new HttpRequestException($"The server answered {(int)response.StatusCode} {response.ReasonPhrase}.", null, response.StatusCode),
                };
            }
        }
        var begins = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From ?? 0 : 0;
        return new Fetched(await response.Content.ReadAsStreamAsync(stop), begins);
    }
}
