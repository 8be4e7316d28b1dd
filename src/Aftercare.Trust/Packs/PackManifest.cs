using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Aftercare.Trust.Log;

namespace Aftercare.Trust.Packs;

/// <param name="Path">See <see cref="PackPath.IsSafe"/>.</param>
/// <param name="MediaType">Such as <c>application/json</c>.</param>
/// <param name="Size">Bytes when unpacked.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits, of the unpacked bytes.</param>
public sealed record PackMember(string Path, string MediaType, long Size, string Sha256);

/// <summary>What a pack is and holds; the payload of its signed envelope.</summary>
/// <param name="Purpose">One line for people: what was asked for, and by whom.</param>
/// <param name="MadeAt">UTC, in milliseconds.</param>
/// <param name="Log">The log's word that the ledger members are proved against; null when the pack holds none.</param>
/// <param name="Members">In the order in which they stand in the file.</param>
public sealed partial record PackManifest(string Purpose, DateTimeOffset MadeAt, VerifiedCheckpoint? Log, ImmutableArray<PackMember> Members)
{
    /// <summary>The DSSE payload type of a manifest.</summary>
    public const string PayloadType = "application/vnd.aftercare.pack+json";

    private const string FormatName = "aftercare-pack/1";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new Json(
            FormatName, Purpose, MadeAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
            Log is null ? null : new LogJson(Log.Note.SignedBy[0].ToString(), Log.Note.Note.ToString()),
            [.. Members]),
        Codec.Default.Json);

    /// <exception cref="UntrustedException">
    /// Not a manifest, one that names a member unsafely or twice, or one whose checkpoint its log did not sign.
    /// </exception>
    internal static PackManifest Parse(byte[] json, PackLimits limits)
    {
        var read = Deserialize(json);
        if (read.Format != FormatName)
            throw new UntrustedPackException($"The manifest's format is {read.Format}; this version reads {FormatName}.");
        if (!DateTimeOffset.TryParseExact(
            read.MadeAt, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var madeAt))
            throw new UntrustedPackException("The manifest's madeAt is not an instant in UTC with milliseconds.");

        RequireSound(read.Members, limits);
        var log = read.Log is null ? null : VerifiedCheckpoint.Open(Note.Parse(read.Log.Checkpoint), NoteKey.Parse(read.Log.Key));
        if (log is null && read.Members.Any(m => PackPath.IsLedgerEntry(m.Path, out _)))
            throw new UntrustedPackException("The manifest lists ledger entries but names no log that vouches for them.");
        return new PackManifest(read.Purpose, madeAt, log, [.. read.Members]);
    }

    private static Json Deserialize(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Codec.Default.Json) ?? throw new UntrustedPackException("The manifest is null.");
        }
        catch (JsonException e)
        {
            throw new UntrustedPackException($"The manifest cannot be read at {e.Path ?? "$"}, line {(e.LineNumber ?? 0) + 1}.", e);
        }
    }

    private static void RequireSound(PackMember?[] members, PackLimits limits)
    {
        if (members.Length > limits.MaxMembers)
            throw new UntrustedPackException($"The manifest lists {members.Length} members; at most {limits.MaxMembers} are read.");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { PackPath.Manifest };
        var total = 0L;
        foreach (var member in members)
        {
            if (member is null || !PackPath.IsSafe(member.Path) || !names.Add(member.Path))
                throw new UntrustedPackException(
                    $"The manifest lists {Shown.Name(member?.Path ?? "null")}, which is unsafe to unpack or listed twice.");
            if (member.Size < 0 || member.Size > limits.MaxBytes - total || !Sha256Hex().IsMatch(member.Sha256))
                throw new UntrustedPackException(
                    $"The manifest's size or SHA-256 of {member.Path} is malformed, or beyond {limits.MaxBytes} bytes in all.");
            total += member.Size;
        }
    }

    internal static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Sha256Hex();

    internal sealed record Json(string Format, string Purpose, string MadeAt, LogJson? Log, PackMember[] Members);

    internal sealed record LogJson(string Key, string Checkpoint);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 8)]
    [JsonSerializable(typeof(Json))]
    private sealed partial class Codec : JsonSerializerContext;
}
