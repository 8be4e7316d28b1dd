using System.Collections.Immutable;
using System.Globalization;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aftercare.Server.Platform.Web;

/// <summary>What files a form may carry.</summary>
/// <param name="MaxCount">Files in one request.</param>
/// <param name="MaxBytes">Of each file.</param>
public sealed record FileLimits(int MaxCount, long MaxBytes);

/// <summary>A changing use case: parse → load → decide → record, behind two doors.</summary>
/// <param name="Path">Below the face for forms (<c>/desk/reports/{id}/accept</c>) and below <c>/api/v1</c> for JSON.</param>
/// <param name="Roles">Who may come in at all; the lifecycle table decides the rest.</param>
/// <param name="Parse">Pure: fields to command.</param>
public sealed record Change<TCommand>(
    Face Face, string Path, ImmutableArray<Role> Roles, Func<Fields, TCommand> Parse, Func<Store, TCommand, CancellationToken, Task<Outcome<Done>>> Handle)
{
    public FileLimits? Files { get; init; }

    /// <summary>The secret that opens it, see <see cref="Allowed.OpenedBy"/>.</summary>
    public string? OpenedBy { get; init; }

    /// <summary>The page of the form once more, for input that has faults: what was typed stands in it. Null: an error page, and the browser's way back.</summary>
    public Func<Store, Fields, CancellationToken, Task<IResult>>? Again { get; init; }
}

/// <summary>The two doors of a slice, and the one of a page.</summary>
public static class Doors
{
    private const int Tries = 5;

    /// <value>1 MiB of JSON or form text; files have limits of their own.</value>
    internal const int MaxBodyBytes = 1024 * 1024;

    /// <summary>Whoever may read may also ask whether there is something to read.</summary>
    internal static readonly string[] Reading = ["GET", "HEAD"];

    /// <summary>Both doors: <see cref="MapForm"/> and <see cref="MapApi"/>.</summary>
    public static void Map<TCommand>(this IEndpointRouteBuilder app, Change<TCommand> change)
    {
        app.MapForm(change);
        app.MapApi(change);
    }

    /// <summary>Form post with antiforgery token, nonce and seen version; answers 303 to the page that shows what was done.</summary>
    public static void MapForm<TCommand>(this IEndpointRouteBuilder app, Change<TCommand> change) =>
        app.MapPost(Address(change.Face, change.Path), Answered(async context =>
        {
            if ((await Body.FromForm(context, change.Files)).Refused(out var unread, out var fields))
                return unread.ToResult();
            if (!Guid.TryParse(fields.Raw("nonce"), out var nonce))
                return Refusal.Malformed("nonce", "The form has no nonce. Open the page again.").ToResult();
            var answer = await Run(context, change, fields, nonce.ToString("D"));
            if (!answer.Refused(out var why, out var done))
                return See(context, done);
            if (change.Again is { } again && why.Because == Because.Malformed)
                return await Again(context, again, fields, why);
            return await PageDoor.Again(context, fields, why) ?? why.ToResult();
        }))
        .WithMetadata(new Allowed(change.Face, change.Roles) { OpenedBy = change.OpenedBy })
        .WithMetadata(new RequireAntiforgeryTokenAttribute(required: change.Files is null))
        .WithFace(change.Face);

    /// <summary>JSON with a token, or where files are taken, parts; <c>Idempotency-Key</c> makes a repeat harmless; answers what was recorded, or problem+json.</summary>
    public static void MapApi<TCommand>(this IEndpointRouteBuilder app, Change<TCommand> change) =>
        app.MapPost("/api/v1" + change.Path, Answered(async context =>
        {
            // A browser sends its cookie along wherever it is lured to; a token it does not.
            if (Seen(context) is { Person: not null })
                return ErrorPages.Result(403, "api.cookie", "The API takes tokens, not the cookie of a browser.");
            var read = change.Files is { } files && context.Request.HasFormContentType ? await Body.FromParts(context, files) : await Body.FromJson(context);
            if (read.Refused(out var unread, out var fields))
                return unread.ToResult();
            var key = context.Request.Headers["Idempotency-Key"].ToString();
            if (key.Length > 200)
                return Refusal.Malformed("Idempotency-Key", "At most 200 characters.").ToResult();
            var answer = await Run(context, change, fields, key.Length > 0 ? key : Guid.NewGuid().ToString("D"));
            return answer.Refused(out var why, out var done) ? why.ToResult() : TypedResults.Json(Told(done), statusCode: 201);
        }))
        .WithMetadata(new ApiCall(NameOf<TCommand>(change.Path), change.Files, () => Fields.AskedBy(change.Parse)))
        .WithMetadata(new Allowed(change.Face, change.Roles) { OpenedBy = change.OpenedBy })
        .DisableAntiforgery();

