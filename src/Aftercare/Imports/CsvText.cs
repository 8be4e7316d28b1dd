using System.Collections.Immutable;
using System.Text;

namespace Aftercare.Imports;

/// <summary>How much <see cref="CsvText"/> reads before it refuses.</summary>
/// <param name="MaxBytes">Of the whole file; default 20 MiB.</param>
/// <param name="MaxRows">Header included; default 100,001.</param>
/// <param name="MaxColumns">Fields of one row; default 64.</param>
/// <param name="MaxField">Characters of one field; default 32,768.</param>
public sealed record CsvLimits(int MaxBytes = 20 * 1024 * 1024, int MaxRows = 100_001, int MaxColumns = 64, int MaxField = 32 * 1024);

/// <summary>One field.</summary>
/// <param name="Line">The line of the file on which it begins, from 1.</param>
/// <param name="Column">The place in that line at which it begins, from 1, in UTF-16 units as most editors count.</param>
public readonly record struct CsvField(string Text, int Line, int Column);

/// <summary>Why a text is no CSV, and where.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1; 0: the line as a whole.</param>
public sealed record CsvFault(int Line, int Column, string Reason);

/// <summary>
/// Comma-separated values (RFC 4180), strictly: what two spreadsheets could read in two ways is refused with its place. UTF-8 with or without a byte
/// order mark; rows end with CRLF, LF or CR; fields are separated by comma, semicolon or tab, as the first row shows or Excel's <c>sep=</c> says.
/// Empty lines are left out. Nothing is trimmed.
/// </summary>
public sealed class CsvText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private CsvText(char separator, ImmutableArray<ImmutableArray<CsvField>> rows) => (Separator, Rows) = (separator, rows);

    public char Separator { get; }

    /// <summary>The header first; none of them is empty.</summary>
    public ImmutableArray<ImmutableArray<CsvField>> Rows { get; }

    /// <returns>The text, or the first fault with null.</returns>
    public static (CsvText? Text, CsvFault? Fault) Read(ReadOnlySpan<byte> bytes, CsvLimits? limits = null)
    {
        limits ??= new CsvLimits();
        if (bytes.Length > limits.MaxBytes)
            return (null, new CsvFault(1, 0, $"The file has {bytes.Length} bytes; {limits.MaxBytes} are allowed."));
        if (NoText(bytes) is { } why)
            return (null, new CsvFault(1, 0, why));
        if (Decode(bytes, out var text) is { } fault)
            return (null, fault);
        return new Scan(text, limits).Run();
    }

    // The kinds of file that people send in its place.
    private static string? NoText(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("PK\x03\x04"u8) ? "This is a workbook or a zip file. In Excel choose Save as, CSV UTF-8."
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]) ? "This is an old Excel workbook. Choose Save as, CSV UTF-8."
        : bytes.StartsWith("%PDF"u8) ? "This is a PDF."
        : bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "This is a compressed file. Unpack it first."
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) || (bytes.Length > 3 && (bytes[0] == 0 || bytes[1] == 0))
            ? "The text is in UTF-16. Save it as UTF-8 (in Excel: CSV UTF-8)."
        : bytes.IsEmpty ? "The file is empty."
        : null;

    private static CsvFault? Decode(ReadOnlySpan<byte> bytes, out string text)
    {
        if (bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        try
        {
            text = Strict.GetString(bytes);
            return null;
        }
        catch (DecoderFallbackException fault)
        {
            text = "";
            var before = bytes[..Math.Clamp(fault.Index, 0, bytes.Length)];
            var line = before.Count((byte)'\n') + 1;
            var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
            return new CsvFault(line, column, "This byte is not UTF-8; the text seems to be in Latin-1 or Windows-1252. Save it as UTF-8 (in Excel: CSV UTF-8).");
        }
    }

    private sealed class Scan(string text, CsvLimits limits)
    {
        private readonly ImmutableArray<ImmutableArray<CsvField>>.Builder _rows = ImmutableArray.CreateBuilder<ImmutableArray<CsvField>>();
        private readonly ImmutableArray<CsvField>.Builder _row = ImmutableArray.CreateBuilder<CsvField>();
        private int _at;
        private int _line = 1;
        private int _lineStart;
        private char _separator;
        private bool _quoted;

        public (CsvText? Text, CsvFault? Fault) Run()
        {
            _separator = Said() ?? Found();
            while (_at < text.Length)
            {
                if (Field() is { } fault)
                    return (null, fault);
                if (_at < text.Length && text[_at] == _separator)
                {
                    _at++;
                    // A separator at the very end is followed by an empty field.
                    if (_at == text.Length)
                        _row.Add(new CsvField("", _line, Column));
                }
                else
                {
                    LineEnd();
                    EndRow();
                }
                if (_row.Count > limits.MaxColumns)
                    return (null, At(_row[^1], $"More than {limits.MaxColumns} fields in a row."));
                if (_rows.Count > limits.MaxRows)
                    return (null, TooMany());
            }
            EndRow();
            return _rows.Count > limits.MaxRows ? (null, TooMany())
                : _rows.Count == 0 ? (null, new CsvFault(1, 0, "The file is empty."))
                : (new CsvText(_separator, _rows.ToImmutable()), null);
        }

        private int Column => _at - _lineStart + 1;

        private CsvFault Here(string reason) => new(_line, Column, reason);

        private static CsvFault At(CsvField field, string reason) => new(field.Line, field.Column, reason);

        private CsvFault TooMany() => At(_rows[^1][0], $"More than {limits.MaxRows - 1} rows. Split the file.");

        // Excel's own way to say it: a first line that holds nothing else.
        private char? Said()
        {
            if (!text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) || text.Length < 5 || text[4] is '\r' or '\n' or '"')
                return null;
            if (text.Length > 5 && text[5] is not ('\r' or '\n'))
                return null;
            _at = 5;
            LineEnd();
            return text[4];
        }

        private char Found()
        {
            var counts = new Dictionary<char, int> { [','] = 0, [';'] = 0, ['\t'] = 0 };
            var quoted = false;
            for (var i = _at; i < text.Length && (quoted || text[i] is not ('\r' or '\n')); i++)
                if (text[i] == '"')
                    quoted = !quoted;
                else if (!quoted && counts.TryGetValue(text[i], out var count))
                    counts[text[i]] = count + 1;
            return counts.MaxBy(pair => pair.Value).Key;
        }

        private CsvFault? Field() => text[_at] == '"' ? Quoted() : Plain();

        private CsvFault? Plain()
        {
            var (start, column) = (_at, Column);
            for (; _at < text.Length && text[_at] != _separator && text[_at] is not ('\r' or '\n'); _at++)
            {
                if (text[_at] == '"')
                    return Here("A quotation mark within a field that does not begin with one. Put the whole field in quotation marks and write each one in it twice.");
                if (Forbidden(text[_at]))
                    return Here("A control character. Remove it.");
                if (_at - start >= limits.MaxField)
                    return Here($"A field of more than {limits.MaxField} characters.");
            }
            _row.Add(new CsvField(text[start.._at], _line, column));
            return null;
        }

        private CsvFault? Quoted()
        {
            var (line, column, value) = (_line, Column, new StringBuilder());
            _quoted = true;
            for (_at++; ; _at++)
            {
                if (_at >= text.Length)
                    return new CsvFault(line, column, "The quotation mark that begins this field is never closed.");
                if (text[_at] == '"')
                {
                    if (_at + 1 >= text.Length || text[_at + 1] != '"')
                        break;
                    _at++;
                }
                else if (text[_at] is '\r' or '\n')
                {
                    var end = _at;
                    LineEnd();
                    value.Append(text, end, _at - end);
                    _at--;
                    continue;
                }
                else if (Forbidden(text[_at]))
                {
                    return Here("A control character. Remove it.");
                }
                if (value.Length >= limits.MaxField)
                    return new CsvFault(line, column, $"A field of more than {limits.MaxField} characters; perhaps its quotation mark is never closed.");
                value.Append(text[_at]);
            }
            _at++;
            if (_at < text.Length && text[_at] != _separator && text[_at] is not ('\r' or '\n'))
                return Here("Text after the closing quotation mark. Write a quotation mark within a field twice.");
            _row.Add(new CsvField(value.ToString(), line, column));
            return null;
        }

        private void LineEnd()
        {
            if (_at >= text.Length)
                return;
            _at += text[_at] == '\r' && _at + 1 < text.Length && text[_at + 1] == '\n' ? 2 : 1;
            (_line, _lineStart) = (_line + 1, _at);
        }

        private void EndRow()
        {
            // A line with nothing on it; a field of two quotation marks is something.
            if (_row.Count > 1 || (_row.Count == 1 && (_quoted || _row[0].Text.Length > 0)))
                _rows.Add(_row.ToImmutable());
            _row.Clear();
            _quoted = false;
        }

        private static bool Forbidden(char c) => c is < ' ' and not '\t';
    }
}
