using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Notices;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Imports;

internal sealed class SiteImporter() : Importer<Site, SiteRow>(ImportKinds.Sites, "/desk/sites/{0:D}")
{
    public override async Task<List<Judged>> Judge(Store store, IReadOnlyList<ImportLine> lines, bool alone, CancellationToken stop)
    {
        if (alone)
            await store.Alone("site.name", stop);
        var here = (await (await store.Rows<SiteRow>(stop)).ToListAsync(stop)).ToLookup(row => row.Name, StringComparer.Ordinal);
        var judged = new List<Judged>(lines.Count);
        // Sealed contacts are opened for those lines alone that name one of a site that is here.
        foreach (var chunk in lines.Chunk(500))
        {
            var contacts = await store.ContactsOf([.. chunk.Select(line => here[line.Text("name")].FirstOrDefault()?.Subject).OfType<Guid>().Distinct()], stop);
            judged.AddRange(chunk.Select(line => Judge(line, here, contacts)));
        }
        return judged;
    }

    protected override Refusal? Registering(Actor by) => Site.Life.Bars("register", null, null, by);

    protected override string NameOf(SiteRow row) => row.Name;

    protected override async Task<List<(IEnumerable<Guid> Used, string By)>> Uses(Store store, CancellationToken stop) =>
    [
        (await (await store.Rows<DeviceRow>(stop)).Select(row => row.Site).Distinct().ToListAsync(stop), "It has devices."),
        ((await (await store.Rows<PersonRow>(stop)).Select(row => row.Sites).ToListAsync(stop)).SelectMany(sites => sites).Distinct(), "People act for it."),
        (await (await store.Rows<DeliveryRow>(stop)).Select(row => row.Site).Distinct().ToListAsync(stop), "Updates were offered to it."),
        (await (await store.Rows<NoticeRow>(stop)).Select(row => row.Site).Distinct().ToListAsync(stop), "Notices were posted to it."),
    ];

    private static Judged Judge(ImportLine line, ILookup<string, SiteRow> here, Dictionary<Guid, Contact> contacts)
    {
        var (name, found) = (line.Text("name"), here[line.Text("name")].ToList());
        var (contact, email, phone) = (line.TextOrNull("contactName"), line.TextOrNull("contactEmail"), line.TextOrNull("contactPhone"));
        if (email is not null && !email.Contains('@', StringComparison.Ordinal))
            return Refused(line, [line.Fault("contactEmail", "An e-mail address, e.g. biomed@hospital.example.")]);
        if (contact is null && (email ?? phone) is not null)
            return Refused(line, [line.Fault("contactName", "Whose is it? A department is enough.")]);
        if (found.Count > 1)
            return Refused(line, [line.Fault("name", $"{found.Count} sites are called '{name}' here. Tell them apart first.")]);
        if (found is not [var one])
            return New(line, name, Site.Register(name, line.Text("country"), Actor.System)) with { Contact = contact is null ? null : new Contact(contact, email, Phone: phone) };
        if (contact is null)
            return Here(line, name, ("country", one.Country, line.Text("country")));
        var known = contacts.GetValueOrDefault(one.Subject);
        // Whom to call stays sealed: the fault says that it differs and not what is here.
        return Here(line, name, ("country", one.Country, line.Text("country")), ("contactName", (known?.Name, known?.Email, known?.Phone) == (contact, email, phone) ? contact : "another contact", contact));
    }
}

internal sealed class DeviceImporter() : Importer<Device, DeviceRow>(ImportKinds.Devices, "/desk/devices/{0:D}")
{
    private const int FewLines = 500;

    public override async Task<List<Judged>> Judge(Store store, IReadOnlyList<ImportLine> lines, bool alone, CancellationToken stop)
    {
        var products = await ReleaseImporter.Products(store, stop);
        if (alone)
            await ReleaseImporter.Alone(store, "device.serial", products, lines, stop);
        var sites = await (await store.Rows<SiteRow>(stop)).Select(row => new SiteRow { Subject = row.Subject, Name = row.Name }).ToListAsync(stop);
        var releases = (await (await store.Rows<ReleaseRow>(stop)).ToListAsync(stop)).ToLookup(row => (row.Product, row.VersionName), row => row.Subject);
        var devices = (await store.Rows<DeviceRow>(stop)).Where(row => row.Stage == DeviceStage.InUse);
        if (lines.Count <= FewLines)
        {
            var serials = lines.Select(line => line.Text("serial")).Distinct().ToList();
            devices = devices.Where(row => serials.Contains(row.Serial));
        }
        var here = (await devices.ToListAsync(stop)).ToLookup(row => (row.Product, row.Serial));
        var known = new Known<SiteRow>("site", "sites", sites, row => row.Name);
        return [.. lines.Select(line => Judge(line, known, products, releases, here))];
    }

    protected override Refusal? Registering(Actor by) => Device.Life.Bars("register", null, null, by);

    protected override string NameOf(DeviceRow row) => row.Serial;

    protected override async Task<List<(IEnumerable<Guid> Used, string By)>> Uses(Store store, CancellationToken stop) =>
    [
        (await (await store.Rows<DeliveryDeviceRow>(stop)).Select(row => row.Device).Distinct().ToListAsync(stop), "An update was offered for it."),
        (await (await store.Rows<NoticeDeviceRow>(stop)).Select(row => row.Device).Distinct().ToListAsync(stop), "A notice names it."),
    ];

    private static Judged Judge(
        ImportLine line, Known<SiteRow> sites, Known<ProductRow> products, ILookup<(Guid, string), Guid> releases, ILookup<(Guid, string), DeviceRow> here)
    {
        var (faults, serial) = (new List<ImportFault>(), line.Text("serial"));
        var (site, product, release) = (sites.Find(line, "site", line.Text("site"), faults), products.Find(line, "product", line.Text("product"), faults), (Guid?)null);
        if (product is not null && line.TextOrNull("release") is { } version)
        {
            release = releases[(product.Subject, version)].Cast<Guid?>().FirstOrDefault();
            if (release is null)
                faults.Add(line.Fault("release", $"There is no release '{version}' of {product.Name} here. Import releases first."));
        }
        if (site is null || product is null || faults.Count > 0)
            return Refused(line, faults);
        var (key, how) = ($"{product.Subject:D} {serial}", line.Text("how"));
        return here[(product.Subject, serial)].FirstOrDefault() is { } found
            ? Here(line, key, ("site", found.Site == site.Subject ? "" : "another site", ""), ("udi", found.Udi, line.TextOrNull("udi")),
                ("release", found.Release == release ? "" : "another release", ""), ("how", Words.Of(found.How), how))
            : New(line, key, Device.Register(site.Subject, product.Subject, serial, line.TextOrNull("udi"), release, Enum.GetValues<HowKnown>().Single(one => Words.Of(one) == how), Actor.System));
    }
}
