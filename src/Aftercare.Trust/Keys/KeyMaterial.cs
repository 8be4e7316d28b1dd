using System.Security.Cryptography;

namespace Aftercare.Trust.Keys;

internal delegate bool SignatureCheck(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

/// <summary>
/// A public key made ready for verifying. Imported once: importing costs more than twice what a verification does.
/// </summary>
/// <param name="Spki">The same key always has the same bytes here, however its metadata spelt it.</param>
internal sealed record KeyMaterial(byte[] Spki, SignatureCheck Check)
{
    private const int LeastRsaBits = 3072;
    private static readonly byte[] Ed25519SpkiPrefix = Convert.FromHexString("302a300506032b6570032100");

    /// <returns>Null for a key that this product cannot or will not use: unknown kind, wrong curve, too short, not a public key.</returns>
    internal static KeyMaterial? Import(string keyType, string scheme, string text)
    {
        try
        {
            return (keyType, scheme) switch
            {
                ("ecdsa" or "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256") => Ecdsa(text, ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256),
                ("ecdsa" or "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384") => Ecdsa(text, ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384),
                ("rsa", "rsassa-pss-sha256") => RsaPss(text),
                ("ed25519", "ed25519") => EdwardsCurve(text),
                _ => null,
            };
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    internal static byte[] Ed25519Spki(ReadOnlySpan<byte> publicKey) => [.. Ed25519SpkiPrefix, .. publicKey];

    private static KeyMaterial? Ecdsa(string text, ECCurve curve, HashAlgorithmName hash)
    {
        var key = ECDsa.Create();
        if (IsPem(text))
            key.ImportSubjectPublicKeyInfo(FromPem(text), out _);
        else
            key.ImportParameters(new ECParameters { Curve = curve, Q = Point(text) });

        if (key.ExportParameters(false).Curve.Oid.Value != curve.Oid.Value)
            return null;
        return new KeyMaterial(key.ExportSubjectPublicKeyInfo(), OneAtATime(key, (data, signature) =>
            key.VerifyData(data, signature, hash, DSASignatureFormat.Rfc3279DerSequence)));
    }

    private static KeyMaterial? RsaPss(string text)
    {
        var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(FromPem(text), out _);
        if (key.KeySize < LeastRsaBits)
            return null;
        return new KeyMaterial(key.ExportSubjectPublicKeyInfo(), OneAtATime(key, (data, signature) =>
            key.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
    }

    private static KeyMaterial? EdwardsCurve(string text)
    {
        var spki = IsPem(text) ? FromPem(text) : Ed25519Spki(Convert.FromHexString(text));
        if (spki.Length != Ed25519SpkiPrefix.Length + 32 || !spki.AsSpan().StartsWith(Ed25519SpkiPrefix))
            return null;
        var point = spki[Ed25519SpkiPrefix.Length..];
        return new KeyMaterial(spki, (data, signature) => Ed25519.Verify(point, data, signature));
    }

    // .NET promises nothing about instance members used from several threads.
    private static SignatureCheck OneAtATime(AsymmetricAlgorithm key, SignatureCheck check) => (data, signature) =>
    {
        lock (key)
        {
            try
            {
                return check(data, signature);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    };

    private static bool IsPem(string text) => text.StartsWith("-----BEGIN ", StringComparison.Ordinal);

    // By label: ImportFromPem would take a private key as well, and metadata is public.
    private static byte[] FromPem(string pem)
    {
        var fields = PemEncoding.Find(pem);
        return pem[fields.Label] == "PUBLIC KEY"
            ? Convert.FromBase64String(pem[fields.Base64Data])
            : throw new FormatException("not a public key");
    }

    // Legacy spelling of early TUF repositories: the uncompressed point in hex. Verified, never written.
    private static ECPoint Point(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var half = bytes.Length / 2;
        return bytes is [4, ..] && bytes.Length % 2 == 1
            ? new ECPoint { X = bytes[1..(half + 1)], Y = bytes[(half + 1)..] }
            : throw new FormatException("not an uncompressed point");
    }
}
