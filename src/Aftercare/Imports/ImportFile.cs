using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Aftercare.Json;
using Aftercare.Ledger;
using Aftercare.Vulnerabilities;

namespace Aftercare.Imports;

/// <summary>What is wrong in a file, and where.</summary>
/// <param name="Line">Of the file, from 1.</param>
/// <param name="At">The place in the line, from 1; 0: the line as a whole.</param>
/// <param name="Column">The column's name; null: none in particular.</param>
public sealed record ImportFault(int Line, int At, string? Column, string Reason);

/// <summary>One record of a file, as it stands there. Every text is trimmed; an empty one is absent.</summary>
public sealed class ImportLine
{
    private readonly Dictionary<string, (string Text, int Line, int At)> _cells;

    internal ImportLine(int line, Dictionary<string, (string Text, int Line, int At)> cells) => (Line, _cells) = (line, cells);

    /// <summary>The line of the file on which it begins, from 1.</summary>
    public int Line { get; }

    /// <summary>What a required column holds.</summary>
    public string Text(string column) => _cells[column].Text;

    public string? TextOrNull(string column) => _cells.TryGetValue(column, out var cell) ? cell.Text : null;

    public Stated? Day(string column) => TextOrNull(column) is { } text ? Stated.Parse(text, null) : null;

    public ImmutableArray<string> Texts(string column) => TextOrNull(column) is { } text ? ImportFile.Parts(text) : [];

    /// <summary>A fault of this record, at its column where that stands in the file.</summary>
    public ImportFault Fault(string? column, string reason) =>
        column is not null && _cells.TryGetValue(column, out var cell) ? new(cell.Line, cell.At, column, reason) : new(Line, 0, column, reason);
}

/// <summary>What a file says, as its kind's table describes it. CSV or JSON: the file shows which.</summary>
/// <param name="Lines">Those without a fault of form.</param>
/// <param name="Faults">All of them; of a file that cannot be read at all the first.</param>
/// <param name="Unreadable">The file as a whole could not be read.</param>
public sealed record ImportFile(ImmutableArray<ImportLine> Lines, ImmutableArray<ImportFault> Faults, bool Unreadable)
{
    /// <value>20 MiB.</value>
    public const int MaxBytes = 20 * 1024 * 1024;

    /// <value>100,000 records.</value>
    public const int MaxLines = 100_000;

    /// <summary>Where a line of a kind that has documents holds the document's text.</summary>
    public const string Document = "document";

    private const char Bar = '|';
    private const int MaxDepth = 4;

    /// <value>64 levels, as a CSAF document may have, and the list around them.</value>
    private const int MaxDocumentDepth = 65;

    /// <value>1,000 documents in one file.</value>
    private const int MaxDocuments = 1000;

    public static ImportFile Read(ImportKind kind, ReadOnlyMemory<byte> bytes)
    {
        var content = bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        if (kind.IsDocuments)
            return OfDocuments(kind, content);
        return content.Span.TrimStart(" \t\r\n"u8) is [(byte)'[' or (byte)'{', ..] ? OfJson(kind, content) : OfCsv(kind, bytes);
    }

    internal static ImmutableArray<string> Parts(string text) => [.. text.Split(Bar, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];

    // One document is kept to the byte; of a list each is its own text in it.
    private static ImportFile OfDocuments(ImportKind kind, ReadOnlyMemory<byte> bytes)
    {
        if (!StrictJson.TryParse(bytes, out var json, out var fault, new JsonLimits(MaxBytes, MaxDocumentDepth)))
            return Not(Math.Max(fault.Line, 1), fault.Column, fault.ToString());
        if (json.ValueKind == JsonValueKind.Object)
            return new ImportFile([Whole(1, Encoding.UTF8.GetString(bytes.Span))], [], false);
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() is 0 or > MaxDocuments)
            return Not(1, 0, $"The file must hold one document, or a list of up to {MaxDocuments}: {kind.Title.ToLowerInvariant()} come as JSON.");
        var places = new Places(bytes);
        return new ImportFile([.. json.EnumerateArray().Select(one => Whole(places.NextRecord(), one.GetRawText()))], [], false);

        static ImportLine Whole(int line, string text) => new(line, new(StringComparer.Ordinal) { [Document] = (text, line, 1) });
    }

    private static ImportFile Not(int line, int at, string reason, string? column = null) => new([], [new ImportFault(line, at, column, reason)], true);

    private static ImportFile OfCsv(ImportKind kind, ReadOnlyMemory<byte> bytes)
    {
        var (text, fault) = CsvText.Read(bytes.Span, new CsvLimits(MaxBytes, MaxLines + 1));
        if (text is null)
            return Not(fault!.Line, fault.Column, fault.Reason);
        var (columns, faults) = Header(kind, text.Rows[0].Select(field => (field.Text, field.Line, field.Column)));
        if (faults.Count > 0)
            return new ImportFile([], [.. faults], true);
        var read = new Reading(kind);
        foreach (var row in text.Rows.Skip(1))
        {
            if (row.Length != columns.Length)
            {
                read.Refuse(new ImportFault(row[0].Line, 0, null, $"The line has {row.Length} fields, the header has {columns.Length}. Put a field with a separator in it in quotation marks."));
                continue;
            }
            read.Take(row[0].Line, row.Select((field, i) => (columns[i], field.Text, field.Line, field.Column)));
        }
        return read.Finish();
    }

