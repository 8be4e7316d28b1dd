using Aftercare.Evidence;
using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Cases;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Server.Reports;
using Aftercare.Server.Sites;
using Aftercare.Server.Statements;
using Aftercare.Server.Updates;
using Aftercare.Vulnerabilities;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Imports;

internal sealed class ManufacturerImporter() : Importer<Manufacturer, ManufacturerRow>(ImportKinds.Manufacturers, "/desk/products")
{
    public override async Task<List<Judged>> Judge(Store store, IReadOnlyList<ImportLine> lines, bool alone, CancellationToken stop)
    {
        if (alone)
            await store.Alone("manufacturer.name", stop);
        var here = (await (await store.Rows<ManufacturerRow>(stop)).ToListAsync(stop)).ToLookup(row => row.Name, StringComparer.Ordinal);
        return [.. lines.Select(line => Judge(line, line.Text("name"), here))];
    }

    protected override Refusal? Registering(Actor by) => Manufacturer.Life.Bars("register", null, null, by);

    protected override string NameOf(ManufacturerRow row) => row.Name;

    protected override async Task<List<(IEnumerable<Guid> Used, string By)>> Uses(Store store, CancellationToken stop) =>
        [(await (await store.Rows<ProductRow>(stop)).Select(row => row.Manufacturer).Distinct().ToListAsync(stop), "It has products.")];

    private static Judged Judge(ImportLine line, string name, ILookup<string, ManufacturerRow> here) => here[name].FirstOrDefault() is { } found
        ? Here(line, name, ("country", found.Country, line.Text("country")), ("srn", found.Srn, line.TextOrNull("srn")))
        : New(line, name, Manufacturer.Register(name, line.Text("country"), line.TextOrNull("srn"), Actor.System));
}

internal sealed class ProductImporter() : Importer<Product, ProductRow>(ImportKinds.Products, "/desk/products/{0:D}")
{
    public override async Task<List<Judged>> Judge(Store store, IReadOnlyList<ImportLine> lines, bool alone, CancellationToken stop)
    {
        if (alone)
            await store.Alone("product.line", stop);
        var manufacturers = new Known<ManufacturerRow>("manufacturer", "manufacturers", await (await store.Rows<ManufacturerRow>(stop)).ToListAsync(stop), row => row.Name);
        var products = await (await store.Rows<ProductRow>(stop)).ToListAsync(stop);
        var (byName, byLine) = (products.ToLookup(row => row.Name, StringComparer.Ordinal), products.ToDictionary(row => row.Line, StringComparer.Ordinal));
        // Two records of one file cannot have one line either, and there it is too early for the list of products to say so.
        var taken = lines.GroupBy(line => line.Text("line")).ToDictionary(group => group.Key, group => group.First().Line, StringComparer.Ordinal);
        return [.. lines.Select(line => Judge(line, manufacturers, byName, byLine, taken))];
    }

    protected override Refusal? Registering(Actor by) => Product.Life.Bars("register", null, null, by);

    protected override string NameOf(ProductRow row) => row.Name;

    protected override async Task<List<(IEnumerable<Guid> Used, string By)>> Uses(Store store, CancellationToken stop) =>
    [
        (await (await store.Rows<ReleaseRow>(stop)).Select(row => row.Product).Distinct().ToListAsync(stop), "It has releases."),
        (await (await store.Rows<ItemRow>(stop)).Select(row => row.Product).Distinct().ToListAsync(stop), "It has software items."),
        (await (await store.Rows<DeviceRow>(stop)).Select(row => row.Product).Distinct().ToListAsync(stop), "It has devices."),
        (await (await store.Rows<UpdateRow>(stop)).Select(row => row.Product).Distinct().ToListAsync(stop), "It has updates."),
        ((await (await store.Rows<ReportRow>(stop)).Select(row => row.Product).Distinct().ToListAsync(stop)).OfType<Guid>(), "There are reports about it."),
        ((await (await store.Rows<CaseRow>(stop)).Select(row => row.Products).ToListAsync(stop)).SelectMany(products => products).Distinct(), "There are cases about it."),
        ((await store.Find<Readiness>(Readiness.TheOne, stop))?.GoLive.Keys ?? [], "Its go-live is signed."),
    ];

