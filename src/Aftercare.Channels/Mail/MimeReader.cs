using System.Collections.Immutable;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>Reads one mail. Positions are those in the whole, however deep a part is.</summary>
internal sealed class MimeReader(ReadOnlyMemory<byte> mail, MimeLimits limits)
{
    private int _parts;

    /// <exception cref="MimeFaultException">Refused.</exception>
    internal MimePart Read()
    {
        if (mail.Length > limits.MostBytes)
            throw new MimeFaultException(limits.MostBytes, $"The mail has more than {limits.MostBytes} bytes.");
        return Part(0, mail.Length, 0);
    }

    /// <summary>The headers up to an empty line or the end; <paramref name="at"/> is then behind the empty line.</summary>
    internal ImmutableArray<MimeHeader> Headers(ref int at, int end)
    {
        var headers = ImmutableArray.CreateBuilder<MimeHeader>();
        var start = at;
        while (at < end)
        {
            var line = Line(at, end, out var next);
            if (line.Length == 0)
            {
                at = next;
                break;
            }
            if (next - start > limits.MostHeaderBytes)
                throw new MimeFaultException(at, $"The headers have more than {limits.MostHeaderBytes} bytes.");
            if (headers.Count == limits.MostHeaders)
                throw new MimeFaultException(at, $"There are more than {limits.MostHeaders} headers.");
            headers.Add(Header(ref at, end, start));
        }
        return headers.ToImmutable();
    }

    private MimePart Part(int start, int end, int depth)
    {
        if (++_parts > limits.MostParts)
            throw new MimeFaultException(start, $"There are more than {limits.MostParts} parts.");
        var at = start;
        var headers = Headers(ref at, end);
        var type = Only(headers, "Content-Type") is { } header
            ? MimeType.Parse(header.Value) ?? throw new MimeFaultException(header.Position, "The Content-Type is malformed.")
            : MimeType.PlainText;
        Only(headers, "Content-Transfer-Encoding");
        var part = new MimePart(mail, at, end, headers, type, []);
        return type.Name.StartsWith("multipart/", StringComparison.Ordinal) ? new(mail, at, end, headers, type, Parts(part, start, depth)) : part;
    }

    private ImmutableArray<MimePart> Parts(MimePart whole, int start, int depth)
    {
        if (depth == limits.MostDepth)
            throw new MimeFaultException(start, $"Multiparts are nested more than {limits.MostDepth} deep.");
        if (whole.Encoding is not ("7bit" or "8bit" or "binary"))
            throw new MimeFaultException(start, "A multipart may not be encoded as a whole.");
        if (!whole.Type.Parameters.TryGetValue("boundary", out var boundary) || boundary.Length is 0 or > 70 || !MailText.IsPrintableAscii(boundary))
            throw new MimeFaultException(start, "A multipart has no boundary.");
        var delimiter = Encoding.ASCII.GetBytes("--" + boundary);
        var parts = ImmutableArray.CreateBuilder<MimePart>();
        var partStart = -1;
        for (int at = whole.Start, next; at < whole.End; at = next)
        {
            var line = Line(at, whole.End, out next).TrimEnd(" \t"u8);
            if (!line.StartsWith(delimiter))
                continue;
            var closes = line[delimiter.Length..].SequenceEqual("--"u8);
            if (!closes && line.Length != delimiter.Length)
                continue;
            if (partStart >= 0)
                parts.Add(Part(partStart, Math.Max(partStart, BeforeLineEnd(at)), depth + 1));
            if (closes)
                return parts.Count > 0 ? parts.ToImmutable() : throw new MimeFaultException(at, "A multipart has no parts.");
            partStart = next;
        }
        throw new MimeFaultException(whole.End, "A multipart is not closed.");
    }

    private MimeHeader Header(ref int at, int end, int start)
    {
        var position = at;
        var line = Line(at, end, out at);
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].TrimEnd(" \t"u8).ContainsAnyExceptInRange((byte)33, (byte)126))
            throw new MimeFaultException(position, "A line among the headers is not a header.");
        var name = Encoding.ASCII.GetString(line[..colon].TrimEnd(" \t"u8));
        var value = new StringBuilder(Encoding.UTF8.GetString(line[(colon + 1)..]));
        while (at < end && mail.Span[at] is (byte)' ' or (byte)'\t')
        {
            value.Append(Encoding.UTF8.GetString(Line(at, end, out at)));
            if (at - start > limits.MostHeaderBytes)
                throw new MimeFaultException(position, $"The headers have more than {limits.MostHeaderBytes} bytes.");
        }
        return new MimeHeader(name, value.ToString().Trim(), position);
    }

    // Without its end.
    private ReadOnlySpan<byte> Line(int at, int end, out int next)
    {
        var rest = mail.Span[at..end];
        var length = rest.IndexOf((byte)'\n');
        next = length < 0 ? end : at + length + 1;
        var line = length < 0 ? rest : rest[..length];
        line = line.EndsWith("\r"u8) ? line[..^1] : line;
        var odd = line.IndexOfAny((byte)'\r', (byte)0);
        return odd < 0 ? line : throw new MimeFaultException(at + odd, "There is a NUL or a lone CR.");
    }

    private int BeforeLineEnd(int at)
    {
        var before = mail.Span[..at];
        return before.EndsWith("\r\n"u8) ? at - 2 : at - 1;
    }

    private static MimeHeader? Only(ImmutableArray<MimeHeader> headers, string name)
    {
        var found = headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return found.Length > 1 ? throw new MimeFaultException(found[1].Position, $"There is more than one {name}.") : found.FirstOrDefault();
    }
}

/// <summary>Leaves the reader; <see cref="MimePart.TryRead"/> turns it into an answer.</summary>
internal sealed class MimeFaultException(int position, string why) : Exception(why)
{
    internal MimeFault Fault { get; } = new(position, why);
}
