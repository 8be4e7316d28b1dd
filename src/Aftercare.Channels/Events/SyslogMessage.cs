using System.Collections.Immutable;
using System.Text;

namespace Aftercare.Channels.Events;

/// <summary>One element of structured data (RFC 5424 §6.3), escapes resolved.</summary>
internal sealed record SdElement(string Id, ImmutableArray<(string Name, string Value)> Parameters);

/// <summary>
/// A syslog message: read strictly when it says to be of RFC 5424, leniently otherwise, and then <see cref="IsBsd"/> (RFC 3164). NILVALUE is null.
/// It may name people, so it stays in this assembly.
/// </summary>
internal sealed record SyslogMessage
{
    /// <value>Null only for a BSD line without one.</value>
    internal int? Priority { get; init; }

    internal bool IsBsd { get; init; }

    /// <value>As it was sent; of a BSD line without year and zone.</value>
    internal string? Timestamp { get; init; }

    /// <value>UTC; null for a BSD line, which does not say enough.</value>
    internal DateTimeOffset? At { get; init; }

    internal string? Host { get; init; }

    internal string? Program { get; init; }

    internal string? Process { get; init; }

    internal string? MessageId { get; init; }

    internal ImmutableArray<SdElement> Data { get; init; } = [];

    /// <value>Without BOM.</value>
    internal ReadOnlyMemory<byte> Message { get; init; }

    /// <exception cref="EventFaultException">Refused.</exception>
    internal static SyslogMessage Read(ReadOnlyMemory<byte> bytes, EventLimits limits)
    {
        if (bytes.Length > limits.MostBytes)
            throw new EventFaultException(limits.MostBytes, $"The message has more than {limits.MostBytes} bytes.");
        if (bytes.IsEmpty)
            throw new EventFaultException(0, "The message is empty.");
        var reader = new SyslogReader(bytes, limits);
        var priority = reader.Priority();
        return priority is not null && reader.SaysVersion() ? reader.Message(priority.Value) : reader.BsdLine(priority);
    }
}

/// <summary>A cursor over one message.</summary>
internal sealed class SyslogReader(ReadOnlyMemory<byte> bytes, EventLimits limits)
{
    private const int LongestSdName = 32, LongestBsdTag = 48;

    // Throws for what is not UTF-8, so that a value is what was sent or nothing.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int _at;

    private ReadOnlySpan<byte> Rest => bytes.Span[_at..];

