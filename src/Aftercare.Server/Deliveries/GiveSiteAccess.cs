using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Deliveries;

/// <summary>Gives and takes the secrets with which a site's computers act for the site. Each is shown once and kept as a digest.</summary>
public static class GiveSiteAccess
{
    /// <value>An hour from the portal to the computer in the basement.</value>
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromHours(1);

    /// <value>2 years; the key that signs receipts has no end.</value>
    internal static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(730);

    public sealed record Command(Guid Id, int Seen);

    /// <param name="Shown">A secret that was just made.</param>
    public sealed record Model(ImmutableArray<SiteSecrets> Sites, string PublicUrl, string? Shown, SiteAccess ShownAccess);

    public sealed record SiteSecrets(Site Site, int Tokens, int Codes);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var publicUrl = app.ServiceProvider.GetRequiredService<Installation>().PublicUrl;
        var once = app.ServiceProvider.GetRequiredService<ShownOnce>();
        app.MapPage<SiteAccessPage, Model>(Face.Portal, "/access", [Role.Operator], (store, fields, stop) => Load(store, once, publicUrl, fields, stop));
        app.MapForm(new Change<Command>(Face.Portal, "/access/{id:guid}/code", [Role.Operator], Parse, (store, command, stop) => Give(store, once, command, SiteAccess.KeyCode, stop)));
        app.MapForm(new Change<Command>(Face.Portal, "/access/{id:guid}/token", [Role.Operator], Parse, (store, command, stop) => Give(store, once, command, SiteAccess.Token, stop)));
        app.MapForm(new Change<Command>(Face.Portal, "/access/{id:guid}/revoke", [Role.Operator], Parse, Revoke));
    }

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen());

    private static async Task<Outcome<Model>> Load(Store store, ShownOnce once, string publicUrl, Fields fields, CancellationToken stop)
    {
        var sites = ImmutableArray.CreateBuilder<SiteSecrets>();
        foreach (var id in store.Viewer.Sites)
            if (await store.Find<Site>(id, stop) is { } site)
                sites.Add(new SiteSecrets(site, await store.CountSecrets(SecretPurpose.SiteToken, id, stop), await store.CountSecrets(SecretPurpose.SiteKey, id, stop)));
        // The first letter says what it is, as an address cannot be believed to.
        var shown = once.Read(fields.TextOrNull("once", 2000), store.Viewer);
        return new Model(
            [.. sites.OrderBy(site => site.Site.Name, StringComparer.Ordinal)], publicUrl, shown?[1..], shown?[0] == Mark(SiteAccess.Token) ? SiteAccess.Token : SiteAccess.KeyCode);
    }

    private static char Mark(SiteAccess access) => access == SiteAccess.Token ? 't' : 'c';

    private static async Task<Outcome<Done>> Give(Store store, ShownOnce once, Command command, SiteAccess access, CancellationToken stop)
    {
        if ((await Own(store, command, stop)).Refused(out var why, out var site))
            return why;
        if (site.GiveAccess(access, store.Actor).Refused(out why, out var given))
            return why;
        var (purpose, lifetime) = access == SiteAccess.KeyCode ? (SecretPurpose.SiteKey, CodeLifetime) : (SecretPurpose.SiteToken, TokenLifetime);
        var secret = await store.IssueSecret(purpose, site.Id, store.Now.Plus(lifetime), stop);
        return await store.Record(once.Tell(new Done("/portal/access", site.Id), "secret", $"{Mark(access)}{secret}", store.Viewer), stop, Change.To(site, given));
    }

    private static async Task<Outcome<Done>> Revoke(Store store, Command command, CancellationToken stop)
    {
        if ((await Own(store, command, stop)).Refused(out var why, out var site))
            return why;
        if (site.RevokeAccess(store.Actor).Refused(out why, out var revoked))
            return why;
        await store.UseUpAll(SecretPurpose.SiteToken, site.Id, stop);
        await store.UseUpAll(SecretPurpose.SiteKey, site.Id, stop);
        return await store.Record(new Done("/portal/access", site.Id), stop, Change.To(site, revoked));
    }

    private static async Task<Outcome<Site>> Own(Store store, Command command, CancellationToken stop) =>
        store.Viewer.Sites.Contains(command.Id) ? await store.Find<Site>(command.Id, command.Seen, stop) : Refusal.Invisible;
}
