using System.Globalization;
using System.Security.Claims;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Aftercare.Server.SignIn;

/// <summary>A browser's session: who it is, and when he last proved it.</summary>
internal static class Session
{
    /// <summary>
    /// Begins the session of somebody who has just proved who he is; what he signs in the next minutes needs no further proof. It has an id of its own: one that
    /// somebody planted in this browser or copied from it before is worth nothing.
    /// </summary>
    public static Task Begin(SignInManager<Account> signIn, Account account, SignInWay way, TimeProvider clock) =>
        Begin(signIn, account, way, clock, way == SignInWay.Link ? null : Instant.From(clock.GetUtcNow()));

    /// <summary>The same, where being signed in and having proved just now who one is are two things.</summary>
    /// <param name="proved">When he did; null: nobody knows, so he has to before he signs anything.</param>
    public static Task Begin(SignInManager<Account> signIn, Account account, SignInWay way, TimeProvider clock, Instant? proved)
    {
        var now = Instant.From(clock.GetUtcNow());
        return Start(signIn, account, now, new SessionRecord
        {
            Sha256 = [],
            Stamp = "",
            Person = account.Id,
            BeganAt = now.Ms,
            SeenAt = now.Ms,
            ExpiresAt = now.Plus(TimeSpan.FromHours(signIn.Context.RequestServices.GetRequiredService<IOptions<SessionLimits>>().Value.Hours)).Ms,
            Way = way,
            Browser = Sessions.BrowserOf(signIn.Context.Request.Headers.UserAgent),
            Network = Sessions.NetworkOf(signIn.Context.Connection.RemoteIpAddress),
        }, proved);
    }

    /// <summary>After a change that has ended all sessions of the person, his password or second factor: this browser's goes on under a new id, until it would have ended.</summary>
    /// <param name="proved">When he last proved who he is; null: he has not.</param>
    public static async Task GoOn(SignInManager<Account> signIn, Account account, Instant? proved, TimeProvider clock)
    {
        if (Sessions.Of(signIn.Context) is { } session)
            await Start(signIn, account, Instant.From(clock.GetUtcNow()), session, proved);
    }

    /// <summary>Ends this browser's session, on the server and in the browser.</summary>
    public static async Task End(SignInManager<Account> signIn)
    {
        var context = signIn.Context;
        if (Sessions.Of(context) is { } session)
            await using (var store = context.RequestServices.GetRequiredService<Stores>().Open(Platform.Access.Viewer.System))
            {
                await store.EndSession(session.Person, session.Sha256, context.RequestAborted);
                await store.SaveKept(context.RequestAborted);
            }
        await signIn.SignOutAsync();
    }

    /// <summary>Whether the viewer has proved who he is within the last minutes.</summary>
    public static bool IsFresh(Viewer viewer, Instant now) => viewer.ProvedAt is { } proved && now - proved <= Store.Fresh;

    /// <summary>Only a path of this host; anything else would send people elsewhere after signing in.</summary>
    public static string Inside(string? path) =>
        path is { Length: > 0 } && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal) && !path.Any(c => c == '\\' || char.IsControl(c)) ? path : "/home";

    public static Viewer Viewer(HttpContext context) => context.Features.Get<Viewer>() ?? throw new InvalidOperationException("Nobody was admitted.");

    private static async Task Start(SignInManager<Account> signIn, Account account, Instant now, SessionRecord session, Instant? proved)
    {
        var (context, id) = (signIn.Context, Store.NewSecret());
        await using (var store = context.RequestServices.GetRequiredService<Stores>().Open(Platform.Access.Viewer.System))
        {
            if (Sessions.Of(context) is { } before)
                await store.EndSession(before.Person, before.Sha256, context.RequestAborted);
            session.SeenAt = now.Ms;
            await store.BeginSession(id, session, context.RequestAborted);
            await store.SaveKept(context.RequestAborted);
        }
        var claims = new List<Claim> { new(Sessions.Claim, id) };
        if (proved is { } at)
            claims.Add(new Claim(Admission.ProvedClaim, at.Ms.ToString(CultureInfo.InvariantCulture)));
        if (account.TwoFactorEnabled)
            claims.Add(new Claim(SecondFactor.Claim, "on"));
        await signIn.SignInWithClaimsAsync(account, isPersistent: false, claims);
    }
}
