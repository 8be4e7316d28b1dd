using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Sites;

/// <summary>The portal's first page: the devices in use at the operator's own sites.</summary>
public static class MyDevices
{
    public sealed record Model(Dictionary<Guid, string> Sites, List<DeviceLine> Devices, PageOf Page);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<MyDevicesPage, Model>(Face.Portal, "", [Role.Operator], Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        // An operator can have a second role at the desk; his portal still shows his own sites only.
        var own = store.Viewer.Sites.ToList();
        var devices = (await store.Rows<DeviceRow>(stop)).Where(row => own.Contains(row.Site) && row.Stage == DeviceStage.InUse);
        var (rows, page) = await PageOf.Take(devices.OrderBy(row => row.Site).ThenBy(row => row.Serial), fields, stop);
        return new Model(
            await (await store.Rows<SiteRow>(stop)).Where(row => own.Contains(row.Subject)).ToDictionaryAsync(row => row.Subject, row => row.Name, stop),
            await SiteDesk.Lines(store, rows, stop), page);
    }
}
