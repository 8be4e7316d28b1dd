using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace Aftercare.Server.SignIn;

/// <summary>
/// A demo's way in: a link that signs one person in once, on this machine only. It proves possession of the machine, not identity, so signing still
/// needs the password.
/// </summary>
public static class SignInByLink
{
    /// <value>1 day.</value>
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    /// <summary>Makes a link for somebody with an account; the path of this host that signs him in.</summary>
    public static async Task<string> Issue(Store store, Guid person, CancellationToken stop)
    {
        var secret = await store.IssueSecret(SecretPurpose.SignIn, person, store.Now.Plus(Life), stop);
        await store.SaveKept(stop);
        return $"/sign-in/link/{secret}";
    }

    internal static void Map(IEndpointRouteBuilder app)
    {
        var allowed = new Allowed(Face.FrontDoor, Allowed.Anyone) { OpenedBy = SecretPurpose.SignIn };
        app.MapMethods("/sign-in/link/{secret}", Doors.Reading, Doors.Answered(Ask)).WithMetadata(allowed).WithFace(Face.FrontDoor);
        app.MapPost("/sign-in/link/{secret}", Doors.Answered(Handle)).WithMetadata(allowed, new RequireAntiforgeryTokenAttribute()).WithFace(Face.FrontDoor);
    }

    // Opening the page uses nothing up: browsers look ahead.
    private static Task<IResult> Ask(HttpContext context) => Task.FromResult(OnThisMachine.Is(context)
        ? new RazorComponentResult<SignInByLinkPage>(new Dictionary<string, object?> { ["Secret"] = SecretOf(context) })
        : ErrorPages.Result(404));

    private static async Task<IResult> Handle(HttpContext context) =>
        OnThisMachine.Is(context) && await Use(context, SecretOf(context)) ? Results.Redirect("/home") : ErrorPages.Result(404);

    /// <summary>Uses the link up and begins the session.</summary>
    /// <returns>False when the link is nobody's, or was used already.</returns>
    internal static async Task<bool> Use(HttpContext context, string secret)
    {
        var stop = context.RequestAborted;
        var signIn = context.RequestServices.GetRequiredService<SignInManager<Account>>();
        await using var store = context.RequestServices.GetRequiredService<Stores>().Open(Viewer.System);
        if (await store.FindSecret(SecretPurpose.SignIn, secret, stop) is not { } link || await signIn.UserManager.FindByIdAsync(link.Subject.ToString("D")) is not { } account)
            return false;
        try
        {
            await store.UseUp(link, stop);
            await store.SaveKept(stop);
        }
        catch (LostRaceException)
        {
            return false;
        }
        await Session.Begin(signIn, account, SignInWay.Link, context.RequestServices.GetRequiredService<TimeProvider>());
        return true;
    }

    private static string SecretOf(HttpContext context) => (string)context.Request.RouteValues["secret"]!;
}
