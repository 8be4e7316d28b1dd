using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Aftercare.SystemTests.SignOn;

/// <summary>An OpenID provider that says and signs whatever it is told, beside the server that asks it.</summary>
internal sealed class EvilProvider : IDisposable
{
    public const string Client = "aftercare", Secret = "the-client-secret";

    private readonly ConcurrentDictionary<string, string> _nonces = new();
    private RSA _key = RSA.Create(2048);
    private string _keyId = "first";

    public string Issuer { get; set; } = "";

    public string Subject { get; set; } = "subject-1";

    public string? Email { get; set; }

    public bool Verified { get; set; } = true;

    /// <summary>Changes the claims before they are signed.</summary>
    public Action<JsonObject>? Twist { get; set; }

    /// <summary>Changes the metadata.</summary>
    public Action<JsonObject>? Metadata { get; set; }

    /// <summary>Answers instead of the metadata.</summary>
    public Func<IResult>? Instead { get; set; }

    /// <summary>Signs in its own way: the header's algorithm, and the bytes to be signed with the public key at hand.</summary>
    public (string Alg, Func<byte[], RSA, byte[]> Sign)? Forge { get; set; }

    /// <summary>What it adds to its answer through the browser.</summary>
    public string Answer { get; set; } = "";

    /// <summary>How often it was asked for a token.</summary>
    public int Asked { get; private set; }

    public void Map(WebApplication app)
    {
        Get(app, "/evil/.well-known/openid-configuration", _ =>
        {
            var metadata = new JsonObject
            {
                ["issuer"] = Issuer,
                ["authorization_endpoint"] = $"{Issuer}/authorize",
                ["token_endpoint"] = $"{Issuer}/token",
                ["jwks_uri"] = $"{Issuer}/keys",
                ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post"),
            };
            Metadata?.Invoke(metadata);
            return Instead?.Invoke() ?? Results.Content(metadata.ToJsonString(), "application/json");
        });
        Get(app, "/evil/keys", _ =>
        {
            var key = _key.ExportParameters(includePrivateParameters: false);
            return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", kid = _keyId, n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) } } });
        });
        Get(app, "/evil/authorize", context =>
        {
            var code = Guid.NewGuid().ToString("N");
            _nonces[code] = context.Request.Query["nonce"]!;
            return Results.Redirect($"{context.Request.Query["redirect_uri"]}?code={code}&state={context.Request.Query["state"]}{Answer}");
        });
        app.MapPost("/evil/token", (HttpContext context) =>
        {
            Asked++;
            var form = context.Request.Form;
            return form["client_secret"] == Secret && form["code_verifier"].ToString().Length >= 43 && _nonces.TryRemove(form["code"].ToString(), out var nonce)
                ? Results.Json(new { id_token = Token(nonce), access_token = "an-access-token", token_type = "Bearer" }) : Results.BadRequest();
        }).WithMetadata(new Allowed(Face.FrontDoor, Allowed.Anyone)).DisableAntiforgery();
    }

    /// <summary>It signs with another key from now on.</summary>
    public void Rotate() => (_key, _keyId) = (RSA.Create(2048), Guid.NewGuid().ToString("N"));

    public void Dispose() => _key.Dispose();

    private string Token(string nonce)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = Subject,
            ["aud"] = Client,
            ["nonce"] = nonce,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
            ["name"] = "Evil Eve",
            ["email"] = Email,
            ["email_verified"] = Verified,
        };
        Twist?.Invoke(claims);
        var head = new JsonObject { ["alg"] = Forge?.Alg ?? "RS256", ["kid"] = _keyId, ["typ"] = "JWT" };
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(head.ToJsonString()))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        return $"{signed}.{Base64Url.EncodeToString(Forge is { } forge ? forge.Sign(bytes, _key) : _key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static void Get(WebApplication app, string path, Func<HttpContext, IResult> answer) =>
        app.MapGet(path, answer).WithMetadata(new Allowed(Face.FrontDoor, Allowed.Anyone));
}
