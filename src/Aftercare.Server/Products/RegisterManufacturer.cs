using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Products;

/// <summary>Adds a legal manufacturer: one organisation can answer for several.</summary>
public static class RegisterManufacturer
{
    public sealed record Command(string Name, string Country, string? Srn);

    public sealed record Model;

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<RegisterManufacturerPage, Model>(Face.Desk, "/manufacturers/register", [Role.Administrator, Role.Quality], (_, _, _) => Task.FromResult<Outcome<Model>>(new Model()));
        app.MapForm(new Change<Command>(Face.Desk, "/manufacturers/register", [Role.Administrator, Role.Quality], Parse, Handle));
    }

    private static Command Parse(Fields fields) => new(fields.Text("name", 200), fields.Text("country", 2), fields.TextOrNull("srn", 40));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if (Manufacturer.Register(command.Name, command.Country, command.Srn, store.Actor).Refused(out var why, out var registered))
            return why;
        var id = Store.NewId();
        return await store.Record(new Done("/desk/products", id), stop, Change.Begin(id, registered));
    }
}
