using System.Security.Cryptography;
using System.Text;

namespace Aftercare.Server.Platform.Keys;

/// <summary>
/// AES-256-GCM over a small message: 12 random bytes of nonce, ciphertext, 16 bytes of tag. Random nonces keep their promise up to
/// 2^32 messages under one key (NIST SP 800-38D §8.3); one installation wraps some thousands of keys a year.
/// </summary>
public static class GcmBox
{
    internal const int KeyBytes = 32;
    internal const int NonceBytes = 12;
    internal const int TagBytes = 16;
    internal const int Overhead = NonceBytes + TagBytes;
    private const int MaxContextChars = 256;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What a box is bound to: its purpose in the format, and the thing it belongs to.</summary>
    internal static byte[] Bind(string purpose, string context)
    {
        if (context.Length is 0 or > MaxContextChars)
            throw new ArgumentException($"A seal's context has 1 to {MaxContextChars} characters.", nameof(context));
        return StrictUtf8.GetBytes($"aftercare {purpose}\n{context}");
    }

    internal static byte[] Close(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> boundTo)
    {
        var box = new byte[plain.Length + Overhead];
        var nonce = box.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, box.AsSpan(NonceBytes, plain.Length), box.AsSpan(^TagBytes..), boundTo);
        return box;
    }

    /// <exception cref="CryptographicException">Too short, another key, another binding, or altered.</exception>
    internal static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> boundTo)
    {
        if (box.Length < Overhead)
            throw new CryptographicException("The box is shorter than its nonce and tag.");
        var plain = new byte[box.Length - Overhead];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(box[..NonceBytes], box[NonceBytes..^TagBytes], box[^TagBytes..], plain, boundTo);
        return plain;
    }
}
