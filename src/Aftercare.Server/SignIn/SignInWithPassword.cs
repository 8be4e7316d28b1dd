using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.SignOn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.SignIn;

/// <summary>Signs in by e-mail address and password, with lock-out after five wrong ones.</summary>
public static class SignInWithPassword
{
    /// <param name="SignOn">The name on the button of single sign-on; null: there is none.</param>
    public sealed record Model(string Return, string? Refused, string? SignOn);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<SignInPage, Model>(Face.FrontDoor, "/sign-in", Allowed.Anyone,
            async (store, fields, stop) => new Model(Session.Inside(fields.TextOrNull("return", 500)), fields.TextOrNull("refused", 20), await SignOns.Button(store, stop)));
        app.MapPost("/sign-in", Doors.Answered<SignInManager<Account>, TimeProvider>(Handle))
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.Anyone), new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor).RequireRateLimiting(SignInRate.Policy);
        app.MapPost("/sign-out", Doors.Answered<SignInManager<Account>>(Leave))
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.Anyone), new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor);
    }

    private static async Task<IResult> Handle(HttpContext context, SignInManager<Account> signIn, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (email, password, back) = (form["email"].ToString(), form["password"].ToString(), Session.Inside(form["return"]));
        var account = email.Length <= 200 ? await signIn.UserManager.FindByEmailAsync(email) : null;
        // An unknown address takes as long as a wrong password and gets the same answer.
        var result = account is null ? Nobody(signIn, password) : await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
        if (!result.Succeeded)
            return Results.Redirect($"/sign-in?refused={(result.IsLockedOut ? "locked" : "wrong")}&return={Uri.EscapeDataString(back)}");
        if (await SignOns.Binds(context, account!.Id))
            return Results.Redirect($"/sign-in?refused=bound&return={Uri.EscapeDataString(back)}");
        if (account.TwoFactorEnabled)
        {
            await SecondFactor.Await(context, account);
            return Results.Redirect($"/sign-in/code?return={Uri.EscapeDataString(back)}");
        }
        await Session.Begin(signIn, account, SignInWay.Password, clock);
        return Results.Redirect(back);
    }

    private static SignInResult Nobody(SignInManager<Account> signIn, string password)
    {
        _ = signIn.UserManager.PasswordHasher.HashPassword(new Account(), password.Length > 200 ? password[..200] : password);
        return SignInResult.Failed;
    }

    private static async Task<IResult> Leave(HttpContext context, SignInManager<Account> signIn)
    {
        await Session.End(signIn);
        return Results.Redirect("/");
    }
}
