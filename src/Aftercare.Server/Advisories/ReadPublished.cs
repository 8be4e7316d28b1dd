using Aftercare.Csaf;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Advisories;

/// <summary>One published advisory, rendered from the very bytes that are on record as published.</summary>
public static class ReadPublished
{
    public sealed record Model(PublishedAdvisoryRow Row, CsafDocument Document);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<PublishedAdvisoryPage, Model>(Face.FrontDoor, "/advisories/{number}", Allowed.Anyone, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var number = fields.Text("number", 60);
        if (await (await store.Rows<PublishedAdvisoryRow>(stop)).SingleOrDefaultAsync(row => row.Number == number, stop) is not { } row)
            return Refusal.Invisible;
        return await AdvisoryDesk.Bytes(store, row.Subject, row.Document, stop) is { } bytes ? new Model(row, CsafDocument.Read(bytes)) : Refusal.Invisible;
    }
}
