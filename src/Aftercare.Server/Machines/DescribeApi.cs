using System.Collections.Immutable;
using System.Reflection;
using Aftercare.Ledger;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Machines;

/// <summary>What machines can call: as an OpenAPI document for programs, and as a page for those who write them.</summary>
public static class DescribeApi
{
    /// <param name="Path">With parameters in braces.</param>
    /// <param name="Fields">Those of the body.</param>
    public sealed record Line(string Path, ApiCall Call, Allowed Allowed, ImmutableArray<AskedField> Fields);

    public sealed record Model(ImmutableArray<Line> Calls, string Server);

    internal static void Map(IEndpointRouteBuilder app)
    {
        var (endpoints, installation) = (new Lazy<EndpointDataSource>(() => app.ServiceProvider.GetRequiredService<EndpointDataSource>()), app.ServiceProvider.GetRequiredService<Installation>());
        var document = new Lazy<byte[]>(() => System.Text.Encoding.UTF8.GetBytes(ApiDocument.Of(endpoints.Value, installation.PublicUrl, Version).ToJsonString()));
        app.MapRead(Face.FrontDoor, "/api/v1/openapi.json", Allowed.Anyone, (_, _, _) => Task.FromResult(Outcome.Of<IResult>(TypedResults.Bytes(document.Value, "application/json"))));
        app.MapPage<ApiPage, Model>(Face.Desk, "/api", Allowed.Desk, (_, _, _) => Task.FromResult<Outcome<Model>>(new Model([.. ApiDocument.Calls(endpoints.Value).Select(Of)], installation.PublicUrl)));
    }

    private static string Version => typeof(DescribeApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static Line Of((string Path, ApiCall Call, Allowed Allowed) one) =>
        new(ApiDocument.Template(one.Path), one.Call, one.Allowed, [.. one.Call.Fields().Where(field => !one.Path.Contains($"{{{field.Name}", StringComparison.Ordinal))]);
}
