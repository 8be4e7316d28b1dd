using System.Text;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Policy;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.FrontDoor;

/// <summary>The disclosure policy in force, for everybody; <c>?revision=</c> shows one that was in force before. And security.txt, which follows from it.</summary>
public static class ShowPolicy
{
    /// <param name="Policy">Null: none was published yet.</param>
    /// <param name="Current">Null: this one.</param>
    public sealed record Model(DisclosurePolicy? Policy, string? Contact, int? Current);

    public static void Map(IEndpointRouteBuilder app)
    {
        var site = app.ServiceProvider.GetRequiredService<Installation>().PublicUrl;
        app.MapPage<PolicyPage, Model>(Face.FrontDoor, "/security", Allowed.Anyone, Load);
        app.MapRead(Face.FrontDoor, "/.well-known/security.txt", Allowed.Anyone, (store, _, stop) => Signpost(store, site, stop));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var asked = fields.ParseOrNull<int>("revision", "a revision");
        var published = (await store.Rows<PolicyRow>(stop)).Where(row => row.Stage == PolicyStage.Published || row.Stage == PolicyStage.Superseded).OrderByDescending(row => row.Revision);
        var current = await published.FirstOrDefaultAsync(stop);
        var shown = asked is null || asked == current?.Revision ? current : await published.FirstOrDefaultAsync(row => row.Revision == asked, stop);
        var contact = await (await store.Rows<OrganisationRow>(stop)).Select(row => row.SecurityContact).SingleOrDefaultAsync(stop);
        if (current is null && asked is null)
            return new Model(null, contact, null);
        if (shown is null || await store.Find<DisclosurePolicy>(shown.Subject, stop) is not { } policy)
            return Refusal.Invisible;
        return new Model(policy, contact, shown.Subject == current!.Subject ? null : current.Revision);
    }

    private static async Task<Outcome<IResult>> Signpost(Store store, string site, CancellationToken stop)
    {
        var policy = await (await store.Rows<PolicyRow>(stop)).Where(row => row.Stage == PolicyStage.Published).OrderByDescending(row => row.Revision).FirstOrDefaultAsync(stop);
        if (policy?.Expires is not { } expires)
            return Refusal.Invisible;
        var contact = await (await store.Rows<OrganisationRow>(stop)).Select(row => row.SecurityContact).SingleAsync(stop);
        return Outcome.Of(Results.Text(SecurityTxt.Write(site, contact, new Instant(expires), [.. Languages.All.Select(language => language.Code)]), "text/plain", Encoding.UTF8));
    }
}
