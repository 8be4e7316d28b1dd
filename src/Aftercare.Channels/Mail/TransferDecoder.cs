using System.Buffers;
using System.Collections.Frozen;

namespace Aftercare.Channels.Mail;

/// <summary>A body without its transfer encoding (RFC 2045 §6), decoded as it is read and held nowhere.</summary>
internal sealed class TransferDecoder : Stream
{
    private static readonly SearchValues<byte> Base64Bytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"u8);

    // What is looked at before it is known to be clean, so that rubbish costs no more than that for each of its bytes.
    private const int CleanStretch = 128;

    private readonly ReadOnlyMemory<byte> _body;
    private readonly Step _step;
    private readonly byte[] _pending = new byte[64];
    private int _at, _pendingAt, _pendingLength, _spacesUntil, _bits, _count;
    private bool _began, _ended;

    internal TransferDecoder(ReadOnlyMemory<byte> body, string encoding)
    {
        _body = body;
        _step = encoding switch
        {
            "base64" => Base64,
            "quoted-printable" => QuotedPrintable,
            "x-uuencode" or "uuencode" or "x-uue" or "uue" => UuLine,
            _ => Same,
        };
    }

    private delegate int Step(ReadOnlySpan<byte> body, Span<byte> into);

    /// <value>Those that change anything.</value>
    internal static FrozenSet<string> Names { get; } =
        FrozenSet.ToFrozenSet(["base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue", "uue"]);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>What is not of the encoding, and where in the body; null when all is.</summary>
    internal static (int Position, string Why)? Fault(ReadOnlySpan<byte> body, string encoding)
    {
        switch (encoding)
        {
            case "7bit" or "8bit" or "binary":
                return null;
            case "base64":
                var odd = body.IndexOfAnyExcept(Base64Bytes);
                if (odd >= 0)
                    return (odd, "Base64 has characters that are not base64; they are left out.");
                var padding = body.IndexOf((byte)'=');
                var behind = padding < 0 ? -1 : body[padding..].IndexOfAnyExcept("= \t\r\n"u8);
                return behind < 0 ? null : (padding + behind, "Base64 goes on behind its end.");
            case "quoted-printable":
                for (var at = body.IndexOf((byte)'='); at >= 0;)
                {
                    if (!IsEscape(body, at) && !IsSoftBreak(body, at, out _))
                        return (at, "Quoted-printable has an escape that is none; it is kept as it stands.");
                    var next = body[(at + 1)..].IndexOf((byte)'=');
                    at = next < 0 ? -1 : at + 1 + next;
                }
                return null;
            default:
                return Names.Contains(encoding) ? null : (0, "The transfer encoding is not known; the bytes are as they were sent.");
        }
    }

    internal static int Sextet(int c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '+' => 62,
        '/' => 63,
        _ => -1,
    };

