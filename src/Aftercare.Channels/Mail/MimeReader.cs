using System.Collections.Immutable;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>
/// Reads the parts of a mail in one pass over its lines. Each line is compared with the boundaries that are open, innermost first, so that a part that is not closed
/// ends with the one around it (RFC 2046 §5.1.2).
/// </summary>
internal sealed class MimeReader
{
    private readonly ReadOnlyMemory<byte> _mail;
    private readonly MimeLimits _limits;
    private readonly FaultList _faults;
    private readonly List<byte[]> _boundaries = [];

    // Mails without any LF were written on machines whose lines end with CR.
    private readonly byte _lineEnd;
    private readonly int _end;
    private int _at, _parts;
    private Delimiter? _met;

    internal MimeReader(ReadOnlyMemory<byte> mail, MimeLimits limits, FaultList faults)
    {
        (_mail, _limits, _faults) = (mail, limits, faults);
        if (mail.Length > limits.MostBytes)
            faults.Stop(limits.MostBytes, $"The mail has more than {limits.MostBytes} bytes.");
        _end = Math.Min(mail.Length, limits.MostBytes);
        var all = mail.Span[.._end];
        _lineEnd = all.Contains((byte)'\n') || !all.Contains((byte)'\r') ? (byte)'\n' : (byte)'\r';
    }

    /// <summary>A line that separates or ends the parts of a multipart.</summary>
    /// <param name="Level">The index of its boundary among those open.</param>
    private sealed record Delimiter(int Level, bool Closes, int Start);

    internal MimePart Read()
    {
        if (_end == 0)
            _faults.Add(0, "The mail is empty.");
        return Part(0, MimeType.PlainText);
    }

    /// <summary>The fields up to an empty line or the end, from where the last call ended.</summary>
    internal ImmutableArray<MimeHeader> Fields()
    {
        var before = _at;
        var fields = Headers(out _);
        // A line that is no field must not hold the reader up.
        if (_at == before && !IsAtEnd)
            Line(out _);
        return fields;
    }

    internal bool IsAtEnd => _at >= _end;

    private MimePart Part(int depth, MimeType usual)
    {
        var start = _at;
        if (++_parts > _limits.MostParts)
            Stop(start, $"There are more than {_limits.MostParts} parts.");
        var headers = Headers(out var bodyStart);
        var reader = new HeaderReader(_limits, _faults);
        var type = reader.Type(Only(headers, "Content-Type")) ?? usual;
        var part = new MimePart(_mail, start, headers, type, reader.Disposition(Only(headers, "Content-Disposition")));
        Only(headers, "Content-Transfer-Encoding");
        if (_faults.Stopped is null && _met is null)
        {
            if (part.IsMultipart)
                Multipart(part, bodyStart, depth);
            else if (type.Name is "message/rfc822" or "message/global" && CanBeRead(part, bodyStart, depth))
                part.Parts = [Part(depth + 1, MimeType.PlainText)];
            else
                Skip();
        }
        // An empty part between two boundaries shares their only line end, and must not reach out of the one around it.
        var end = Math.Max(bodyStart, Math.Max(End(), part.Parts.IsEmpty ? 0 : Math.Max(part.Epilogue.End, part.Parts[^1].Range.End)));
        part.BodyRange = new ByteRange(bodyStart, end - bodyStart);
        if (part.Parts.IsEmpty)
            Check(part);
        return part;
    }

    private bool CanBeRead(MimePart part, int at, int depth)
    {
        if (depth >= _limits.MostDepth)
        {
            Stop(at, $"Parts are nested more than {_limits.MostDepth} deep.");
            return false;
        }
        if (!part.IsEncoded)
            return true;
        _faults.Add(at, "Something that has parts is encoded as a whole.");
        return part.IsMultipart;
    }

    private void Multipart(MimePart whole, int bodyStart, int depth)
    {
        var boundary = whole.Type.Parameters.GetValueOrDefault("boundary", "").TrimEnd(' ');
        if (boundary.Length == 0)
        {
            _faults.Add(bodyStart, "A multipart has no boundary.");
            Skip();
            return;
        }
        if (!CanBeRead(whole, bodyStart, depth))
            return;
        _boundaries.Add(Encoding.UTF8.GetBytes("--" + boundary));
        var level = _boundaries.Count - 1;
        var usual = whole.MediaType == "multipart/digest" ? MimeType.Mail : MimeType.PlainText;
        Skip();
        whole.Preamble = new ByteRange(bodyStart, Math.Max(bodyStart, End()) - bodyStart);
        var parts = ImmutableArray.CreateBuilder<MimePart>();
        while (_met is { Closes: false } met && met.Level == level && _faults.Stopped is null)
        {
            _met = null;
            parts.Add(Part(depth + 1, usual));
        }
        whole.Parts = parts.ToImmutable();
        _boundaries.RemoveAt(level);
        if (_met?.Level == level)
        {
            if (parts.Count == 0)
                _faults.Add(_met.Start, "A multipart has no parts.");
            Epilogue(whole);
        }
        else if (_faults.Stopped is null)
        {
            _faults.Add(Math.Min(_met?.Start ?? _end, _end), parts.Count == 0 ? "A multipart has no parts." : "A multipart is not closed.");
        }
    }

    private void Epilogue(MimePart whole)
    {
        _met = null;
        var start = _at;
        Skip();
        whole.Epilogue = new ByteRange(start, Math.Max(start, End()) - start);
        if (_mail.Span.Slice(start, whole.Epilogue.Length).ContainsAnyExcept(" \t\r\n"u8))
            _faults.Add(start, "There is something behind the last part.");
    }

