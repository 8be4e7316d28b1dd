using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Reports;

/// <summary>A report in a list, with what the list says about it.</summary>
/// <param name="Product">Its name; null when we have no such product.</param>
/// <param name="Gist">How the description begins; null when it was erased.</param>
/// <param name="Overdue">A word that we promised is late.</param>
public sealed record ReportLine(ReportRow Row, string? Product, string? Gist, bool Overdue);

/// <summary>The reports that wait for the desk: nothing is decided, the reporter has written, or a promised word is late. Oldest first, what a machine may have sent last.</summary>
public static class WaitingReports
{
    /// <value>200 reports.</value>
    public const int Most = 200;

    private const int GistLength = 140;

    public static async Task<List<ReportLine>> Of(Store store, CancellationToken stop)
    {
        var now = store.Now.Ms;
        var rows = await (await store.Rows<ReportRow>(stop))
            .Where(row => row.AwaitsDesk || (row.Stage != ReportStage.Closed && (row.Disposition == null || row.NextWordBy < now)))
            .OrderBy(row => row.Parked).ThenBy(row => row.FirstHeardAt).Take(Most).ToListAsync(stop);
        return await Lines(store, rows, stop);
    }

    internal static async Task<List<ReportLine>> Lines(Store store, List<ReportRow> rows, CancellationToken stop)
    {
        var products = await (await store.Rows<ProductRow>(stop)).ToDictionaryAsync(row => row.Subject, row => row.Name, stop);
        var texts = await store.TextsOf([.. rows.Select(row => row.Description)], stop);
        return [.. rows.Select(row => new ReportLine(
            row,
            row.Product is { } product ? products.GetValueOrDefault(product) : null,
            texts.TryGetValue(row.Description, out var text) ? Gist(text) : null,
            row.NextWordBy < store.Now.Ms))];
    }

    private static string Gist(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= GistLength ? line : string.Concat(line.AsSpan(0, GistLength), "…");
    }
}
