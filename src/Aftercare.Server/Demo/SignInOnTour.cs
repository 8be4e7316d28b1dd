using System.Globalization;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.SignIn;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Demo;

/// <summary>
/// One click at a stop of the tour: a fresh one-time link is issued and used at once. In a demo only, on this machine only; where it leads to is the tour's to say, not the form's.
/// </summary>
internal static class SignInOnTour
{
    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/demo/sign-in", (RequestDelegate)(async context => await (await Handle(context)).ExecuteAsync(context)))
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.Anyone)).WithFace(Face.FrontDoor).DisableAntiforgery();

    private static async Task<IResult> Handle(HttpContext context)
    {
        if (!OnThisMachine.Is(context) || !FromOurPage(context) || !context.Request.HasFormContentType)
            return ErrorPages.Result(404);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var stops = await ShowTour.Stops(context);
        if (Number(form["stop"]) is not { } at || at >= stops.Length || Number(form["door"]) is not { } which || which >= stops[at].Doors.Length || stops[at].Doors[which] is not { As: { } role } door)
            return ErrorPages.Result(404);
        await using var store = context.RequestServices.GetRequiredService<Stores>().Open(Viewer.System);
        if (await PersonAs(store, role, context.RequestAborted) is not { } person)
            return ErrorPages.Result(404);
        var path = await SignInByLink.Issue(store, person, context.RequestAborted);
        return await SignInByLink.Use(context, path[(path.LastIndexOf('/') + 1)..]) ? Results.Redirect(door.Href) : ErrorPages.Result(404);
    }

    // The browser says so itself. A token in the form would name whoever was signed in when the tour was opened, and each click signs in somebody else.
    private static bool FromOurPage(HttpContext context) => context.Request.Headers["Sec-Fetch-Site"] == "same-origin";

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async Task<Guid?> PersonAs(Store store, Role role, CancellationToken stop) =>
        (await (await store.Rows<PersonRow>(stop)).Where(person => person.Standing == Standing.Active).OrderBy(person => person.Since).ToListAsync(stop))
            .Find(person => person.Roles.Contains(role))?.Subject;
}
