using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Aftercare.Server.Updates;

/// <summary>Packages under the names by which TUF clients ask for them: for sites, unless their update is open. Metadata lies in the public folder, for anybody.</summary>
public static class ServePackages
{
    private const int HashDigits = 64;

    public static void Map(IEndpointRouteBuilder app)
    {
        var packages = app.ServiceProvider.GetRequiredService<Packages>();
        app.MapRead(Face.FrontDoor, "/tuf/targets/{line}/{release}/{file}", Allowed.Anyone, (store, fields, stop) => Package(packages, store, fields, stop));
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
