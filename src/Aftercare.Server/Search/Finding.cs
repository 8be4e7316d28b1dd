using System.Collections.Immutable;
using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Policy;
using Aftercare.Products;
using Aftercare.Reports;
using Aftercare.Server.Advisories;
using Aftercare.Server.Cases;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Server.Reports;
using Aftercare.Server.Sites;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Search;

/// <summary>Something that was found.</summary>
/// <param name="Where">What it belongs to, in words; null where it stands for itself.</param>
/// <param name="Exact">What was typed is its number, serial or CVE id.</param>
/// <param name="Snippet">Why it was found; empty where the title says it all.</param>
/// <param name="Also">A second page about it, with the words of the link.</param>
public sealed record Found(string Noun, string Href, string Number, ImmutableArray<Piece> Title, string? Where, string State, bool Exact, ImmutableArray<Piece> Snippet, (string Words, string Href)? Also = null);

/// <summary>What one search found, as its page shows it.</summary>
/// <param name="Typed">Null: nothing was asked yet.</param>
/// <param name="Only">The noun that is looked for alone.</param>
/// <param name="Found">Best first.</param>
public sealed record SearchModel(string? Typed, string? Only, ImmutableArray<Found> Found, PageOf Page)
{
    /// <summary>By noun, the noun of the best first.</summary>
    public IEnumerable<IGrouping<string, Found>> Groups => Found.GroupBy(one => one.Noun);
}

/// <summary>What the searches of desk and portal share.</summary>
internal static class Finding
{
    /// <value>20 a page.</value>
    public const int PageSize = 20;

    /// <value>500 texts of reports, the newest.</value>
    private const int MostTexts = 500;

    /// <summary>The nouns as headings, in the order in which equals stand.</summary>
    public static ImmutableArray<(string Noun, string Heading)> Headings { get; } =
    [
        (Case.Noun, "Cases"), (Report.Noun, "Reports"), (Advisory.Noun, "Advisories"), (PastAdvisory.Noun, "Past advisories"), (Update.Noun, "Updates"), (Statement.Noun, "Statements"), (WatchedSource.Noun, "Sources of reports"),
        (Product.Noun, "Products"), (Release.Noun, "Releases"), (SoftwareItem.Noun, "Software items"), (Site.Noun, "Sites"), (Device.Noun, "Devices"), ("person", "People"),
    ];

    public static string HeadingOf(string noun) => Headings.First(one => one.Noun == noun).Heading;

    /// <summary>The rows that the viewer may see and that fit: by their words, by the erasable words of a report, by the CVE id of their case.</summary>
    public static async Task<IQueryable<SearchRow>> Rows(Store store, SearchQuery asked, CancellationToken stop)
    {
        var found = await store.Matching(asked, stop);
        if (!store.Viewer.Desk)
            return found;
        var texts = await store.TextsWith(asked, MostTexts, stop);
        var reports = texts.Count == 0 ? [] : await (await store.Rows<ReportTextRow>(stop)).Where(row => texts.Contains(row.Text)).Select(row => row.Subject).Distinct().ToListAsync(stop);
        var advisories = await (
            from advisory in await store.Rows<AdvisoryRow>(stop)
            join flaw in await store.Rows<CaseVulnerabilityRow>(stop) on advisory.Case equals flaw.Subject
            where flaw.Cve == asked.Exact
            select advisory.Subject).Distinct().Take(MostTexts).ToListAsync(stop);
        List<Guid> also = [.. reports, .. advisories];
        if (also.Count == 0)
            return found;
        var all = await store.Rows<SearchRow>(stop);
        return found.AsNoTracking().Union(all.Where(row => also.Contains(row.Subject)));
    }

    /// <summary>Numbers, serials and CVE ids that were typed to the letter, then titles with every word, then the rest; among equals few and telling nouns, then the newest.</summary>
    public static IQueryable<SearchRow> Ranked(IQueryable<SearchRow> rows, SearchQuery asked)
    {
        var (key, words) = (SearchRow.KeyOf(asked), asked.Words.Select(word => " " + word).ToList());
        return rows.OrderBy(row => row.Keys.Contains(key) ? 0 : words.All(word => row.Head.Contains(word)) ? 1 : 2)
            .ThenBy(row => row.Order).ThenByDescending(row => row.Subject).ThenBy(row => row.Part);
    }

    /// <summary>As the page shows it; the address is the caller's.</summary>
    public static async Task<ImmutableArray<Found>> Shown(Store store, SearchQuery asked, IReadOnlyCollection<SearchRow> rows, Func<SearchRow, string> address, CancellationToken stop)
    {
        var (places, key, said) = (await Places(store, rows, stop), SearchRow.KeyOf(asked), await Said(store, asked, rows, stop));
        return [.. rows.Select(row => new Found(
            row.Noun, address(row), row.Number, Snippet.Marked(row.Title, asked), places.GetValueOrDefault(row.Subject), row.State,
            row.Keys.Contains(key, StringComparison.Ordinal), said.GetValueOrDefault(row.Subject) is { } text ? Snippet.Of(text, asked) : row.Text.Length == 0 ? [] : Snippet.Of(row.Text, asked)))];
    }

    // Of each report the text that holds most of the words.
    private static async Task<Dictionary<Guid, string>> Said(Store store, SearchQuery asked, IReadOnlyCollection<SearchRow> rows, CancellationToken stop)
    {
        var reports = rows.Where(row => row.Noun == Report.Noun).Select(row => row.Subject).ToList();
        if (reports.Count == 0)
            return [];
        var owned = await (await store.Rows<ReportTextRow>(stop)).Where(row => reports.Contains(row.Subject)).Select(row => new { row.Subject, row.Text }).ToListAsync(stop);
        var texts = await store.TextsOf([.. owned.Select(one => one.Text)], stop);
        return owned.Where(one => texts.ContainsKey(one.Text)).GroupBy(one => one.Subject, one => texts[one.Text])
            .ToDictionary(report => report.Key, report => report.MaxBy(text => SearchQuery.WordsOf(text).Where(asked.Has).Distinct().Count())!);
    }

    private static async Task<Dictionary<Guid, string>> Places(Store store, IReadOnlyCollection<SearchRow> rows, CancellationToken stop)
    {
        var (found, products) = (rows.Select(row => row.Subject).ToList(), await store.Rows<ProductRow>(stop));
        var places = new Dictionary<Guid, string>();
        if (rows.Any(row => row.Noun == Device.Noun))
            foreach (var one in await (
                from device in await store.Rows<DeviceRow>(stop)
                join product in products on device.Product equals product.Subject
                join site in await store.Rows<SiteRow>(stop) on device.Site equals site.Subject
                where found.Contains(device.Subject)
                select new { device.Subject, Product = product.Name, Site = site.Name }).ToListAsync(stop))
                places[one.Subject] = $"{one.Product} at {one.Site}";
        if (rows.Any(row => row.Noun == Release.Noun))
            foreach (var one in await (
                from release in await store.Rows<ReleaseRow>(stop)
                join product in products on release.Product equals product.Subject
                where found.Contains(release.Subject)
                select new { release.Subject, product.Name }).ToListAsync(stop))
                places[one.Subject] = $"Release of {one.Name}";
        if (rows.Any(row => row.Noun == SoftwareItem.Noun))
            foreach (var one in await (
                from item in await store.Rows<ItemRow>(stop)
                join product in products on item.Product equals product.Subject
                where found.Contains(item.Subject)
                select new { item.Subject, product.Name }).ToListAsync(stop))
                places[one.Subject] = $"In {one.Name}";
        return places;
    }
}