    public override int Read(Span<byte> buffer) => buffer.IsEmpty ? 0 : _step(_body.Span, buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Same(ReadOnlySpan<byte> body, Span<byte> into)
    {
        var length = Math.Min(into.Length, body.Length - _at);
        body.Slice(_at, length).CopyTo(into);
        _at += length;
        return length;
    }

    // Padding ends a run of bytes, not the body: some join encoded files without taking the padding out.
    private int Base64(ReadOnlySpan<byte> body, Span<byte> into)
    {
        var written = 0;
        while (_at < body.Length && written < into.Length)
        {
            if (_count == 0 && Clean(body, into[written..]) is var decoded and > 0)
            {
                written += decoded;
                continue;
            }
            var c = body[_at++];
            var sextet = Sextet(c);
            if (sextet < 0)
            {
                if (c == '=')
                    (_bits, _count) = (0, 0);
                continue;
            }
            _bits = (_bits << 6 | sextet) & 0xFFFFFF;
            _count += 6;
            if (_count < 8)
                continue;
            _count -= 8;
            into[written++] = (byte)((_bits >> _count) & 0xFF);
        }
        return written;
    }

    // The rest of a line that is as it should be, at once.
    private int Clean(ReadOnlySpan<byte> body, Span<byte> into)
    {
        var line = body.Slice(_at, Math.Min(CleanStretch, body.Length - _at));
        var length = line.IndexOfAny((byte)'\r', (byte)'\n', (byte)'=');
        length = Math.Min(length < 0 ? line.Length : length, into.Length / 3 * 4) & ~3;
        _ = System.Buffers.Text.Base64.DecodeFromUtf8(line[..length], into, out var consumed, out var written, isFinalBlock: false);
        _at += consumed;
        return written;
    }

    private int QuotedPrintable(ReadOnlySpan<byte> body, Span<byte> into)
    {
        var written = 0;
        while (_at < body.Length && written < into.Length)
        {
            var c = body[_at];
            if (c == '=')
            {
                if (IsSoftBreak(body, _at, out var next))
                {
                    _at = next;
                    continue;
                }
                if (IsEscape(body, _at))
                {
                    into[written++] = (byte)(Hex(body[_at + 1]) << 4 | Hex(body[_at + 2]));
                    _at += 3;
                    continue;
                }
            }
            else if (c is (byte)' ' or (byte)'\t' && _at >= _spacesUntil)
            {
                // At a line's end a relay may have added it (§6.7 rule 3).
                var length = body[_at..].IndexOfAnyExcept(" \t"u8);
                _spacesUntil = length < 0 ? body.Length : _at + length;
                if (_spacesUntil == body.Length || body[_spacesUntil] == '\n' || body[_spacesUntil..].StartsWith("\r\n"u8))
                {
                    _at = _spacesUntil;
                    continue;
                }
            }
            into[written++] = c;
            _at++;
        }
        return written;
    }

    private static bool IsSoftBreak(ReadOnlySpan<byte> body, int at, out int next)
    {
        var length = body[(at + 1)..].IndexOfAnyExcept(" \t"u8);
        next = length < 0 ? body.Length : at + 1 + length;
        if (next == body.Length)
            return true;
        if (body[next..].StartsWith("\r\n"u8))
            next += 2;
        else if (body[next] == '\n')
            next++;
        else
            return false;
        return true;
    }

    private static bool IsEscape(ReadOnlySpan<byte> body, int at) => at + 2 < body.Length && Hex(body[at + 1]) >= 0 && Hex(body[at + 2]) >= 0;

    private static int Hex(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        _ => -1,
    };

    // A line is a length and as many bytes in four sixths each; what stands before "begin" and behind "end" is no content.
    private int UuLine(ReadOnlySpan<byte> body, Span<byte> into)
    {
        while (_pendingAt == _pendingLength)
        {
            if (_at == body.Length || _ended)
                return 0;
            var end = body[_at..].IndexOf((byte)'\n');
            var line = (end < 0 ? body[_at..] : body.Slice(_at, end)).TrimEnd("\r"u8);
            _at = end < 0 ? body.Length : _at + end + 1;
            if (!_began)
                _began = line.StartsWith("begin "u8);
            else if (line.TrimEnd(" "u8).SequenceEqual("end"u8))
                _ended = true;
            else if (!line.IsEmpty)
                Uu(line);
        }
        var length = Math.Min(into.Length, _pendingLength - _pendingAt);
        _pending.AsSpan(_pendingAt, length).CopyTo(into);
        _pendingAt += length;
        return length;
    }

    private void Uu(ReadOnlySpan<byte> line)
    {
        var length = (line[0] - ' ') & 63;
        (_pendingAt, _pendingLength) = (0, 0);
        for (var i = 1; _pendingLength < length && i + 1 < line.Length; i += 4)
        {
            var bits = 0;
            for (var j = 0; j < 4; j++)
                bits = bits << 6 | (i + j < line.Length ? (line[i + j] - ' ') & 63 : 0);
            for (var shift = 16; shift >= 0 && _pendingLength < length; shift -= 8)
                _pending[_pendingLength++] = (byte)((bits >> shift) & 0xFF);
        }
    }
}
