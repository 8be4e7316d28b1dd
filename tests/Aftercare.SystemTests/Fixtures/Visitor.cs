using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Aftercare.SystemTests;

/// <summary>What a visitor sees.</summary>
/// <param name="Path">Where he ended up, after redirects.</param>
public sealed record Page(HttpStatusCode Status, string Path, string Html)
{
    /// <summary>The text without tags, for reading.</summary>
    public string Text => WebUtility.HtmlDecode(Regex.Replace(Regex.Replace(Html, "<[^>]+>", " "), @"\s+", " "));

    /// <summary>The values that a form posts by itself: its hidden fields and what is filled in already.</summary>
    public List<KeyValuePair<string, string>> Form(string action)
    {
        var form = Regex.Matches(Html, "<form\\b[^>]*>.*?</form>", RegexOptions.Singleline).Select(match => match.Value)
            .FirstOrDefault(text => Regex.Match(text, "<form\\b[^>]*>").Value.Contains($"action=\"{WebUtility.HtmlEncode(action)}\"", StringComparison.Ordinal));
        Assert.True(form is not null, $"{Path} ({Status}) has no form for {action}: {Text}");
        return [.. Regex.Matches(form, "<input\\b[^>]*type=\"hidden\"[^>]*>").Select(match => match.Value)
            .Select(input => KeyValuePair.Create(Attribute(input, "name"), Attribute(input, "value")))];
    }

    /// <summary>The first address in the page that matches.</summary>
    public string Link(string pattern)
    {
        var found = Regex.Match(Html, $"href=\"({pattern})\"");
        Assert.True(found.Success, $"{Path} has no link like {pattern}: {Text}");
        return WebUtility.HtmlDecode(found.Groups[1].Value);
    }

    /// <summary>The secret that the page shows this once.</summary>
    public string Once()
    {
        var found = Regex.Match(Html, "<code class=\"once\">([^<]+)</code>");
        Assert.True(found.Success, $"{Path} ({Status}) shows no secret: {Text}");
        return WebUtility.HtmlDecode(found.Groups[1].Value);
    }

    public Page Shows(string text)
    {
        Assert.True(Text.Contains(text, StringComparison.Ordinal), $"{Path} ({Status}) does not show '{text}': {Text}");
        return this;
    }

    public Page Is(HttpStatusCode status)
    {
        Assert.True(Status == status, $"{Path} answered {Status}, not {status}: {Text}");
        return this;
    }

    private static string Attribute(string tag, string name) => WebUtility.HtmlDecode(Regex.Match(tag, $"{name}=\"([^\"]*)\"").Groups[1].Value);
}

/// <summary>A person with a browser that keeps cookies and knows no script.</summary>
public sealed class Visitor : IDisposable
{
    private readonly CookieContainer _cookies;
    private readonly HttpClient _http;

    public Visitor(Uri address)
    {
        _cookies = new CookieContainer();
        _http = new HttpClient(new HttpClientHandler { CookieContainer = _cookies, AllowAutoRedirect = true })
        {
            BaseAddress = address,
            DefaultRequestHeaders = { { "Accept", "text/html" }, { "Accept-Language", "en" } },
        };
    }

    public HttpClient Http => _http;

    /// <summary>The cookies that his browser holds now, as somebody would copy them.</summary>
    public string Cookies => _cookies.GetCookieHeader(_http.BaseAddress!);

    /// <summary>Puts cookies into his browser.</summary>
    public void Plant(string cookies) => _cookies.SetCookies(_http.BaseAddress!, cookies.Replace("; ", ",", StringComparison.Ordinal));

    public async Task<Page> Get(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));
        return await Read(response);
    }

    /// <summary>Opens a page, fills in its form and sends it.</summary>
    public async Task<Page> Submit(string page, string action, params (string Name, string Value)[] fields) =>
        await Send((await Get(page)).Is(HttpStatusCode.OK), action, fields);

    /// <summary>Sends a form of a page that is open already, perhaps for a while.</summary>
    public Task<Page> Send(Page open, string action, params (string Name, string Value)[] fields) => SendTo(open, action, action, fields);

    /// <summary>Sends the form of one step to another, as somebody does who makes up what the page does not offer.</summary>
    public async Task<Page> SendTo(Page open, string formOf, string action, params (string Name, string Value)[] fields)
    {
        var form = open.Form(formOf);
        form.RemoveAll(hidden => fields.Any(field => field.Name == hidden.Key));
        using var content = new FormUrlEncodedContent(form.Concat(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        using var response = await _http.PostAsync(new Uri(action, UriKind.Relative), content);
        return await Read(response);
    }

    /// <summary>Sends a form of another host's page.</summary>
    public async Task<Page> SendElsewhere(Uri action, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await _http.PostAsync(action, content);
        return await Read(response);
    }

    /// <summary>Sends a form with files.</summary>
    public async Task<Page> SendFiles(Page open, string action, (string Name, string Value)[] fields, params (string Field, string Name, byte[] Bytes)[] files)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in open.Form(action).Select(pair => (pair.Key, pair.Value)).Concat(fields))
            content.Add(new StringContent(value), name);
        foreach (var (field, name, bytes) in files)
            content.Add(new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } }, field, name);
        using var response = await _http.PostAsync(new Uri(action, UriKind.Relative), content);
        return await Read(response);
    }

    /// <summary>JSON to the API with a token.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> Api(string path, string? token, object body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + path) { Content = JsonContent.Create(body) };
        request.Headers.Accept.Clear();
        request.Headers.Accept.ParseAdd("application/json");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await _http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return (response.StatusCode, bytes.Length == 0 ? default : JsonDocument.Parse(bytes).RootElement.Clone());
    }

    public void Dispose() => _http.Dispose();

    private static async Task<Page> Read(HttpResponseMessage response) =>
        new(response.StatusCode, response.RequestMessage!.RequestUri!.PathAndQuery, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));
}