    private static Judged Judge(
        ImportLine line, Known<ManufacturerRow> manufacturers, ILookup<string, ProductRow> byName, Dictionary<string, ProductRow> byLine, Dictionary<string, int> taken)
    {
        var (faults, name) = (new List<ImportFault>(), line.Text("name"));
        if (manufacturers.Find(line, "manufacturer", line.Text("manufacturer"), faults) is not { } manufacturer)
            return Refused(line, faults);
        if (byName[name].FirstOrDefault() is { } here)
            return Here(line, name, ("manufacturer", here.Manufacturer == manufacturer.Subject ? line.Text("manufacturer") : "another one", line.Text("manufacturer")),
                ("family", here.Family, line.Text("family")), ("line", here.Line, line.Text("line")), ("model", here.Model, line.TextOrNull("model")), ("udiDi", here.UdiDi, line.TextOrNull("udiDi")));
        if (byLine.TryGetValue(line.Text("line"), out var other))
            return Refused(line, [line.Fault("line", $"{other.Name} has this line already.")]);
        if (taken[line.Text("line")] is var first && first != line.Line)
            return Refused(line, [line.Fault("line", $"The product on line {first} has this line already.")]);
        return New(line, name, Product.Register(manufacturer.Subject, name, line.Text("family"), line.Text("line"), line.TextOrNull("model"), line.TextOrNull("udiDi"), Actor.System));
    }
}

internal sealed class ReleaseImporter() : Importer<Release, ReleaseRow>(ImportKinds.Releases, "/desk/releases/{0:D}")
{
    public override async Task<List<Judged>> Judge(Store store, IReadOnlyList<ImportLine> lines, bool alone, CancellationToken stop)
    {
        var products = await Products(store, stop);
        if (alone)
            await Alone(store, "release.of", products, lines, stop);
        var here = (await (await store.Rows<ReleaseRow>(stop)).ToListAsync(stop)).ToLookup(row => (row.Product, row.VersionName));
        return [.. lines.Select(line => Judge(line, products, here))];
    }

    /// <summary>Products as files name them.</summary>
    internal static async Task<Known<ProductRow>> Products(Store store, CancellationToken stop) =>
        new("product", "products", await (await store.Rows<ProductRow>(stop)).ToListAsync(stop), row => row.Name, row => row.Line);

    /// <summary>Takes the rule of each product of these lines, always in one order, so that two imports cannot wait for each other.</summary>
    internal static async Task Alone(Store store, string rule, Known<ProductRow> products, IReadOnlyList<ImportLine> lines, CancellationToken stop)
    {
        foreach (var product in lines.Select(line => products.Find(line, "product", line.Text("product"), [])?.Subject).OfType<Guid>().Distinct().Order())
            await store.Alone($"{rule}:{product}", stop);
    }

    protected override Refusal? Registering(Actor by) => Release.Life.Bars("register", null, null, by);

    protected override string NameOf(ReleaseRow row) => row.VersionName;

    protected override async Task<List<(IEnumerable<Guid> Used, string By)>> Uses(Store store, CancellationToken stop)
    {
        var updates = await (await store.Rows<UpdateRow>(stop)).Select(row => new { row.ToRelease, row.FromReleases }).ToListAsync(stop);
        return
        [
            ((await (await store.Rows<DeviceRow>(stop)).Select(row => row.Release).Distinct().ToListAsync(stop)).OfType<Guid>(), "Devices run it."),
            ((await (await store.Rows<ItemRow>(stop)).Select(row => row.Releases).ToListAsync(stop)).SelectMany(releases => releases).Distinct(), "It has software items."),
            (updates.SelectMany(update => update.FromReleases.Append(update.ToRelease)).Distinct(), "Updates lead to it or away from it."),
            (await (await store.Rows<CaseStatusRow>(stop)).Select(row => row.Release).Distinct().ToListAsync(stop), "Cases say whether it is affected."),
            (await (await store.Rows<StatementRow>(stop)).Select(row => row.Release).Distinct().ToListAsync(stop), "Statements are about it."),
        ];
    }

