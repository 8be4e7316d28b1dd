using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Advisories;

/// <summary>The desk's advisories: what is being worked on first, then what everybody can read.</summary>
public static class ListAdvisories
{
    /// <param name="Past">Published before this record began, newest first.</param>
    public sealed record Model(List<AdvisoryRow> Advisories, List<PastAdvisoryRow> Past, PageOf Page);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<AdvisoriesPage, Model>(Face.Desk, "/advisories", Allowed.Readers, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var rows = await (await store.Rows<AdvisoryRow>(stop)).OrderByDescending(row => row.Until).ToListAsync(stop);
        var (past, page) = await PageOf.Take((await store.Rows<PastAdvisoryRow>(stop)).OrderByDescending(row => row.RevisedAt).ThenBy(row => row.Subject), fields, stop);
        return new Model([.. rows.OrderBy(row => row.Stage)], past, page);
    }
}
