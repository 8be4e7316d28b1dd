using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Trust.Keys;

namespace Aftercare.Trust.Tuf;

/// <summary>From plans to the signed objects of the TUF specification §4.</summary>
internal static class RoleWriter
{
    private const string SpecVersion = "1.0.34";

    internal static JsonElement Root(RootPlan plan, long version)
    {
        var json = Common("root", version, plan.Expires);
        json["consistent_snapshot"] = true;
        json["keys"] = Keys([.. plan.Root.Keys, .. plan.Targets.Keys, plan.Snapshot, plan.Timestamp]);
        json["roles"] = new JsonObject
        {
            ["root"] = Role(plan.Root.Threshold, plan.Root.Keys),
            ["snapshot"] = Role(1, [plan.Snapshot]),
            ["targets"] = Role(plan.Targets.Threshold, plan.Targets.Keys),
            ["timestamp"] = Role(1, [plan.Timestamp]),
        };
        if (plan.IsTest)
            json["x-aftercare-test"] = true;
        return Element(json);
    }

    /// <summary>A terminating delegation for each line, to the same people: a file of one line cannot be signed for as another's.</summary>
    internal static JsonElement Targets(TargetsPlan plan, long version, SigningDuty people)
    {
        var json = Common("targets", version, plan.Expires);
        json["targets"] = new JsonObject(plan.Files.Select(file => KeyValuePair.Create(file.Path, (JsonNode?)file.ToJson())));
        json["delegations"] = new JsonObject
        {
            ["keys"] = Keys(people.Keys),
            ["roles"] = new JsonArray([.. plan.Lines.Select(line => Delegation(line, people))]),
        };
        return Element(json);
    }

    internal static JsonElement Line(LinePlan plan, long version, Targets? before)
    {
        var files = before is null ? [] : JsonNode.Parse(before.Json.GetProperty("targets").GetRawText())!.AsObject();
        foreach (var path in plan.Withdraw)
        {
            if (!files.Remove(path))
                throw new TufPlanException($"{path} is not offered, so it cannot be withdrawn.");
        }
        foreach (var file in plan.Add)
        {
            if (!files.TryAdd(file.Path, file.ToJson()))
                throw new TufPlanException($"{file.Path} is published. A published file never changes: give it a new release.");
        }
        var json = Common("targets", version, plan.Expires);
        json["targets"] = files;
        return Element(json);
    }

    internal static JsonElement Snapshot(
        long version, DateTimeOffset expires, IEnumerable<(string File, long Version, ReadOnlyMemory<byte> Bytes)> files)
    {
        var json = Common("snapshot", version, expires);
        json["meta"] = new JsonObject(files.Select(file => KeyValuePair.Create(file.File, (JsonNode?)Meta(file.Version, file.Bytes))));
        return Element(json);
    }

    internal static JsonElement Timestamp(long version, DateTimeOffset expires, Metadata<Snapshot> snapshot)
    {
        var json = Common("timestamp", version, expires);
        json["meta"] = new JsonObject { ["snapshot.json"] = Meta(snapshot.Role.Version, snapshot.Bytes) };
        return Element(json);
    }

    private static JsonObject Common(string type, long version, DateTimeOffset expires) => new()
    {
        ["_type"] = type,
        ["expires"] = expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["spec_version"] = SpecVersion,
        ["version"] = version,
    };

    private static JsonObject Keys(ImmutableArray<PublicKey> keys) =>
        new(keys.DistinctBy(key => key.KeyId).Select(key => KeyValuePair.Create(key.KeyId, (JsonNode?)key.ToJson())));

    private static JsonObject Role(int threshold, ImmutableArray<PublicKey> keys) => new()
    {
        ["keyids"] = new JsonArray([.. keys.Select(key => (JsonNode)key.KeyId)]),
        ["threshold"] = threshold,
    };

    // A star does not cross a slash, so this covers line/release/file and nothing deeper.
    private static JsonObject Delegation(string line, SigningDuty people)
    {
        var role = Role(people.Threshold, people.Keys);
        role["name"] = line;
        role["paths"] = new JsonArray($"{line}/*/*");
        role["terminating"] = true;
        return role;
    }

    private static JsonObject Meta(long version, ReadOnlyMemory<byte> bytes) => new()
    {
        ["hashes"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes.Span)) },
        ["length"] = bytes.Length,
        ["version"] = version,
    };

    private static JsonElement Element(JsonObject json) => JsonSerializer.SerializeToElement(json);
}
