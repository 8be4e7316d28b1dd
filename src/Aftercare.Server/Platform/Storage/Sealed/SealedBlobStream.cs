using System.Security.Cryptography;
using Aftercare.Server.Platform.Keys;

namespace Aftercare.Server.Platform.Storage.Sealed;

/// <summary>
/// The plain bytes of a sealed blob, from any position, one chunk (64 KiB) in memory. No byte is given out before its chunk was
/// authenticated. For one reader at a time.
/// </summary>
public sealed class SealedBlobStream : Stream
{
    private readonly Stream _sealed;
    private readonly AesGcm _aes;
    private readonly byte[] _header;
    private readonly byte[] _sealedChunk = new byte[SealedBlob.SealedChunkBytes];
    private readonly byte[] _plain = new byte[SealedBlob.ChunkBytes];
    private readonly long _sealedLength;
    private long _loaded = -1;
    private long _position;

    private SealedBlobStream(Stream sealedBytes, AesGcm aes, byte[] header)
    {
        (_sealed, _aes, _header) = (sealedBytes, aes, header);
        _sealedLength = sealedBytes.Length;
        Length = SealedBlob.PlainLength(_sealedLength);
    }

    /// <summary>
    /// Opens a sealed blob and authenticates its last chunk, so that <see cref="Length"/> is true and a file that was cut or continued is
    /// refused even to a reader who never comes to its end.
    /// </summary>
    /// <param name="sealedBytes">Seekable; belongs to the new stream, and is closed also when this throws.</param>
    /// <param name="dataKey">32 bytes; the caller may zero it at once.</param>
    /// <exception cref="SealBrokenException">Not a sealed blob, another key, cut, continued or altered.</exception>
    public static SealedBlobStream Open(Stream sealedBytes, ReadOnlySpan<byte> dataKey)
    {
        AesGcm? aes = null;
        try
        {
            aes = new AesGcm(dataKey, SealedBlob.TagBytes);
            var header = new byte[SealedBlob.HeaderBytes];
            sealedBytes.Position = 0;
            if (sealedBytes.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
                throw new SealBrokenException("A sealed blob is shorter than its header: it was cut.");
            SealedBlob.CheckHeader(header);

            var stream = new SealedBlobStream(sealedBytes, aes, header);
            stream.Load(SealedBlob.LastChunk(stream.Length));
            return stream;
        }
        catch
        {
            aes?.Dispose();
            sealedBytes.Dispose();
            throw;
        }
    }

    /// <summary>Plain bytes.</summary>
    public override long Length { get; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    /// <value>May be set beyond the end, where nothing is read.</value>
    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="SealBrokenException">A chunk was altered or moved. Nothing of it is given out.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _position >= Length)
            return 0;
        Load(_position / SealedBlob.ChunkBytes);
        return Take(buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <exception cref="SealBrokenException">A chunk was altered or moved. Nothing of it is given out.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _position >= Length)
            return 0;
        var chunk = _position / SealedBlob.ChunkBytes;
        if (chunk != _loaded)
        {
            var size = SeekTo(chunk);
            Unseal(chunk, size, await _sealed.ReadAtLeastAsync(_sealedChunk.AsMemory(0, size), size, throwOnEndOfStream: false, cancellationToken));
        }

        return Take(buffer.Span);
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        SeekOrigin.End => Length,
        _ => throw new ArgumentOutOfRangeException(nameof(origin)),
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("A sealed blob is never changed.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A sealed blob is never changed.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _aes.Dispose();
            _sealed.Dispose();
            CryptographicOperations.ZeroMemory(_plain);
            _loaded = -1;
        }

        base.Dispose(disposing);
    }

    private void Load(long chunk)
    {
        if (chunk == _loaded)
            return;
        var size = SeekTo(chunk);
        Unseal(chunk, size, _sealed.ReadAtLeast(_sealedChunk.AsSpan(0, size), size, throwOnEndOfStream: false));
    }

    private int SeekTo(long chunk)
    {
        var start = SealedBlob.HeaderBytes + (chunk * SealedBlob.SealedChunkBytes);
        _sealed.Position = start;
        return (int)Math.Min(SealedBlob.SealedChunkBytes, _sealedLength - start);
    }

    private void Unseal(long chunk, int size, int read)
    {
        // Whatever was loaded is overwritten now, and must not be taken for this chunk when it does not open.
        _loaded = -1;
        if (read < size)
            throw new SealBrokenException($"A sealed blob became shorter while it was read: chunk {chunk} has {read} of {size} bytes.");
        var last = chunk == SealedBlob.LastChunk(Length);
        SealedBlob.Open(_aes, _header, chunk, last, _sealedChunk.AsSpan(0, size), _plain.AsSpan(0, size - SealedBlob.TagBytes));
        _loaded = chunk;
    }

    private int Take(Span<byte> buffer)
    {
        var start = (int)(_position % SealedBlob.ChunkBytes);
        var count = (int)Math.Min(Math.Min(SealedBlob.ChunkBytes - start, Length - _position), buffer.Length);
        _plain.AsSpan(start, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
