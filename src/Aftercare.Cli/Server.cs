using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Trust.Tuf;

namespace Aftercare.Cli;

/// <summary>Talks to an Aftercare server. A token never travels in the clear: plain HTTP is for this machine only.</summary>
internal sealed class Server : IDisposable
{
    /// <value>16 MiB for one answer in JSON.</value>
    private const long MostBytes = 16 * 1024 * 1024;

    private readonly HttpClient _http;

    internal Server(Uri address, string? token = null)
    {
        if (address.Scheme == "http" && !address.IsLoopback)
            throw new RefusedException($"{address} is not encrypted. Use https.");
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/"),
            MaxResponseContentBufferSize = MostBytes,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    internal async Task<JsonElement> Get(string path, CancellationToken stop)
    {
        using var response = await Send(new HttpRequestMessage(HttpMethod.Get, path), stop);
        return await Read(response, stop);
    }

    /// <summary>Null where there is no such file.</summary>
    internal async Task<byte[]?> File(string path, CancellationToken stop)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), stop);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        await RefuseUnless(response, stop);
        return await response.Content.ReadAsByteArrayAsync(stop);
    }

    internal async Task<JsonElement> Post(string path, JsonObject body, CancellationToken stop)
    {
        using var response = await Send(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) }, stop);
        return await Read(response, stop);
    }

    internal async Task<JsonElement> Post(string path, ReadOnlyMemory<byte> json, CancellationToken stop)
    {
        using var content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await Send(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, stop);
        return await Read(response, stop);
    }

    /// <summary>A folder of this server as a source of signed metadata or packages.</summary>
    internal TufFetch Source(string folder) => TufSources.Http(_http, new Uri(_http.BaseAddress!, folder));

    /// <summary>Any request; refused with the server's own sentence when it is answered with an error.</summary>
    internal async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken stop)
    {
        var response = await _http.SendAsync(request, stop);
        await RefuseUnless(response, stop);
        return response;
    }

    /// <summary>The id of an update that somebody names by id or number.</summary>
    internal async Task<Guid> IdOf(string update, CancellationToken stop) => Guid.TryParse(update, out var id)
        ? id
        : (await Get($"api/v1/updates/{Uri.EscapeDataString(update)}", stop)).GetProperty("id").GetGuid();

    public void Dispose() => _http.Dispose();

    private static async Task<JsonElement> Read(HttpResponseMessage response, CancellationToken stop)
    {
        await using var body = await response.Content.ReadAsStreamAsync(stop);
        try
        {
            return await JsonSerializer.DeserializeAsync<JsonElement>(body, cancellationToken: stop);
        }
        catch (JsonException e)
        {
            throw new RefusedException($"{response.RequestMessage!.RequestUri} did not answer as an Aftercare server does. Is the address right?", e);
        }
    }

    private static async Task RefuseUnless(HttpResponseMessage response, CancellationToken stop)
    {
        if (response.IsSuccessStatusCode)
            return;
        var where = response.RequestMessage!.RequestUri!;
        string? detail = null;
        if (response.Content.Headers.ContentType?.MediaType is "application/problem+json" && await response.Content.ReadAsStringAsync(stop) is { Length: > 0 } text)
            detail = Detail(JsonNode.Parse(text));
        throw new RefusedException(detail ?? $"{where} answered {(int)response.StatusCode} ({response.ReasonPhrase}).") { Status = response.StatusCode };
    }

    private static string? Detail(JsonNode? problem)
    {
        if (problem?["detail"]?.GetValue<string>() is not { } detail)
            return null;
        var faults = problem["errors"]?.AsArray().Select(one => $"{one?["field"]}: {one?["reason"]}") ?? [];
        return $"{string.Join(" ", faults.Prepend(detail))} ({problem["code"]})";
    }
}