    /// <summary>
    /// A page: loads a model for the viewer and renders <typeparamref name="TPage"/> with it as parameter <c>Model</c>. A page of the desk that auditors may read is
    /// theirs in the audit room, under <c>/audit</c>, and nowhere else.
    /// </summary>
    /// <param name="load">Fields are route and query values.</param>
    public static void MapPage<TPage, TModel>(
        this IEndpointRouteBuilder app, Face face, string path, ImmutableArray<Role> roles, Func<Store, Fields, CancellationToken, Task<Outcome<TModel>>> load, string? openedBy = null)
        where TPage : IComponent where TModel : notnull
    {
        if (face == Face.Desk && roles.Contains(Role.Auditor))
        {
            app.MapPage<TPage, TModel>(Face.Audit, path, [Role.Auditor], load);
            roles = roles.Remove(Role.Auditor);
        }
        app.MapMethods(Address(face, path), Reading, Answered(context => Open(context, Body.FromQuery(context))))
            .WithMetadata(new Allowed(face, roles) { OpenedBy = openedBy })
            .WithMetadata(new PageDoor(Open))
            .WithFace(face);

        async Task<IResult> Open(HttpContext context, Fields fields)
        {
            await using var store = context.RequestServices.GetRequiredService<Stores>().Open(AsOf(context));
            await RoomDoor.Enter(context, store, context.RequestAborted);
            var loaded = await load(store, fields, context.RequestAborted);
            if (fields.Faults.Length > 0)
                return Refusal.Malformed(fields.Faults).ToResult();
            if (loaded.Refused(out var why, out var model))
                // An old link to what was taken back leads to its history.
                return why.Because == Because.Invisible && store.Viewer.Room is null && Guid.TryParse(fields.Raw("id"), out var id) && !(await store.TakenBack(id, context.RequestAborted)).IsEmpty
                    ? Results.Redirect($"/desk/taken-back/{id:D}")
                    : why.ToResult();
            return await RoomDoor.Note(context, store.Viewer, context.RequestAborted) is { } full
                ? full.ToResult()
                : new RazorComponentResult<TPage>(new Dictionary<string, object?> { ["Model"] = model });
        }
    }

    /// <summary>Anything that is read and is not a page: a file, a list as CSV, JSON for the command. For auditors as <see cref="MapPage"/> has it.</summary>
    /// <param name="path">The whole path.</param>
    /// <param name="read">Fields are route and query values. The result is written after the store is closed, so it may not read from it any more.</param>
    public static void MapRead(
        this IEndpointRouteBuilder app, Face face, string path, ImmutableArray<Role> roles, Func<Store, Fields, CancellationToken, Task<Outcome<IResult>>> read, string? openedBy = null)
    {
        if (face == Face.Desk && roles.Contains(Role.Auditor))
        {
            app.MapRead(Face.Audit, Faces.Home(Face.Audit) + path[Faces.Home(Face.Desk).Length..], [Role.Auditor], read);
            roles = roles.Remove(Role.Auditor);
        }
        app.MapMethods(path, Reading, Answered(async context =>
        {
            await using var store = context.RequestServices.GetRequiredService<Stores>().Open(AsOf(context));
            var fields = Body.FromQuery(context);
            var loaded = await read(store, fields, context.RequestAborted);
            if (fields.Faults.Length > 0)
                return Refusal.Malformed(fields.Faults).ToResult();
            if (loaded.Refused(out var why, out var result))
                return why.ToResult();
            // Choosing another moment opens nothing yet.
            return result is not RedirectHttpResult && await RoomDoor.Note(context, store.Viewer, context.RequestAborted) is { } full ? full.ToResult() : result;
        }))
        .WithMetadata(new Allowed(face, roles) { OpenedBy = openedBy })
        .WithFace(face);
    }

    extension(Refusal why)
    {
        /// <summary>The status of HTTP that says so.</summary>
        public int Status => why.Because switch
        {
            Because.Malformed => 400,
            Because.Signature => 401,
            Because.Role => 403,
            Because.Invisible => 404,
            Because.TooLarge => 413,
            _ => 409,
        };

        public IResult ToResult() =>
            ErrorPages.Result(why.Status, why.Code, why.Reason, [.. why.Faults.Select(fault => (fault.Field, fault.Reason))], why.ClearAt);
    }

    /// <summary>Where a face keeps this path.</summary>
    public static string Address(Face face, string path) => face == Face.FrontDoor ? path : Faces.Home(face) + path;

    // What binds parameters by reflection is compiled anew for each endpoint at each start; with some hundred endpoints that is a third of a second.
    internal static RequestDelegate Answered(Func<HttpContext, Task<IResult>> answer) => async context => await (await answer(context)).ExecuteAsync(context);

