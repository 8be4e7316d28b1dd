using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Aftercare.Trust.Keys;

/// <summary>
/// Pure Ed25519 (RFC 8032 §5.1) by OpenSSL 3's libcrypto, because .NET 10 has no type for it. Needs Linux with
/// <c>libcrypto.so.3</c>, which .NET itself loads there; elsewhere every call throws <see cref="PlatformNotSupportedException"/>.
/// Safe to call from several threads.
/// </summary>
public static partial class Ed25519
{
    /// <summary>Bytes of a seed, which is RFC 8032's private key.</summary>
    public const int SeedLength = 32;

    public const int PublicKeyLength = 32;
    public const int SignatureLength = 64;

    private const string Library = "libcrypto.so.3";
    private const int KeyType = 1087; // EVP_PKEY_ED25519
    private const ulong NoAtExit = 0x0008_0000; // OPENSSL_INIT_NO_ATEXIT

    private static readonly Lazy<bool> Loaded = new(Load);

    /// <exception cref="ArgumentException">The seed is not 32 bytes.</exception>
    /// <exception cref="PlatformNotSupportedException">No OpenSSL 3 libcrypto here.</exception>
    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        using var key = PrivateKey(seed);
        var publicKey = new byte[PublicKeyLength];
        nuint length = PublicKeyLength;
        Require(EVP_PKEY_get_raw_public_key(key, publicKey, ref length) == 1 && length == PublicKeyLength, "read the public key");
        return publicKey;
    }

    /// <summary>The 64-byte signature R ‖ S. Deterministic: the same seed and data always give the same bytes.</summary>
    /// <exception cref="ArgumentException">The seed is not 32 bytes.</exception>
    /// <exception cref="PlatformNotSupportedException">No OpenSSL 3 libcrypto here.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> data)
    {
        using var key = PrivateKey(seed);
        using var context = NewContext();
        Require(EVP_DigestSignInit(context, 0, 0, 0, key) == 1, "start signing");
        var signature = new byte[SignatureLength];
        nuint length = SignatureLength;
        var signed = EVP_DigestSign(context, signature, ref length, data, (nuint)data.Length);
        Require(signed == 1 && length == SignatureLength, "sign");
        return signature;
    }

    /// <summary>
    /// Whether this key signed exactly this data. False for any signature that is not 64 bytes, does not verify, or has
    /// S ≥ L (RFC 8032 §5.1.7), so that nobody can make a second signature from a good one.
    /// </summary>
    /// <exception cref="ArgumentException">The public key is not 32 bytes.</exception>
    /// <exception cref="PlatformNotSupportedException">No OpenSSL 3 libcrypto here.</exception>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyLength)
            throw new ArgumentException($"An Ed25519 public key has {PublicKeyLength} bytes, not {publicKey.Length}.", nameof(publicKey));
        if (signature.Length != SignatureLength)
            return false;

        _ = Loaded.Value;
        using var key = EVP_PKEY_new_raw_public_key(KeyType, 0, publicKey, (nuint)publicKey.Length);
        Require(!key.IsInvalid, "take the public key");
        using var context = NewContext();
        Require(EVP_DigestVerifyInit(context, 0, 0, 0, key) == 1, "start verifying");
        var verified = EVP_DigestVerify(context, signature, (nuint)signature.Length, data, (nuint)data.Length) == 1;
        ForgetErrors();
        return verified;
    }

    private static KeyHandle PrivateKey(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedLength)
            throw new ArgumentException($"An Ed25519 seed has {SeedLength} bytes, not {seed.Length}.", nameof(seed));

        _ = Loaded.Value;
        var key = EVP_PKEY_new_raw_private_key(KeyType, 0, seed, (nuint)seed.Length);
        Require(!key.IsInvalid, "take the seed");
        return key;
    }

    private static ContextHandle NewContext()
    {
        var context = EVP_MD_CTX_new();
        Require(!context.IsInvalid, "make a context");
        return context;
    }

    // Whoever initialises libcrypto first decides whether it tears itself down at exit, under threads that still use
    // it. .NET asks it not to, and so must we, in case we are first.
    private static bool Load()
    {
        if (!NativeLibrary.TryLoad(Library, typeof(Ed25519).Assembly, null, out _))
            throw new PlatformNotSupportedException($"Ed25519 needs OpenSSL 3: {Library} was not found on this system.");
        return OPENSSL_init_crypto(NoAtExit, 0) == 1;
    }

    private static void Require(bool done, string what)
    {
        if (done)
            return;
        ForgetErrors();
        throw new CryptographicException($"OpenSSL could not {what} (Ed25519).");
    }

    // The error queue is per thread and shared with .NET: what we leave there would be blamed on a later call.
    private static void ForgetErrors() => ERR_clear_error();

    private sealed class KeyHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_PKEY_free(handle);
            return true;
        }
    }

    private sealed class ContextHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_MD_CTX_free(handle);
            return true;
        }
    }

    [LibraryImport(Library)]
    private static partial int OPENSSL_init_crypto(ulong options, nint settings);

    [LibraryImport(Library)]
    private static partial void ERR_clear_error();

    [LibraryImport(Library)]
    private static partial KeyHandle EVP_PKEY_new_raw_private_key(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library)]
    private static partial KeyHandle EVP_PKEY_new_raw_public_key(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_get_raw_public_key(KeyHandle key, Span<byte> publicKey, ref nuint length);

    [LibraryImport(Library)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    private static partial ContextHandle EVP_MD_CTX_new();

    [LibraryImport(Library)]
    private static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSignInit(ContextHandle context, nint keyContext, nint digest, nint engine, KeyHandle key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSign(
        ContextHandle context, Span<byte> signature, ref nuint signatureLength, ReadOnlySpan<byte> data, nuint length);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerifyInit(ContextHandle context, nint keyContext, nint digest, nint engine, KeyHandle key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerify(
        ContextHandle context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> data, nuint length);
}