    private static Judged Judge(ImportLine line, Known<ProductRow> products, ILookup<(Guid, string), ReleaseRow> here)
    {
        var (faults, version) = (new List<ImportFault>(), line.Text("release"));
        if (products.Find(line, "product", line.Text("product"), faults) is not { } product)
            return Refused(line, faults);
        var (key, on, until) = ($"{product.Subject:D} {version}", line.Day("releasedOn")!, line.Day("supportedUntil"));
        return here[(product.Subject, version)].FirstOrDefault() is { } found
            ? Here(line, key, ("releasedOn", found.ReleasedOn, on.Text), ("supportedUntil", found.SupportedUntil, until?.Text))
            : New(line, key, Release.Register(product.Subject, version, on, until, Actor.System));
    }
}

internal sealed class ItemImporter() : Importer<SoftwareItem, ItemRow>(ImportKinds.SoftwareItems, "/desk/items/{0:D}")
{
    public override async Task<List<Judged>> Judge(Store store, IReadOnlyList<ImportLine> lines, bool alone, CancellationToken stop)
    {
        var products = await ReleaseImporter.Products(store, stop);
        if (alone)
            await ReleaseImporter.Alone(store, "item.of", products, lines, stop);
        var releases = (await (await store.Rows<ReleaseRow>(stop)).ToListAsync(stop)).ToLookup(row => (row.Product, row.VersionName), row => row.Subject);
        var here = (await (await store.Rows<ItemRow>(stop)).ToListAsync(stop)).ToLookup(row => (row.Product, row.Name, row.VersionName));
        return [.. lines.Select(line => Judge(line, products, releases, here))];
    }

    protected override Refusal? Registering(Actor by) => SoftwareItem.Life.Bars("register", null, null, by);

    protected override string NameOf(ItemRow row) => $"{row.Name} {row.VersionName}";

    protected override async Task<List<(IEnumerable<Guid> Used, string By)>> Uses(Store store, CancellationToken stop) =>
        [(await (await store.Rows<StatementRow>(stop)).Select(row => row.Item).Distinct().ToListAsync(stop), "Statements are about it.")];

    private static Judged Judge(
        ImportLine line, Known<ProductRow> products, ILookup<(Guid, string), Guid> releases, ILookup<(Guid, string, string), ItemRow> here)
    {
        var (faults, name, version) = (new List<ImportFault>(), line.Text("name"), line.Text("version"));
        if (products.Find(line, "product", line.Text("product"), faults) is not { } product)
            return Refused(line, faults);
        foreach (var release in line.Texts("releases").Where(release => !releases[(product.Subject, release)].Any()))
            faults.Add(line.Fault("releases", $"There is no release '{release}' of {product.Name} here. Import releases first."));
        if (faults.Count > 0)
            return Refused(line, faults);
        var (key, within) = ($"{product.Subject:D} {name}\n{version}", line.Texts("releases").Select(release => releases[(product.Subject, release)].First()).ToList());
        var (supplier, purl, origin) = (line.TextOrNull("supplier"), line.TextOrNull("purl") is { } text ? PackageUrl.Parse(text).ToString() : null, line.Text("origin"));
        return here[(product.Subject, name, version)].FirstOrDefault() is { } found
            ? Here(line, key, ("releases", found.Releases.ToHashSet().SetEquals(within) ? "" : "other releases", ""), ("supplier", found.Supplier, supplier), ("purl", found.Purl, purl), ("origin", Words.Of(found.Origin), origin))
            : New(line, key, SoftwareItem.Register(product.Subject, [.. within], name, supplier, version, purl, Enum.GetValues<Origin>().Single(one => Words.Of(one) == origin), Actor.System));
    }
}
