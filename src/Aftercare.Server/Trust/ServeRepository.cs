using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Aftercare.Server.Trust;

/// <summary>The update repository as TUF clients ask for it. Metadata is for anybody and touches no database; packages are for sites, unless their update is open.</summary>
public static class ServeRepository
{
    private const int HashDigits = 64;

    public static void Map(IEndpointRouteBuilder app)
    {
        var keeper = app.ServiceProvider.GetRequiredService<RepositoryKeeper>();
        var packages = app.ServiceProvider.GetRequiredService<Packages>();
        app.MapGet("/tuf/metadata/{name}", (HttpContext context, string name) => Metadata(context, keeper.MetadataFolder, name))
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.Anyone)).WithFace(Face.FrontDoor);
        app.MapGet("/tuf/targets/{name}", (HttpContext context, string name) => Metadata(context, keeper.TargetsFolder, name))
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.Anyone)).WithFace(Face.FrontDoor);
        app.MapRead(Face.FrontDoor, "/tuf/targets/{line}/{release}/{file}", Allowed.Anyone, (store, fields, stop) => Package(packages, store, fields, stop));
    }

    private static IResult Metadata(HttpContext context, string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (!name.EndsWith(".json", StringComparison.Ordinal) || name[0] == '.' || name.AsSpan().ContainsAny('/', '\\', '\0') || !File.Exists(path))
            return ErrorPages.Result(404);
        // A file with a version or hash in its name never changes; the timestamp is the pointer to the newest.
        context.Response.Headers.CacheControl = name == "timestamp.json" ? "no-cache" : "public, max-age=31536000, immutable";
        return Results.File(path, "application/json");
    }

    private static async Task<Outcome<IResult>> Package(Packages packages, Store store, Fields fields, CancellationToken stop)
    {
        var file = fields.Text("file", HashDigits + 1 + PackagePath.MaxLength);
        if (file.Length <= HashDigits + 1 || file[HashDigits] != '.')
            return Refusal.Invisible;
        var (hash, path) = (file[..HashDigits], $"{fields.Text("line", 100)}/{fields.Text("release", 200)}/{file[(HashDigits + 1)..]}");
        var row = await (await store.Rows<UpdateFileRow>(stop)).Where(one => one.Path == path && one.Sha256 == hash).OrderBy(one => one.Stage == UpdateStage.Published ? 0 : 1).FirstOrDefaultAsync(stop);
        if (row is null)
            return Refusal.Invisible;
        if (row.Stage == UpdateStage.Withdrawn)
            return Outcome.Of(ErrorPages.Result(410, "update.withdrawn", "This update was withdrawn. Do not install it."));
        if (!row.Open && !store.Viewer.Has(Role.Operator) && !store.Viewer.Has(Role.Machine) && !store.Viewer.Desk)
            return Outcome.Of(ErrorPages.Result(401, "package.token", "This package is for sites. Send the site's token as 'Authorization: Bearer TOKEN'."));
        return Outcome.Of(Results.File(packages.PathOf(row.Sha256), "application/octet-stream", enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{row.Sha256}\"")));
    }
}
