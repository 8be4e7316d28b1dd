using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Aftercare.Trust.Keys;

namespace Aftercare.Trust.Tuf;

/// <summary>What every role's metadata says (TUF specification §4.3). Members that are not understood stay in <see cref="Json"/>.</summary>
/// <param name="Version">1 or more.</param>
/// <param name="Expires">Fractions of a second are dropped, so this is never later than what was signed.</param>
/// <param name="Json">The whole signed object as received.</param>
public abstract record Role(string SpecVersion, long Version, DateTimeOffset Expires, JsonElement Json)
{
    /// <summary>True from the very instant of expiry on.</summary>
    public bool IsExpired(DateTimeOffset now) => now >= Expires;
}

/// <summary>Whose signatures a role needs.</summary>
/// <param name="Threshold">1 or more.</param>
public record RoleKeys(ImmutableArray<string> KeyIds, int Threshold);

/// <summary>§4.3: the keys of all top-level roles.</summary>
public sealed record Root(
    string SpecVersion, long Version, DateTimeOffset Expires, JsonElement Json,
    bool ConsistentSnapshot,
    FrozenDictionary<string, PublicKey> Keys,
    FrozenDictionary<string, RoleKeys> Roles) : Role(SpecVersion, Version, Expires, Json)
{
    /// <value>True when the root or one of its keys is branded as a demonstration's.</value>
    public bool IsTest =>
        (Json.TryGetProperty("x-aftercare-test", out var mark) && mark.ValueKind != JsonValueKind.False) || Keys.Values.Any(key => key.IsTest);

    /// <summary>The keys that may sign this role and are known here.</summary>
    public IEnumerable<PublicKey> KeysOf(string role) => Roles[role].KeyIds.Where(Keys.ContainsKey).Select(id => Keys[id]);
}

/// <param name="Length">Bytes; null when not stated.</param>
/// <param name="Hashes">Algorithm and lowercase hex, in the order of the document; may be empty.</param>
public sealed record MetaFile(long Version, long? Length, ImmutableArray<FileHash> Hashes);

/// <param name="Algorithm"><c>sha256</c> or <c>sha512</c>; others are kept but not checked.</param>
/// <param name="Hex">Lowercase.</param>
public sealed record FileHash(string Algorithm, string Hex);

/// <summary>§4.6: which snapshot is the newest.</summary>
public sealed record Timestamp(string SpecVersion, long Version, DateTimeOffset Expires, JsonElement Json, MetaFile Snapshot)
    : Role(SpecVersion, Version, Expires, Json);

/// <summary>§4.4: which targets files belong together.</summary>
/// <param name="Meta">By file name, such as <c>targets.json</c>.</param>
public sealed record Snapshot(
    string SpecVersion, long Version, DateTimeOffset Expires, JsonElement Json, FrozenDictionary<string, MetaFile> Meta)
    : Role(SpecVersion, Version, Expires, Json);

/// <summary>§4.5: files, and who else may name files.</summary>
public sealed record Targets(
    string SpecVersion, long Version, DateTimeOffset Expires, JsonElement Json,
    FrozenDictionary<string, TargetInfo> Files,
    Delegations Delegations) : Role(SpecVersion, Version, Expires, Json);

/// <param name="Roles">In order of trust.</param>
public sealed record Delegations(FrozenDictionary<string, PublicKey> Keys, ImmutableArray<DelegatedRole> Roles)
{
    public static Delegations None { get; } = new(FrozenDictionary<string, PublicKey>.Empty, []);
}

/// <param name="Terminating">When this role covers a path and lacks it, nobody further is asked.</param>
public sealed record DelegatedRole(
    string Name, ImmutableArray<string> KeyIds, int Threshold, bool Terminating,
    ImmutableArray<string> Paths, ImmutableArray<string> PathHashPrefixes) : RoleKeys(KeyIds, Threshold)
{
    public bool Covers(string targetPath) =>
        Paths.Any(pattern => PathPattern.Matches(pattern, targetPath))
        || (!PathHashPrefixes.IsEmpty && PathPattern.HashOf(targetPath) is var hash
            && PathHashPrefixes.Any(prefix => hash.StartsWith(prefix, StringComparison.Ordinal)));
}

/// <summary>
/// A file that signed metadata describes. It says what the bytes must be, not that any bytes are so: that is <see cref="VerifiedTarget"/>.
/// </summary>
/// <param name="Path"><c>line/release/file</c>.</param>
/// <param name="Length">Bytes, exactly.</param>
/// <param name="Hashes">At least one of <c>sha256</c> and <c>sha512</c>; all of them are checked.</param>
/// <param name="Custom">The manufacturer's own object; null when there is none.</param>
public sealed record TargetInfo(string Path, long Length, ImmutableArray<FileHash> Hashes, JsonElement? Custom)
{
    /// <value>Lowercase hex; null when only SHA-512 was signed.</value>
    public string? Sha256 => Hashes.FirstOrDefault(hash => hash.Algorithm == "sha256")?.Hex;

    internal IEnumerable<FileHash> Checkable => Hashes.Where(hash => hash.Algorithm is "sha256" or "sha512");

    /// <summary>The name under which a repository with consistent snapshots serves it: the first listed hash before the file's name (§7.2).</summary>
    internal string HashedPath
    {
        get
        {
            var cut = Path.LastIndexOf('/') + 1;
            return $"{Path[..cut]}{Hashes[0].Hex}.{Path[cut..]}";
        }
    }
}
