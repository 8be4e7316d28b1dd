using System.Globalization;
using System.Text;

namespace Aftercare.Channels.Events;

/// <summary>
/// Everything that one message said. It may name people: it never leaves this assembly, an agreement makes a <see cref="SecurityEvent"/> of it.
/// </summary>
internal sealed class RawEvent(EventFormat format, EventLimits limits)
{
    private readonly List<(string Field, string Value)> _values = new(24);
    private ReadOnlyMemory<byte> _message;
    private int _left;

    internal EventFormat Format { get; set; } = format;

    internal DateTimeOffset? At { get; set; }

    /// <value>How many values are not among <see cref="Values"/>: those over the limit, and a text that nobody asked for.</value>
    internal int Left => _left + (_message.IsEmpty ? 0 : 1);

    internal IEnumerable<(string Field, string Value)> Values => _values;

    internal void Add(string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        if (field == EventField.At)
            At ??= WireTime.Rfc3339(value, mostFraction: 9);
        else if (_values.Count(pair => pair.Field == field) < limits.MostValues)
            _values.Add((field, value));
        else
            _left++;
    }

    internal IEnumerable<string> Of(string field)
    {
        // Most messages are never asked for their text; it is decoded when a rule wants it.
        if (field == EventField.Text && !_message.IsEmpty)
        {
            Add(EventField.Text, Encoding.UTF8.GetString(_message.Span));
            _message = default;
        }
        foreach (var (name, value) in _values)
        {
            if (name == field)
                yield return value;
        }
    }

    internal static RawEvent Of(SyslogMessage message, EventLimits limits, DateTimeOffset arrived, TimeSpan? bsdZone)
    {
        var raw = new RawEvent(message.IsBsd ? EventFormat.BsdSyslog : EventFormat.Syslog, limits)
        {
            At = message.At ?? (message is { IsBsd: true, Timestamp: { } time } && bsdZone is { } zone ? WireTime.Bsd(time, arrived, zone) : null),
            _message = message.Message,
        };
        if (message.Priority is { } priority)
        {
            raw.Add("facility", (priority >> 3).ToString(CultureInfo.InvariantCulture));
            raw.Add("severity", (priority & 7).ToString(CultureInfo.InvariantCulture));
        }
        raw.Add("host", message.Host);
        raw.Add("program", message.Program);
        raw.Add("process", message.Process);
        raw.Add("event.name", message.MessageId);
        foreach (var element in message.Data)
        {
            foreach (var (name, value) in element.Parameters)
                raw.Add($"{EventField.DataPrefix}{element.Id}/{name}", value);
        }
        return raw;
    }
}
