using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Json;
using Aftercare.Trust.Keys;

namespace Aftercare.Trust.Dsse;

/// <param name="Sha256">Lowercase hex.</param>
public sealed record InTotoSubject(string Name, string Sha256);

/// <summary>An in-toto statement (attestation framework, Statement v1): what is said, about which bytes.</summary>
public sealed record InTotoStatement(ImmutableArray<InTotoSubject> Subjects, string PredicateType, JsonElement Predicate)
{
    public const string PayloadType = "application/vnd.in-toto+json";

    private const string StatementType = "https://in-toto.io/Statement/v1";
    private const int MostSubjects = 10_000;

    /// <returns>RFC 8785 bytes, so that the same statement has the same digest wherever it is made.</returns>
    public byte[] ToBytes() => CanonicalJson.Rfc8785(new JsonObject
    {
        ["_type"] = StatementType,
        ["subject"] = new JsonArray([.. Subjects.Select(Write)]),
        ["predicateType"] = PredicateType,
        ["predicate"] = JsonNode.Parse(Predicate.GetRawText()),
    });

    public DsseEnvelope Sign(params Signer[] signers) => DsseEnvelope.Sign(PayloadType, ToBytes(), signers);

    /// <summary>Reads what a verified envelope carries.</summary>
    /// <exception cref="MalformedEnvelopeException">Another payload type, not a statement, or a subject without SHA-256.</exception>
    public static InTotoStatement From(VerifiedPayload verified)
    {
        if (verified.PayloadType != PayloadType)
            throw new MalformedEnvelopeException($"it carries {verified.PayloadType}, not {PayloadType}");
        try
        {
            return Read(new Located(StrictJson.Parse(verified.Payload)));
        }
        catch (Exception e) when (e is JsonFaultException or FormatException)
        {
            throw new MalformedEnvelopeException(e.Message, e);
        }
    }

    private static InTotoStatement Read(Located json)
    {
        var type = json.Member("_type");
        if (type.Text() != StatementType)
            throw type.Wrong($"is not {StatementType}");
        var subjects = json.Member("subject");
        if (subjects.Items().Count() is 0 or > MostSubjects)
            throw subjects.Wrong($"does not name 1 to {MostSubjects} subjects");
        var predicate = json.Optional("predicate")?.Json ?? JsonSerializer.SerializeToElement(new JsonObject());
        return new InTotoStatement([.. subjects.Items().Select(ReadSubject)], json.Member("predicateType").Text(), predicate);
    }

    private static InTotoSubject ReadSubject(Located json)
    {
        var digest = json.Member("digest").Member("sha256");
        var hex = digest.Text();
        if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigitLower))
            throw digest.Wrong("is not 64 lowercase hex digits");
        return new InTotoSubject(json.Member("name").Text(), hex);
    }

    private static JsonObject Write(InTotoSubject subject) => new()
    {
        ["name"] = subject.Name,
        ["digest"] = new JsonObject { ["sha256"] = subject.Sha256 },
    };
}
