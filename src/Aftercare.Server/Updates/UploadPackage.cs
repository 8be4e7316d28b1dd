using System.Collections.Immutable;
using System.Globalization;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;
using Microsoft.AspNetCore.Http.Features;

namespace Aftercare.Server.Updates;

/// <summary>Brings a package in, piece by piece, so that a cut costs only the piece. By token only: packages come from a pipeline or the command.</summary>
public static class UploadPackage
{
    private const string OffsetHeader = "Upload-Offset";
    private const int Tries = 5;

    /// <summary>The roles that a token needs one of.</summary>
    internal static ImmutableArray<Role> Roles { get; } = [Role.Developer, Role.Publisher];

    public sealed record Command(Guid Update, string Path, long Length, string Sha256);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var packages = app.ServiceProvider.GetRequiredService<Packages>();
        app.MapApi(new Change<Command>(Face.Desk, "/updates/{id:guid}/uploads", Roles, Parse, (store, command, stop) => Begin(packages, store, command, stop)));
        Piece(app.MapMethods("/api/v1/uploads/{upload:guid}", ["HEAD"], Doors.Answered(context => Task.FromResult(Tell(context, packages)))));
        Piece(app.MapMethods("/api/v1/uploads/{upload:guid}", ["PATCH"], Doors.Answered<Stores>((context, stores) => Send(context, packages, stores))));
        Piece(app.MapDelete("/api/v1/uploads/{upload:guid}", Doors.Answered(context => Task.FromResult(Delete(context, packages)))));
    }

    private static void Piece(IEndpointConventionBuilder endpoint) =>
        endpoint.WithMetadata(new Allowed(Face.Desk, Roles)).WithFace(Face.Desk).DisableAntiforgery();

    private static Command Parse(Fields fields)
    {
        var sha256 = fields.Text("sha256", 64, min: 64);
        if (!sha256.All(char.IsAsciiHexDigitLower))
            fields.Fault("sha256", "64 lowercase hex digits.");
        var length = fields.ParseOrNull<long>("length", "a number of bytes");
        if (length is null or < 1)
            fields.Fault("length", "At least 1 byte.");
        return new Command(fields.Id("id"), fields.Text("path", PackagePath.MaxLength), length ?? 0, sha256);
    }

    private static async Task<Outcome<Done>> Begin(Packages packages, Store store, Command command, CancellationToken stop)
    {
        if (await store.Find<Update>(command.Update, stop) is not { } update)
            return Refusal.Invisible;
        // Whether it will be welcome is asked before a byte travels; the SHA-512 is found out at the end.
        var announced = new PackageFile(command.Path, command.Length, command.Sha256, "");
        if ((await Add(store, update, announced, stop)).Refused(out var why, out _))
            return why;
        return packages.Begin(update.Id, command.Path, command.Length, command.Sha256, store.Now).Refused(out why, out var upload)
            ? why
            : new Done($"/api/v1/uploads/{upload.Id:D}", upload.Id);
    }

    private static IResult Tell(HttpContext context, Packages packages)
    {
        if (UploadOf(context, packages) is not { } upload)
            return ErrorPages.Result(404);
        context.Response.Headers[OffsetHeader] = packages.OffsetOf(upload).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Ok();
    }

    private static async Task<IResult> Send(HttpContext context, Packages packages, Stores stores)
    {
        if (UploadOf(context, packages) is not { } upload)
            return ErrorPages.Result(404);
        if (!long.TryParse(context.Request.Headers[OffsetHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            return Refusal.Malformed(OffsetHeader, "Say in this header how many bytes are here already.").ToResult();
        // Kestrel's own limit is for forms.
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = upload.Length;
        if ((await packages.Append(upload, offset, context.Request.Body, context.RequestAborted)).Refused(out var why, out var here))
            return why.ToResult();
        context.Response.Headers[OffsetHeader] = here.ToString(CultureInfo.InvariantCulture);
        return here < upload.Length ? Results.NoContent() : await Finish(context, packages, stores, upload);
    }

    private static IResult Delete(HttpContext context, Packages packages)
    {
        if (UploadOf(context, packages) is not { } upload)
            return ErrorPages.Result(404);
        packages.Forget(upload);
        return Results.NoContent();
    }

    // The file is in its place before it is recorded; a crash in between is mended by sending the last, empty piece again.
    private static async Task<IResult> Finish(HttpContext context, Packages packages, Stores stores, PackageUpload upload)
    {
        var stop = context.RequestAborted;
        if ((await packages.Finish(upload, stop)).Refused(out var why, out var file))
            return why.ToResult();
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            await using var store = stores.Open(context.Features.Get<Viewer>()!);
            try
            {
                if ((await Record(store, upload.Update, file, stop)).Refused(out why, out _))
                    return why.ToResult();
                packages.Forget(upload);
                return Results.Json(new { path = file.Path, length = file.Length, sha256 = file.Sha256, sha512 = file.Sha512 }, statusCode: StatusCodes.Status201Created);
            }
            catch (LostRaceException)
            {
                // Another file of the update arrived at the same moment.
            }
        }
        return Refusal.State("contention", "Too many people change this at once. Send the last piece again.").ToResult();
    }

    private static async Task<Outcome<Done>> Record(Store store, Guid id, PackageFile file, CancellationToken stop)
    {
        if (await store.Find<Update>(id, stop) is not { } update)
            return Refusal.Invisible;
        var done = new Done($"/desk/updates/{update.Id}", update.Id, update.Number);
        if (update.Files.Contains(file))
            return done;
        return (await Add(store, update, file, stop)).Refused(out var why, out var added) ? why : await store.Record(done, stop, Change.To(update, added));
    }

    private static async Task<Outcome<UpdateEvent>> Add(Store store, Update update, PackageFile file, CancellationToken stop) =>
        await store.Find<Product>(update.Product, stop) is { } product ? update.AddFile(file, product.Line, store.Actor) : Refusal.Invisible;

    // A browser sends its cookie along wherever it is lured to; a token it does not.
    private static PackageUpload? UploadOf(HttpContext context, Packages packages) =>
        context.Features.Get<Viewer>() is { Person: null } && Guid.TryParse((string?)context.Request.RouteValues["upload"], out var id) ? packages.Find(id) : null;
}
