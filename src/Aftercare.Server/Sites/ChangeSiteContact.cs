using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Sites;

/// <summary>Writes down whom to call at a site. The ledger says that it changed; who it is stays sealed.</summary>
public static class ChangeSiteContact
{
    public sealed record Command(Guid Id, int Seen, Contact? Contact);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/sites/{id:guid}/change-contact", SiteDesk.Roles, Parse, Handle));

    private static Command Parse(Fields fields)
    {
        var contact = SiteDesk.Contact(fields);
        if (contact is null && fields.Faults.IsEmpty)
            fields.Fault("contactName", "This is needed.");
        return new Command(fields.Id("id"), fields.Seen(), contact);
    }

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Site>(command.Id, command.Seen, stop)).Refused(out var why, out var site))
            return why;
        if (site.ChangeContact(store.Actor).Refused(out why, out var changed))
            return why;
        await store.KeepContact(site.Id, command.Contact!, stop);
        return await store.Record(new Done($"/desk/sites/{site.Id}", site.Id), stop, Change.To(site, changed));
    }
}
