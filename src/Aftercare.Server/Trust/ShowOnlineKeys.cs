using System.Text.Json.Nodes;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Trust;

/// <summary>The public halves of the server's own keys, for whoever drafts a root.</summary>
public static class ShowOnlineKeys
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var keys = app.ServiceProvider.GetRequiredService<OnlineKeys>();
        var json = new JsonObject
        {
            ["snapshot"] = keys.Snapshot.PublicKey.ToJson(),
            ["timestamp"] = keys.Timestamp.PublicKey.ToJson(),
            ["statements"] = keys.Statements.PublicKey.ToJson(),
        }.ToJsonString();
        app.MapMethods("/api/v1/trust/online-keys", Doors.Reading, Doors.Answered(_ => Task.FromResult(Results.Text(json, "application/json"))))
            .WithMetadata(new Allowed(Face.FrontDoor, Allowed.Anyone)).WithFace(Face.FrontDoor);
    }
}
