using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Sites;

/// <summary>Registers a device at a site with the release that it runs, as far as known.</summary>
public static class RegisterDevice
{
    public sealed record Command(Guid Site, Guid? Product, Guid? Release, string Serial, string? Udi, HowKnown How);

    public sealed record Model(Site Site, List<ChoiceOption> Products, List<ChoiceOption> Releases);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<RegisterDevicePage, Model>(Face.Desk, "/sites/{id:guid}/devices/register", SiteDesk.Roles, Load);
        app.MapForm(new Change<Command>(Face.Desk, "/sites/{id:guid}/devices/register", SiteDesk.Roles, Parse, Handle));
        app.MapApi(new Change<Command>(Face.Desk, "/sites/{id:guid}/devices", SiteDesk.Roles, Parse, Handle));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Site>(fields.Id("id"), stop) is not { } site)
            return Refusal.Invisible;
        var products = await (await store.Rows<ProductRow>(stop)).OrderBy(row => row.Name).ToListAsync(stop);
        return new Model(site, products.ConvertAll(row => new ChoiceOption(row.Subject.ToString("D"), row.Name)), await SiteDesk.ReleaseChoices(store, null, stop));
    }

    private static Command Parse(Fields fields)
    {
        var (product, release) = (fields.IdOrNull("product"), fields.IdOrNull("release"));
        if (product is null && release is null)
            fields.Fault("release", "Choose the installed release, or the product where the release is not known.");
        return new Command(fields.Id("id"), product, release, fields.Text("serial", 100), fields.TextOrNull("udi", 200), SiteDesk.Way(fields));
    }

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (await store.Find<Site>(command.Site, stop) is not { } site)
            return Refusal.Invisible;
        if ((await ProductOf(store, command, stop)).Refused(out var why, out var product))
            return why;
        if (Device.Register(site.Id, product.Subject, command.Serial, command.Udi, command.Release, command.How, store.Actor).Refused(out why, out var registered))
            return why;
        await store.Alone($"device.serial:{product.Subject}", stop);
        if (await (await store.Rows<DeviceRow>(stop)).AnyAsync(row => row.Product == product.Subject && row.Serial == command.Serial && row.Stage == DeviceStage.InUse, stop))
            return Refusal.State("device.serial-taken", $"A device {command.Serial} of {product.Name} is in use already. Retire that one first, or look at the serial number again.");
        var id = Store.NewId();
        return await store.Record(new Done($"/desk/devices/{id}", id), stop, Change.Begin(id, registered));
    }

    private static async Task<Outcome<ProductRow>> ProductOf(Store store, Command command, CancellationToken stop)
    {
        var product = command.Product;
        if (command.Release is { } installed)
        {
            if (await (await store.Rows<ReleaseRow>(stop)).SingleOrDefaultAsync(row => row.Subject == installed, stop) is not { } release)
                return Refusal.Malformed("release", "There is no such release.");
            if (product is not null && product != release.Product)
                return Refusal.Malformed("release", "That release belongs to another product.");
            product = release.Product;
        }
        return await (await store.Rows<ProductRow>(stop)).SingleOrDefaultAsync(row => row.Subject == product, stop) is { } found
            ? found
            : Refusal.Malformed("product", "There is no such product.");
    }
}