    /// <summary>Null, and nothing read, when the line does not begin with one.</summary>
    internal int? Priority()
    {
        var close = Rest[..Math.Min(5, Rest.Length)].IndexOf((byte)'>');
        if (Rest[0] != '<')
            return null;
        if (close < 2 || Rest[1..close].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            throw Fault("The priority is not one to three digits in angle brackets.");
        var value = 0;
        foreach (var digit in Rest[1..close])
            value = value * 10 + digit - '0';
        if (value > 191 || Rest[1] == '0' && close > 2)
            throw Fault("The priority is not a number from 0 to 191 without leading zeros.", 1);
        _at = close + 1;
        return value;
    }

    /// <summary>One to three digits and a space: RFC 5424 or a later one, and no month's name.</summary>
    internal bool SaysVersion()
    {
        var digits = Rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        // "<0>1990 Oct 22 …" of RFC 3164 §5.4 is a year.
        return digits is >= 1 and <= 3 && Rest[0] != '0' && Rest[digits] == ' ';
    }

    internal SyslogMessage Message(int priority)
    {
        if (!Rest.StartsWith("1 "u8))
            throw Fault("The version of the protocol is not 1.");
        _at += 2;
        var timeAt = _at;
        var timestamp = Word("timestamp", 64);
        DateTimeOffset? at = null;
        if (timestamp is not null && (at = WireTime.Rfc3339(timestamp)) is null)
            throw new EventFaultException(timeAt, "The timestamp is not one of RFC 5424 §6.2.3.");
        var (host, program, process, id) = (Word("host name", 255), Word("application name", 48), Word("process id", 128), Word("message id", 32));
        var data = Data();
        if (_at < bytes.Length && Rest[0] != ' ')
            throw Fault("There is no space behind the structured data.");
        _at = Math.Min(_at + 1, bytes.Length);
        if (Rest.StartsWith(Encoding.UTF8.Preamble))
            _at += Encoding.UTF8.Preamble.Length;
        return new()
        {
            Priority = priority,
            Timestamp = timestamp,
            At = at,
            Host = host,
            Program = program,
            Process = process,
            MessageId = id,
            Data = data,
            Message = bytes[_at..],
        };
    }

    /// <summary>What can be recognised in any other line; what cannot is message.</summary>
    internal SyslogMessage BsdLine(int? priority)
    {
        var line = new SyslogMessage { Priority = priority, IsBsd = true };
        var time = Rest.Length >= 16 && Rest[15] == ' ' && Ascii.IsValid(Rest[..15]) ? Encoding.ASCII.GetString(Rest[..15]) : "";
        if (WireTime.IsBsd(time))
        {
            _at += 16;
            line = line with { Timestamp = time };
            var host = Rest.IndexOf((byte)' ');
            // Without a host, the next word is the program's, and ends with a colon.
            if (host is > 0 and <= 255 && Rest[host - 1] != ':' && !Rest[..host].ContainsAnyExceptInRange((byte)33, (byte)126))
            {
                line = line with { Host = Encoding.ASCII.GetString(Rest[..host]) };
                _at += host + 1;
            }
        }
        var (program, process) = Tag();
        return line with { Program = program, Process = process, Message = bytes[_at..] };
    }

    // "su:", "sshd[4711]:", "CRON[12]:" and the blanks behind.
    private (string? Program, string? Process) Tag()
    {
        var rest = Rest;
        var name = 0;
        while (name < rest.Length && name <= LongestBsdTag && (char.IsAsciiLetterOrDigit((char)rest[name]) || "-_./"u8.Contains(rest[name])))
            name++;
        if (name is 0 or > LongestBsdTag || name == rest.Length)
            return (null, null);
        var end = name;
        string? process = null;
        if (rest[name] == '[')
        {
            var close = rest[name..Math.Min(rest.Length, name + 130)].IndexOf((byte)']');
            if (close < 1 || rest[(name + 1)..(name + close)].ContainsAnyExceptInRange((byte)33, (byte)126))
                return (null, null);
            process = Encoding.ASCII.GetString(rest[(name + 1)..(name + close)]);
            end = name + close + 1;
        }
        if (end == rest.Length || rest[end] != ':')
            return (null, null);
        var blanks = rest[(end + 1)..].IndexOfAnyExcept((byte)' ');
        _at += end + 1 + Math.Max(blanks, 0);
        return (Encoding.ASCII.GetString(rest[..name]), process);
    }

    // A header field and the space behind it.
    private string? Word(string what, int longest)
    {
        var length = Rest[..Math.Min(Rest.Length, longest + 1)].IndexOf((byte)' ');
        if (length < 0 && Rest.Length <= longest)
            throw new EventFaultException(bytes.Length, $"The message ends within its header, at the {what}.");
        if (length < 0)
            throw Fault($"The {what} has more than {longest} characters.", longest);
        if (length == 0)
            throw Fault($"The {what} is empty; a missing one is written as a hyphen.");
        var odd = Rest[..length].IndexOfAnyExceptInRange((byte)33, (byte)126);
        if (odd >= 0)
            throw Fault($"The {what} has a character that is not printable ASCII.", odd);
        var word = Encoding.ASCII.GetString(Rest[..length]);
        _at += length + 1;
        return word == "-" ? null : word;
    }

    private ImmutableArray<SdElement> Data()
    {
        if (Rest.StartsWith("-"u8))
        {
            _at++;
            return [];
        }
        if (!Rest.StartsWith("["u8))
            throw Fault("The structured data begins neither with a hyphen nor with a bracket.");
        var elements = ImmutableArray.CreateBuilder<SdElement>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var parameters = 0;
        while (Rest.StartsWith("["u8))
        {
            if (elements.Count == limits.MostElements)
                throw Fault($"There are more than {limits.MostElements} elements of structured data.");
            var start = _at++;
            var id = SdName();
            if (!ids.Add(id))
                throw new EventFaultException(start, "An id of structured data stands twice.");
            var pairs = ImmutableArray.CreateBuilder<(string, string)>();
            while (Rest.StartsWith(" "u8))
            {
                if (++parameters > limits.MostParameters)
                    throw Fault($"There are more than {limits.MostParameters} parameters of structured data.");
                _at++;
                var name = SdName();
                if (!Rest.StartsWith("=\""u8))
                    throw Fault("A parameter's name is not followed by an equals sign and a quotation mark.");
                _at += 2;
                pairs.Add((name, SdValue()));
            }
            if (!Rest.StartsWith("]"u8))
                throw Fault("An element of structured data is not closed.");
            _at++;
            elements.Add(new(id, pairs.ToImmutable()));
        }
        return elements.ToImmutable();
    }

    private string SdName()
    {
        var length = Rest.IndexOfAny("= ]\""u8);
        if (length is < 1 or > LongestSdName || Rest[..length].ContainsAnyExceptInRange((byte)33, (byte)126))
            throw Fault($"A name in the structured data is not 1 to {LongestSdName} printable ASCII characters.");
        var name = Encoding.ASCII.GetString(Rest[..length]);
        _at += length;
        return name;
    }

    // A backslash before anything but these three is a backslash (§6.3.3).
    private string SdValue()
    {
        var value = new List<byte>();
        var start = _at;
        while (true)
        {
            var plain = Rest.IndexOfAny("\"\\]"u8);
            if (plain < 0)
                throw new EventFaultException(start, "The value of a parameter is not closed.");
            value.AddRange(Rest[..plain]);
            _at += plain;
            if (Rest[0] == ']')
                throw Fault("A bracket in the value of a parameter is not escaped.");
            if (Rest[0] == '"')
                break;
            var escaped = Rest.Length > 1 && "\"\\]"u8.Contains(Rest[1]);
            value.Add(escaped ? Rest[1] : (byte)'\\');
            _at += escaped ? 2 : 1;
        }
        _at++;
        try
        {
            return StrictUtf8.GetString(value.ToArray());
        }
        catch (DecoderFallbackException)
        {
            throw new EventFaultException(start, "The value of a parameter is not UTF-8.");
        }
    }

    private EventFaultException Fault(string why, int ahead = 0) => new(_at + ahead, why);
}
