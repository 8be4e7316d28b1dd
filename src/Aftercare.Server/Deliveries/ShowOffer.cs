using System.Text.Json.Nodes;
using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Server.Sites;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Deliveries;

/// <summary>What the site's command asks before it downloads: which files, under which challenge it reports, and what its devices run. What it installs is decided by signed metadata alone.</summary>
public static class ShowOffer
{
    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapRead(Face.FrontDoor, "/api/v1/site/updates/{number}", [Role.Operator], Read);

    private static async Task<Outcome<IResult>> Read(Store store, Fields fields, CancellationToken stop)
    {
        var (number, own) = (fields.Text("number", 40), store.Viewer.Sites.ToList());
        var row = await (await store.Rows<DeliveryRow>(stop)).Where(one => one.Number == number && own.Contains(one.Site)).FirstOrDefaultAsync(stop);
        if (row is null || await store.Find<Delivery>(row.Subject, stop) is not { } delivery || await store.Find<Update>(row.Update, stop) is not { } update)
            return Refusal.State("offer.none", $"{number} is not offered to your site. It has no device that the update installs on, as far as the manufacturer knows.");
        var devices = await (await store.Rows<DeviceRow>(stop)).Where(one => one.Site == delivery.Site).OrderBy(one => one.Serial).ToListAsync(stop);
        var lines = await (await store.Rows<ProductRow>(stop)).ToDictionaryAsync(one => one.Subject, one => one.Line, stop);
        var versions = await (await store.Rows<ReleaseRow>(stop)).ToDictionaryAsync(one => one.Subject, one => one.VersionName, stop);
        return Outcome.Of(Results.Text(new JsonObject
        {
            ["update"] = update.Number,
            ["title"] = update.Title,
            ["challenge"] = delivery.Challenge,
            ["withdrawn"] = update.Stage == UpdateStage.Withdrawn || delivery.Stage != DeliveryStage.Open,
            ["toVersion"] = delivery.Update.ToVersion,
            ["files"] = new JsonArray([.. delivery.Update.Files.Select(file => (JsonNode)new JsonObject { ["path"] = file.Path, ["sha256"] = file.Sha256 })]),
            ["devices"] = new JsonArray([.. devices.Select(one => (JsonNode)new JsonObject
            {
                ["serial"] = one.Serial,
                ["line"] = lines[one.Product],
                ["version"] = one.Release is { } release ? versions.GetValueOrDefault(release) : null,
                ["retired"] = one.Stage == DeviceStage.Retired,
            })]),
        }.ToJsonString(), "application/json"));
    }
}
