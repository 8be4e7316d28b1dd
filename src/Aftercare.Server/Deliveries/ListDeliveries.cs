using Aftercare.Deliveries;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Deliveries;

/// <summary>How many devices of an update's audience have come how far. Unknown is said, never counted as good.</summary>
/// <param name="Unknown">Offered, and nobody has heard from the site.</param>
/// <param name="Underway">The site has said that it will install it, or has fetched or verified it, and nothing later.</param>
/// <param name="Verified">Verified at the site by its own program, at least once.</param>
/// <param name="Proven">Of the installed ones, those that a signed receipt proves.</param>
/// <param name="Failed">Verification or installation failed, or the device went back.</param>
public sealed record Coverage(int Devices, int Sites, int Unknown, int Notified, int Underway, int Verified, int Installed, int Proven, int Declined, int Failed, int Unreachable)
{
    public static Coverage None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>By update.</summary>
    public static async Task<Dictionary<Guid, Coverage>> Of(IQueryable<DeliveryDeviceRow> rows, CancellationToken stop) => await rows
        .GroupBy(row => row.Update)
        .Select(update => new
        {
            update.Key,
            Coverage = new Coverage(
                update.Count(),
                update.Select(row => row.Site).Distinct().Count(),
                update.Count(row => row.Step == DeliveryStep.InAudience || row.Step == DeliveryStep.Notified || row.Step == DeliveryStep.Available),
                update.Count(row => row.NotifiedAt != null),
                update.Count(row => row.Step == DeliveryStep.Consented || row.Step == DeliveryStep.Fetched || row.Step == DeliveryStep.Verified),
                update.Count(row => row.VerifiedAt != null),
                update.Count(row => row.InstalledAt != null),
                update.Count(row => row.InstalledBy == EvidenceKind.SignedReceipt),
                update.Count(row => row.Step == DeliveryStep.Declined),
                update.Count(row => row.Step == DeliveryStep.VerificationFailed || row.Step == DeliveryStep.InstallFailed || row.Step == DeliveryStep.RolledBack),
                update.Count(row => row.Step == DeliveryStep.Unreachable)),
        })
        .ToDictionaryAsync(row => row.Key, row => row.Coverage, stop);
}

/// <summary>Every published update with how far it has come in the field.</summary>
public static class ListDeliveries
{
    public sealed record Model(List<UpdateRow> Updates, Dictionary<Guid, Coverage> Coverage, Dictionary<Guid, string> Products, PageOf Page);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<DeliveriesPage, Model>(Face.Desk, "/deliveries", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var published = (await store.Rows<UpdateRow>(stop)).Where(row => row.Stage == UpdateStage.Published || row.Stage == UpdateStage.Withdrawn);
        var (rows, page) = await PageOf.Take(published.OrderByDescending(row => row.PublishedAt).ThenBy(row => row.Subject), fields, stop);
        var ids = rows.Select(row => row.Subject).ToList();
        return new Model(
            rows,
            await Coverage.Of((await store.Rows<DeliveryDeviceRow>(stop)).Where(row => ids.Contains(row.Update)), stop),
            await (await store.Rows<ProductRow>(stop)).ToDictionaryAsync(row => row.Subject, row => row.Name, stop),
            page);
    }
}
