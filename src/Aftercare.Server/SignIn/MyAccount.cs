using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.SignIn;

/// <summary>One's own account: roles in force, passkeys, password.</summary>
public static class MyAccount
{
    /// <param name="Fresh">Whether he has proved who he is within the last minutes; what gives a way in needs that.</param>
    /// <param name="RecoveryCodes">How many are left; null: no authenticator app is set up.</param>
    /// <param name="Said">What was just done or refused; null: nothing.</param>
    public sealed record Model(Viewer Viewer, string Email, ImmutableArray<UserPasskeyInfo> Passkeys, bool Fresh, int? RecoveryCodes, string? Said);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/account", Doors.Reading, Show).WithMetadata(new Allowed(Face.FrontDoor, Allowed.SignedIn)).WithFace(Face.FrontDoor);
        app.MapPost("/account/password", ChangePassword)
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.SignedIn), new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor).RequireRateLimiting(SignInRate.Policy);
        app.MapMethods("/home", Doors.Reading, (HttpContext context) => Results.Redirect(Home(Session.Viewer(context))))
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.SignedIn)).WithFace(Face.FrontDoor);
    }

    /// <summary>Where somebody's work is.</summary>
    public static string Home(Viewer viewer) =>
        viewer.Has(Role.Operator) && !viewer.Desk ? "/portal" : viewer.Desk ? "/desk" : viewer.Has(Role.Auditor) ? "/audit" : "/account";

    private static async Task<IResult> Show(HttpContext context, SignInManager<Account> signIn, TimeProvider clock)
    {
        var viewer = Session.Viewer(context);
        if (viewer.Person is not { } person || await signIn.UserManager.FindByIdAsync(person.ToString("D")) is not { } account)
            return ErrorPages.Result(404);
        var passkeys = await signIn.UserManager.GetPasskeysAsync(account);
        return new RazorComponentResult<AccountPage>(new Dictionary<string, object?>
        {
            ["Model"] = new Model(viewer, account.Email!, [.. passkeys.OrderBy(key => key.CreatedAt)], Session.IsFresh(viewer, Instant.From(clock.GetUtcNow())),
                account.TwoFactorEnabled ? await signIn.UserManager.CountRecoveryCodesAsync(account) : null, context.Request.Query["said"]),
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
        // The new security stamp ends the person's other sessions; this one goes on. A password alone is no proof where a code is asked for.
        await Session.GoOn(signIn, account, account.TwoFactorEnabled ? Session.Viewer(context).ProvedAt : Instant.From(clock.GetUtcNow()));
        return Results.Redirect("/account?said=changed");
    }
}
