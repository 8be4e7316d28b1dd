using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.People;

/// <summary>The machines' tokens: one's own, or everybody's for those who may revoke them.</summary>
public static class Tokens
{
    public sealed record Line(TokenRow Token, string Owner, bool MayRevoke);

    /// <param name="Secret">The token just made, shown to its maker once; null: nothing to show.</param>
    /// <param name="Scopes">The roles that the viewer can hand on.</param>
    public sealed record Model(List<Line> Tokens, List<ChoiceOption> Scopes, string? Secret, Instant Now);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var once = app.ServiceProvider.GetRequiredService<ShownOnce>();
        app.MapPage<TokensPage, Model>(Face.Desk, "/tokens", Allowed.Desk, (store, fields, stop) => Load(store, once, fields, stop));
    }

    private static async Task<Outcome<Model>> Load(Store store, ShownOnce once, Fields fields, CancellationToken stop)
    {
        var (me, all) = (store.Viewer.Person ?? Guid.Empty, PeopleDesk.Granters.Any(store.Actor.Has));
        var rows = await (await store.Rows<TokenRow>(stop)).Where(row => all || row.Owner == me).OrderByDescending(row => row.IssuedAt).ToListAsync(stop);
        var owners = await store.ContactsOf([.. rows.Select(row => row.Owner).Distinct()], stop);
        return new Model(
            rows.ConvertAll(row => new Line(row, owners.GetValueOrDefault(row.Owner)?.Name ?? "(erased)", row.Stage == TokenStage.Issued)),
            store.Viewer.Person is null ? [] : [.. Token.Scopes.Where(store.Actor.Has).Select(PeopleDesk.Choice)],
            once.Read(fields.TextOrNull("once", 2000), store.Viewer),
            store.Now);
    }
}
