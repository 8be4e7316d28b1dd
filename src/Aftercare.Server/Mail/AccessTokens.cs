using System.Collections.Concurrent;
using System.Text.Json;
using Aftercare.Json;
using Aftercare.Mail;
using Aftercare.Server.Platform.Access;

namespace Aftercare.Server.Mail;

/// <summary>
/// OAuth 2.0 access tokens for the mail server, fetched with the refresh token (RFC 6749 §6) and kept in memory until a minute before they end. What the
/// endpoint says is never passed on: it could be anybody's words.
/// </summary>
internal sealed class AccessTokens(Stores stores, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<int, (string Token, DateTimeOffset Until)> _kept = new();

    // A redirect would carry the secrets wherever the endpoint points to.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = Patience })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = 64 * 1024,
    };

    /// <exception cref="HttpRequestException">The endpoint cannot be reached, or answers anything but a token.</exception>
    internal async ValueTask<string> Of(MailSettings settings, CancellationToken stop)
    {
        if (_kept.TryGetValue(settings.Version, out var kept) && kept.Until > clock.GetUtcNow())
            return kept.Token;
        await using var store = stores.Open(Viewer.System);
        if (settings.Current.OAuth is not { } client || await Mails.Secret(store, stop) is not { ClientSecret: { } clientSecret, RefreshToken: { } refresh } secret)
            throw new HttpRequestException("There is nothing to fetch a token with.");
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "refresh_token"), new("refresh_token", refresh), new("client_id", client.ClientId), new("client_secret", clientSecret),
        ]);
        using var answer = await _http.PostAsync(new Uri(client.TokenEndpoint), form, stop);
        if (!answer.IsSuccessStatusCode || !StrictJson.TryParse(await answer.Content.ReadAsByteArrayAsync(stop), out var json, out _) || Text(json, "access_token") is not { } token)
            throw new HttpRequestException("The endpoint gave no token.", null, answer.StatusCode);
        // Unless somebody has entered other secrets meanwhile.
        if (Text(json, "refresh_token") is { } next && next != refresh && await Mails.Secret(store, stop) == secret)
        {
            await Mails.KeepSecret(store, secret with { RefreshToken = next }, stop);
            await store.SaveKept(stop);
        }
        var life = json.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var known) && known > 0 ? TimeSpan.FromSeconds(known) : Unsaid;
        _kept.Clear();
        _kept[settings.Version] = (token, clock.GetUtcNow() + life - Early);
        return token;
    }

    /// <summary>The mail server did not take it: the next one is fetched anew.</summary>
    internal void Forget() => _kept.Clear();

    public void Dispose() => _http.Dispose();

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
