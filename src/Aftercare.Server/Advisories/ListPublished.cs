using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Advisories;

/// <summary>The public list of advisories.</summary>
public static class ListPublished
{
    public sealed record Model(List<PublishedAdvisoryRow> Advisories);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<PublishedPage, Model>(Face.FrontDoor, "/advisories", Allowed.Anyone, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop) =>
        new Model(await (await store.Rows<PublishedAdvisoryRow>(stop)).OrderByDescending(row => row.ReleaseAt).ThenByDescending(row => row.Number).ToListAsync(stop));
}