    private static (ImmutableArray<ImportColumn> Columns, List<ImportFault> Faults) Header(ImportKind kind, IEnumerable<(string Name, int Line, int At)> names)
    {
        var (columns, faults) = (ImmutableArray.CreateBuilder<ImportColumn>(), new List<ImportFault>());
        foreach (var (name, line, at) in names)
            if (Column(kind, name) is not { } column)
                faults.Add(new ImportFault(line, at, null, Unknown(kind, name)));
            else if (columns.Contains(column))
                faults.Add(new ImportFault(line, at, column.Name, $"The column {column.Name} stands here twice."));
            else
                columns.Add(column);
        // An unknown name is most likely a missing one in another spelling.
        foreach (var missing in kind.Columns.Where(column => faults.Count == 0 && column.Required && !columns.Contains(column)).ToList())
            faults.Add(new ImportFault(1, 0, missing.Name, $"The column {missing.Name} is missing."));
        return (columns.ToImmutable(), faults);
    }

    private static ImportColumn? Column(ImportKind kind, string name) => kind.Columns.FirstOrDefault(column => Plain(column.Name) == Plain(name));

    private static string Plain(string name) => string.Concat(name.Where(c => !char.IsWhiteSpace(c) && c is not ('_' or '-'))).ToUpperInvariant();

    private static string Unknown(ImportKind kind, string name)
    {
        var nearest = kind.Columns.MinBy(column => Distance(Plain(column.Name), Plain(name)))!;
        var close = Distance(Plain(nearest.Name), Plain(name)) <= 2 + Plain(name).Length / 4;
        return $"There is no column '{Short(name)}' in {kind.Title.ToLowerInvariant()}. {(close ? $"Is it {nearest.Name}?" : $"There are {string.Join(", ", kind.Columns.Select(column => column.Name))}.")}";
    }

    // Levenshtein's, of names that are short.
    private static int Distance(string left, string right)
    {
        right = right[..Math.Min(right.Length, 60)];
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }

    private static ImportFile OfJson(ImportKind kind, ReadOnlyMemory<byte> bytes)
    {
        if (!StrictJson.TryParse(bytes, out var json, out var fault, new JsonLimits(MaxBytes, MaxDepth)))
            return Not(Math.Max(fault.Line, 1), fault.Column, fault.ToString());
        if (json.ValueKind != JsonValueKind.Array)
            return Not(1, 0, "The file must hold a list of objects: [{…}, {…}].");
        if (json.GetArrayLength() > MaxLines)
            return Not(1, 0, $"More than {MaxLines} records. Split the file.");
        var (read, places) = (new Reading(kind), new Places(bytes));
        foreach (var one in json.EnumerateArray())
            Take(read, kind, one, places);
        return read.Finish();
    }

    private static void Take(Reading read, ImportKind kind, JsonElement one, Places places)
    {
        var (line, at) = places.Next();
        if (one.ValueKind != JsonValueKind.Object)
        {
            read.Refuse(new ImportFault(line, at, null, "This must be an object."));
            return;
        }
        var (cells, faults) = (new List<(ImportColumn, string, int, int)>(), new List<ImportFault>());
        foreach (var member in one.EnumerateObject())
        {
            (line, at) = places.Next();
            if (Column(kind, member.Name) is not { } column)
                faults.Add(new ImportFault(line, at, null, Unknown(kind, member.Name)));
            else if (cells.Any(cell => cell.Item1 == column))
                faults.Add(new ImportFault(line, at, column.Name, $"The member {column.Name} stands here twice."));
            else if (Said(column, member.Value) is not { } text)
                faults.Add(new ImportFault(line, at, column.Name, column.Form == ColumnForm.List ? "This must be text or a list of texts." : "This must be text."));
            else
                cells.Add((column, text, line, at));
        }
        if (faults.Count > 0)
            read.Refuse([.. faults]);
        else
            read.Take(places.Began, cells);
    }

