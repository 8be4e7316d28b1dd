namespace Aftercare.Trust.Packs;

/// <summary>
/// Lets so many bytes be read and then refuses, until the meter is lifted: a ZIP directory of millions of entries would
/// otherwise be in memory before anybody could count them.
/// </summary>
internal sealed class MeteredStream(Stream inner, long allowance) : Stream
{
    private long _left = allowance;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    internal void Lift() => _left = long.MaxValue;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        if (read > _left)
            throw new UntrustedPackException("The ZIP file's directory is larger than is read.");
        if (_left != long.MaxValue)
            _left -= read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
