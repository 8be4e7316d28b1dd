using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Server.Notices;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Server.Statements;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Imports;

/// <summary>An approved-patch list that was kept elsewhere: each line becomes the draft of a statement.</summary>
internal sealed class StatementImporter() : Importer<Statement, StatementRow>(ImportKinds.Approvals, "/desk/statements/{0:D}")
{
    public override async Task<List<Judged>> Judge(Store store, IReadOnlyList<ImportLine> lines, bool alone, CancellationToken stop)
    {
        if (alone)
            await store.Alone("statement.imported", stop);
        var products = await ReleaseImporter.Products(store, stop);
        var releases = (await (await store.Rows<ReleaseRow>(stop)).ToListAsync(stop)).ToLookup(row => (row.Product, row.VersionName), row => row.Subject);
        var items = (await (await store.Rows<ItemRow>(stop)).ToListAsync(stop)).ToLookup(row => (row.Product, row.Name));
        // What was superseded stays readable and stands in nobody's way.
        var here = (await (await store.Rows<StatementRow>(stop)).Where(row => row.Stage != StatementStage.Superseded).ToListAsync(stop))
            .ToLookup(row => KeyOf(row.Item, row.Release, row.Supplier, row.Key), StringComparer.Ordinal);
        return [.. lines.Select(line => Judge(line, products, releases, items, here))];
    }

    protected override Refusal? Registering(Actor by) => Statement.Life.Bars("draft", null, null, by);

    protected override string NameOf(StatementRow row) => $"{row.Supplier} {row.Identifier}";

    protected override async Task<List<(IEnumerable<Guid> Used, string By)>> Uses(Store store, CancellationToken stop) =>
        [(await (await store.Rows<NoticeRow>(stop)).Select(row => row.About).Distinct().ToListAsync(stop), "Sites were told of it.")];

    private static string KeyOf(Guid item, Guid release, string supplier, string key) => $"{item:D} {release:D} {supplier}\n{key}";

    private static Judged Judge(
        ImportLine line, Known<ProductRow> products, ILookup<(Guid, string), Guid> releases, ILookup<(Guid, string), ItemRow> items, ILookup<string, StatementRow> here)
    {
        var faults = new List<ImportFault>();
        if (products.Find(line, "product", line.Text("product"), faults) is not { } product)
            return Refused(line, faults);
        var release = releases[(product.Subject, line.Text("release"))].Cast<Guid?>().FirstOrDefault();
        if (release is null)
            faults.Add(line.Fault("release", $"There is no release '{line.Text("release")}' of {product.Name} here. Import releases first."));
        var named = items[(product.Subject, line.Text("item"))].Where(row => line.TextOrNull("itemVersion") is not { } version || row.VersionName == version).ToList();
        var within = named.FindAll(row => release is { } id && row.Releases.Contains(id));
        if (named.Count == 0)
            faults.Add(line.Fault("item", $"There is no software item '{line.Text("item")}' of {product.Name} here. Import software items first."));
        else if (release is not null && within.Count != 1)
            faults.Add(line.Fault("item", within.Count == 0 ? "This software item is not part of that release." : "The release has several of this name: write its version into itemVersion."));
        var update = new ThirdPartyUpdate(line.Text("supplier"), line.Text("identifier"), line.Text("title"), line.Day("releasedOn"));
        if (ThirdPartyUpdate.KeyOf(update.Identifier).Length == 0)
            faults.Add(line.Fault("identifier", "Letters or digits are needed, e.g. KB5031234."));
        if (faults.Count > 0)
            return Refused(line, faults);
        var key = KeyOf(within[0].Subject, release!.Value, update.Supplier, ThirdPartyUpdate.KeyOf(update.Identifier));
        if (here[key].FirstOrDefault() is { } known)
            return Here(line, key, ("title", known.Title, update.Title));
        var listed = new StatementEvent.Listed(
            Enum.GetValues<Verdict>().Single(one => Words.Of(one) == line.Text("verdict")), line.TextOrNull("testedConfiguration"), line.TextOrNull("conditions"), line.Day("decidedOn"));
        return Statement.Bring(within[0].Subject, release.Value, update, listed, Actor.System).Refused(out var why, out var begun) ? Refused(line, why) : new Judged(line, key, [.. begun], []);
    }
}