    private static string? Said(ImportColumn column, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => "",
        JsonValueKind.Array when column.Form == ColumnForm.List && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String && !one.GetString()!.Contains(Bar, StringComparison.Ordinal)) =>
            string.Join(Bar, value.EnumerateArray().Select(one => one.GetString())),
        _ => null,
    };

    internal static string Short(string text) => text.Length <= 40 ? text : text.CutTo(40) + "…";

    /// <summary>Checks each record by the table of its kind.</summary>
    private sealed class Reading(ImportKind kind)
    {
        private readonly ImmutableArray<ImportLine>.Builder _lines = ImmutableArray.CreateBuilder<ImportLine>();
        private readonly ImmutableArray<ImportFault>.Builder _faults = ImmutableArray.CreateBuilder<ImportFault>();

        public void Refuse(params ReadOnlySpan<ImportFault> faults) => _faults.AddRange(faults);

        public void Take(int line, IEnumerable<(ImportColumn Column, string Text, int Line, int At)> said)
        {
            var (cells, sound) = (new Dictionary<string, (string, int, int)>(StringComparer.Ordinal), true);
            foreach (var (column, raw, atLine, at) in said)
            {
                var text = raw.ReplaceLineEndings("\n").Trim();
                if (text.Length == 0)
                    continue;
                cells[column.Name] = (text, atLine, at);
                if (Wrong(column, text) is not { } why)
                    continue;
                _faults.Add(new ImportFault(atLine, at, column.Name, why));
                sound = false;
            }
            foreach (var missing in kind.Columns.Where(column => column.Required && !cells.ContainsKey(column.Name)))
            {
                _faults.Add(new ImportFault(line, 0, missing.Name, "This is needed."));
                sound = false;
            }
            if (sound)
                _lines.Add(new ImportLine(line, cells));
        }

        public ImportFile Finish() => _lines.Count + _faults.Count == 0
            ? Not(1, 0, "The file has no records.")
            : new ImportFile(_lines.ToImmutable(), _faults.ToImmutable(), false);

        private static string? Wrong(ImportColumn column, string text) => column.Form switch
        {
            ColumnForm.List when Parts(text) is var parts && (parts.Length > 100 || parts.Any(part => part.Length > column.Max)) => $"At most 100 texts of {column.Max} characters.",
            ColumnForm.List => Parts(text).IsEmpty ? "This is needed." : null,
            _ when text.Length > column.Max => $"At most {column.Max} characters; this has {text.Length}.",
            _ when text.Any(c => char.IsControl(c)) => "One line of text, without control characters.",
            ColumnForm.Day => Stated.TryParse(text, null, out _) ? null : NoDay(text),
            ColumnForm.Country => text.Length == 2 && text.All(char.IsAsciiLetterUpper) ? null : $"'{Short(text)}' is no country: two upper-case letters, e.g. DE.",
            ColumnForm.Word => column.Words.Contains(text) ? null : $"'{Short(text)}' is not one of {string.Join(", ", column.Words)}.",
            ColumnForm.Purl => PackageUrl.TryParse(text, out _) ? null : $"'{Short(text)}' is no package URL, e.g. {column.Example}.",
            _ => null,
        };

        private static string NoDay(string text)
        {
            var parts = text.Split('/', '.', '-', ' ');
            if (parts is [var one, var two, { Length: 4 } year] && Number(one) is { } left && Number(two) is { } right && Number(year) is not null)
            {
                var (dayFirst, monthFirst) = (Day(year, right, left), Day(year, left, right));
                if (dayFirst is not null && monthFirst is not null && dayFirst != monthFirst)
                    return $"'{Short(text)}' can be read as {dayFirst} or as {monthFirst}: write the one that is meant.";
                if ((dayFirst ?? monthFirst) is { } meant)
                    return $"'{Short(text)}' is not how days are written here: write {meant}.";
            }
            return $"'{Short(text)}' is no day: write it as 2026-03-04.";
        }

        private static int? Number(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

        private static string? Day(string year, int month, int day) =>
            DateOnly.TryParseExact($"{year}-{month:D2}-{day:D2}", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Where in a sound JSON text each record and each of its members begins, in their order.</summary>
    private sealed class Places
    {
        private readonly List<(int Line, int At, bool Record)> _places = [];
        private int _next;

        public Places(ReadOnlyMemory<byte> bytes)
        {
            var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions { MaxDepth = MaxDocumentDepth });
            var (line, lineStart, counted) = (1, 0, 0);
            while (reader.Read())
            {
                var record = reader.CurrentDepth == 1 && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray or JsonTokenType.PropertyName);
                if (!record && !(reader.CurrentDepth == 2 && reader.TokenType == JsonTokenType.PropertyName))
                    continue;
                var start = (int)reader.TokenStartIndex;
                for (; counted < start; counted++)
                    if (bytes.Span[counted] == '\n')
                        (line, lineStart) = (line + 1, counted + 1);
                _places.Add((line, Encoding.UTF8.GetCharCount(bytes.Span[lineStart..start]) + 1, record));
            }
        }

        /// <summary>The line on which the record at hand begins.</summary>
        public int Began { get; private set; } = 1;

        /// <summary>The line on which the next record begins, whatever members the one before has.</summary>
        public int NextRecord()
        {
            while (!_places[_next].Record)
                _next++;
            return Next().Line;
        }

        public (int Line, int At) Next()
        {
            var (line, at, record) = _places[_next++];
            if (record)
                Began = line;
            return (line, at);
        }
    }
}
