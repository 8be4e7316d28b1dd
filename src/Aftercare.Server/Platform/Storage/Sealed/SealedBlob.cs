using System.Buffers.Binary;
using System.Security.Cryptography;
using Aftercare.Server.Platform.Keys;

namespace Aftercare.Server.Platform.Storage.Sealed;

/// <summary>
/// The format of a sealed file, version 1: a header of 16 bytes (<c>AFTBLOB</c>, zero, version, 7 random bytes), then AES-256-GCM
/// chunks of 64 KiB plain bytes with a tag of 16. Only the last chunk may be shorter; it is empty only in an empty file.
/// </summary>
/// <remarks>
/// The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online authenticated-encryption and its nonce-reuse misuse-resistance",
/// 2015): a chunk's nonce is the header's random bytes, its number (4, big-endian) and 1 for the last chunk, else 0; the header is
/// authenticated with every chunk. So a chunk opens only in its place, in its file, and a file that was cut or continued has no last chunk.
/// </remarks>
public static class SealedBlob
{
    internal const int ChunkBytes = 64 * 1024;
    internal const int TagBytes = 16;
    internal const int SealedChunkBytes = ChunkBytes + TagBytes;
    internal const int HeaderBytes = 16;
    internal const int DataKeyBytes = 32;

    /// <summary>Where the chunk number ends: 2^32 chunks, 256 TiB.</summary>
    internal const long MaxBytes = (1L << 32) * ChunkBytes;

    private const int PrefixBytes = 7;
    private const byte Version = 1;

    private static ReadOnlySpan<byte> Magic => "AFTBLOB\0"u8;

    internal static byte[] NewHeader() => [.. Magic, Version, .. RandomNumberGenerator.GetBytes(PrefixBytes)];

    internal static void CheckHeader(ReadOnlySpan<byte> header)
    {
        if (!header.StartsWith(Magic))
            throw new SealBrokenException("This file is not a sealed blob: it does not begin with AFTBLOB.");
        if (header[Magic.Length] != Version)
            throw new SealBrokenException($"This sealed blob is of version {header[Magic.Length]}; version {Version} is known.");
    }

    /// <summary>How many plain bytes a sealed file of this length holds.</summary>
    internal static long PlainLength(long sealedLength)
    {
        var body = sealedLength - HeaderBytes;
        var chunks = (body + SealedChunkBytes - 1) / SealedChunkBytes;
        var last = body - ((chunks - 1) * SealedChunkBytes) - TagBytes;
        if (body < TagBytes || last < 0 || (last == 0 && chunks > 1) || chunks > MaxBytes / ChunkBytes)
            throw new SealBrokenException($"A sealed blob cannot have {sealedLength} bytes: it was cut, or something was appended.");
        return ((chunks - 1) * ChunkBytes) + last;
    }

    /// <summary>The number of the last chunk of so many plain bytes.</summary>
    internal static long LastChunk(long plainLength) => Math.Max(0, (plainLength - 1) / ChunkBytes);

    /// <summary>Seals a chunk and its tag into <paramref name="into"/>, which is <see cref="TagBytes"/> longer than <paramref name="plain"/>.</summary>
    internal static void Seal(AesGcm aes, ReadOnlySpan<byte> header, long chunk, bool last, ReadOnlySpan<byte> plain, Span<byte> into)
    {
        Span<byte> nonce = stackalloc byte[GcmBox.NonceBytes];
        WriteNonce(nonce, header, chunk, last);
        aes.Encrypt(nonce, plain, into[..plain.Length], into[plain.Length..], header);
    }

    internal static void Open(AesGcm aes, ReadOnlySpan<byte> header, long chunk, bool last, ReadOnlySpan<byte> sealedChunk, Span<byte> into)
    {
        Span<byte> nonce = stackalloc byte[GcmBox.NonceBytes];
        WriteNonce(nonce, header, chunk, last);
        try
        {
            aes.Decrypt(nonce, sealedChunk[..^TagBytes], sealedChunk[^TagBytes..], into, header);
        }
        catch (CryptographicException e)
        {
            throw new SealBrokenException($"Chunk {chunk} of a sealed blob does not open: it was altered, moved or cut, or the key is another's.", e);
        }
    }

    private static void WriteNonce(Span<byte> nonce, ReadOnlySpan<byte> header, long chunk, bool last)
    {
        header[^PrefixBytes..].CopyTo(nonce);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[PrefixBytes..], checked((uint)chunk));
        nonce[^1] = last ? (byte)1 : (byte)0;
    }
}
