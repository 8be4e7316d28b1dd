using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.SignOn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.SignIn;

/// <summary>The second page of signing in: a code of the authenticator app, or a recovery code.</summary>
public static class SignInWithCode
{
    public sealed record Model(string Return, bool Refused);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var allowed = new Allowed(Face.FrontDoor, Allowed.Anyone);
        app.MapMethods("/sign-in/code", Doors.Reading, Doors.Answered<UserManager<Account>>(Ask)).WithMetadata(allowed).WithFace(Face.FrontDoor);
        app.MapPost("/sign-in/code", Doors.Answered<SignInManager<Account>, TimeProvider>(Handle))
            .WithMetadata(allowed, new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor).RequireRateLimiting(SignInRate.Policy);
    }

    private static async Task<IResult> Ask(HttpContext context, UserManager<Account> people)
    {
        var back = Session.Inside(context.Request.Query["return"]);
        return await SecondFactor.Awaited(context, people) is null
            ? Results.Redirect($"/sign-in?refused=late&return={Uri.EscapeDataString(back)}")
            : new RazorComponentResult<SignInWithCodePage>(new Dictionary<string, object?> { ["Model"] = new Model(back, context.Request.Query.ContainsKey("refused")) });
    }

    private static async Task<IResult> Handle(HttpContext context, SignInManager<Account> signIn, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = Session.Inside(form["return"]);
        if (await SecondFactor.Awaited(context, signIn.UserManager) is not { } account)
            return Results.Redirect($"/sign-in?refused=late&return={Uri.EscapeDataString(back)}");
        var result = await SecondFactor.Check(signIn.UserManager, account, form["code"]);
        if (result.IsLockedOut)
            return Results.Redirect($"/sign-in?refused=locked&return={Uri.EscapeDataString(back)}");
        if (!result.Succeeded)
            return Results.Redirect($"/sign-in/code?refused=wrong&return={Uri.EscapeDataString(back)}");
        await context.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
        if (await SignOns.Binds(context, account.Id))
            return Results.Redirect($"/sign-in?refused=bound&return={Uri.EscapeDataString(back)}");
        await Session.Begin(signIn, account, SignInWay.PasswordAndCode, clock);
        return Results.Redirect(back);
    }
}
