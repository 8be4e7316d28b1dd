namespace Aftercare.Trust.Keys;

/// <summary>What a new key is made of. Post-quantum kinds join here once the platform has them.</summary>
public enum KeyAlgorithm
{
    /// <summary>ECDSA over P-256 with SHA-256: the default, since every token, cloud and TUF client has it.</summary>
    EcdsaP256,

    /// <summary>ECDSA over P-384 with SHA-384.</summary>
    EcdsaP384,

    /// <summary>RSA of 3072 bits, RSASSA-PSS with SHA-256 and a salt as long as the digest.</summary>
    RsaPss3072,

    /// <summary>Ed25519 (RFC 8032). Needs OpenSSL's libcrypto.</summary>
    Ed25519,
}
