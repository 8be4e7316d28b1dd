using Aftercare.Audits;
using Aftercare.Reports;
using Aftercare.Server.Advisories;
using Aftercare.Server.Cases;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Reports;
using Aftercare.Server.Sites;
using Aftercare.Server.Statements;
using Aftercare.Server.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Audits;

/// <summary>What samples are drawn from, in a store that looks back to the log size of the sample.</summary>
public static class Populations
{
    /// <param name="Href">Where the desk shows it.</param>
    public sealed record Item(Guid Id, string Label, string Href);

    /// <summary>What the period of each is counted by; null: it has none.</summary>
    public static string? PeriodOf(Population population) => population switch
    {
        Population.Reports => "first heard",
        Population.Cases => "known since",
        Population.Updates or Population.Statements => "begun",
        _ => null,
    };

    /// <summary>Every record of the population that the viewer sees.</summary>
    public static async Task<List<Guid>> Ids(Store store, AuditEvent.Sampled asked, CancellationToken stop)
    {
        var (from, to) = (Start(asked.From) ?? long.MinValue, Start(asked.To?.AddDays(1)) ?? long.MaxValue);
        return await (asked.Population switch
        {
            Population.Reports => (await store.Rows<ReportRow>(stop)).Where(row => (asked.Source == null || row.Source == asked.Source) && row.FirstHeardAt >= from && row.FirstHeardAt < to).Select(row => row.Subject),
            Population.Cases => (await store.Rows<CaseRow>(stop)).Where(row => row.AwareAt >= from && row.AwareAt < to).Select(row => row.Subject),
            Population.Advisories => (await store.Rows<AdvisoryRow>(stop)).Select(row => row.Subject),
            Population.Updates => (await store.Rows<UpdateRow>(stop)).Where(row => row.Since >= from && row.Since < to).Select(row => row.Subject),
            Population.Deliveries => (await store.Rows<DeliveryRow>(stop)).Select(row => row.Subject),
            _ => (await store.Rows<StatementRow>(stop)).Where(row => row.Since >= from && row.Since < to).Select(row => row.Subject),
        }).ToListAsync(stop);
    }

    /// <summary>What these records are called, by id; whatever the viewer may not see is missing.</summary>
    public static async Task<Dictionary<Guid, Item>> Named(Store store, Population population, IReadOnlyCollection<Guid> of, CancellationToken stop)
    {
        var ids = of.ToList();
        var found = population switch
        {
            Population.Reports => (await (await store.Rows<ReportRow>(stop)).Where(row => ids.Contains(row.Subject)).Select(row => new { row.Subject, row.Number, row.Source }).ToListAsync(stop))
                .Select(row => new Item(row.Subject, $"{row.Number}, {row.Source.InWords()}", $"/reports/{row.Subject:D}")),
            Population.Cases => (await (await store.Rows<CaseRow>(stop)).Where(row => ids.Contains(row.Subject)).Select(row => new { row.Subject, row.Number, row.Title }).ToListAsync(stop))
                .Select(row => new Item(row.Subject, $"{row.Number}, {row.Title}", $"/cases/{row.Subject:D}")),
            Population.Advisories => (await (await store.Rows<AdvisoryRow>(stop)).Where(row => ids.Contains(row.Subject)).Select(row => new { row.Subject, row.Number, row.Title }).ToListAsync(stop))
                .Select(row => new Item(row.Subject, $"{row.Number}, {row.Title}", $"/advisories/{row.Subject:D}")),
            Population.Updates => (await (await store.Rows<UpdateRow>(stop)).Where(row => ids.Contains(row.Subject)).Select(row => new { row.Subject, row.Number, row.Title }).ToListAsync(stop))
                .Select(row => new Item(row.Subject, $"{row.Number}, {row.Title}", $"/updates/{row.Subject:D}")),
            Population.Deliveries => await Deliveries(store, ids, stop),
            _ => (await (await store.Rows<StatementRow>(stop)).Where(row => ids.Contains(row.Subject)).Select(row => new { row.Subject, row.Supplier, row.Identifier }).ToListAsync(stop))
                .Select(row => new Item(row.Subject, $"{row.Supplier} {row.Identifier}", $"/statements/{row.Subject:D}")),
        };
        return found.ToDictionary(item => item.Id);
    }

    private static async Task<IEnumerable<Item>> Deliveries(Store store, List<Guid> ids, CancellationToken stop)
    {
        var rows = await (await store.Rows<DeliveryRow>(stop)).Where(row => ids.Contains(row.Subject)).Select(row => new { row.Subject, row.Number, row.Site }).ToListAsync(stop);
        var sites = await (await store.Rows<SiteRow>(stop)).Select(row => new { row.Subject, row.Name }).ToDictionaryAsync(row => row.Subject, row => row.Name, stop);
        return rows.Select(row => new Item(row.Subject, $"{row.Number} to {sites.GetValueOrDefault(row.Site, "a site")}", $"/deliveries/sites/{row.Subject:D}"));
    }

    private static long? Start(DateOnly? day) => day is { } date ? new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds() : null;
}
