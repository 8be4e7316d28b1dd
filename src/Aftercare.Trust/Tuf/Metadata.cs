using System.Collections.Immutable;
using Aftercare.Json;
using Aftercare.Trust.Keys;

namespace Aftercare.Trust.Tuf;

/// <param name="Value">Empty when a signer is named but has not signed yet.</param>
public sealed record RoleSignature(string KeyId, ReadOnlyMemory<byte> Value);

/// <summary>
/// A metadata file: the bytes as received, what they say, and who signed. Parsing proves nothing; <see cref="TrustedMetadataSet"/> does.
/// </summary>
public sealed class Metadata<T> where T : Role
{
    internal Metadata(ReadOnlyMemory<byte> bytes, T role, ReadOnlyMemory<byte> signedBytes, ImmutableArray<RoleSignature> signatures) =>
        (Bytes, Role, SignedBytes, Signatures) = (bytes, role, signedBytes, signatures);

    /// <value>Exactly what was received; the only form in which metadata is ever stored.</value>
    public ReadOnlyMemory<byte> Bytes { get; }

    public T Role { get; }

    /// <value>The canonical form that signatures are over.</value>
    public ReadOnlyMemory<byte> SignedBytes { get; }

    public ImmutableArray<RoleSignature> Signatures { get; }

    /// <param name="role">The name to use in refusals.</param>
    /// <param name="asked">Who asks for the signatures, as a person would say it.</param>
    /// <exception cref="ThresholdNotMetException"/>
    internal void VerifySignedBy(RoleKeys keys, IReadOnlyDictionary<string, PublicKey> known, string role, string asked)
    {
        var signed = Signatures
            .Where(signature => keys.KeyIds.Contains(signature.KeyId))
            .Where(signature => known.TryGetValue(signature.KeyId, out var key) && key.Verify(SignedBytes.Span, signature.Value.Span))
            .Select(signature => known[signature.KeyId]);
        var people = PublicKey.People(signed);
        if (people < keys.Threshold)
            throw new ThresholdNotMetException(role, asked, people, keys.Threshold);
    }
}

/// <summary>Reads metadata files. The names of types and limits are those of the TUF specification 1.0.</summary>
public static class Metadata
{
    private const int MostSignatures = 1_000;

    /// <exception cref="MalformedMetadataException"/>
    public static Metadata<Root> ParseRoot(ReadOnlyMemory<byte> bytes) => Parse(bytes, "root", "root", RoleReader.Root);

    /// <exception cref="MalformedMetadataException"/>
    public static Metadata<Timestamp> ParseTimestamp(ReadOnlyMemory<byte> bytes) => Parse(bytes, "timestamp", "timestamp", RoleReader.Timestamp);

    /// <exception cref="MalformedMetadataException"/>
    public static Metadata<Snapshot> ParseSnapshot(ReadOnlyMemory<byte> bytes) => Parse(bytes, "snapshot", "snapshot", RoleReader.Snapshot);

    /// <param name="role">The role's name; <c>targets</c> for the top-level one.</param>
    /// <exception cref="MalformedMetadataException"/>
    public static Metadata<Targets> ParseTargets(ReadOnlyMemory<byte> bytes, string role = "targets") =>
        Parse(bytes, role, "targets", RoleReader.Targets);

    private static Metadata<T> Parse<T>(ReadOnlyMemory<byte> bytes, string role, string type, Func<Located, T> read) where T : Role
    {
        try
        {
            // The caller capped the bytes while reading them; here it is only the depth that counts.
            var json = new Located(StrictJson.Parse(bytes, new JsonLimits(int.MaxValue)));
            var signed = json.Member("signed");
            var typeName = signed.Member("_type");
            if (typeName.Text() != type)
                throw typeName.Wrong($"is \"{typeName.Text()}\" and not \"{type}\"");
            return new Metadata<T>(bytes, read(signed), CanonicalJson.Olpc(signed.Json), Signatures(json.Member("signatures")));
        }
        catch (Exception e) when (e is JsonFaultException or FormatException)
        {
            throw new MalformedMetadataException(role, e.Message, e);
        }
    }

    private static ImmutableArray<RoleSignature> Signatures(Located json)
    {
        ImmutableArray<RoleSignature> signatures = [.. json.Items().Take(MostSignatures + 1).Select(Signature)];
        if (signatures.Length > MostSignatures)
            throw json.Wrong($"has more than {MostSignatures} signatures");
        return signatures.DistinctBy(signature => signature.KeyId).Count() == signatures.Length
            ? signatures
            : throw json.Wrong("names one key twice");
    }

    private static RoleSignature Signature(Located json)
    {
        var value = json.Member("sig");
        var hex = value.Text();
        return hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit)
            ? new RoleSignature(json.Member("keyid").Text(), Convert.FromHexString(hex))
            : throw value.Wrong("is not hex");
    }
}
