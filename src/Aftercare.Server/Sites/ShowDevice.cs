using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Sites;

/// <summary>One device: what it runs, how we know, what happened to it.</summary>
public static class ShowDevice
{
    public sealed record Model(
        Device Device, SiteRow Site, ProductRow Product, ReleaseRow? Release, List<ChoiceOption> Releases, ImmutableArray<TimelineItem> History, bool MayRecord, bool MayRetire);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<DevicePage, Model>(Face.Desk, "/devices/{id:guid}", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Device>(fields.Id("id"), stop) is not { } device)
            return Refusal.Invisible;
        var releases = await (await store.Rows<ReleaseRow>(stop)).Where(row => row.Product == device.Product).ToDictionaryAsync(row => row.Subject, stop);
        var open = Device.Life.Open(device.Stage, store.Actor).Select(step => step.Name).ToHashSet();
        return new Model(
            device,
            await (await store.Rows<SiteRow>(stop)).SingleAsync(row => row.Subject == device.Site, stop),
            await (await store.Rows<ProductRow>(stop)).SingleAsync(row => row.Subject == device.Product, stop),
            device.Release is { } installed ? releases.GetValueOrDefault(installed) : null,
            await SiteDesk.ReleaseChoices(store, device.Product, stop),
            await Chronicle.Of<Device>(store, device.Id, happened => Said(happened, releases), stop),
            open.Contains("record-release"),
            open.Contains("retire"));
    }

    private static string? Said(Event happened, Dictionary<Guid, ReleaseRow> releases) => happened switch
    {
        DeviceEvent.Registered e => $"{Named(e.Release, releases)}. {SiteDesk.Of(e.How)}.",
        DeviceEvent.ReleaseRecorded e => $"{Named(e.Release, releases)}. {SiteDesk.Of(e.How)}. {e.Note}",
        DeviceEvent.Retired e => e.Reason,
        _ => null,
    };

    private static string Named(Guid? release, Dictionary<Guid, ReleaseRow> releases) =>
        release is { } id && releases.TryGetValue(id, out var row) ? $"Release {row.VersionName}" : "Release not known";
}
