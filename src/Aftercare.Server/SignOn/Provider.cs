using System.Buffers.Text;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aftercare.Json;
using Aftercare.Ledger;
using Aftercare.SignOn;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Aftercare.Server.SignOn;

/// <summary>What a provider says of itself (OpenID Connect Discovery 1.0 §3), checked.</summary>
/// <param name="UserInfo">Where claims are that the token does not carry; null: nowhere.</param>
/// <param name="PostsSecret">The client secret goes in the form, not in the header.</param>
/// <param name="NamesItself">Its answers through the browser carry its name (RFC 9207).</param>
internal sealed record ProviderFacts(Uri Authorize, Uri Token, Uri? UserInfo, bool PostsSecret, bool NamesItself, ImmutableHashSet<string> Scopes, ImmutableArray<SecurityKey> Keys, Instant At);

/// <summary>Whom a provider vouches for. Only subject and issuer together name him; everything else is what the provider says today.</summary>
/// <param name="Email">Null unless the provider says one.</param>
/// <param name="ProvedAt">When he last proved to the provider who he is; null: it does not say.</param>
/// <param name="Claims">The names of what came.</param>
public sealed record Identity(string Issuer, string Subject, string? Email, bool EmailVerified, string? Name, ImmutableArray<string> Groups, Instant? ProvedAt, ImmutableArray<string> Claims);

/// <summary>
/// Speaks with the OpenID provider: only to addresses that <see cref="SignOnSettings.IsSafe"/> allows, following no redirect, with limits of size and time.
/// What it says of faults is never passed on: it could be anybody's words.
/// </summary>
internal sealed class Provider(TimeProvider clock) : IDisposable
{
    /// <value>256 KiB of metadata, of keys, of a token's answer.</value>
    private const int MaxBytes = 256 * 1024;

