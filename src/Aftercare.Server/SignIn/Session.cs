using System.Globalization;
using System.Security.Claims;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.SignIn;

/// <summary>A browser's session: who it is, and when he last proved it.</summary>
internal static class Session
{
    /// <summary>Begins or renews the session of somebody who has just proved who he is; what he signs in the next minutes needs no further proof.</summary>
    public static Task Begin(SignInManager<Account> signIn, Account account, TimeProvider clock) => GoOn(signIn, account, Instant.From(clock.GetUtcNow()));

    /// <summary>The session of somebody whose last proof is as old as it was, or who has not proved anything yet: after a change that ends his other sessions.</summary>
    public static Task GoOn(SignInManager<Account> signIn, Account account, Instant? proved)
    {
        var claims = new List<Claim>();
        if (proved is { } at)
            claims.Add(new Claim(Admission.ProvedClaim, at.Ms.ToString(CultureInfo.InvariantCulture)));
        if (account.TwoFactorEnabled)
            claims.Add(new Claim(SecondFactor.Claim, "on"));
        return signIn.SignInWithClaimsAsync(account, isPersistent: false, claims);
    }

    /// <summary>Whether the viewer has proved who he is within the last minutes.</summary>
    public static bool IsFresh(Viewer viewer, Instant now) => viewer.ProvedAt is { } proved && now - proved <= Store.Fresh;

    /// <summary>Only a path of this host; anything else would send people elsewhere after signing in.</summary>
    public static string Inside(string? path) =>
        path is { Length: > 0 } && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal) && !path.Any(c => c == '\\' || char.IsControl(c)) ? path : "/home";

    public static Viewer Viewer(HttpContext context) => context.Features.Get<Viewer>() ?? throw new InvalidOperationException("Nobody was admitted.");
}
