using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aftercare.Server.Platform;
using Microsoft.AspNetCore.DataProtection;

namespace Aftercare.Server.SignOn;

/// <summary>What somebody set out for when he was sent to the provider.</summary>
internal enum SignOnPurpose
{
    SignIn,

    /// <summary>He is signed in and proves anew who he is.</summary>
    Prove,

    /// <summary>An administrator looks at what comes; nobody is signed in.</summary>
    Try,
}

/// <summary>One way to the provider and back, known to the browser that went it and to nobody else.</summary>
/// <param name="State">Comes back in the address, and must be this browser's.</param>
/// <param name="Nonce">Comes back in the token.</param>
/// <param name="Verifier">Of PKCE (RFC 7636): never passes through the address.</param>
/// <param name="Issuer">Whom he was sent to.</param>
/// <param name="Return">The path of this host to go on to.</param>
/// <param name="Person">Who is signed in in this browser; the provider's answer brings no cookie that says so.</param>
/// <param name="Session">SHA-256 of his session's id; ended by the one that begins.</param>
/// <param name="Begun">In milliseconds since 1970.</param>
internal sealed record SignOnAttempt(SignOnPurpose Purpose, string State, string Nonce, string Verifier, string Issuer, string Return, Guid? Person, byte[]? Session, long Begun)
{
    /// <summary>Of PKCE, method S256.</summary>
    public string Challenge => System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
}

/// <summary>
/// Keeps an attempt in the browser, encrypted, for ten minutes and for one use. It is sent along when the provider sends the browser back, which the session's
/// cookie is not.
/// </summary>
internal sealed class SignOnCookie(IDataProtectionProvider protection, Installation installation)
{
    private const string Name = "aftercare.sign-on";

    /// <value>10 minutes to sign in at the provider.</value>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("aftercare.sign-on").ToTimeLimitedDataProtector();

    internal void Set(HttpContext context, SignOnAttempt attempt) =>
        context.Response.Cookies.Append(Name, System.Buffers.Text.Base64Url.EncodeToString(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(attempt), Life)), Options(Life));

    /// <summary>The attempt of this browser, which it then has not any more; null when there is none, or its time is over.</summary>
    internal SignOnAttempt? Take(HttpContext context)
    {
        if (context.Request.Cookies[Name] is not { Length: > 0 } text || !System.Buffers.Text.Base64Url.IsValid(text))
            return null;
        context.Response.Cookies.Delete(Name, Options(null));
        try
        {
            return JsonSerializer.Deserialize<SignOnAttempt>(_protector.Unprotect(System.Buffers.Text.Base64Url.DecodeFromChars(text)));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private CookieOptions Options(TimeSpan? life) => new() { Path = SignInWithProvider.Path, HttpOnly = true, Secure = installation.IsHttps, SameSite = SameSiteMode.Lax, MaxAge = life, IsEssential = true };
}
