using System.Security.Cryptography;

namespace Aftercare.Server.Platform.Storage.Sealed;

/// <summary>Seals a stream of any length in flat memory: the plain bytes exist only in one chunk's buffer.</summary>
public static class SealedBlobWriter
{
    /// <summary>Reads <paramref name="plain"/> to its end and writes the sealed form to <paramref name="output"/>. Neither is flushed nor closed.</summary>
    /// <param name="plain">Read once, never sought.</param>
    /// <param name="output">What was written before an exception is of no use and must be thrown away.</param>
    /// <param name="dataKey">32 random bytes, for this blob only.</param>
    /// <param name="maxBytes">Limit of plain bytes, itself allowed.</param>
    /// <param name="stop">Checked at each chunk.</param>
    /// <exception cref="TooLargeException">More than <paramref name="maxBytes"/>; at most one chunk beyond it was read.</exception>
    public static async Task<SealedContent> WriteAsync(Stream plain, Stream output, byte[] dataKey, long maxBytes, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxBytes, SealedBlob.MaxBytes);
        if (dataKey.Length != SealedBlob.DataKeyBytes)
            throw new ArgumentException($"A data key has {SealedBlob.DataKeyBytes} bytes; this has {dataKey.Length}.", nameof(dataKey));

        using var aes = new AesGcm(dataKey, SealedBlob.TagBytes);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var header = SealedBlob.NewHeader();
        await output.WriteAsync(header, stop);

        // One byte more than a chunk: only when it stays empty is the chunk before it the last.
        var buffer = new byte[SealedBlob.ChunkBytes + 1];
        try
        {
            var length = await WriteChunks(plain, output, new Sealing(aes, sha256, header), buffer, maxBytes, stop);
            return new SealedContent(sha256.GetHashAndReset(), length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static async Task<long> WriteChunks(Stream plain, Stream output, Sealing sealing, byte[] buffer, long maxBytes, CancellationToken stop)
    {
        var sealedChunk = new byte[SealedBlob.SealedChunkBytes];
        var carried = 0;
        for (long chunk = 0; ; chunk++)
        {
            var held = carried + await plain.ReadAtLeastAsync(buffer.AsMemory(carried), buffer.Length - carried, throwOnEndOfStream: false, stop);
            var last = held < buffer.Length;
            if ((chunk * SealedBlob.ChunkBytes) + held > maxBytes)
                throw new TooLargeException(maxBytes);

            var size = last ? held : SealedBlob.ChunkBytes;
            sealing.Chunk(chunk, last, buffer.AsSpan(0, size), sealedChunk);
            await output.WriteAsync(sealedChunk.AsMemory(0, size + SealedBlob.TagBytes), stop);
            if (last)
                return (chunk * SealedBlob.ChunkBytes) + size;

            (buffer[0], carried) = (buffer[^1], 1);
        }
    }

    private sealed record Sealing(AesGcm Aes, IncrementalHash Sha256, byte[] Header)
    {
        internal void Chunk(long number, bool last, ReadOnlySpan<byte> plain, Span<byte> into)
        {
            Sha256.AppendData(plain);
            SealedBlob.Seal(Aes, Header, number, last, plain, into[..(plain.Length + SealedBlob.TagBytes)]);
        }
    }
}

/// <summary>What went through the writer.</summary>
/// <param name="Sha256">Of the plain bytes, 32 bytes: the content's address.</param>
/// <param name="Length">Plain bytes.</param>
public sealed record SealedContent(byte[] Sha256, long Length);
