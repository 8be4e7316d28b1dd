using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Trust.Dsse;
using Aftercare.Trust.Keys;
using Xunit;

namespace Aftercare.Tests.Trust.Dsse;

public sealed class DsseEnvelopeTests : IDisposable
{
    private const string Type = "application/vnd.aftercare.test+json";
    private static readonly byte[] Payload = [.. """{"a": 1}"""u8];
    private readonly FileKey _anna = FileKey.Create(KeyAlgorithm.EcdsaP256, "Anna");
    private readonly FileKey _ben = FileKey.Create(KeyAlgorithm.Ed25519, "Ben");

    public void Dispose()
    {
        _anna.Dispose();
        _ben.Dispose();
    }

    [Fact]
    public void What_is_signed_is_the_specifications_own_example() =>
        Assert.Equal(
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
            Encoding.UTF8.GetString(DsseEnvelope.PreAuthenticationEncoding("http://example.com/HelloWorld", "hello world"u8)));

    [Fact]
    public void Lengths_are_counted_in_bytes() =>
        Assert.Equal("DSSEv1 2 é 0 ", Encoding.UTF8.GetString(DsseEnvelope.PreAuthenticationEncoding("é", [])));

    [Fact]
    public void The_specifications_own_envelope_verifies()
    {
        // secure-systems-lab/dsse protocol.md, "Test Vectors".
        var key = new PublicKey("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256",
            "04"
            + Coordinate("46950820868899156662930047687818585632848591499744589407958293238635476079160")
            + Coordinate("5640078356564379163099075877009565129882514886557779369047442380624545832820"));
        var envelope = """
            {"payload":"aGVsbG8gd29ybGQ=","payloadType":"http://example.com/HelloWorld","signatures":[{"sig":"A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}
            """;
        var parsed = DsseEnvelope.Parse(Encoding.UTF8.GetBytes(envelope));

        Assert.Equal("hello world", Encoding.UTF8.GetString(parsed.Payload.Span));
        // The vector's signature is r||s; ours are DER, so it is translated here and only here.
        var pae = DsseEnvelope.PreAuthenticationEncoding(parsed.PayloadType, parsed.Payload.Span);
        Assert.True(key.Verify(pae, Der(parsed.Signatures[0].Value.ToArray())));
    }

    [Fact]
    public void An_envelope_signed_by_two_is_read_back_and_verified()
    {
        var bytes = DsseEnvelope.Sign(Type, Payload, _anna, _ben).ToBytes();

        var verified = DsseEnvelope.Parse(bytes).Verify([_anna.PublicKey, _ben.PublicKey], 2);

        Assert.Equal(Payload, verified.Payload.ToArray());
        Assert.Equal(Type, verified.PayloadType);
        Assert.Equal([_anna.PublicKey, _ben.PublicKey], verified.Signers);
    }

    [Fact]
    public void A_second_signature_can_come_later()
    {
        var first = DsseEnvelope.Parse(DsseEnvelope.Sign(Type, Payload, _anna).ToBytes());

        Assert.Equal(2, first.AlsoSignedBy(_ben).Verify([_anna.PublicKey, _ben.PublicKey], 2).Signers.Length);
    }

    [Fact]
    public void A_changed_payload_or_type_is_refused()
    {
        var json = JsonNode.Parse(DsseEnvelope.Sign(Type, Payload, _anna).ToBytes())!;
        var otherPayload = json.DeepClone();
        otherPayload["payload"] = Convert.ToBase64String("""{"a": 2}"""u8);
        var otherType = json.DeepClone();
        otherType["payloadType"] = Type + "x";

        Assert.Throws<EnvelopeSignatureException>(() => Parse(otherPayload).Verify([_anna.PublicKey], 1));
        Assert.Throws<EnvelopeSignatureException>(() => Parse(otherType).Verify([_anna.PublicKey], 1));
    }

    [Fact]
    public void Too_few_signatures_are_refused() =>
        Assert.Throws<EnvelopeSignatureException>(() => DsseEnvelope.Sign(Type, Payload, _anna).Verify([_anna.PublicKey, _ben.PublicKey], 2));

    [Fact]
    public void The_same_signature_twice_counts_once() =>
        Assert.Throws<EnvelopeSignatureException>(() => DsseEnvelope.Sign(Type, Payload, _anna, _anna).Verify([_anna.PublicKey, _ben.PublicKey], 2));

    [Fact]
    public void One_persons_two_keys_count_once()
    {
        using var second = FileKey.Create(KeyAlgorithm.EcdsaP256, "anna");

        Assert.Throws<EnvelopeSignatureException>(() => DsseEnvelope.Sign(Type, Payload, _anna, second).Verify([_anna.PublicKey, second.PublicKey], 2));
    }

    [Fact]
    public void A_strangers_signature_does_not_count()
    {
        using var stranger = FileKey.Create(KeyAlgorithm.EcdsaP256, "Mallory");

        Assert.Throws<EnvelopeSignatureException>(() => DsseEnvelope.Sign(Type, Payload, stranger).Verify([_anna.PublicKey], 1));
    }