    internal static RequestDelegate Answered<T>(Func<HttpContext, T, Task<IResult>> answer) where T : notnull =>
        Answered(context => answer(context, Its<T>(context)));

    internal static RequestDelegate Answered<T1, T2>(Func<HttpContext, T1, T2, Task<IResult>> answer) where T1 : notnull where T2 : notnull =>
        Answered(context => answer(context, Its<T1>(context), Its<T2>(context)));

    internal static RequestDelegate Answered<T1, T2, T3>(Func<HttpContext, T1, T2, T3, Task<IResult>> answer) where T1 : notnull where T2 : notnull where T3 : notnull =>
        Answered(context => answer(context, Its<T1>(context), Its<T2>(context), Its<T3>(context)));

    internal static RequestDelegate Answered<T1, T2, T3, T4>(Func<HttpContext, T1, T2, T3, T4, Task<IResult>> answer)
        where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull =>
        Answered(context => answer(context, Its<T1>(context), Its<T2>(context), Its<T3>(context), Its<T4>(context)));

    private static T Its<T>(HttpContext context) where T : notnull => context.RequestServices.GetRequiredService<T>();

    // The second of two clicks brings a code that the first has used up.
    private static async Task<Outcome<Done>?> Repeated(Stores stores, Viewer viewer, string key, Fields fields, HttpContext context)
    {
        await using var store = stores.Open(viewer, new Asked($"{viewer.Actor.Id}:{key}", fields.Digest(context.Request.Path)));
        return await store.AnsweredBefore(context.RequestAborted);
    }

    private static async Task<Outcome<Done>> Run<TCommand>(HttpContext context, Change<TCommand> change, Fields fields, string key)
    {
        var stop = context.RequestAborted;
        var command = change.Parse(fields);
        if (fields.Faults.Length > 0)
            return Refusal.Malformed(fields.Faults);
        var stores = context.RequestServices.GetRequiredService<Stores>();
        var viewer = await Proof.Prove(context, Seen(context), fields.Raw("password"), fields.Raw("signatureCode"));
        if (viewer.Refused(out var unproved, out var proved))
            return await Repeated(stores, Seen(context), key, fields, context) ?? unproved;
        var asked = new Asked($"{proved.Actor.Id}:{key}", fields.Digest(context.Request.Path));
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            await using var store = stores.Open(proved, asked);
            if (await store.AnsweredBefore(stop) is { } before)
                return before;
            try
            {
                var answer = await change.Handle(store, command, stop);
                // The first of two clicks may have been recorded since we looked; then this one is not stale but the same.
                return answer.Refused(out _, out _) && await store.AnsweredBefore(stop) is { } meanwhile ? meanwhile : answer;
            }
            catch (LostRaceException)
            {
                // Decide again on what stands now; a stale author is then told what changed.
            }
        }
        return Refusal.State("contention", "Too many people change this at once. Try again in a moment; nothing was saved.");
    }

    private static async Task<IResult> Again(HttpContext context, Func<Store, Fields, CancellationToken, Task<IResult>> page, Fields fields, Refusal why)
    {
        context.Features.Set(new Refill(context.Request.Path, fields.Raw(PageDoor.FormField), fields, why));
        await using var store = context.RequestServices.GetRequiredService<Stores>().Open(Seen(context));
        return await page(store, fields, context.RequestAborted);
    }

    private static Viewer Seen(HttpContext context) => context.Features.Get<Viewer>() ?? throw new InvalidOperationException("Nobody was admitted.");

    private static IResult See(HttpContext context, Done done)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = RoomDoor.Onward(context, done.Once.GetValueOrDefault("location", done.Location));
        return TypedResults.Empty;
    }

    // A use case is a class with its command in it; where several have one in common, the address tells them apart.
    private static string NameOf<TCommand>(string path) => typeof(TCommand) is { DeclaringType: { } useCase, Name: "Command" }
        ? useCase.Name
        : string.Concat(path.Split('/', '-').Where(part => part.Length > 0 && part[0] != '{').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    private static Dictionary<string, string> Told(Done done)
    {
        var told = new Dictionary<string, string>(done.Once) { ["id"] = done.Subject.ToString("D") };
        told.TryAdd("location", done.Location);
        if (done.Number is not null)
            told["number"] = done.Number;
        return told;
    }

    // Looking back: the size of the log as ?as-of=1234, or in the room's address; never beyond what an audit stands at.
    private static Viewer AsOf(HttpContext context)
    {
        var viewer = Seen(context);
        if (!viewer.Desk)
            return viewer;
        var asked = RoomDoor.AsOf(context)
            ?? (long.TryParse(context.Request.Query["as-of"], NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0 ? size : null);
        return viewer with { AsOf = viewer.Room?.LogSize is { } most && !(asked < most) ? most : asked };
    }
}
