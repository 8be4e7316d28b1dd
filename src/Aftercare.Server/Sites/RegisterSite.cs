using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Sites;

/// <summary>Registers a site; whom to call there is sealed.</summary>
public static class RegisterSite
{
    public sealed record Command(string Name, string Country, Contact? Contact);

    public sealed record Model;

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<RegisterSitePage, Model>(Face.Desk, "/sites/register", SiteDesk.Roles, (_, _, _) => Task.FromResult<Outcome<Model>>(new Model()));
        app.MapForm(new Change<Command>(Face.Desk, "/sites/register", SiteDesk.Roles, Parse, Handle));
        app.MapApi(new Change<Command>(Face.Desk, "/sites", SiteDesk.Roles, Parse, Handle));
    }

    private static Command Parse(Fields fields) => new(fields.Text("name", 200), fields.Text("country", 2), SiteDesk.Contact(fields));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (Site.Register(command.Name, command.Country, store.Actor).Refused(out var why, out var registered))
            return why;
        var id = Store.NewId();
        if (command.Contact is { } contact)
            await store.KeepContact(id, contact, stop);
        return await store.Record(new Done($"/desk/sites/{id}", id), stop, Change.Begin(id, registered));
    }
}