    [Fact]
    public void A_strangers_signature_under_a_known_id_does_not_count()
    {
        using var stranger = FileKey.Create(KeyAlgorithm.EcdsaP256, "Mallory");
        var json = JsonNode.Parse(DsseEnvelope.Sign(Type, Payload, stranger).ToBytes())!;
        json["signatures"]![0]!["keyid"] = _anna.PublicKey.KeyId;

        Assert.Throws<EnvelopeSignatureException>(() => Parse(json).Verify([_anna.PublicKey], 1));
    }

    [Fact]
    public void A_signature_without_an_id_is_tried_with_every_key()
    {
        var json = JsonNode.Parse(DsseEnvelope.Sign(Type, Payload, _ben).ToBytes())!;
        json["signatures"]![0]!.AsObject().Remove("keyid");

        Assert.Equal([_ben.PublicKey], Parse(json).Verify([_anna.PublicKey, _ben.PublicKey], 1).Signers);
    }

    [Fact]
    public void Either_base64_alphabet_is_read()
    {
        var json = JsonNode.Parse(DsseEnvelope.Sign(Type, new byte[] { 0xfb, 0xff, 0xfe }, _anna).ToBytes())!;
        json["payload"] = "-__-";
        json["signatures"]![0]!["sig"] = json["signatures"]![0]!["sig"]!.GetValue<string>().Replace('+', '-').Replace('/', '_');

        Assert.Equal([0xfb, 0xff, 0xfe], Parse(json).Verify([_anna.PublicKey], 1).Payload.ToArray());
    }

    [Fact]
    public void A_threshold_of_nought_is_a_bug() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DsseEnvelope.Sign(Type, Payload, _anna).Verify([], 0));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"payloadType":"t","signatures":[{"sig":""}]}""")]
    [InlineData("""{"payload":"e30=","payloadType":"","signatures":[{"sig":""}]}""")]
    [InlineData("""{"payload":"e30=","payloadType":"t","signatures":[]}""")]
    [InlineData("""{"payload":"e30","payloadType":"t","signatures":[{"sig":""}]}""")]
    [InlineData("""{"payload":"e30=","payloadType":"t","signatures":[{"sig":7}]}""")]
    [InlineData("""{"payload":"e30=","payload":"e31=","payloadType":"t","signatures":[{"sig":""}]}""")]
    public void A_malformed_envelope_is_refused(string text) =>
        Assert.Throws<MalformedEnvelopeException>(() => DsseEnvelope.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void An_envelope_over_the_limit_is_refused() =>
        Assert.Throws<MalformedEnvelopeException>(() => DsseEnvelope.Parse(DsseEnvelope.Sign(Type, new byte[1_000], _anna).ToBytes(), mostBytes: 1_000));

    [Fact]
    public void An_envelope_with_a_crowd_of_signatures_is_refused()
    {
        var json = JsonNode.Parse(DsseEnvelope.Sign(Type, Payload, _anna).ToBytes())!;
        for (var i = 0; i < 64; i++)
            json["signatures"]!.AsArray().Add(json["signatures"]![0]!.DeepClone());

        Assert.Throws<MalformedEnvelopeException>(() => Parse(json));
    }

    [Fact]
    public void A_statement_travels_in_an_envelope()
    {
        var predicate = JsonSerializer.SerializeToElement(new { serial = "SN-0001", result = "installed" });
        var statement = new InTotoStatement([new InTotoSubject("pump/4.2.1/pump.bin", new string('a', 64))], "https://example.org/install-report/v1", predicate);

        var read = InTotoStatement.From(DsseEnvelope.Parse(statement.Sign(_anna).ToBytes()).Verify([_anna.PublicKey], 1));

        Assert.Equal(statement.Subjects, read.Subjects);
        Assert.Equal(statement.PredicateType, read.PredicateType);
        Assert.Equal("SN-0001", read.Predicate.GetProperty("serial").GetString());
        Assert.Equal(statement.ToBytes(), read.ToBytes());
    }

    [Theory]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v0.1","subject":[],"predicateType":"p"}""")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"p"}""")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"md5":"00"}}],"predicateType":"p"}""")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha256":"AB"}}],"predicateType":"p"}""")]
    [InlineData("not json")]
    public void A_malformed_statement_is_refused(string text)
    {
        var verified = DsseEnvelope.Sign(InTotoStatement.PayloadType, Encoding.UTF8.GetBytes(text), _anna).Verify([_anna.PublicKey], 1);

        Assert.Throws<MalformedEnvelopeException>(() => InTotoStatement.From(verified));
    }

    [Fact]
    public void A_payload_of_another_type_is_not_a_statement() =>
        Assert.Throws<MalformedEnvelopeException>(() => InTotoStatement.From(DsseEnvelope.Sign(Type, Payload, _anna).Verify([_anna.PublicKey], 1)));

    private static DsseEnvelope Parse(JsonNode json) => DsseEnvelope.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static string Coordinate(string number)
    {
        var bytes = System.Numerics.BigInteger.Parse(number, System.Globalization.CultureInfo.InvariantCulture).ToByteArray(isUnsigned: true, isBigEndian: true);
        return Convert.ToHexStringLower(bytes).PadLeft(64, '0');
    }

    private static byte[] Der(byte[] halves)
    {
        var asn = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (asn.PushSequence())
        {
            asn.WriteIntegerUnsigned(halves.AsSpan(0, 32).TrimStart((byte)0));
            asn.WriteIntegerUnsigned(halves.AsSpan(32).TrimStart((byte)0));
        }
        return asn.Encode();
    }
}
