using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Sites;

/// <summary>Corrects by hand which release a device runs. What the site's command installs comes in as a receipt instead.</summary>
public static class RecordInstalledRelease
{
    public sealed record Command(Guid Id, int Seen, Guid Release, HowKnown How, string? Note);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/devices/{id:guid}/record-release", SiteDesk.Roles, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.Id("release"), SiteDesk.Way(fields), fields.TextOrNull("note", 500));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Device>(command.Id, command.Seen, stop)).Refused(out var why, out var device))
            return why;
        if (!await (await store.Rows<ReleaseRow>(stop)).AnyAsync(row => row.Subject == command.Release && row.Product == device.Product, stop))
            return Refusal.Malformed("release", "That is not a release of the device's product.");
        if (device.RecordRelease(command.Release, command.How, command.Note, store.Actor).Refused(out why, out var recorded))
            return why;
        return await store.Record(new Done($"/desk/devices/{device.Id}", device.Id), stop, Change.To(device, recorded));
    }
}
