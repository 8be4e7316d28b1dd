using System.Collections.Immutable;
using System.Security.Cryptography;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Aftercare.Server.SignIn;

/// <summary>One's own account: roles in force, passkeys, password.</summary>
public static class MyAccount
{
    /// <param name="Fresh">Whether he has proved who he is within the last minutes; what gives a way in needs that.</param>
    /// <param name="RecoveryCodes">How many are left; null: no authenticator app is set up.</param>
    /// <param name="Said">What was just done or refused; null: nothing.</param>
    public sealed record Model(Viewer Viewer, string Email, ImmutableArray<UserPasskeyInfo> Passkeys, bool Fresh, int? RecoveryCodes, ImmutableArray<Line> Sessions, string? Said)
    {
        /// <summary>Whether he has one; who joined by single sign-on has none.</summary>
        public bool Password { get; init; } = true;
    }

    /// <param name="Id">SHA-256 of what the browser's cookie carries, as hex: opens nothing.</param>
    /// <param name="Here">It is the session of this request.</param>
    public sealed record Line(string Id, SessionRecord Session, bool Here);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/account", Doors.Reading, Doors.Answered<SignInManager<Account>, Stores, IOptions<SessionLimits>, TimeProvider>(Show)).WithMetadata(new Allowed(Face.FrontDoor, Allowed.SignedIn)).WithFace(Face.FrontDoor);
        app.MapPost("/account/password", Doors.Answered<SignInManager<Account>, TimeProvider>(ChangePassword))
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.SignedIn), new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor).RequireRateLimiting(SignInRate.Policy);
        app.MapPost("/account/sessions/end", Doors.Answered<Stores>(EndSession))
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.SignedIn), new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor);
        app.MapPost("/account/sessions/end-others", Doors.Answered<Stores>(EndOthers))
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.SignedIn), new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor);
        app.MapMethods("/home", Doors.Reading, Doors.Answered(context => Task.FromResult(Results.Redirect(Home(Session.Viewer(context))))))
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.SignedIn)).WithFace(Face.FrontDoor);
    }

    /// <summary>Where somebody's work is.</summary>
    public static string Home(Viewer viewer) =>
        viewer.Has(Role.Operator) && !viewer.Desk ? "/portal" : viewer.Desk ? "/desk" : viewer.Has(Role.Auditor) ? "/audit" : "/account";

    /// <summary>How somebody signed in, in words.</summary>
    public static string Of(SignInWay way) => way switch
    {
        SignInWay.PasswordAndCode => "Password and code",
        SignInWay.Link => "Demo link",
        SignInWay.SingleSignOn => "Single sign-on",
        _ => Words.Plain(way),
    };

    private static async Task<IResult> Show(HttpContext context, SignInManager<Account> signIn, Stores stores, IOptions<SessionLimits> limits, TimeProvider clock)
    {
        var viewer = Session.Viewer(context);
        if (viewer.Person is not { } person || await signIn.UserManager.FindByIdAsync(person.ToString("D")) is not { } account)
            return ErrorPages.Result(404);
        var passkeys = await signIn.UserManager.GetPasskeysAsync(account);
        await using var store = stores.Open(viewer);
        var sessions = await store.SessionsOf(person, limits.Value.Idle, context.RequestAborted);
        var here = Sessions.Of(context)?.Sha256 ?? [];
        return new RazorComponentResult<AccountPage>(new Dictionary<string, object?>
        {
            ["Model"] = new Model(viewer, account.Email!, [.. passkeys.OrderBy(key => key.CreatedAt)], Session.IsFresh(viewer, Instant.From(clock.GetUtcNow())),
                account.TwoFactorEnabled ? await signIn.UserManager.CountRecoveryCodesAsync(account) : null,
                [.. sessions.Select(session => new Line(Convert.ToHexStringLower(session.Sha256), session, session.Sha256.AsSpan().SequenceEqual(here)))], context.Request.Query["said"])
            {
                Password = account.PasswordHash is not null,
            },
        });
    }

    private static async Task<IResult> ChangePassword(HttpContext context, SignInManager<Account> signIn, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (old, password) = (form["password"].ToString(), form["newPassword"].ToString());
        if (Session.Viewer(context).Person is not { } person || await signIn.UserManager.FindByIdAsync(person.ToString("D")) is not { } account)
            return ErrorPages.Result(404);
        if (password.Length is < Accounts.MinPassword or > 200)
            return Results.Redirect("/account?said=short");
        var proved = await signIn.CheckPasswordSignInAsync(account, old, lockoutOnFailure: true);
        if (!proved.Succeeded)
            return Results.Redirect($"/account?said={(proved.IsLockedOut ? "locked" : "wrong")}");
        var changed = await signIn.UserManager.ChangePasswordAsync(account, old, password);
        if (!changed.Succeeded)
            return Results.Redirect("/account?said=weak");
        // A password alone is no proof where a code is asked for.
        await Session.GoOn(signIn, account, account.TwoFactorEnabled ? Session.Viewer(context).ProvedAt : Instant.From(clock.GetUtcNow()), clock);
        return Results.Redirect("/account?said=changed");
    }

    private static async Task<IResult> EndSession(HttpContext context, Stores stores)
    {
        var id = (await context.Request.ReadFormAsync(context.RequestAborted))["id"].ToString();
        if (Session.Viewer(context) is not { Person: { } person } viewer || id.Length != 2 * SHA256.HashSizeInBytes || !id.All(char.IsAsciiHexDigit))
            return ErrorPages.Result(404);
        await using var store = stores.Open(viewer);
        await store.EndSession(person, Convert.FromHexString(id), context.RequestAborted);
        await store.SaveKept(context.RequestAborted);
        return Results.Redirect("/account?said=ended");
    }

    private static async Task<IResult> EndOthers(HttpContext context, Stores stores)
    {
        if (Session.Viewer(context) is not { Person: { } person } viewer)
            return ErrorPages.Result(404);
        await using var store = stores.Open(viewer);
        await store.EndSessions(person, Sessions.Of(context)?.Sha256, context.RequestAborted);
        await store.SaveKept(context.RequestAborted);
        return Results.Redirect("/account?said=ended");
    }
}
