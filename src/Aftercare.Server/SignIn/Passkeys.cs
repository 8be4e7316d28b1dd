using System.Buffers.Text;
using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.SignOn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.SignIn;

/// <summary>
/// Passkeys (WebAuthn): sign in, prove anew who you are, add one, remove one. The script passkey.js speaks with the browser's authenticator and posts
/// here; the answers are JSON, <c>location</c> or problem+json. User verification is required, so a passkey is as good as a password and a device.
/// </summary>
internal static class Passkeys
{
    /// <value>16 KiB of JSON from the browser.</value>
    private const int MaxCredential = 16 * 1024;

    private const int MaxPerPerson = 10;

    private static readonly Refusal Unproven =
        new(Because.Signature, "signature.prove-again", "Prove who you are first: enter your password or use a passkey.") { ClearAt = "/sign-in/again?return=/account" };

    private static readonly Refusal Wrong = new(Because.Signature, "passkey.refused", "This passkey was not accepted. Try again, or use your password.");

    public static IServiceCollection AddPasskeys(this IServiceCollection services, Installation installation) =>
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            // An IP address cannot own passkeys; on such a machine they belong to the name by which it is called.
            options.ServerDomain = Uri.CheckHostName(new Uri(installation.PublicUrl).Host) == UriHostNameType.Dns ? new Uri(installation.PublicUrl).Host : null;
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "required";
        });

    public static void Map(IEndpointRouteBuilder app)
    {
        Post(app, "/sign-in/passkey/options", Allowed.Anyone, Doors.Answered<SignInManager<Account>>(RequestOptions)).RequireRateLimiting(SignInRate.Policy);
        Post(app, "/sign-in/passkey", Allowed.Anyone, Doors.Answered<SignInManager<Account>, TimeProvider>(SignIn)).RequireRateLimiting(SignInRate.Policy);
        Post(app, "/account/passkeys/options", Allowed.SignedIn, Doors.Answered<SignInManager<Account>, TimeProvider>(CreationOptions));
        Post(app, "/account/passkeys", Allowed.SignedIn, Doors.Answered<SignInManager<Account>, TimeProvider>(Add));
        Post(app, "/account/passkeys/remove", Allowed.SignedIn, Doors.Answered<SignInManager<Account>, TimeProvider>(Remove));
    }

    private static IEndpointConventionBuilder Post(IEndpointRouteBuilder app, string path, ImmutableArray<Role> roles, RequestDelegate handle) =>
        app.MapPost(path, handle).WithMetadata(new Allowed(Face.FrontDoor, roles), new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor);

    private static async Task<IResult> RequestOptions(HttpContext context, SignInManager<Account> signIn)
    {
        var known = Session.Viewer(context).Person is { } person ? await signIn.UserManager.FindByIdAsync(person.ToString("D")) : null;
        return Results.Text(await signIn.MakePasskeyRequestOptionsAsync(known), "application/json");
    }

    private static async Task<IResult> SignIn(HttpContext context, SignInManager<Account> signIn, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (await Asserted(form["credential"].ToString(), signIn) is not { } proof)
            return Wrong.ToResult();
        // Proving anew is for the one who is signed in: another person's passkey would sign in his name.
        if (Session.Viewer(context).Person is { } person && person != proof.User.Id)
            return Wrong.ToResult();
        if (await signIn.UserManager.IsLockedOutAsync(proof.User))
            return new Refusal(Because.Signature, "signature.locked-out", "Too many wrong attempts. Try again in 15 minutes.").ToResult();
        if (await SignOns.Binds(context, proof.User.Id))
            return SignOns.Bound.ToResult();
        await signIn.UserManager.AddOrUpdatePasskeyAsync(proof.User, proof.Passkey);
        await Session.Begin(signIn, proof.User, SignInWay.Passkey, clock);
        return Results.Json(new { location = Session.Inside(form["return"]) });
    }

    private static async Task<IResult> CreationOptions(HttpContext context, SignInManager<Account> signIn, TimeProvider clock)
    {
        var viewer = Session.Viewer(context);
        if (!Session.IsFresh(viewer, Instant.From(clock.GetUtcNow())))
            return Unproven.ToResult();
        if (await AccountOf(viewer, signIn) is not { } account)
            return Refusal.Invisible.ToResult();
        if ((await signIn.UserManager.GetPasskeysAsync(account)).Count >= MaxPerPerson)
            return Refusal.State("passkey.too-many", $"At most {MaxPerPerson} passkeys. Remove one first.").ToResult();
        var options = await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = account.Id.ToString("D"), Name = account.UserName!, DisplayName = viewer.Name });
        return Results.Text(options, "application/json");
    }

    private static async Task<IResult> Add(HttpContext context, SignInManager<Account> signIn, TimeProvider clock)
    {
        var (form, viewer) = (await context.Request.ReadFormAsync(context.RequestAborted), Session.Viewer(context));
        if (!Session.IsFresh(viewer, Instant.From(clock.GetUtcNow())))
            return Unproven.ToResult();
        if (form["name"].ToString().Trim() is not { Length: > 0 and <= 60 } name)
            return Refusal.Malformed("name", "Give it a name of at most 60 characters, e.g. work laptop.").ToResult();
        if (await AccountOf(viewer, signIn) is not { } account)
            return Refusal.Invisible.ToResult();
        if (await Attested(form["credential"].ToString(), signIn) is not { } passkey)
            return Wrong.ToResult();
        passkey.Name = name;
        await signIn.UserManager.AddOrUpdatePasskeyAsync(account, passkey);
        return Results.Json(new { location = "/account" });
    }

    private static async Task<IResult> Remove(HttpContext context, SignInManager<Account> signIn, TimeProvider clock)
    {
        var (form, viewer) = (await context.Request.ReadFormAsync(context.RequestAborted), Session.Viewer(context));
        if (!Session.IsFresh(viewer, Instant.From(clock.GetUtcNow())))
            return Results.Redirect("/sign-in/again?return=/account");
        if (await AccountOf(viewer, signIn) is not { } account)
            return Refusal.Invisible.ToResult();
        var id = form["id"].ToString();
        if (!Base64Url.IsValid(id))
            return Refusal.Malformed("id", "This is not a passkey's id.").ToResult();
        await signIn.UserManager.RemovePasskeyAsync(account, Base64Url.DecodeFromChars(id));
        return Results.Redirect("/account");
    }

    private static async Task<Account?> AccountOf(Viewer viewer, SignInManager<Account> signIn) =>
        viewer.Person is { } person ? await signIn.UserManager.FindByIdAsync(person.ToString("D")) : null;

    private static async Task<(Account User, UserPasskeyInfo Passkey)?> Asserted(string credential, SignInManager<Account> signIn)
    {
        if (credential.Length is 0 or > MaxCredential)
            return null;
        try
        {
            return await signIn.PerformPasskeyAssertionAsync(credential) is { Succeeded: true, User: { } user, Passkey: { } passkey } ? (user, passkey) : null;
        }
        catch (InvalidOperationException)
        {
            // No challenge was given to this browser, or it has run out.
            return null;
        }
    }

    private static async Task<UserPasskeyInfo?> Attested(string credential, SignInManager<Account> signIn)
    {
        if (credential.Length is 0 or > MaxCredential)
            return null;
        try
        {
            return await signIn.PerformPasskeyAttestationAsync(credential) is { Succeeded: true, Passkey: { } passkey } ? passkey : null;
        }
        catch (InvalidOperationException)
        {
            // No challenge was given to this browser, or it has run out.
            return null;
        }
    }
}
