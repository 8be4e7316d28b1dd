using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Json;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;

namespace Aftercare.Tests.Trust.Tuf;

/// <summary>
/// A TUF repository in memory that signs whatever it is told to, so that a test can play the attacker. It shares no code with the
/// product's own editor.
/// </summary>
internal sealed class LyingRepository : IDisposable
{
    internal static readonly DateTimeOffset Now = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);

    internal readonly FileKey[] People = [.. new[] { "Anna", "Ben", "Chloe" }.Select(name => FileKey.Create(KeyAlgorithm.EcdsaP256, name))];
    internal FileKey Online = FileKey.Create(KeyAlgorithm.EcdsaP256, "server");
    internal FileKey OnlineTimestamp = FileKey.Create(KeyAlgorithm.EcdsaP256, "server, timestamp");
    internal readonly Dictionary<string, byte[]> Metadata = [];
    internal readonly Dictionary<string, byte[]> Files = [];
    internal readonly List<string> Requests = [];
    internal readonly Dictionary<string, long> Versions = new() { ["root"] = 0, ["timestamp"] = 0, ["snapshot"] = 0, ["targets"] = 0 };
    internal readonly Dictionary<string, JsonObject> Bodies = new() { ["targets"] = new JsonObject { ["targets"] = new JsonObject() } };
    internal bool ConsistentSnapshot = true;

    internal LyingRepository()
    {
        Root();
        Release();
    }

    internal byte[] FirstRoot => Metadata["1.root.json"];

    internal TufFetch FetchMetadata => (path, _, _) => Serve(Metadata, path);

    internal TufFetch FetchTarget => (path, _, _) => Serve(Files, path);

    internal static string In(int days) => Now.AddDays(days).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A new targets version, and all that follows from it.</summary>
    internal void Release()
    {
        foreach (var role in Bodies.Keys)
            Targets(role);
        Snapshot();
        Timestamp();
    }

    internal byte[] Root(Action<JsonObject>? lie = null, FileKey[]? signers = null)
    {
        var signed = Signed("root", "root", 365);
        signed["consistent_snapshot"] = ConsistentSnapshot;
        signed["keys"] = Keys([.. People, Online, OnlineTimestamp]);
        signed["roles"] = new JsonObject
        {
            ["root"] = Role(2, People),
            ["targets"] = Role(2, People),
            ["snapshot"] = Role(1, Online),
            ["timestamp"] = Role(1, OnlineTimestamp),
        };
        return Publish($"{Versions["root"]}.root.json", signed, lie, signers ?? People[..2]);
    }

    internal byte[] Targets(string role = "targets", Action<JsonObject>? lie = null, FileKey[]? signers = null)
    {
        var signed = Signed(role, "targets", 90);
        foreach (var (name, value) in Bodies[role])
            signed[name] = value!.DeepClone();
        return Publish(Named(role), signed, lie, signers ?? People[..2]);
    }

    internal byte[] Snapshot(Action<JsonObject>? lie = null, FileKey[]? signers = null)
    {
        var signed = Signed("snapshot", "snapshot", 30);
        signed["meta"] = new JsonObject(Bodies.Keys.Select(role => KeyValuePair.Create(role + ".json", (JsonNode?)Meta(role))));
        return Publish(Named("snapshot"), signed, lie, signers ?? [Online]);
    }

    internal byte[] Timestamp(Action<JsonObject>? lie = null, FileKey[]? signers = null)
    {
        var signed = Signed("timestamp", "timestamp", 7);
        signed["meta"] = new JsonObject { ["snapshot.json"] = Meta("snapshot") };
        return Publish("timestamp.json", signed, lie, signers ?? [OnlineTimestamp]);
    }

    /// <summary>Puts a file into a role; <see cref="Release"/> makes it known.</summary>
    internal void Add(string path, byte[] content, string role = "targets", Action<JsonObject>? lie = null)
    {
        var info = new JsonObject
        {
            ["length"] = content.Length,
            ["hashes"] = new JsonObject { ["sha256"] = Sha256(content), ["sha512"] = Convert.ToHexStringLower(SHA512.HashData(content)) },
        };
        lie?.Invoke(info);
        Bodies[role]["targets"]![path] = info;
        var cut = path.LastIndexOf('/') + 1;
        Files[ConsistentSnapshot ? $"{path[..cut]}{Sha256(content)}.{path[cut..]}" : path] = content;
    }

    internal void Delegate(string from, string to, string pattern, bool terminating = true, int threshold = 2, FileKey[]? keys = null)
    {
        keys ??= People;
        Bodies.TryAdd(to, new JsonObject { ["targets"] = new JsonObject() });
        Versions.TryAdd(to, 0);
        var delegations = (JsonObject)(Bodies[from]["delegations"] ??= new JsonObject { ["keys"] = new JsonObject(), ["roles"] = new JsonArray() });
        foreach (var key in keys)
            delegations["keys"]![key.PublicKey.KeyId] = key.PublicKey.ToJson();
        var role = Role(threshold, keys);
        (role["name"], role["terminating"], role["paths"]) = (to, terminating, new JsonArray(pattern));
        ((JsonArray)delegations["roles"]!).Add((JsonNode)role);
    }

    internal TufClient Client(string folder, TufLimits? limits = null, bool allowTest = false) => new(new TufClientOptions
    {
        MetadataFolder = folder,
        FetchMetadata = FetchMetadata,
        FetchTarget = FetchTarget,
        AllowTestRoot = allowTest,
        Limits = limits ?? new(),
    });

    /// <summary>A site that has been here before: initialised and refreshed once.</summary>
    internal async Task<TufClient> KnownTo(TemporaryFolder site)
    {
        var client = Client(site.Path);
        await client.InitAsync(FirstRoot);
        await client.RefreshAsync(Now);
        return client;
    }

    internal static byte[] Sign(JsonObject signed, IEnumerable<FileKey> signers) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["signatures"] = new JsonArray([.. signers.Select(signer => new JsonObject
        {
            ["keyid"] = signer.PublicKey.KeyId, ["sig"] = Convert.ToHexStringLower(signer.Sign(CanonicalJson.Olpc(signed))),
        })]),
        ["signed"] = signed.DeepClone(),
    });

    internal static JsonObject Keys(params FileKey[] keys) =>
        new(keys.Select(key => KeyValuePair.Create(key.PublicKey.KeyId, (JsonNode?)key.PublicKey.ToJson())));

    internal static JsonObject Role(int threshold, params FileKey[] keys) => new()
    {
        ["keyids"] = new JsonArray([.. keys.Select(key => (JsonNode)key.PublicKey.KeyId)]),
        ["threshold"] = threshold,
    };

    public void Dispose()
    {
        foreach (var key in (FileKey[])[.. People, Online, OnlineTimestamp])
            key.Dispose();
    }

    internal string Named(string role) =>
        ConsistentSnapshot ? $"{Versions[role]}.{Uri.EscapeDataString(role)}.json" : $"{Uri.EscapeDataString(role)}.json";

    private JsonObject Signed(string role, string type, int days) => new()
    {
        ["_type"] = type,
        ["spec_version"] = "1.0.34",
        ["version"] = ++Versions[role],
        ["expires"] = In(days),
        ["x-unknown"] = new JsonObject { ["kept"] = true },
    };

    private JsonObject Meta(string role) => new()
    {
        ["version"] = Versions[role],
        ["length"] = Metadata[Named(role)].Length,
        ["hashes"] = new JsonObject { ["sha256"] = Sha256(Metadata[Named(role)]) },
    };

    private byte[] Publish(string name, JsonObject signed, Action<JsonObject>? lie, FileKey[] signers)
    {
        lie?.Invoke(signed);
        return Metadata[name] = Sign(signed, signers);
    }

    private Task<Fetched?> Serve(Dictionary<string, byte[]> files, string path)
    {
        Requests.Add(path);
        // A web server decodes what it is asked for; here roles keep their encoded names, so only targets need it.
        var found = files.GetValueOrDefault(path) ?? files.GetValueOrDefault(Uri.UnescapeDataString(path));
        return Task.FromResult(found is null ? null : new Fetched(new MemoryStream(found), 0));
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
