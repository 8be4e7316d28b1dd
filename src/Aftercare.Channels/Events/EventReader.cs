using System.Collections.Immutable;

namespace Aftercare.Channels.Events;

/// <summary>What became of one message.</summary>
public abstract record EventReading
{
    private EventReading()
    {
    }

    public sealed record Read(SecurityEvent Event) : EventReading;

    public sealed record Malformed(EventFault Fault) : EventReading;
}

/// <summary>
/// Reads what the devices of one site send, bytes in, agreed facts out. Nothing that is sent makes it throw, and nothing of it leaves but by the
/// agreement. Safe for use by several threads.
/// </summary>
public sealed class EventReader
{
    private readonly EventAgreement _agreement;
    private readonly SiteKey _key;
    private readonly ImmutableArray<EventRule> _rules;
    private readonly EventLimits _limits;

    /// <param name="rules">Those that the agreement does not name are left out.</param>
    /// <param name="limits">By default those of <see cref="EventLimits"/>.</param>
    /// <exception cref="ArgumentException">The key is another site's.</exception>
    public EventReader(EventAgreement agreement, SiteKey key, IEnumerable<EventRule> rules, EventLimits? limits = null)
    {
        if (key.Site != agreement.Site)
            throw new ArgumentException("The key is not that of the agreement's site.", nameof(key));
        (_agreement, _key, _limits) = (agreement, key, limits ?? new EventLimits());
        _rules = [.. rules.Where(rule => agreement.Rules.Contains(rule.Id))];
    }

    /// <summary>One syslog message without its frame; an audit message in it is read too.</summary>
    /// <param name="arrived">Now: the instant of arrival.</param>
    public EventReading Syslog(ReadOnlyMemory<byte> message, DateTimeOffset arrived) => Answer(message, arrived, () =>
    {
        var syslog = SyslogMessage.Read(message, _limits);
        var raw = RawEvent.Of(syslog, _limits, arrived, _agreement.BsdZone);
        if (AuditMessage.LooksLikeOne(syslog.Message.Span))
        {
            // The event tells its own time; that of the envelope is when it was sent.
            (raw.At, var sent) = (null, raw.At);
            AuditMessage.Read(syslog.Message, _limits, raw);
            (raw.Format, raw.At) = (EventFormat.AuditMessage, raw.At ?? sent);
        }
        return raw;
    });

    /// <summary>One audit message as a document.</summary>
    public EventReading Audit(ReadOnlyMemory<byte> xml, DateTimeOffset arrived) => Answer(xml, arrived, () =>
    {
        var raw = new RawEvent(EventFormat.AuditMessage, _limits);
        AuditMessage.Read(xml, _limits, raw);
        return raw;
    });

    /// <summary>
    /// One JSON object a line, ended by LF or CRLF; empty lines count and say nothing. Lazy: a bad line is answered with its number, the others
    /// stand. Beyond
    /// <see cref="EventLimits.MostLines"/> one last answer says so.
    /// </summary>
    public IEnumerable<EventReading> JsonLines(ReadOnlyMemory<byte> body, DateTimeOffset arrived)
    {
        for (int number = 1, at = 0; at < body.Length; number++)
        {
            if (number > _limits.MostLines)
            {
                yield return new EventReading.Malformed(new(number, 0, $"There are more than {_limits.MostLines} lines."));
                yield break;
            }
            var length = body.Span[at..].IndexOf((byte)'\n');
            var line = length < 0 ? body[at..] : body.Slice(at, length);
            at = length < 0 ? body.Length : at + length + 1;
            line = line[..line.Span.TrimEnd(" \t\r"u8).Length];
            var here = number;
            if (!line.IsEmpty)
                yield return Answer(line, arrived, () => JsonLine.Read(line, here, _agreement.Places, _limits));
        }
    }

    private EventReading Answer(ReadOnlyMemory<byte> message, DateTimeOffset arrived, Func<RawEvent> read)
    {
        try
        {
            return new EventReading.Read(SecurityEvent.Agreed(read(), message.Span, _agreement, _key, _rules, arrived));
        }
        catch (EventFaultException e)
        {
            return new EventReading.Malformed(e.Fault);
        }
    }
}
