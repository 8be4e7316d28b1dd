using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aftercare.Server.Platform.Access;

namespace Aftercare.Server.Platform.Web;

/// <summary>A use case as machines call it; on the endpoint.</summary>
/// <param name="Name">Of the use case, e.g. <c>PublishStatement</c>.</param>
/// <param name="Fields">Asked when somebody wants to know, since most starts of the server need no description.</param>
public sealed record ApiCall(string Name, FileLimits? Files, Func<ImmutableArray<AskedField>> Fields)
{
    /// <summary>"Publish statement" for <c>PublishStatement</c>.</summary>
    public string Title => Regex.Replace(Name, "(?<=[a-z])[A-Z]", letter => " " + letter.Value.ToLowerInvariant());
}

/// <summary>Everything that machines can call, as OpenAPI 3.1: made from the endpoints themselves, so that it says what is served and nothing else.</summary>
internal static partial class ApiDocument
{
    public const string Prefix = "/api/v1/";

    /// <summary>The calls that change something, by address.</summary>
    public static ImmutableArray<(string Path, ApiCall Call, Allowed Allowed)> Calls(EndpointDataSource endpoints) =>
    [
        .. from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
           let call = endpoint.Metadata.GetMetadata<ApiCall>()
           where call is not null
           let path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
           orderby path
           select (path, call, endpoint.Metadata.GetRequiredMetadata<Allowed>()),
    ];

    public static JsonObject Of(EndpointDataSource endpoints, string server, string version)
    {
        var paths = new JsonObject();
        foreach (var (path, call, allowed) in Calls(endpoints))
            paths[Template(path)] = new JsonObject { ["post"] = Post(path, call, allowed) };
        foreach (var path in Reads(endpoints))
            (paths[Template(path)] ??= new JsonObject()).AsObject()["get"] = Get(path);
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Aftercare", ["version"] = version, ["description"] = "What people do by form, machines do by JSON with a token. Each call does one step, once for each Idempotency-Key." },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = server }),
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = new JsonObject { ["Done"] = Done(), ["Problem"] = Problem() },
            },
        };
    }

    private static IEnumerable<string> Reads(EndpointDataSource endpoints) => endpoints.Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
        .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
        .Where(path => path.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static JsonObject Post(string path, ApiCall call, Allowed allowed)
    {
        var inPath = Names(path);
        var fields = call.Fields().Where(field => !inPath.Contains(field.Name)).ToList();
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Name, (JsonNode?)field.Schema))),
        };
        if (fields.Where(field => field.Required).Select(field => (JsonNode)field.Name).ToArray() is { Length: > 0 } required)
            schema["required"] = new JsonArray(required);
        var content = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } };
        if (call.Files is { } files)
            content["multipart/form-data"] = new JsonObject { ["schema"] = WithFiles(schema, files) };
        return new JsonObject
        {
            ["operationId"] = char.ToLowerInvariant(call.Name[0]) + call.Name[1..] + (inPath.Length > 1 ? "Of" + string.Join("And", inPath) : ""),
            ["summary"] = call.Title,
            ["description"] = $"Needs one of the roles {string.Join(", ", allowed.Roles.Select(Words.Of))}.",
            ["tags"] = new JsonArray(path[Prefix.Length..].Split('/')[0]),
            ["parameters"] = new JsonArray(
            [
                .. inPath.Select(name => (JsonNode)Parameter(name, "path", required: true)),
                Parameter("Idempotency-Key", "header", required: false),
            ]),
            ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = content },
            ["responses"] = new JsonObject
            {
                ["201"] = Answer("Done, and durable.", "application/json", "Done"),
                ["400"] = Refusal("A field is wrong; errors says which and why."),
                ["401"] = Refusal("No token, or the step is signed and so by people only."),
                ["403"] = Refusal("The token has not the role, or a second person is needed."),
                ["404"] = Refusal("There is no such record, or not for you."),
                ["409"] = Refusal("As things stand it cannot be done; the code says why."),
                ["413"] = Refusal("Too large."),
            },
        };
    }

    private static JsonObject Get(string path) => new()
    {
        ["operationId"] = "get" + string.Concat(path[Prefix.Length..].Split('/', '-', '.').Select(part => part.Trim('{', '}').Split(':')[0]).Where(part => part.Length > 0).Select(part => char.ToUpperInvariant(part[0]) + part[1..])),
        ["tags"] = new JsonArray(path[Prefix.Length..].Split('/')[0]),
        ["parameters"] = new JsonArray([.. Names(path).Select(name => (JsonNode)Parameter(name, "path", required: true))]),
        ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "Found." }, ["404"] = Refusal("There is no such record, or not for you.") },
    };

    private static JsonObject WithFiles(JsonObject schema, FileLimits files)
    {
        var parts = (JsonObject)schema.DeepClone();
        parts["properties"]!["attachments"] = new JsonObject
        {
            ["type"] = "array",
            ["items"] = new JsonObject { ["type"] = "string", ["format"] = "binary" },
            ["maxItems"] = files.MaxCount,
            ["description"] = $"At most {files.MaxCount} files of {files.MaxBytes / 1024 / 1024} MiB; any part with a file name is one.",
        };
        parts["properties"]!["report"] = new JsonObject { ["type"] = "string", ["description"] = "Instead of one part a field: all fields as one JSON object." };
        parts.Remove("required");
        return parts;
    }

    private static JsonObject Parameter(string name, string place, bool required) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = required,
        ["schema"] = new JsonObject { ["type"] = "string", ["maxLength"] = 200 },
    };

    private static JsonObject Refusal(string words) => Answer(words, "application/problem+json", "Problem");

    private static JsonObject Answer(string words, string type, string schema) => new()
    {
        ["description"] = words,
        ["content"] = new JsonObject { [type] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" } } },
    };

    private static JsonObject Done() => Shape(("id", "uuid"), ("number", null), ("location", "uri-reference"));

    private static JsonObject Problem()
    {
        var problem = Shape(("type", null), ("title", null), ("detail", null), ("code", null), ("request", null));
        problem["properties"]!["status"] = new JsonObject { ["type"] = "integer" };
        problem["properties"]!["errors"] = new JsonObject { ["type"] = "array", ["items"] = Shape(("field", null), ("reason", null)) };
        problem["description"] = "RFC 9457. The code is stable; the words may change.";
        return problem;
    }

    private static JsonObject Shape(params (string Name, string? Format)[] members)
    {
        var properties = new JsonObject();
        foreach (var (name, format) in members)
        {
            properties[name] = new JsonObject { ["type"] = "string" };
            if (format is not null)
                properties[name]!["format"] = format;
        }
        return new JsonObject { ["type"] = "object", ["properties"] = properties };
    }

    /// <summary>The address with its parameters in braces and nothing else about them.</summary>
    public static string Template(string path) => RouteParameter().Replace(path, "{$1}");

    private static ImmutableArray<string> Names(string path) => [.. RouteParameter().Matches(path).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("\\{([A-Za-z]+)[^}]*\\}")]
    private static partial Regex RouteParameter();
}
