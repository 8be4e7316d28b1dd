using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.SignOn;
using Aftercare.Ledger;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.SignIn;

/// <summary>Somebody who is signed in proves anew who he is, so that he may sign in the next minutes (21 CFR Part 11 §11.200).</summary>
public static class ProveAgain
{
    /// <param name="SignOn">The name on the button of single sign-on; null: there is none.</param>
    /// <param name="Bound">Single sign-on is the only way for him.</param>
    public sealed record Model(string Return, string? Refused, string? Email, bool Code, string? SignOn, bool Bound);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<ProveAgainPage, Model>(Face.FrontDoor, "/sign-in/again", Allowed.SignedIn, Load);
        app.MapPost("/sign-in/again", Doors.Answered<SignInManager<Account>, TimeProvider>(Handle))
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.SignedIn), new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor).RequireRateLimiting(SignInRate.Policy);
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var contact = store.Viewer.Person is { } person ? await store.ContactOf(person, stop) : null;
        return new Model(Session.Inside(fields.TextOrNull("return", 500)), fields.TextOrNull("refused", 20), contact?.Email,
            store.Viewer.Person is { } asked && await store.HasSecondFactor(asked, stop), await SignOns.Button(store, stop),
            store.Viewer.Person is { } bound && await SignOns.Binds(store, bound, stop));
    }

    private static async Task<IResult> Handle(HttpContext context, SignInManager<Account> signIn, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = Session.Inside(form["return"]);
        if (Session.Viewer(context).Person is not { } person || await signIn.UserManager.FindByIdAsync(person.ToString("D")) is not { } account)
            return ErrorPages.Result(404);
        var result = await signIn.CheckPasswordSignInAsync(account, form["password"].ToString(), lockoutOnFailure: true);
        if (result.Succeeded && account.TwoFactorEnabled)
            result = await SecondFactor.Check(signIn.UserManager, account, form["code"]);
        if (!result.Succeeded)
            return Results.Redirect($"/sign-in/again?refused={(result.IsLockedOut ? "locked" : "wrong")}&return={Uri.EscapeDataString(back)}");
        // Else a password would keep a session alive that the provider would not begin any more.
        if (await SignOns.Binds(context, account.Id))
            return SignOns.Bound.ToResult();
        await Session.Begin(signIn, account, account.TwoFactorEnabled ? SignInWay.PasswordAndCode : SignInWay.Password, clock);
        return Results.Redirect(back);
    }
}
