using System.Collections.Immutable;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Trust;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Aftercare.Server.Demo;

/// <summary>The guided tour of a demo: what to do in ten minutes, with ticks that follow from the record. No other installation has the address.</summary>
public static class ShowTour
{
    /// <param name="Stops">Empty while the demo is being filled.</param>
    /// <param name="Here">The visitor sits at this machine, so that one click signs him in.</param>
    public sealed record Model(ImmutableArray<TourStop> Stops, bool Here)
    {
        public int Done => Stops.Count(stop => stop.Done is not null);

        public int Tickable => Stops.Count(stop => stop.Traceless is null);
    }

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods("/demo", Doors.Reading, (RequestDelegate)Show).WithMetadata(new Allowed(Face.FrontDoor, Allowed.Anyone)).WithFace(Face.FrontDoor);

    /// <summary>The stops as the record stands; empty while the demo is being filled.</summary>
    internal static async Task<ImmutableArray<TourStop>> Stops(HttpContext context)
    {
        var (services, stop) = (context.RequestServices, context.RequestAborted);
        var installation = services.GetRequiredService<Installation>();
        await using var store = services.GetRequiredService<Stores>().Open(Viewer.System);
        return await TourFacts.Of(store, installation, stop) is { } facts
            ? Tour.Stops(facts, installation, DemoKeys.Command, services.GetRequiredService<OnlineKeys>().Statements.PublicKey.Fingerprint, OneByte.WasPutBack(installation))
            : [];
    }

    private static async Task Show(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        await new RazorComponentResult<TourPage>(new Dictionary<string, object?> { ["Model"] = new Model(await Stops(context), OnThisMachine.Is(context)) }).ExecuteAsync(context);
    }
}
