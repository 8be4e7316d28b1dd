namespace Aftercare.Trust.Packs;

/// <summary>
/// Takes the synchronous writes of .NET's ZIP archive, which has some even in its asynchronous methods, and passes them on
/// asynchronously: the body of an HTTP answer takes no others. Forwards only, so that the archive does not try to go back.
/// </summary>
internal sealed class Spool(Stream destination) : Stream
{
    private readonly MemoryStream _waiting = new();

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    internal async ValueTask DrainAsync(CancellationToken stop)
    {
        await destination.WriteAsync(_waiting.GetBuffer().AsMemory(0, (int)_waiting.Length), stop);
        _waiting.SetLength(0);
    }

    public override void Write(byte[] buffer, int offset, int count) => _waiting.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _waiting.Write(buffer);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
