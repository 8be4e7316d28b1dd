namespace Aftercare.Channels.Mail;

/// <summary>Bytes that may follow DATA: lines end with CRLF and nothing else, so that no server on the way sees an end where there is none.</summary>
internal sealed record OutgoingMail
{
    private const int LongestLine = 998;

    private OutgoingMail(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    internal ReadOnlyMemory<byte> Bytes { get; }

    internal bool Is8Bit => Bytes.Span.ContainsAnyExceptInRange((byte)0, (byte)127);

    internal bool HasUtf8Header
    {
        get
        {
            var end = Bytes.Span.IndexOf("\r\n\r\n"u8);
            return (end < 0 ? Bytes.Span : Bytes.Span[..end]).ContainsAnyExceptInRange((byte)0, (byte)127);
        }
    }

    /// <exception cref="MalformedMailException">Empty, a NUL, a lone CR or LF, or a line of more than 998 bytes; the message says where.</exception>
    internal static OutgoingMail Of(ReadOnlyMemory<byte> bytes)
    {
        var mail = bytes.Span;
        var start = 0;
        while (start < mail.Length)
        {
            var length = mail[start..].IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
            var end = length < 0 ? mail.Length : start + length;
            if (end - start > LongestLine)
                throw new MalformedMailException("The message", $"has a line of more than {LongestLine} bytes at byte {start}");
            if (length >= 0 && !mail[end..].StartsWith("\r\n"u8))
                throw new MalformedMailException("The message", $"has a NUL or a line end other than CRLF at byte {end}");
            start = end + 2;
        }
        if (!mail.EndsWith("\r\n"u8))
            throw new MalformedMailException("The message", "is empty or does not end with CRLF");
        return new OutgoingMail(bytes);
    }

    /// <summary>The message in blocks, with a dot before every dot that begins a line (RFC 5321 §4.5.2). The final dot is not among them.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Stuffed(int blockSize)
    {
        var block = new byte[blockSize];
        var filled = 0;
        var lineStarts = true;
        for (var i = 0; i < Bytes.Length; i++)
        {
            var b = Bytes.Span[i];
            if (filled > blockSize - 2)
            {
                yield return block.AsMemory(0, filled);
                filled = 0;
            }
            if (lineStarts && b == '.')
                block[filled++] = (byte)'.';
            block[filled++] = b;
            lineStarts = b == '\n';
        }
        yield return block.AsMemory(0, filled);
    }
}
