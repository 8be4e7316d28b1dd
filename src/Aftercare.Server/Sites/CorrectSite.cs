using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Sites;

/// <summary>Writes down anew what was wrong about a site.</summary>
public static class CorrectSite
{
    public sealed record Command(Guid Id, int Seen, string Name, string Country, string Reason);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/sites/{id:guid}/correct", SiteDesk.Roles, Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.Text("name", 200), fields.Text("country", 2), fields.Text("reason", 500));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Site>(command.Id, command.Seen, stop)).Refused(out var why, out var site))
            return why;
        if (site.Correct(command.Name, command.Country, command.Reason, store.Actor).Refused(out why, out var corrected))
            return why;
        return await store.Record(new Done($"/desk/sites/{site.Id}", site.Id), stop, Change.To(site, corrected));
    }
}
