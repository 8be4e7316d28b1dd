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
    /// <value>14 days.</value>
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    /// <param name="SeenAt">When the machine last came in, to some minutes, in milliseconds; null: never.</param>
    /// <param name="DaysLeft">Whole days until it ends, when these are few; null otherwise.</param>
    public sealed record Line(TokenRow Token, string Owner, bool MayRevoke, long? SeenAt, int? DaysLeft);

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
        var seen = await store.LastSeen(SecretPurpose.Token, rows.ConvertAll(row => row.Subject), stop);
        return new Model(
            rows.ConvertAll(row => new Line(
                row, owners.GetValueOrDefault(row.Owner)?.Name ?? "(erased)", row.Stage == TokenStage.Issued, seen.GetValueOrDefault(row.Subject),
                row.Stage == TokenStage.Issued && new Instant(row.ExpiresAt) - store.Now is var left && left > TimeSpan.Zero && left < Soon ? (int)left.TotalDays : null)),
            store.Viewer.Person is null ? [] : [.. Token.Scopes.Where(role => Token.MayHandOn(role, store.Actor)).Select(PeopleDesk.Choice)],
            once.Read(fields.TextOrNull("once", 2000), store.Viewer),
            store.Now);
    }
}
