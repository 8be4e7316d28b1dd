using System.Security.Cryptography;
using System.Text;
using Aftercare.Trust.Keys;
using Xunit;

namespace Aftercare.Tests.Trust.Keys;

public sealed class PublicKeyTests
{
    private static readonly byte[] Data = [.. "what is signed"u8];

    public static TheoryData<KeyAlgorithm> Kinds => [.. Enum.GetValues<KeyAlgorithm>()];

    [Theory, MemberData(nameof(Kinds))]
    public void A_signature_verifies_and_a_changed_one_does_not(KeyAlgorithm kind)
    {
        using var signer = FileKey.Create(kind, "Anna");
        var signature = signer.Sign(Data);

        Assert.True(signer.PublicKey.Verify(Data, signature));
        Assert.False(signer.PublicKey.Verify("what is signet"u8, signature));
        signature[^1] ^= 1;
        Assert.False(signer.PublicKey.Verify(Data, signature));
        Assert.False(signer.PublicKey.Verify(Data, []));
        Assert.False(signer.PublicKey.Verify(Data, new byte[1_000]));
    }

    [Fact]
    public void A_key_id_is_the_sha256_of_the_canonical_key()
    {
        var key = new PublicKey("ed25519", "ed25519", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        const string Canonical = """{"keytype":"ed25519","keyval":{"public":"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"},"scheme":"ed25519"}""";

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Canonical))), key.KeyId);
        Assert.Equal(key.KeyId, (key with { Custodian = "Anna", IsTest = true }).KeyId);
    }

    [Fact]
    public void A_key_id_of_a_pem_key_has_raw_line_breaks()
    {
        const string Pem = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n";
        var canonical = "{\"keytype\":\"ecdsa\",\"keyval\":{\"public\":\"" + Pem + "\"},\"scheme\":\"ecdsa-sha2-nistp256\"}";

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(canonical))), new PublicKey("ecdsa", "ecdsa-sha2-nistp256", Pem).KeyId);
    }

    [Fact]
    public void An_ecdsa_signature_is_der()
    {
        using var signer = FileKey.Create(KeyAlgorithm.EcdsaP256, "Anna");
        using var plain = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = new PublicKey("ecdsa", "ecdsa-sha2-nistp256", plain.ExportSubjectPublicKeyInfoPem());

        Assert.Equal(0x30, signer.Sign(Data)[0]);
        Assert.True(key.Verify(Data, plain.SignData(Data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        Assert.False(key.Verify(Data, plain.SignData(Data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)));
    }

    [Fact]
    public void The_old_hex_spelling_of_a_point_is_the_same_key()
    {
        using var plain = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var q = plain.ExportParameters(false).Q;
        var old = new PublicKey("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", "04" + Convert.ToHexStringLower(q.X!) + Convert.ToHexStringLower(q.Y!));
        var pem = new PublicKey("ecdsa", "ecdsa-sha2-nistp256", plain.ExportSubjectPublicKeyInfoPem());

        Assert.True(old.Verify(Data, plain.SignData(Data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        Assert.NotEqual(pem.KeyId, old.KeyId);
        Assert.Equal(pem.Fingerprint, old.Fingerprint);
    }

    [Fact]
    public void A_key_of_the_wrong_curve_length_or_kind_is_not_usable()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var shortRsa = RSA.Create(2048);
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PublicKey[] keys =
        [
            new("ecdsa", "ecdsa-sha2-nistp256", p384.ExportSubjectPublicKeyInfoPem()),
            new("ecdsa", "ecdsa-sha2-nistp384", p256.ExportSubjectPublicKeyInfoPem()),
            new("ecdsa", "rsassa-pss-sha256", p256.ExportSubjectPublicKeyInfoPem()),
            new("rsa", "rsassa-pss-sha256", shortRsa.ExportSubjectPublicKeyInfoPem()),
            new("rsa", "rsassa-pss-sha256", p256.ExportSubjectPublicKeyInfoPem()),
            new("ecdsa", "ecdsa-sha2-nistp256", p256.ExportPkcs8PrivateKeyPem()),
            new("ecdsa", "ecdsa-sha2-nistp256", "04" + new string('0', 128)),
            new("ecdsa", "ecdsa-sha2-nistp256", "-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----\n"),
            new("ecdsa", "ecdsa-sha2-nistp256", ""),
            new("ecdsa", "ecdsa-sha2-nistp256", UnknownCurve(p256.ExportSubjectPublicKeyInfo())),
            new("ed25519", "ed25519", "ab"),
            new("ed25519", "ed25519", "not hex"),
            new("ed448", "ed448", new string('a', 114)),
        ];

        Assert.DoesNotContain(keys, key => key.IsUsable);
        Assert.DoesNotContain(keys, key => key.Verify(Data, new byte[64]));
    }

    // .NET refuses a curve that it does not know with another exception than all else.
    private static string UnknownCurve(byte[] spki)
    {
        spki[18] ^= 0x04;
        return PemEncoding.WriteString("PUBLIC KEY", spki);
    }

    [Fact]
    public void A_public_key_file_is_read_back()
    {
        using var signer = FileKey.Create(KeyAlgorithm.EcdsaP384, "Anna Berg");

        var read = PublicKey.Parse(Encoding.UTF8.GetBytes(signer.PublicKey.ToJson().ToJsonString()));

        Assert.Equal(signer.PublicKey, read);
        Assert.Equal("Anna Berg", read.Custodian);
        Assert.False(read.IsTest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"keytype":"ed25519"}""")]
    [InlineData("""{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":7}}""")]
    [InlineData("""{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":"zz"}}""")]
    [InlineData("""{"keytype":"ed25519","keytype":"rsa","scheme":"ed25519","keyval":{"public":""}}""")]
    public void A_bad_public_key_file_is_refused(string text) =>
        Assert.Throws<FormatException>(() => PublicKey.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_fingerprint_is_read_out_in_groups_of_four()
    {
        using var signer = FileKey.Create(KeyAlgorithm.EcdsaP256, "Anna");

        Assert.Matches("^([0-9a-f]{4} ){15}[0-9a-f]{4}$", signer.PublicKey.Fingerprint);
    }

    [Fact]
    public async Task A_key_verifies_for_many_at_once()
    {
        using var signer = FileKey.Create(KeyAlgorithm.EcdsaP256, "Anna");
        var signature = signer.Sign(Data);

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => signer.PublicKey.Verify(Data, signature))));

        Assert.DoesNotContain(false, verdicts);
    }
}
