using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Aftercare.Json;

namespace Aftercare.Trust.Keys;

/// <summary>
/// A public key as TUF metadata spells it, and the person who holds its private half. Two are equal when they are the same key.
/// </summary>
public sealed record PublicKey
{
    private const int MostFileBytes = 16 * 1024;
    private readonly Lazy<KeyMaterial?> _material;

    public PublicKey(string keyType, string scheme, string value)
    {
        (KeyType, Scheme, Value) = (keyType, scheme, value);
        KeyId = Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Olpc(Bare())));
        _material = new(() => KeyMaterial.Import(KeyType, Scheme, Value));
    }

    /// <value><c>ecdsa</c>, <c>rsa</c>, <c>ed25519</c>; <c>ecdsa-sha2-nistp256</c> in old metadata.</value>
    public string KeyType { get; }

    /// <value><c>ecdsa-sha2-nistp256</c>, <c>ecdsa-sha2-nistp384</c>, <c>rsassa-pss-sha256</c>, <c>ed25519</c>.</value>
    public string Scheme { get; }

    /// <value>PEM SubjectPublicKeyInfo; hex for Ed25519.</value>
    public string Value { get; }

    /// <value>Lowercase hex SHA-256 of the canonical <c>keytype</c>, <c>scheme</c> and <c>keyval</c>: who holds it does not change it.</value>
    public string KeyId { get; }

    /// <value>The person or service that holds the private half; printable ASCII. Null when the metadata does not say.</value>
    public string? Custodian { get; init; }

    /// <value>True for a key of a demonstration. A root with one is refused by a client unless it was told otherwise.</value>
    public bool IsTest { get; init; }

    /// <value>False for a kind, curve or length that this product does not verify with; such a key's signatures never count.</value>
    public bool IsUsable => _material.Value is not null;

    /// <value>True for the spelling of early repositories, which is verified and never written.</value>
    internal bool IsLegacy => KeyType.StartsWith("ecdsa-", StringComparison.Ordinal);

    /// <summary>The key to compare by eye or read out loud: SHA-256 of the SubjectPublicKeyInfo in groups of four hex digits.</summary>
    public string Fingerprint => string.Join(' ', Identity.Chunk(4).Select(group => new string(group)));

    /// <summary>Equal for the same key whatever its spelling, so that one key listed twice is one key.</summary>
    internal string Identity => _material.Value is { } material ? Convert.ToHexStringLower(SHA256.HashData(material.Spki)) : KeyId;

    /// <summary>ECDSA signatures are DER sequences (RFC 3279); Ed25519 ones 64 bytes.</summary>
    /// <returns>False also for a malformed signature and for a key that is not usable.</returns>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        _material.Value is { } material && material.Check(data, signature);

    /// <summary>Reads a <c>NAME.pub</c> file, as <see cref="FileKey.Save"/> writes it beside the private half.</summary>
    /// <exception cref="FormatException">Not a public key of a kind that this product uses.</exception>
    public static PublicKey Parse(ReadOnlyMemory<byte> file)
    {
        try
        {
            var key = FromJson(new Located(StrictJson.Parse(file, new JsonLimits(MostFileBytes, 8))));
            return key.IsUsable
                ? key
                : throw new FormatException($"The key file holds a {key.KeyType} key with scheme {key.Scheme} that cannot be used.");
        }
        catch (JsonFaultException fault)
        {
            throw new FormatException($"The key file is not JSON as it should be: {fault.Message}", fault);
        }
    }

    /// <summary>The key object of TUF metadata, with <c>x-custodian</c> and <c>x-test</c> where they say something.</summary>
    public JsonObject ToJson()
    {
        var json = Bare();
        if (Custodian is not null)
            json["x-custodian"] = Custodian;
        if (IsTest)
            json["x-test"] = true;
        return json;
    }

    public bool Equals(PublicKey? other) => other is not null && other.KeyId == KeyId;

    public override int GetHashCode() => KeyId.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Custodian is null ? KeyId[..8] : $"{KeyId[..8]} ({Custodian})";

    internal static PublicKey FromJson(Located json) =>
        new(json.Member("keytype").Text(), json.Member("scheme").Text(), json.Member("keyval").Member("public").Text())
        {
            Custodian = json.Optional("x-custodian")?.Text(),
            IsTest = json.Optional("x-test")?.Flag() ?? false,
        };

    internal static PublicKey FromSpki(byte[] spki, KeyAlgorithm algorithm)
    {
        var pem = PemEncoding.WriteString("PUBLIC KEY", spki) + "\n";
        return algorithm switch
        {
            KeyAlgorithm.EcdsaP256 => new("ecdsa", "ecdsa-sha2-nistp256", pem),
            KeyAlgorithm.EcdsaP384 => new("ecdsa", "ecdsa-sha2-nistp384", pem),
            KeyAlgorithm.RsaPss3072 => new("rsa", "rsassa-pss-sha256", pem),
            KeyAlgorithm.Ed25519 => new("ed25519", "ed25519", Convert.ToHexStringLower(spki.AsSpan(^32..))),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };
    }

    /// <summary>
    /// How many people stand behind these keys: a key counts once however often it is listed, and so does a person with two keys.
    /// </summary>
    internal static int People(IEnumerable<PublicKey> keys) =>
        keys.DistinctBy(key => key.Identity).DistinctBy(key => key.Person).Count();

    /// <summary>The custodian's name without case and outer blanks; the key itself when nobody is named.</summary>
    internal string Person => Custodian?.Trim().ToUpperInvariant() ?? Identity;

    private JsonObject Bare() => new()
    {
        ["keytype"] = KeyType,
        ["keyval"] = new JsonObject { ["public"] = Value },
        ["scheme"] = Scheme,
    };
}
