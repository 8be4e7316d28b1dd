using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Aftercare.Trust.Keys;

/// <summary>
/// Encrypted PKCS #8 (RFC 8018 PBES2, RFC 5958) in one strong form: AES-256-CBC, PBKDF2 with HMAC-SHA-256.
/// In-box APIs do this for the key kinds that .NET knows; this one does it for Ed25519 too, and refuses weak files.
/// </summary>
internal static class Pbes2
{
    /// <summary>OWASP's figure for PBKDF2-HMAC-SHA-256 (2023 and since).</summary>
    internal const int Iterations = 600_000;
    private const int MostIterations = 10_000_000;
    private const int SaltBytes = 16;

    private const string Pbes2Oid = "1.2.840.113549.1.5.13";
    private const string Pbkdf2Oid = "1.2.840.113549.1.5.12";
    private const string HmacSha256Oid = "1.2.840.113549.2.9";
    private const string Aes256CbcOid = "2.16.840.1.101.3.4.1.42";

    internal static byte[] Encrypt(ReadOnlySpan<byte> plain, ReadOnlySpan<char> passphrase)
    {
        using var aes = Aes.Create();
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var iv = RandomNumberGenerator.GetBytes(16);
        aes.Key = Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, Iterations, HashAlgorithmName.SHA256, 32);
        return Write(salt, iv, aes.EncryptCbc(plain, iv));
    }

    /// <exception cref="CryptographicException">Another or weaker form, or the wrong passphrase.</exception>
    internal static byte[] Decrypt(ReadOnlyMemory<byte> der, ReadOnlySpan<char> passphrase)
    {
        var (salt, iterations, iv, sealedKey) = Read(der);
        if (iterations is < Iterations or > MostIterations)
            throw new CryptographicException($"PBKDF2 runs {iterations} times, which is not between {Iterations} and {MostIterations}");
        using var aes = Aes.Create();
        aes.Key = Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, iterations, HashAlgorithmName.SHA256, 32);
        return aes.DecryptCbc(sealedKey, iv);
    }

    private static byte[] Write(byte[] salt, byte[] iv, byte[] sealedKey)
    {
        var asn = new AsnWriter(AsnEncodingRules.DER);
        using (asn.PushSequence())
        {
            using (asn.PushSequence())
            {
                asn.WriteObjectIdentifier(Pbes2Oid);
                using (asn.PushSequence())
                {
                    WriteDerivation(asn, salt);
                    WriteCipher(asn, iv);
                }
            }
            asn.WriteOctetString(sealedKey);
        }
        return asn.Encode();
    }

    private static void WriteDerivation(AsnWriter asn, byte[] salt)
    {
        using (asn.PushSequence())
        {
            asn.WriteObjectIdentifier(Pbkdf2Oid);
            using (asn.PushSequence())
            {
                asn.WriteOctetString(salt);
                asn.WriteInteger(Iterations);
                using (asn.PushSequence())
                {
                    asn.WriteObjectIdentifier(HmacSha256Oid);
                    asn.WriteNull();
                }
            }
        }
    }

    private static void WriteCipher(AsnWriter asn, byte[] iv)
    {
        using (asn.PushSequence())
        {
            asn.WriteObjectIdentifier(Aes256CbcOid);
            asn.WriteOctetString(iv);
        }
    }

    private static (byte[] Salt, int Iterations, byte[] Iv, byte[] SealedKey) Read(ReadOnlyMemory<byte> der)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var algorithm = outer.ReadSequence();
            Expect(algorithm, Pbes2Oid, "PBES2");
            var parameters = algorithm.ReadSequence();
            var (salt, iterations) = ReadDerivation(parameters.ReadSequence());
            var cipher = parameters.ReadSequence();
            Expect(cipher, Aes256CbcOid, "AES-256-CBC");
            var iv = cipher.ReadOctetString();
            return iv.Length == 16 ? (salt, iterations, iv, outer.ReadOctetString()) : throw new CryptographicException("the IV is not 16 bytes");
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("not an encrypted PKCS #8 key", e);
        }
    }

    private static (byte[] Salt, int Iterations) ReadDerivation(AsnReader derivation)
    {
        Expect(derivation, Pbkdf2Oid, "PBKDF2");
        var parameters = derivation.ReadSequence();
        var salt = parameters.ReadOctetString();
        if (!parameters.TryReadInt32(out var iterations))
            throw new CryptographicException("the PBKDF2 count is out of range");
        if (parameters.PeekTag() == Asn1Tag.Integer)
            parameters.ReadInteger();
        Expect(parameters.ReadSequence(), HmacSha256Oid, "HMAC-SHA-256");
        return (salt, iterations);
    }

    private static void Expect(AsnReader reader, string oid, string name)
    {
        if (reader.ReadObjectIdentifier() != oid)
            throw new CryptographicException($"the key is not protected with {name}");
    }
}
