using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Reports;

/// <summary>The products to choose from, by name.</summary>
internal static class ProductChoices
{
    internal static async Task<IReadOnlyList<ChoiceOption>> Of(Store store, CancellationToken stop)
    {
        var products = await (await store.Rows<ProductRow>(stop)).OrderBy(row => row.Name).Select(row => new { row.Subject, row.Name, row.Model }).ToListAsync(stop);
        return [.. products.Select(row => new ChoiceOption(row.Subject.ToString("D"), row.Model is null ? row.Name : $"{row.Name} ({row.Model})"))];
    }
}
