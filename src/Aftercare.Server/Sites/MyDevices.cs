using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Notices;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Sites;

/// <summary>The portal's first page: the devices in use at the operator's own sites, and which updates wait for them.</summary>
public static class MyDevices
{
    /// <param name="One">Only the device that was asked for is shown.</param>
    /// <param name="Waiting">By device: published updates that it still waits for, the newest first.</param>
    public sealed record Model(Dictionary<Guid, string> Sites, List<DeviceLine> Devices, ILookup<Guid, Waiting> Waiting, int UnreadNotices, PageOf Page, bool One);

    /// <param name="DowntimeMinutes">How long the device cannot be used; 0 when it stays in use.</param>
    public sealed record Waiting(Guid Device, string Number, string Title, int? DowntimeMinutes, DeliveryStep Step);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<MyDevicesPage, Model>(Face.Portal, "", [Role.Operator], Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        // An operator can have a second role at the desk; his portal still shows his own sites only.
        var own = store.Viewer.Sites.ToList();
        var devices = (await store.Rows<DeviceRow>(stop)).Where(row => own.Contains(row.Site) && row.Stage == DeviceStage.InUse);
        var one = fields.IdOrNull("device");
        if (one is not null)
            devices = devices.Where(row => row.Subject == one);
        var (rows, page) = await PageOf.Take(devices.OrderBy(row => row.Site).ThenBy(row => row.Serial), fields, stop);
        return new Model(
            await (await store.Rows<SiteRow>(stop)).Where(row => own.Contains(row.Subject)).ToDictionaryAsync(row => row.Subject, row => row.Name, stop),
            await SiteDesk.Lines(store, rows, stop), await For(store, [.. rows.Select(row => row.Subject)], stop), await ShowSiteNotices.Unread(store, stop), page, one is not null);
    }

    private static async Task<ILookup<Guid, Waiting>> For(Store store, List<Guid> devices, CancellationToken stop)
    {
        var waiting =
            from row in await store.Rows<DeliveryDeviceRow>(stop)
            join update in await store.Rows<UpdateRow>(stop) on row.Update equals update.Subject
            where devices.Contains(row.Device) && update.Stage == UpdateStage.Published && !Ladder.Ends.Contains(row.Step)
            orderby update.PublishedAt descending
            select new Waiting(row.Device, row.Number, update.Title, update.DowntimeMinutes, row.Step);
        return (await waiting.ToListAsync(stop)).ToLookup(one => one.Device);
    }
}