    // Where the part in hand ends: the line end before a boundary belongs to the boundary.
    private int End()
    {
        if (_met is null)
            return _end;
        var before = _mail.Span[.._met.Start];
        return before.EndsWith("\r\n"u8) ? _met.Start - 2 : before.Length > 0 && before[^1] == _lineEnd ? _met.Start - 1 : _met.Start;
    }

    private void Skip()
    {
        while (_at < _end && _met is null)
            Line(out _);
    }

    private ImmutableArray<MimeHeader> Headers(out int bodyStart)
    {
        var headers = ImmutableArray.CreateBuilder<MimeHeader>();
        var start = bodyStart = _at;
        var (name, position) = ("", -1);
        var value = 0;
        void Finish(int end)
        {
            if (position >= 0)
                headers.Add(Header(name, position, value, end));
            position = -1;
        }
        while (_at < _end)
        {
            var at = _at;
            var line = Line(out var isDelimiter);
            if (isDelimiter || line.IsEmpty)
            {
                Finish(at);
                // An empty line, or one that was too long to be read.
                bodyStart = isDelimiter ? Math.Min(at, Math.Max(start, End())) : _faults.Stopped is null ? _at : at;
                return headers.ToImmutable();
            }
            if (_at - start > _limits.MostHeaderBytes || headers.Count >= _limits.MostHeaders)
            {
                Finish(at);
                Stop(at, headers.Count >= _limits.MostHeaders
                    ? $"There are more than {_limits.MostHeaders} headers."
                    : $"The headers have more than {_limits.MostHeaderBytes} bytes.");
                bodyStart = at;
                return headers.ToImmutable();
            }
            Odd(line, at);
            if (position >= 0 && line[0] is (byte)' ' or (byte)'\t')
                continue;
            Finish(at);
            if (at == start && (line.StartsWith("From "u8) || line.StartsWith(">From "u8)))
            {
                _faults.Add(at, "A line of a mailbox file stands before the headers.");
                continue;
            }
            var colon = line.IndexOf((byte)':');
            var field = colon < 0 ? [] : line[..colon].TrimEnd(" \t"u8);
            if (field.IsEmpty || field.ContainsAnyExceptInRange((byte)33, (byte)126))
            {
                // Where somebody forgot the empty line, nothing of the text is lost.
                _faults.Add(at, "A line among the headers is not a header; the body begins with it.");
                bodyStart = _at = at;
                _met = null;
                return headers.ToImmutable();
            }
            (name, position, value) = (Encoding.ASCII.GetString(field), at, colon + 1);
        }
        Finish(_end);
        bodyStart = _end;
        return headers.ToImmutable();
    }

    private MimeHeader Header(string name, int position, int value, int end)
    {
        var header = new MimeHeader(name, _mail[position..end], position, value);
        if (header.IsGuessed)
            _faults.Add(position, "A header has bytes that are not UTF-8; they are read as Windows-1252.");
        return header;
    }

    private void Odd(ReadOnlySpan<byte> line, int at)
    {
        var odd = line.IndexOfAny((byte)'\r', (byte)0);
        if (odd >= 0)
            _faults.Add(at + odd, "There is a NUL or a lone CR in a header.");
    }

    private void Check(MimePart leaf)
    {
        var body = leaf.Body.Span;
        if (TransferDecoder.Fault(body, leaf.Encoding) is { } fault)
            _faults.Add(leaf.BodyRange.Start + fault.Position, fault.Why);
        if (!leaf.MediaType.StartsWith("text/", StringComparison.Ordinal))
            return;
        if (leaf.Type.Parameters.TryGetValue("charset", out var charset) && !Charset.IsKnown(charset))
            _faults.Add(leaf.Start, "The charset of a text is not known; it is read as UTF-8, or as Windows-1252 where it is not UTF-8.");
        var nul = leaf.IsEncoded || charset?.StartsWith("utf-", StringComparison.OrdinalIgnoreCase) == true ? -1 : body.IndexOf((byte)0);
        if (nul >= 0)
            _faults.Add(leaf.BodyRange.Start + nul, "There is a NUL in a text.");
    }

    // Without its end; behind it then. A line that is too long ends reading, and is empty.
    private ReadOnlySpan<byte> Line(out bool isDelimiter)
    {
        isDelimiter = false;
        var start = _at;
        var rest = _mail.Span[start.._end];
        var length = rest.IndexOf(_lineEnd);
        _at = length < 0 ? _end : start + length + 1;
        var line = length < 0 ? rest : rest[..length];
        if (_lineEnd == (byte)'\n' && line.EndsWith("\r"u8))
            line = line[..^1];
        if (line.Length > _limits.MostLineBytes)
        {
            Stop(start, $"A line has more than {_limits.MostLineBytes} bytes.");
            return [];
        }
        if (line.StartsWith("--"u8) && _boundaries.Count > 0)
            isDelimiter = (_met = Match(line.TrimEnd(" \t"u8), start)) is not null;
        return line;
    }

    private Delimiter? Match(ReadOnlySpan<byte> line, int start)
    {
        for (var level = _boundaries.Count - 1; level >= 0; level--)
        {
            var boundary = _boundaries[level];
            if (!line.StartsWith(boundary))
                continue;
            if (line.Length == boundary.Length)
                return new Delimiter(level, false, start);
            if (line.Length == boundary.Length + 2 && line.EndsWith("--"u8))
                return new Delimiter(level, true, start);
        }
        return null;
    }

    private void Stop(int position, string why)
    {
        _faults.Stop(position, why);
        _at = _end;
    }

    private MimeHeader? Only(ImmutableArray<MimeHeader> headers, string name)
    {
        MimeHeader? first = null;
        foreach (var header in headers)
        {
            if (!header.Is(name))
                continue;
            if (first is not null)
                _faults.Add(header.Position, $"There is more than one {name}; the first counts.");
            first ??= header;
        }
        return first;
    }
}
