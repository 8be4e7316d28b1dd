using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Aftercare.Trust.Keys;

/// <summary>The private half in memory, of any of the <see cref="KeyAlgorithm"/> kinds.</summary>
internal abstract class PrivateKey : IDisposable
{
    private const string EcOid = "1.2.840.10045.2.1";
    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string Ed25519Oid = "1.3.101.112";

    internal abstract PublicKey PublicKey();

    internal abstract byte[] Sign(ReadOnlySpan<byte> data);

    /// <returns>RFC 5958, in the clear: the caller wipes it.</returns>
    internal abstract byte[] ToPkcs8();

    public abstract void Dispose();

    internal static PrivateKey Create(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.EcdsaP256 => new Curve(ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        KeyAlgorithm.EcdsaP384 => new Curve(ECDsa.Create(ECCurve.NamedCurves.nistP384)),
        KeyAlgorithm.RsaPss3072 => new Rsa(RSA.Create(3072)),
        KeyAlgorithm.Ed25519 => new Edwards(RandomNumberGenerator.GetBytes(32)),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    internal static PrivateKey FromPkcs8(byte[] pkcs8)
    {
        var info = new AsnReader(pkcs8, AsnEncodingRules.BER).ReadSequence();
        info.ReadInteger();
        switch (info.ReadSequence().ReadObjectIdentifier())
        {
            case EcOid:
                var curve = ECDsa.Create();
                curve.ImportPkcs8PrivateKey(pkcs8, out _);
                return new Curve(curve);
            case RsaOid:
                var rsa = RSA.Create();
                rsa.ImportPkcs8PrivateKey(pkcs8, out _);
                return new Rsa(rsa);
            case Ed25519Oid:
                var seed = new AsnReader(info.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString();
                return seed.Length == 32 ? new Edwards(seed) : throw new CryptographicException("an Ed25519 seed has 32 bytes");
            case var other:
                throw new CryptographicException($"keys of kind {other} are not supported");
        }
    }

    private sealed class Curve(ECDsa key) : PrivateKey
    {
        private readonly KeyAlgorithm _algorithm = key.KeySize switch
        {
            256 => KeyAlgorithm.EcdsaP256,
            384 => KeyAlgorithm.EcdsaP384,
            var bits => throw new CryptographicException($"a curve of {bits} bits is not supported"),
        };

        internal override PublicKey PublicKey() => Keys.PublicKey.FromSpki(key.ExportSubjectPublicKeyInfo(), _algorithm);

        internal override byte[] Sign(ReadOnlySpan<byte> data) => key.SignData(
            data,
            _algorithm == KeyAlgorithm.EcdsaP256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384,
            DSASignatureFormat.Rfc3279DerSequence);

        internal override byte[] ToPkcs8() => key.ExportPkcs8PrivateKey();

        public override void Dispose() => key.Dispose();
    }

    private sealed class Rsa(RSA key) : PrivateKey
    {
        internal override PublicKey PublicKey() => Keys.PublicKey.FromSpki(key.ExportSubjectPublicKeyInfo(), KeyAlgorithm.RsaPss3072);

        internal override byte[] Sign(ReadOnlySpan<byte> data) => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

        internal override byte[] ToPkcs8() => key.ExportPkcs8PrivateKey();

        public override void Dispose() => key.Dispose();
    }

    private sealed class Edwards(byte[] seed) : PrivateKey
    {
        internal override PublicKey PublicKey() =>
            Keys.PublicKey.FromSpki(KeyMaterial.Ed25519Spki(Ed25519.PublicKey(seed)), KeyAlgorithm.Ed25519);

        internal override byte[] Sign(ReadOnlySpan<byte> data) => Ed25519.Sign(seed, data);

        internal override byte[] ToPkcs8()
        {
            var asn = new AsnWriter(AsnEncodingRules.DER);
            using (asn.PushSequence())
            {
                asn.WriteInteger(0);
                using (asn.PushSequence())
                    asn.WriteObjectIdentifier(Ed25519Oid);
                using (asn.PushOctetString())
                    asn.WriteOctetString(seed);
            }
            return asn.Encode();
        }

        public override void Dispose() => CryptographicOperations.ZeroMemory(seed);
    }
}
