using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Policy;
using Aftercare.Server.Products;
using Aftercare.Policy;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.FrontDoor;

/// <summary>The front door: where everybody begins.</summary>
public static class ShowHome
{
    /// <param name="Contact">The published e-mail address; null before set-up.</param>
    /// <param name="Policy">Whether one is published.</param>
    /// <param name="SignedIn">The name of whoever is signed in.</param>
    public sealed record Model(string? Contact, bool Policy, string? SignedIn);

    public static void Map(IEndpointRouteBuilder app) => app.MapPage<HomePage, Model>(Face.FrontDoor, "/", Allowed.Anyone, Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop) => new Model(
        await (await store.Rows<OrganisationRow>(stop)).Select(row => row.SecurityContact).SingleOrDefaultAsync(stop),
        await (await store.Rows<PolicyRow>(stop)).AnyAsync(row => row.Stage == PolicyStage.Published, stop),
        store.Viewer.Person is null ? null : store.Viewer.Name);
}
