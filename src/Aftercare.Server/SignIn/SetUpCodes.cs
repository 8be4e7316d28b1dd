using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.SignIn;

/// <summary>Sets up one's authenticator app, shows the recovery codes once, removes it. All of it needs a fresh proof of who asks.</summary>
public static class SetUpCodes
{
    private const string Again = "/sign-in/again?return=/account";

    /// <param name="Once">The secret on its way to the confirming step, encrypted.</param>
    /// <param name="Key">The secret as base32, shown until it is confirmed.</param>
    public sealed record Model(string Once, string Key, string Uri, bool Refused);

    internal static void Map(IEndpointRouteBuilder app)
    {
        Get(app, "/account/codes", Doors.Answered<UserManager<Account>, ShownOnce>(Show));
        Get(app, "/account/codes/recovery", Doors.Answered<ShownOnce>(ShowRecovery));
        Post(app, "/account/codes/begin", Doors.Answered<UserManager<Account>, ShownOnce, TimeProvider>(Begin));
        Post(app, "/account/codes/confirm", Doors.Answered<SignInManager<Account>, IUserStore<Account>, ShownOnce, TimeProvider>(Confirm));
        Post(app, "/account/codes/remove", Doors.Answered<SignInManager<Account>, Stores, TimeProvider>(Remove));
    }

    private static void Get(IEndpointRouteBuilder app, string path, RequestDelegate show) =>
        app.MapMethods(path, Doors.Reading, show).WithMetadata(new Allowed(Face.FrontDoor, Allowed.SignedIn)).WithFace(Face.FrontDoor);

    private static void Post(IEndpointRouteBuilder app, string path, RequestDelegate handle) =>
        app.MapPost(path, handle).WithMetadata(new Allowed(Face.FrontDoor, Allowed.SignedIn), new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor);

    // Nothing is kept yet: the secret travels encrypted until a code proves that the app has it.
    private static Task<IResult> Begin(HttpContext context, UserManager<Account> people, ShownOnce once, TimeProvider clock) =>
        Task.FromResult(Results.Redirect(Session.IsFresh(Session.Viewer(context), Instant.From(clock.GetUtcNow()))
            ? Told(once, "/account/codes", people.GenerateNewAuthenticatorKey(), context)
            : Again));

    private static async Task<IResult> Show(HttpContext context, UserManager<Account> people, ShownOnce once)
    {
        var carried = context.Request.Query["once"].ToString();
        if (once.Read(carried, Session.Viewer(context)) is not { } key || await AccountOf(context, people) is not { TwoFactorEnabled: false } account)
            return Results.Redirect("/account");
        return new RazorComponentResult<SetUpCodesPage>(new Dictionary<string, object?>
        {
            ["Model"] = new Model(carried, key, AuthenticatorCodes.Uri(account.Email!, key), context.Request.Query.ContainsKey("refused")),
        });
    }

    private static async Task<IResult> Confirm(HttpContext context, SignInManager<Account> signIn, IUserStore<Account> accounts, ShownOnce once, TimeProvider clock)
    {
        var (form, viewer, now) = (await context.Request.ReadFormAsync(context.RequestAborted), Session.Viewer(context), clock.GetUtcNow());
        if (!Session.IsFresh(viewer, Instant.From(now)))
            return Results.Redirect(Again);
        var carried = form["once"].ToString();
        if (once.Read(carried, viewer) is not { } key || await AccountOf(context, signIn.UserManager) is not { TwoFactorEnabled: false } account)
            return Results.Redirect("/account?said=expired");
        if (AuthenticatorCodes.StepOf(key, SecondFactor.Plain(form["code"]), now) is not { } step)
            return Results.Redirect($"/account/codes?refused=wrong&once={Uri.EscapeDataString(carried)}");
        account.CodeStep = step;
        await ((IUserAuthenticatorKeyStore<Account>)accounts).SetAuthenticatorKeyAsync(account, key, context.RequestAborted);
        if (!(await signIn.UserManager.SetTwoFactorEnabledAsync(account, true)).Succeeded)
            return Results.Redirect("/account?said=expired");
        var codes = await signIn.UserManager.GenerateNewTwoFactorRecoveryCodesAsync(account, SecondFactor.RecoveryCodes) ?? [];
        await Session.GoOn(signIn, account, viewer.ProvedAt, clock);
        return Results.Redirect(Told(once, "/account/codes/recovery", string.Join(' ', codes), context));
    }

    private static Task<IResult> ShowRecovery(HttpContext context, ShownOnce once) => Task.FromResult(once.Read(context.Request.Query["once"], Session.Viewer(context)) is { } codes
        ? new RazorComponentResult<RecoveryCodesPage>(new Dictionary<string, object?> { ["Codes"] = codes.Split(' ').ToImmutableArray() })
        : Results.Redirect("/account"));

    private static async Task<IResult> Remove(HttpContext context, SignInManager<Account> signIn, Stores stores, TimeProvider clock)
    {
        var viewer = Session.Viewer(context);
        if (!Session.IsFresh(viewer, Instant.From(clock.GetUtcNow())))
            return Results.Redirect(Again);
        if (viewer.Person is not { } person)
            return ErrorPages.Result(404);
        await using (var store = stores.Open(viewer))
        {
            if (!await store.HasSecondFactor(person, context.RequestAborted))
                return Results.Redirect("/account");
            await store.DropSecondFactor(person, context.RequestAborted);
            await store.SaveKept(context.RequestAborted);
        }
        if (await AccountOf(context, signIn.UserManager) is not { } account)
            return ErrorPages.Result(404);
        await Session.GoOn(signIn, account, viewer.ProvedAt, clock);
        return Results.Redirect("/account?said=removed");
    }

    private static string Told(ShownOnce once, string path, string secret, HttpContext context)
    {
        var viewer = Session.Viewer(context);
        return once.Tell(new Done(path, viewer.Person ?? Guid.Empty), "secret", secret, viewer).Once["location"];
    }

    private static async Task<Account?> AccountOf(HttpContext context, UserManager<Account> people) =>
        Session.Viewer(context).Person is { } person ? await people.FindByIdAsync(person.ToString("D")) : null;
}
