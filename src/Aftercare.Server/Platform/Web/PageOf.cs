using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Platform.Web;

/// <summary>Which page of a list is shown.</summary>
/// <param name="Number">From 1.</param>
/// <param name="More">Whether another one follows.</param>
/// <param name="All">How many rows there are on all pages.</param>
public sealed record PageOf(int Number, bool More, int All)
{
    /// <value>50 rows.</value>
    public const int Size = 50;

    /// <value>Page 2,000: a list is searched, not leafed through to the end.</value>
    private const int Last = 2000;

    /// <summary>The rows of the page that the field <c>page</c> asks for, default the first. The query must be ordered.</summary>
    /// <param name="size">Rows a page.</param>
    public static async Task<(List<T> Rows, PageOf Page)> Take<T>(IQueryable<T> ordered, Fields fields, CancellationToken stop, int size = Size)
    {
        var number = fields.TextOrNull("page", 10) is null ? 1 : fields.Number("page", 1, Last);
        var rows = await ordered.Skip((Math.Clamp(number, 1, Last) - 1) * size).Take(size + 1).ToListAsync(stop);
        var (more, only) = (rows.Count > size, number == 1 && rows.Count <= size);
        return ([.. rows.Take(size)], new PageOf(number, more, only ? rows.Count : await ordered.CountAsync(stop)));
    }
}
