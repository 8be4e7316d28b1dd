using System.Collections.Immutable;
using System.Text;
using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Trust.Keys;

namespace Aftercare.Server.Deliveries;

/// <summary>Takes the public half of a site's key for a one-time code, and answers with a token: so one code sets up a computer.</summary>
public static class EnrolSiteKey
{
    private const int MaxKey = 4000;

    public sealed record Command(string Code, string PublicKey);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapApi(new Change<Command>(Face.FrontDoor, "/site-keys", Allowed.Anyone, fields => new Command(fields.Text("code", 100), fields.Text("publicKey", MaxKey)), Handle));

    private static async Task<Outcome<Done>> Handle(Store visitor, Command command, CancellationToken stop)
    {
        if (await visitor.FindSecret(SecretPurpose.SiteKey, command.Code, stop) is not { Subject: var id })
            return Refusal.State("site-key.code", "The code is wrong, too old, or was used already. Get another one on the portal.");
        await using var store = visitor.As(new Viewer { Actor = new Actor($"site/{id:D}", [Role.Operator, Role.Machine]), Name = "Site", Sites = [id] });
        if (await store.FindSecret(SecretPurpose.SiteKey, command.Code, stop) is not { } code || await store.Find<Site>(id, stop) is not { } site)
            return Refusal.Invisible;
        if (Read(command.PublicKey).Refused(out var why, out var key))
            return why;
        // The same key again needs only a token: its computer may have lost the answer to the first code.
        var decided = site.Key?.KeyId == key.KeyId ? site.GiveAccess(SiteAccess.Token, store.Actor) : site.EnrolKey(key.KeyId, command.PublicKey, key.Fingerprint, store.Actor);
        if (decided.Refused(out why, out var enrolled))
            return why;
        await store.UseUp(code, stop);
        var token = await store.IssueSecret(SecretPurpose.SiteToken, id, store.Now.Plus(GiveSiteAccess.TokenLifetime), stop);
        return await store.Record(
            new Done("/portal/access", id) { Once = ImmutableDictionary<string, string>.Empty.Add("token", token).Add("site", site.Name) },
            stop, Change.To(site, enrolled));
    }

    private static Outcome<PublicKey> Read(string json)
    {
        try
        {
            return PublicKey.Parse(Encoding.UTF8.GetBytes(json));
        }
        catch (FormatException fault)
        {
            return Refusal.Malformed("publicKey", fault.Message);
        }
    }
}
