using System.Collections.Immutable;
using Aftercare.Audits;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Server.Advisories;
using Aftercare.Server.Cases;
using Aftercare.Server.Evidence;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Aftercare.Server.Reports;
using Aftercare.Server.Statements;
using Aftercare.Server.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Audits;

/// <summary>
/// Finds what an auditor is let in to at this moment. What he does not see follows from how things stand now, never from the moment that he looks back to:
/// else he would see a case as it stood before its embargo.
/// </summary>
internal static class Rooms
{
    /// <param name="store">Opened for the server itself.</param>
    /// <returns>Null: no audit lets this person in now.</returns>
    public static async Task<Room?> Of(Store store, Guid person, CancellationToken stop)
    {
        var open = await (await store.Rows<AuditRow>(stop)).Where(row => row.Auditor == person && row.Stage == AuditStage.Open).OrderBy(row => row.From).ToListAsync(stop);
        if (open.FirstOrDefault(row => Audit.Lets(row.Stage, new Instant(row.From), new Instant(row.Ends), store.Now)) is not { } audit)
            return null;
        var products = audit.Products.Count > 0 ? audit.Products.ToImmutableHashSet() : null;
        return new Room(
            audit.Subject, audit.Number, audit.Title, new Instant(audit.Ends), audit.LogSize, audit.Readiness, products, await Hidden(store, [.. audit.Cases], products, stop), [.. audit.Reporters]);
    }

    /// <summary>A case is under embargo until something was published about it or it is closed.</summary>
    public static async Task<ImmutableHashSet<Guid>> UnderEmbargo(Store store, CancellationToken stop)
    {
        var published = (await store.Rows<PublishedAdvisoryRow>(stop)).Select(row => row.Case);
        return [.. await (await store.Rows<CaseRow>(stop)).Where(row => row.Stage != CaseStage.Closed && !published.Contains(row.Subject)).Select(row => row.Subject).ToListAsync(stop)];
    }

    private static async Task<ImmutableHashSet<Guid>> Hidden(Store store, ImmutableHashSet<Guid> granted, ImmutableHashSet<Guid>? products, CancellationToken stop)
    {
        var cases = (await UnderEmbargo(store, stop)).Except(granted);
        if (products is not null)
            cases = cases.Union((await (await store.Rows<CaseRow>(stop)).Select(row => new { row.Subject, row.Products }).ToListAsync(stop))
                .Where(row => !row.Products.Any(products.Contains)).Select(row => row.Subject));
        var hidden = cases.ToBuilder();
        await HideReports(store, cases, products, hidden, stop);
        await HideUpdates(store, cases, products, hidden, stop);
        var of = cases.ToList();
        hidden.UnionWith(await (await store.Rows<AdvisoryRow>(stop)).Where(row => of.Contains(row.Case)).Select(row => row.Subject).ToListAsync(stop));
        hidden.UnionWith(await (await store.Rows<PackRow>(stop)).Where(row => of.Contains(row.Case)).Select(row => row.Subject).ToListAsync(stop));
        if (products is not null)
            await HideStatements(store, products, hidden, stop);
        return hidden.ToImmutable();
    }

    // A report goes with its case; one without a case goes with its product, and without a product it belongs to no audit of some products.
    private static async Task HideReports(Store store, ImmutableHashSet<Guid> cases, ImmutableHashSet<Guid>? products, ImmutableHashSet<Guid>.Builder hidden, CancellationToken stop)
    {
        var of = cases.ToList();
        var rows = await store.Rows<ReportRow>(stop);
        var reports = (await rows.Where(row => row.Case != null && of.Contains(row.Case.Value)).Select(row => row.Subject).ToListAsync(stop))
            .Concat(await (await store.Rows<CaseReportRow>(stop)).Where(row => of.Contains(row.Subject)).Select(row => row.Report).ToListAsync(stop)).ToHashSet();
        if (products is not null)
            reports.UnionWith((await rows.Where(row => row.Case == null).Select(row => new { row.Subject, row.Product }).ToListAsync(stop))
                .Where(row => row.Product is not { } product || !products.Contains(product)).Select(row => row.Subject));
        // A duplicate tells what its original tells.
        var originals = reports.ToList();
        reports.UnionWith(await rows.Where(row => row.Original != null && originals.Contains(row.Original.Value)).Select(row => row.Subject).ToListAsync(stop));
        hidden.UnionWith(reports);
    }

    private static async Task HideUpdates(Store store, ImmutableHashSet<Guid> cases, ImmutableHashSet<Guid>? products, ImmutableHashSet<Guid>.Builder hidden, CancellationToken stop)
    {
        var of = cases.ToList();
        hidden.UnionWith(await (await store.Rows<UpdateFixRow>(stop)).Where(row => of.Contains(row.Case)).Select(row => row.Subject).ToListAsync(stop));
        if (products is not null)
            hidden.UnionWith((await (await store.Rows<UpdateRow>(stop)).Select(row => new { row.Subject, row.Product }).ToListAsync(stop))
                .Where(row => !products.Contains(row.Product)).Select(row => row.Subject));
    }

    private static async Task HideStatements(Store store, ImmutableHashSet<Guid> products, ImmutableHashSet<Guid>.Builder hidden, CancellationToken stop)
    {
        var releases = (await (await store.Rows<ReleaseRow>(stop)).Select(row => new { row.Subject, row.Product }).ToListAsync(stop))
            .Where(row => products.Contains(row.Product)).Select(row => row.Subject).ToHashSet();
        hidden.UnionWith((await (await store.Rows<StatementRow>(stop)).Select(row => new { row.Subject, row.Release }).ToListAsync(stop))
            .Where(row => !releases.Contains(row.Release)).Select(row => row.Subject));
    }
}
