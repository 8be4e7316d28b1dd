using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Aftercare.Channels.Events;

/// <summary>What ends a frame that does not say its length (RFC 6587 §3.4.2).</summary>
public enum FrameTrailer
{
    /// <summary>LF, CRLF or NUL, whichever comes first.</summary>
    LineFeedOrNul,

    /// <summary>NUL alone, for senders whose messages have several lines.</summary>
    Nul,
}

/// <summary>The answer of <see cref="SyslogFrames.TryRead"/>.</summary>
public abstract record FrameReading
{
    private FrameReading()
    {
    }

    /// <param name="Message">Without count and trailer; valid until the caller advances its buffer.</param>
    /// <param name="Position">Octets from the start of the connection.</param>
    /// <param name="Counted">True with an octet count, false with a trailer.</param>
    public sealed record Frame(ReadOnlySequence<byte> Message, long Position, bool Counted) : FrameReading;

    /// <param name="Position">The octet at fault, from the start of the connection.</param>
    /// <param name="Why">One sentence of ours; never octets of the frame.</param>
    /// <param name="Resumes">False when nobody can say where the next frame begins: the connection is to be closed.</param>
    public sealed record Bad(long Position, string Why, bool Resumes) : FrameReading;
}

/// <summary>
/// Cuts one TCP or TLS connection into syslog messages (RFC 6587, RFC 5425 §4.3). Each frame says by its first octet how it is made: a digit other
/// than 0 begins an octet count, anything else a message that a trailer ends. Holds no octets itself: what is not yet a frame stays with the caller,
/// at most
/// <see cref="EventLimits.MostBytes"/> and a count of it, and is not looked at twice. Not thread-safe: one for each connection.
/// </summary>
public sealed class SyslogFrames(EventLimits? limits = null, FrameTrailer trailer = FrameTrailer.LineFeedOrNul)
{
    private readonly EventLimits _limits = limits ?? new EventLimits();
    private long _position, _searched, _skip;
    private bool _skipsToTrailer, _lastHadTrailer, _broken;

    private ReadOnlySpan<byte> Trailers => trailer == FrameTrailer.Nul ? "\0"u8 : "\n\0"u8;

    /// <summary>
    /// The next frame or fault, if <paramref name="buffer"/> holds one whole; <paramref name="buffer"/> then begins behind it. False asks for more
    /// octets behind those that <paramref name="buffer"/> still holds.
    /// </summary>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, [NotNullWhen(true)] out FrameReading? reading)
    {
        reading = null;
        if (!Skipped(ref buffer))
            return false;
        if (_searched == 0)
            Consume(ref buffer, Filler(buffer));
        if (!new SequenceReader<byte>(buffer).TryPeek(out var first))
            return false;
        reading = first is >= (byte)'1' and <= (byte)'9' ? Counted(ref buffer) : UpToTrailer(ref buffer);
        return reading is not null;
    }

    /// <summary>What the end of the connection leaves: null, or that a frame was cut off. Half a message is not a message.</summary>
    public FrameReading.Bad? AtEnd(ReadOnlySequence<byte> rest) =>
        !_broken && (_skip > 0 || _skipsToTrailer || rest.Length > Filler(rest))
            ? new FrameReading.Bad(_position + rest.Length, "The connection ended within a message.", Resumes: false)
            : null;

    // What a bad frame left behind goes by without being held.
    private bool Skipped(ref ReadOnlySequence<byte> buffer)
    {
        if (_broken)
            Consume(ref buffer, buffer.Length);
        if (_skip > 0)
        {
            var now = Math.Min(_skip, buffer.Length);
            Consume(ref buffer, now);
            _skip -= now;
        }
        if (_skipsToTrailer)
        {
            var end = EndOf(buffer, 0);
            _skipsToTrailer = end < 0;
            Consume(ref buffer, end < 0 ? buffer.Length : end + 1);
        }
        return !_broken && _skip == 0 && !_skipsToTrailer;
    }

    private FrameReading? Counted(ref ReadOnlySequence<byte> buffer)
    {
        var head = new SequenceReader<byte>(buffer);
        long count = 0;
        byte next;
        while (true)
        {
            if (!head.TryRead(out next))
                return null;
            if (next is not (>= (byte)'0' and <= (byte)'9'))
                break;
            if (head.Consumed > _limits.MostCountDigits)
                return Lost(_position + head.Consumed - 1, $"The octet count has more than {_limits.MostCountDigits} digits.");
            count = count * 10 + next - '0';
        }
        if (next != ' ')
            return NotACount(ref buffer, head.Consumed - 1);
        if (count > _limits.MostBytes)
        {
            var fault = new FrameReading.Bad(_position, $"The message has more than {_limits.MostBytes} octets.", Resumes: true);
            Consume(ref buffer, head.Consumed);
            (_skip, _lastHadTrailer) = (count, false);
            return fault;
        }
        if (head.Remaining < count)
            return null;
        var frame = new FrameReading.Frame(buffer.Slice(head.Consumed, count), _position + head.Consumed, Counted: true);
        Consume(ref buffer, head.Consumed + count);
        _lastHadTrailer = false;
        return frame;
    }

    // A line that begins with a digit; among lines, the next one is found by its trailer, otherwise nobody knows.
    private FrameReading.Bad NotACount(ref ReadOnlySequence<byte> buffer, long at)
    {
        const string Why = "Digits at the start of a frame are not followed by a space: not an octet count.";
        if (!_lastHadTrailer)
            return Lost(_position + at, Why);
        var fault = new FrameReading.Bad(_position + at, Why, Resumes: true);
        Consume(ref buffer, at);
        _skipsToTrailer = true;
        return fault;
    }

    private FrameReading? UpToTrailer(ref ReadOnlySequence<byte> buffer)
    {
        var end = EndOf(buffer, _searched);
        if ((end < 0 ? buffer.Length : end) > _limits.MostBytes)
        {
            var fault = new FrameReading.Bad(_position, $"The message has more than {_limits.MostBytes} octets.", Resumes: true);
            Consume(ref buffer, end < 0 ? buffer.Length : end + 1);
            (_skipsToTrailer, _lastHadTrailer) = (end < 0, true);
            return fault;
        }
        if (end < 0)
        {
            _searched = buffer.Length;
            return null;
        }
        var message = buffer.Slice(0, end);
        if (end > 0 && new SequenceReader<byte>(message.Slice(end - 1)).IsNext((byte)'\r'))
            message = message.Slice(0, end - 1);
        var frame = new FrameReading.Frame(message, _position, Counted: false);
        Consume(ref buffer, end + 1);
        _lastHadTrailer = true;
        return frame;
    }

    private FrameReading.Bad Lost(long at, string why)
    {
        _broken = true;
        return new(at, why, Resumes: false);
    }

    private long EndOf(ReadOnlySequence<byte> buffer, long from)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.Advance(from);
        return reader.TryAdvanceToAny(Trailers, advancePastDelimiter: false) ? reader.Consumed : -1;
    }

    // Senders that count often end the line all the same.
    private static long Filler(ReadOnlySequence<byte> buffer) => new SequenceReader<byte>(buffer).AdvancePastAny("\r\n\0"u8);

    private void Consume(ref ReadOnlySequence<byte> buffer, long count)
    {
        buffer = buffer.Slice(count);
        _position += count;
        _searched = 0;
    }
}
