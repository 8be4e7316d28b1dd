using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Aftercare.Trust.Keys;

namespace Aftercare.Trust.Tuf;

/// <summary>From the signed object to the role's record. Throws <see cref="FormatException"/> that names the place.</summary>
internal static partial class RoleReader
{
    internal static readonly ImmutableArray<string> TopLevel = ["root", "timestamp", "snapshot", "targets"];

    internal static Root Root(Located json)
    {
        var (spec, version, expires) = Common(json);
        var roles = json.Member("roles");
        return new Root(
            spec, version, expires, json.Json,
            json.Member("consistent_snapshot").Flag(),
            Keys(json.Member("keys")),
            TopLevel.ToFrozenDictionary(role => role, role => RoleKeys(roles.Member(role))));
    }

    internal static Timestamp Timestamp(Located json)
    {
        var (spec, version, expires) = Common(json);
        return new Timestamp(spec, version, expires, json.Json, MetaFile(json.Member("meta").Member("snapshot.json")));
    }

    internal static Snapshot Snapshot(Located json)
    {
        var (spec, version, expires) = Common(json);
        return new Snapshot(spec, version, expires, json.Json, json.Member("meta").Members().ToFrozenDictionary(m => m.Name, m => MetaFile(m.Value)));
    }

    internal static Targets Targets(Located json)
    {
        var (spec, version, expires) = Common(json);
        return new Targets(
            spec, version, expires, json.Json,
            json.Member("targets").Members().ToFrozenDictionary(m => m.Name, m => Target(m.Name, m.Value)),
            json.Optional("delegations") is { } delegations ? Delegations(delegations) : Tuf.Delegations.None);
    }

    private static (string Spec, long Version, DateTimeOffset Expires) Common(Located json)
    {
        var spec = json.Member("spec_version");
        // Well-known repositories write "1.0", so only the major number can be asked for.
        if (!SpecVersion().IsMatch(spec.Text()))
            throw spec.Wrong($"is \"{spec.Text()}\"; this product reads version 1");
        return (spec.Text(), json.Member("version").Whole(1), Instant(json.Member("expires")));
    }

    private static DateTimeOffset Instant(Located json)
    {
        var match = Rfc3339().Match(json.Text());
        return match.Success && DateTimeOffset.TryParseExact(
            match.Groups["second"].Value + match.Groups["zone"].Value, "yyyy-MM-dd'T'HH:mm:ssK",
            CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw json.Wrong("is not an instant such as 2030-01-31T00:00:00Z");
    }

    private static FrozenDictionary<string, PublicKey> Keys(Located json) =>
        json.Members().ToFrozenDictionary(member => member.Name, member => PublicKey.FromJson(member.Value));

    private static RoleKeys RoleKeys(Located json) => new(KeyIds(json.Member("keyids")), Threshold(json));

    private static int Threshold(Located json) => (int)Math.Min(int.MaxValue, json.Member("threshold").Whole(1));

    private static ImmutableArray<string> KeyIds(Located json)
    {
        ImmutableArray<string> ids = [.. json.Items().Select(id => id.Text())];
        return ids.Distinct().Count() == ids.Length ? ids : throw json.Wrong("names one key twice");
    }

    private static MetaFile MetaFile(Located json) => new(
        json.Member("version").Whole(1),
        json.Optional("length")?.Whole(0),
        json.Optional("hashes") is { } hashes ? Hashes(hashes) : []);

    private static ImmutableArray<FileHash> Hashes(Located json) => [.. json.Members().Select(m => Hash(m.Name, m.Value))];

    private static FileHash Hash(string algorithm, Located value)
    {
        var hex = value.Text();
        var digits = algorithm switch { "sha256" => 64, "sha512" => 128, _ => hex.Length };
        return hex.Length == digits && hex.Length > 0 && hex.All(char.IsAsciiHexDigit)
            ? new FileHash(algorithm, hex.ToLowerInvariant())
            : throw value.Wrong($"is not a {algorithm} in hex");
    }

    private static TargetInfo Target(string path, Located json)
    {
        var hashes = json.Member("hashes");
        var target = new TargetInfo(path, json.Member("length").Whole(0), Hashes(hashes), json.Optional("custom")?.Json);
        return target.Checkable.Any() ? target : throw hashes.Wrong("has neither sha256 nor sha512");
    }

    private static Delegations Delegations(Located json)
    {
        if (json.Optional("succinct_roles") is { } succinct)
            throw succinct.Wrong("is not supported; hashed bins with path_hash_prefixes are");
        ImmutableArray<DelegatedRole> roles = [.. json.Member("roles").Items().Select(Delegated)];
        return roles.DistinctBy(role => role.Name).Count() == roles.Length
            ? new Delegations(Keys(json.Member("keys")), roles)
            : throw json.Wrong("names one role twice");
    }

    private static DelegatedRole Delegated(Located json)
    {
        var paths = json.Optional("paths");
        var prefixes = json.Optional("path_hash_prefixes");
        if (paths is null == prefixes is null)
            throw json.Wrong("needs either paths or path_hash_prefixes");
        return new DelegatedRole(
            RoleName(json.Member("name")), KeyIds(json.Member("keyids")), Threshold(json), json.Member("terminating").Flag(),
            paths is null ? [] : [.. paths.Value.Items().Select(item => item.Text())],
            prefixes is null ? [] : [.. prefixes.Value.Items().Select(Prefix)]);
    }

    // On file systems without case, "Root.json" is root.json.
    private static string RoleName(Located json) =>
        json.Text().Length > 0 && !TopLevel.Contains(json.Text(), StringComparer.OrdinalIgnoreCase)
            ? json.Text()
            : throw json.Wrong("is empty or the name of a top-level role");

    private static string Prefix(Located json) =>
        json.Text() is { Length: >= 1 and <= 64 } hex && hex.All(char.IsAsciiHexDigit) ? hex.ToLowerInvariant() : throw json.Wrong("is not hex");

    [GeneratedRegex(@"\A1(\.[0-9]{1,9}){0,2}\z")]
    private static partial Regex SpecVersion();

    [GeneratedRegex(@"\A(?<second>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?(?<zone>Z|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Rfc3339();
}
