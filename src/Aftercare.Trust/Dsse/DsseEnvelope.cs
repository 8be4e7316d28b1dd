using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Json;
using Aftercare.Trust.Keys;

namespace Aftercare.Trust.Dsse;

/// <param name="KeyId">A hint only: it is not signed. Null when the envelope gives none.</param>
public sealed record DsseSignature(string? KeyId, ReadOnlyMemory<byte> Value);

/// <summary>
/// Dead Simple Signing Envelope, v1.0: a signature over exact bytes and their type, so that nothing need be made canonical.
/// An envelope read from outside vouches for nothing; <see cref="Verify"/> gives what does.
/// </summary>
public sealed class DsseEnvelope
{
    private const int MostSignatures = 64;
    private const int MostTypeCharacters = 256;
    private const int MostDepth = 8;

    private DsseEnvelope(string payloadType, ReadOnlyMemory<byte> payload, ImmutableArray<DsseSignature> signatures) =>
        (PayloadType, Payload, Signatures) = (payloadType, payload, signatures);

    /// <value>16 MiB: the default for the bytes of an envelope that is read.</value>
    public static int DefaultMostBytes => 16 * 1024 * 1024;

    public string PayloadType { get; }

    /// <value>Not to be believed before <see cref="Verify"/>.</value>
    public ReadOnlyMemory<byte> Payload { get; }

    public ImmutableArray<DsseSignature> Signatures { get; }

    public static DsseEnvelope Sign(string payloadType, ReadOnlyMemory<byte> payload, params Signer[] signers)
    {
        ArgumentException.ThrowIfNullOrEmpty(payloadType);
        var signedBytes = PreAuthenticationEncoding(payloadType, payload.Span);
        return new DsseEnvelope(payloadType, payload, [.. signers.Select(s => new DsseSignature(s.PublicKey.KeyId, s.Sign(signedBytes)))]);
    }

    /// <summary>The same payload with one more signature, for signers who are not in one room.</summary>
    public DsseEnvelope AlsoSignedBy(Signer signer) =>
        new(PayloadType, Payload, Signatures.AddRange(Sign(PayloadType, Payload, signer).Signatures));

    /// <exception cref="MalformedEnvelopeException">Not an envelope, or larger than <paramref name="mostBytes"/> (default
    /// <see cref="DefaultMostBytes"/>).</exception>
    public static DsseEnvelope Parse(ReadOnlyMemory<byte> bytes, int? mostBytes = null)
    {
        try
        {
            var json = new Located(StrictJson.Parse(bytes, new JsonLimits(mostBytes ?? DefaultMostBytes, MostDepth)));
            var type = json.Member("payloadType");
            var signatures = json.Member("signatures");
            if (type.Text().Length is 0 or > MostTypeCharacters)
                throw type.Wrong($"is not 1 to {MostTypeCharacters} characters long");
            if (signatures.Items().Count() is 0 or > MostSignatures)
                throw signatures.Wrong($"does not hold 1 to {MostSignatures} signatures");
            return new DsseEnvelope(type.Text(), Bytes(json.Member("payload")), [.. signatures.Items().Select(ReadSignature)]);
        }
        catch (Exception e) when (e is JsonFaultException or FormatException)
        {
            throw new MalformedEnvelopeException(e.Message, e);
        }
    }

    /// <summary>Counts people, not signatures: a key counts once, and so does a custodian who holds two of the keys.</summary>
    /// <param name="threshold">1 or more.</param>
    /// <exception cref="EnvelopeSignatureException">Fewer than <paramref name="threshold"/> of the keys' holders signed.</exception>
    public VerifiedPayload Verify(IEnumerable<PublicKey> keys, int threshold)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        var signedBytes = PreAuthenticationEncoding(PayloadType, Payload.Span);
        ImmutableArray<PublicKey> signers = [.. keys.Where(key => Signatures.Any(s => IsBy(key, s, signedBytes)))];
        var people = PublicKey.People(signers);
        return people >= threshold
            ? new VerifiedPayload(PayloadType, Payload, signers)
            : throw new EnvelopeSignatureException(PayloadType, people, threshold);
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["payload"] = Convert.ToBase64String(Payload.Span),
        ["payloadType"] = PayloadType,
        ["signatures"] = new JsonArray([.. Signatures.Select(Write)]),
    });

    /// <summary>PAE, the bytes that are signed: lengths are part of them, so that no other pair of type and payload has the same.</summary>
    public static byte[] PreAuthenticationEncoding(string payloadType, ReadOnlySpan<byte> payload)
    {
        var typeBytes = Encoding.UTF8.GetByteCount(payloadType);
        var head = string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {typeBytes} {payloadType} {payload.Length} ");
        return [.. Encoding.UTF8.GetBytes(head), .. payload];
    }

    private static bool IsBy(PublicKey key, DsseSignature signature, byte[] signedBytes) =>
        (signature.KeyId is null || signature.KeyId == key.KeyId) && key.Verify(signedBytes, signature.Value.Span);

    private static DsseSignature ReadSignature(Located json) =>
        new(json.Optional("keyid")?.Text() is { Length: > 0 } id ? id : null, Bytes(json.Member("sig")));

    private static JsonObject Write(DsseSignature signature)
    {
        var json = new JsonObject { ["sig"] = Convert.ToBase64String(signature.Value.Span) };
        if (signature.KeyId is not null)
            json["keyid"] = signature.KeyId;
        return json;
    }

    // The specification lets a sender choose either base64 alphabet.
    private static byte[] Bytes(Located json)
    {
        try
        {
            return Convert.FromBase64String(json.Text().Replace('-', '+').Replace('_', '/'));
        }
        catch (FormatException)
        {
            throw json.Wrong("is not base64");
        }
    }
}

/// <summary>
/// A payload that enough of the expected keys signed. Holding one is the proof: it comes only from <see cref="DsseEnvelope.Verify"/>.
/// </summary>
public sealed class VerifiedPayload
{
    internal VerifiedPayload(string payloadType, ReadOnlyMemory<byte> payload, ImmutableArray<PublicKey> signers) =>
        (PayloadType, Payload, Signers) = (payloadType, payload, signers);

    public string PayloadType { get; }

    public ReadOnlyMemory<byte> Payload { get; }

    /// <value>Every expected key whose signature held, in the order in which they were asked for.</value>
    public ImmutableArray<PublicKey> Signers { get; }
}