    private const int MaxGroups = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <value>1 minute that the provider's clock may differ.</value>
    internal static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    // With a public key only: whoever knows the client secret, or nothing at all, cannot make a token.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly JsonWebTokenHandler _tokens = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxBytes };

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = Patience })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = MaxBytes,
        DefaultRequestHeaders = { Accept = { new MediaTypeWithQualityHeaderValue("application/json") } },
    };

    private (string Issuer, ProviderFacts Facts)? _known;

    /// <summary>What the provider says of itself, at most an hour old.</summary>
    internal async Task<Outcome<ProviderFacts>> Facts(string issuer, CancellationToken stop) =>
        _known is var (known, facts) && known == issuer && Now - facts.At < Kept ? facts : await Fetch(issuer, stop);

    /// <summary>Changes a code for the identity that it stands for: the token is the provider's, for us, of now, and for this very attempt.</summary>
    /// <param name="redirect">As it was sent with the attempt.</param>
    internal async Task<Outcome<Identity>> Redeem(SignOnSettingsEvent.Set settings, string secret, ProviderFacts facts, string code, SignOnAttempt attempt, string redirect, CancellationToken stop)
    {
        if ((await Exchange(settings, secret, facts, code, attempt, redirect, stop)).Refused(out var why, out var tokens))
            return why;
        if ((await Check(settings, facts, tokens.Id, attempt.Nonce, stop)).Refused(out why, out var token))
            return why;
        var subject = Text(token, "sub", 255)!;
        var also = facts.UserInfo is { } address && tokens.Access is { } access && (Text(token, "email") is null || (settings.GroupsClaim is { } claim && !token.TryGetProperty(claim, out _)))
            ? await Ask(address, access, stop) : default;
        // An answer about somebody else is no answer (OpenID Connect Core 1.0 §5.3.2).
        if (also.ValueKind == JsonValueKind.Object && Text(also, "sub") != subject)
            return No("subject", "The provider answered about somebody else than it signed in.");
        // Address and its verification from one source, or the one's would stand for the other's.
        var speaks = Text(token, "email") is not null ? token : also;
        return new Identity(settings.Issuer, subject, Text(speaks, "email", 200), IsTrue(speaks, "email_verified"), Text(token, "name", 200) ?? Text(also, "name", 200), GroupsOf(settings, token, also), ProvedAt(token),
            [.. Names(token).Union(Names(also)).Order(StringComparer.Ordinal)]);
    }

    public void Dispose() => _http.Dispose();

    private Instant Now => Instant.From(clock.GetUtcNow());

    private async Task<Outcome<ProviderFacts>> Fetch(string issuer, CancellationToken stop)
    {
        if (!SignOnSettings.IsSafe(issuer))
            return No("address", "The issuer is not an https address.");
        if (await Json(new HttpRequestMessage(HttpMethod.Get, issuer.TrimEnd('/') + "/.well-known/openid-configuration"), stop) is not { } metadata)
            return No("metadata", "The provider's metadata cannot be read: it does not answer, or with something else.");
        // Else one provider could speak for another.
        if (Text(metadata, "issuer") != issuer)
            return No("issuer", "The issuer in the provider's metadata differs from the one that is set up here.");
        if (Address(metadata, "authorization_endpoint", issuer) is not { } authorize || Address(metadata, "token_endpoint", issuer) is not { } token || Address(metadata, "jwks_uri", issuer) is not { } keys)
            return No("metadata", "The provider's metadata names an address that is missing or not https.");
        var ways = Texts(metadata, "token_endpoint_auth_methods_supported");
        if (!ways.IsEmpty && !ways.Contains("client_secret_basic") && !ways.Contains("client_secret_post"))
            return No("secret", "The provider takes no client secret.");
        if (await Json(new HttpRequestMessage(HttpMethod.Get, keys), stop) is not { } set || KeysOf(set) is not { IsEmpty: false } signing)
            return No("keys", "The provider's keys cannot be read.");
        var facts = new ProviderFacts(authorize, token, Address(metadata, "userinfo_endpoint", issuer), !ways.IsEmpty && !ways.Contains("client_secret_basic"),
            IsTrue(metadata, "authorization_response_iss_parameter_supported"), [.. Texts(metadata, "scopes_supported")], signing, Now);
        _known = (issuer, facts);
        return facts;
    }

    private async Task<Outcome<(string Id, string? Access)>> Exchange(SignOnSettingsEvent.Set settings, string secret, ProviderFacts facts, string code, SignOnAttempt attempt, string redirect, CancellationToken stop)
    {
        var form = new List<KeyValuePair<string, string>>
        {
            new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", redirect), new("code_verifier", attempt.Verifier),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, facts.Token);
        if (facts.PostsSecret)
            form.AddRange([new("client_id", settings.ClientId), new("client_secret", secret)]);
        else
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(secret)}")));
        request.Content = new FormUrlEncodedContent(form);
        return await Json(request, stop) is { } answer && Text(answer, "id_token", MaxBytes) is { } id
            ? (id, Text(answer, "access_token", MaxBytes))
            : No("code", "The provider did not take the code: it was used or is too old, or the client secret is wrong.");
    }

    private async Task<Outcome<JsonElement>> Check(SignOnSettingsEvent.Set settings, ProviderFacts facts, string token, string nonce, CancellationToken stop)
    {
        var result = await Validate(settings, facts.Keys, token);
        // Perhaps the provider has other keys by now.
        if (result.Exception is SecurityTokenInvalidSignatureException)
        {
            if ((await Fetch(settings.Issuer, stop)).Refused(out var why, out var today))
                return why;
            result = await Validate(settings, today.Keys, token);
        }
        if (!result.IsValid)
            return result.Exception switch
            {
                SecurityTokenInvalidIssuerException => No("issuer", "The token is another provider's."),
                SecurityTokenInvalidAudienceException => No("audience", "The token is for another application."),
                SecurityTokenInvalidLifetimeException or SecurityTokenNoExpirationException => No("expired", "The token has expired, or the clocks here and at the provider differ."),
                _ => No("signature", "The token's signature is not the provider's."),
            };
        if (!StrictJson.TryParse(Base64Url.DecodeFromChars(((JsonWebToken)result.SecurityToken).EncodedPayload), out var claims, out _) || claims.ValueKind != JsonValueKind.Object)
            return No("token", "The token cannot be read.");
        if (Text(claims, "azp") is { } party ? party != settings.ClientId : claims.GetProperty("aud") is { ValueKind: JsonValueKind.Array } audiences && audiences.GetArrayLength() > 1)
            return No("audience", "The token was given to another application.");
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Text(claims, "nonce") ?? ""), Encoding.UTF8.GetBytes(nonce)))
            return No("nonce", "The token belongs to another attempt to sign in.");
        return Text(claims, "sub", 255) is null ? No("subject", "The token does not say who it is.") : claims;
    }

    private Task<TokenValidationResult> Validate(SignOnSettingsEvent.Set settings, IEnumerable<SecurityKey> keys, string token) => _tokens.ValidateTokenAsync(token, new TokenValidationParameters
    {
        ValidIssuer = settings.Issuer,
        ValidAudience = settings.ClientId,
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = keys,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = (from, until, _, _) => until is { } end && clock.GetUtcNow() - Skew < Utc(end) && (from is not { } begin || Utc(begin) <= clock.GetUtcNow() + Skew),
    });

    private async Task<JsonElement> Ask(Uri address, string access, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new("Bearer", access);
        return await Json(request, stop) ?? default;
    }

    private async Task<JsonElement?> Json(HttpRequestMessage request, CancellationToken stop)
    {
        try
        {
            using (request)
            using (var answer = await _http.SendAsync(request, stop))
                return answer.StatusCode == System.Net.HttpStatusCode.OK && StrictJson.TryParse(await answer.Content.ReadAsByteArrayAsync(stop), out var json, out _) && json.ValueKind == JsonValueKind.Object ? json : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    // A provider elsewhere cannot send us to a door of this machine that asks for no TLS.
    private static Uri? Address(JsonElement metadata, string name, string issuer) =>
        Text(metadata, name, 2000) is { } text && SignOnSettings.IsSafe(text) && new Uri(text) is var uri && (uri.Scheme == Uri.UriSchemeHttps || SignOnSettings.IsHere(new Uri(issuer))) ? uri : null;

    private static ImmutableArray<SecurityKey> KeysOf(JsonElement set)
    {
        try
        {
            return [.. JsonWebKeySet.Create(set.GetRawText()).GetSigningKeys().Where(key => key is not SymmetricSecurityKey and not JsonWebKey { Kty: "oct" })];
        }
        catch (Exception fault) when (fault is ArgumentException or JsonException or FormatException or CryptographicException)
        {
            return [];
        }
    }

    private static Instant? ProvedAt(JsonElement token) =>
        token.TryGetProperty("auth_time", out var seconds) && seconds.ValueKind == JsonValueKind.Number && seconds.TryGetInt64(out var at) && at is > 0 and < 253402300800 ? Instant.From(DateTimeOffset.FromUnixTimeSeconds(at)) : null;

    private static ImmutableArray<string> GroupsOf(SignOnSettingsEvent.Set settings, JsonElement token, JsonElement also) => settings.GroupsClaim is not { } claim ? []
        : token.TryGetProperty(claim, out _) ? Texts(token, claim) : Texts(also, claim);

    private static IEnumerable<string> Names(JsonElement json) => json.ValueKind == JsonValueKind.Object ? json.EnumerateObject().Select(member => member.Name).Where(name => name.Length <= 100 && !name.Any(char.IsControl)).Take(100) : [];

    private static string? Text(JsonElement json, string name, int max = 2000) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.Length <= max && !text.Any(char.IsControl) ? text : null;

    // Some providers write a list of one as a text.
    private static ImmutableArray<string> Texts(JsonElement json, string name) => json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Take(MaxGroups).Select(one => one.GetString()!)] : [];

    // Some write it as a text, too; whatever is neither is no.
    private static bool IsTrue(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.String && value.GetString() == "true"));

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    private static Refusal No(string code, string reason) => new(Because.Signature, $"sign-on.{code}", reason);
}
