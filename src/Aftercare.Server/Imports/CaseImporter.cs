using Aftercare.Cases;
using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Advisories;
using Aftercare.Server.Cases;
using Aftercare.Server.Evidence;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Server.Reports;
using Aftercare.Server.Updates;
using Aftercare.Vulnerabilities;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Imports;

/// <summary>A register of vulnerabilities that was kept elsewhere: each line becomes a case.</summary>
internal sealed class CaseImporter() : Importer<Case, CaseRow>(ImportKinds.Vulnerabilities, "/desk/cases/{0:D}")
{
    private sealed record Known(bool Closed, string Title);

    public override async Task<List<Judged>> Judge(Store store, IReadOnlyList<ImportLine> lines, bool alone, CancellationToken stop)
    {
        if (alone)
            await store.Alone("case.imported", stop);
        var products = await ReleaseImporter.Products(store, stop);
        var cases = await (await store.Rows<CaseRow>(stop)).Select(row => new { row.Subject, row.Products, row.Stage }).ToDictionaryAsync(row => row.Subject, stop);
        var flaws = await (await store.Rows<CaseVulnerabilityRow>(stop)).Select(row => new { row.Subject, row.Cve, row.Title }).ToListAsync(stop);
        var here = flaws.SelectMany(flaw => cases[flaw.Subject].Products, (flaw, product) => (Key: KeyOf(product, flaw.Cve, flaw.Title), Known: new Known(cases[flaw.Subject].Stage == CaseStage.Closed, flaw.Title)))
            .ToLookup(one => one.Key, one => one.Known, StringComparer.Ordinal);
        return [.. lines.Select(line => Judge(line, products, here))];
    }

    public override async Task<Change> Begin(Store store, Judged judged, ImportedFrom from, CancellationToken stop)
    {
        var organisation = await (await store.Rows<OrganisationRow>(stop)).SingleAsync(stop);
        var opened = (CaseEvent.Opened)judged.New[0] with { Number = await store.Number("C", organisation.TimeZone, stop) };
        return await base.Begin(store, judged with { New = judged.New.SetItem(0, opened) }, from, stop);
    }

    protected override Refusal? Registering(Actor by) => Case.Life.Bars("open", null, null, by);

    protected override string NameOf(CaseRow row) => $"{row.Number} {row.Title}";

    protected override async Task<List<(IEnumerable<Guid> Used, string By)>> Uses(Store store, CancellationToken stop) =>
    [
        ((await (await store.Rows<ReportRow>(stop)).Select(row => row.Case).Distinct().ToListAsync(stop)).OfType<Guid>(), "It has reports."),
        ((await (await store.Rows<UpdateRow>(stop)).Select(row => row.Cases).ToListAsync(stop)).SelectMany(ids => ids).Distinct(), "Updates name it."),
        (await (await store.Rows<AdvisoryRow>(stop)).Select(row => row.Case).Distinct().ToListAsync(stop), "It has advisories."),
        (await (await store.Rows<PackRow>(stop)).Select(row => row.Case).Distinct().ToListAsync(stop), "Evidence packs were made of it."),
    ];

    private static string KeyOf(Guid product, string? cve, string title) => $"{product:D} {cve ?? title}";

    private static Judged Judge(ImportLine line, Known<ProductRow> products, ILookup<string, Known> here)
    {
        var faults = new List<ImportFault>();
        var (title, closed) = (line.Text("title"), line.Text("state") == "closed");
        var product = products.Find(line, "product", line.Text("product"), faults);
        var (cve, cwe, vector) = (Parse<CveId>(line, "cve", "a CVE id, e.g. CVE-2021-44228", faults), Parse<CweId>(line, "cwe", "a CWE id, e.g. CWE-79", faults), Parse<Cvss>(line, "cvss", "a CVSS vector", faults));
        foreach (var column in new[] { "closedOn", "closureReason", "rationale" })
            if (closed != line.TextOrNull(column) is not null)
                faults.Add(line.Fault(column, closed ? "This is needed of a closed one." : "Only a closed one has this."));
        if (product is null || faults.Count > 0)
            return Refused(line, faults);
        var key = KeyOf(product.Subject, cve?.ToString(), title);
        if (here[key].FirstOrDefault() is { } known)
            return Here(line, key, ("title", known.Title, title), ("state", known.Closed ? "closed" : "open", line.Text("state")));
        (Closure, Stated)? ended = closed ? (new Closure(Enum.GetValues<ClosureReason>().Single(one => Words.Of(one) == line.Text("closureReason")), line.Text("rationale"), null, null, null, null), line.Day("closedOn")!) : null;
        return Case.Bring("C-0", title, product.Subject, line.Day("awareSince")!, Store.NewId(), cve, cwe, vector, ended, Actor.System).Refused(out var why, out var begun)
            ? Refused(line, why)
            : new Judged(line, key, [.. begun], []);
    }

    private static T? Parse<T>(ImportLine line, string column, string what, List<ImportFault> faults) where T : class, IParsable<T>
    {
        if (line.TextOrNull(column) is not { } text)
            return null;
        if (T.TryParse(text, null, out var value))
            return value;
        faults.Add(line.Fault(column, $"This is not {what}."));
        return null;
    }
}
