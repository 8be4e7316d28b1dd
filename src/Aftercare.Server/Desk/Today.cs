using Aftercare.Ledger;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Desk;

/// <summary>The desk's first page: what waits, for whoever looks.</summary>
public static class Today
{
    public sealed record Model(string Name);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPage<TodayPage, Model>(Face.Desk, "", Allowed.Readers, Load);

    private static Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop) =>
        Task.FromResult<Outcome<Model>>(new Model(store.Viewer.Name));
}
