using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Products;

/// <summary>What the use cases around products share.</summary>
internal static class ProductDesk
{
    /// <summary>Who keeps products, releases and software items.</summary>
    public static ImmutableArray<Role> Roles { get; } = [Role.Quality, Role.Lead, Role.Developer, Role.Administrator];

    /// <summary>What is wrong when one of these is not a release of the product; null when all are.</summary>
    public static async Task<Refusal?> Foreign(Store store, Guid product, ImmutableArray<Guid> releases, CancellationToken stop)
    {
        var known = await (await store.Rows<ReleaseRow>(stop)).Where(row => row.Product == product).Select(row => row.Subject).ToListAsync(stop);
        return releases.All(known.Contains) ? null : Refusal.Malformed("releases", "One of these is not a release of this product.");
    }
}
