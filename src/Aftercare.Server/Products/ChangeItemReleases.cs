using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Products;

/// <summary>Says anew which releases contain or need a software item.</summary>
public static class ChangeItemReleases
{
    public sealed record Command(Guid Id, int Seen, ImmutableArray<Guid> Releases);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/items/{id:guid}/change-releases", ProductDesk.Roles, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.Ids("releases"));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<SoftwareItem>(command.Id, command.Seen, stop)).Refused(out var why, out var item))
            return why;
        if (await ProductDesk.Foreign(store, item.Product, command.Releases, stop) is { } foreign)
            return foreign;
        if (item.ChangeReleases(command.Releases, store.Actor).Refused(out why, out var changed))
            return why;
        return await store.Record(new Done($"/desk/items/{item.Id}", item.Id), stop, Change.To(item, changed));
    }
}
