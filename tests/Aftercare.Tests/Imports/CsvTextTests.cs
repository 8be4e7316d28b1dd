using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Imports;
using Xunit;

namespace Aftercare.Tests.Imports;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", ',')]
    [InlineData("a;b\r\n1;2", ';')]
    [InlineData("a\tb\r1\t2\r", '\t')]
    [InlineData("\uFEFFa;b\n1;2\n", ';')]
    [InlineData("sep=;\r\na;b\r\n1;2\r\n", ';')]
    [InlineData("SEP=|\na|b\n1|2\n", '|')]
    [InlineData("a,b\n\n1,2\n\n\n", ',')]
    public void Rows_are_read_whatever_separates_them(string text, char separator)
    {
        var read = Sound(text);

        Assert.Equal(separator, read.Separator);
        Assert.Equal([["a", "b"], ["1", "2"]], read.Rows.Select(row => row.Select(field => field.Text)));
    }

    [Fact]
    public void A_quoted_field_holds_separators_line_breaks_and_quotation_marks()
    {
        var read = Sound("a,b\r\n\"x,\"\"y\"\"\r\nz\",2\r\n3,\"\"\r\n");

        Assert.Equal([["a", "b"], ["x,\"y\"\r\nz", "2"], ["3", ""]], read.Rows.Select(row => row.Select(field => field.Text)));
    }

    [Fact]
    public void A_separator_within_quotation_marks_of_the_header_does_not_count() => Assert.Equal(';', Sound("\"a,b,c,d\";e\n1;2\n").Separator);

    [Fact]
    public void Places_are_those_of_an_editor()
    {
        var read = Sound("ä,b\n\"x\ny\",\"ß\",2\n3,4\n");

        Assert.Equal([(1, 1), (1, 3), (2, 1), (3, 4), (3, 8), (4, 1), (4, 3)], read.Rows.SelectMany(row => row.Select(field => (field.Line, field.Column))));
    }

    [Fact]
    public void A_row_that_holds_nothing_but_an_empty_quoted_field_is_a_row() => Assert.Equal(2, Sound("a\n\"\"\n\n").Rows.Length);

    [Theory]
    [InlineData("a,b\n1,\"2\n3,4\n", 2, 3, "never closed")]
    [InlineData("a,b\n1,2\"3\n", 2, 4, "within a field")]
    [InlineData("a,b\n\"1\"x,2\n", 2, 4, "after the closing")]
    [InlineData("a,b\n1,\u0000\n", 2, 3, "control character")]
    [InlineData("a,b\n1,\"\u0007\"\n", 2, 4, "control character")]
    [InlineData("\n\n", 1, 0, "empty")]
    [InlineData("", 1, 0, "empty")]
    public void What_two_spreadsheets_would_read_in_two_ways_is_refused_with_its_place(string text, int line, int column, string why) => Refused(Encoding.UTF8.GetBytes(text), line, column, why);

    [Fact]
    public void A_workbook_given_as_csv_is_named() => Refused("PK\x03\x04rest"u8.ToArray(), 1, 0, "workbook or a zip");

    [Fact]
    public void An_old_workbook_given_as_csv_is_named() => Refused([0xD0, 0xCF, 0x11, 0xE0, 0xA1], 1, 0, "old Excel workbook");

    [Fact]
    public void Utf_16_is_named() => Refused(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("a,b\n")).ToArray(), 1, 0, "UTF-16");

    [Fact]
    public void Utf_16_without_a_mark_is_named() => Refused(Encoding.Unicode.GetBytes("a,b\n"), 1, 0, "UTF-16");

    [Fact]
    public void Latin_1_is_named_with_its_place() => Refused(Encoding.Latin1.GetBytes("name\nKlinikum Süd\n"), 2, 11, "Latin-1");

    [Fact]
    public void A_bomb_of_rows_is_refused() => Refused(Encoding.UTF8.GetBytes("a\n" + string.Concat(Enumerable.Repeat("1\n", 12))), 12, 1, "More than 10 rows", new CsvLimits(MaxRows: 11));

    [Fact]
    public void A_bomb_of_columns_is_refused() => Refused(Encoding.UTF8.GetBytes(new string(',', 100)), 1, 65, "More than 64 fields");

    [Fact]
    public void A_bomb_of_a_field_is_refused() => Refused(Encoding.UTF8.GetBytes("a\n" + new string('x', 40_000)), 2, 32_769, "more than 32768");

    [Fact]
    public void A_quotation_mark_that_swallows_the_file_is_refused_where_it_begins() => Refused(Encoding.UTF8.GetBytes("a\n\"" + new string('x', 40_000)), 2, 1, "perhaps its quotation mark is never closed");

    [Fact]
    public void A_file_that_is_too_large_is_refused_before_it_is_read() => Refused(new byte[101], 1, 0, "100 are allowed", new CsvLimits(MaxBytes: 100));

    [Fact]
    public async Task Another_reader_sees_the_same_in_ten_thousand_files()
    {
        var random = new Random(4180);
        var texts = Enumerable.Range(0, 10_000).Select(_ => SomeText(random)).ToList();
        var questions = texts.Select(one => new JsonObject { ["text"] = one.Text, ["separator"] = one.Separator.ToString() }.ToJsonString());

        var verdict = await Oracles.Run("csv.mjs", stdin: string.Join('\n', questions));

        Assert.True(verdict.ExitCode == 0, verdict.Error);
        var theirs = verdict.Output.TrimEnd('\n').Split('\n').Select(rows => JsonNode.Parse(rows)?.ToJsonString() ?? "null").ToList();
        Assert.Equal(texts.Count, theirs.Count);
        var differing = texts.Zip(theirs).Where(pair => Ours(pair.First.Text) != pair.Second).Select(pair => $"{JsonSerializer.Serialize(pair.First.Text)}: ours {Ours(pair.First.Text)}, theirs {pair.Second}").ToList();
        Assert.True(differing.Count == 0, $"{differing.Count} differ: {string.Join('\n', differing.Take(5))}");
        Assert.InRange(theirs.Count(rows => rows == "null"), 500, 9_000);
    }

    // The separator is said, as guessing it is no part of the format; half of the texts are damaged by a stray character.
    private static (string Text, char Separator) SomeText(Random random)
    {
        var (separator, end) = (",;\t"[random.Next(3)], new[] { "\n", "\r\n", "\r" }[random.Next(3)]);
        var columns = random.Next(1, 5);
        var rows = Enumerable.Range(0, random.Next(1, 6)).Select(_ => string.Join(separator, Enumerable.Range(0, columns).Select(_ => SomeField(random, separator))));
        var text = string.Join(end, rows) + (random.Next(2) == 0 ? end : "");
        if (random.Next(2) == 0 && text.Length > 0)
            text = text.Insert(random.Next(text.Length), "\"x,;\n"[random.Next(5)].ToString());
        return ($"sep={separator}{end}{text}", separator);
    }

    private static string SomeField(Random random, char separator)
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(0, 6)).Select(_ => "ab ß😀,;\t\"\n="[random.Next(11)] is var c && char.IsSurrogate(c) ? "😀" : c.ToString()));
        return text.IndexOfAny([separator, '"', '\n', '\r']) >= 0 || random.Next(4) == 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static string Ours(string text) => CsvText.Read(Encoding.UTF8.GetBytes(text)).Text is { } read
        ? JsonSerializer.Serialize(read.Rows.Select(row => row.Select(field => field.Text)))
        : "null";

    private static CsvText Sound(string text)
    {
        var (read, fault) = CsvText.Read(Encoding.UTF8.GetBytes(text));
        Assert.Null(fault);
        return read!;
    }

    private static void Refused(byte[] bytes, int line, int column, string why, CsvLimits? limits = null)
    {
        var (read, fault) = CsvText.Read(bytes, limits);
        Assert.Null(read);
        Assert.Equal((line, column), (fault!.Line, fault.Column));
        Assert.Contains(why, fault.Reason, StringComparison.Ordinal);
    }
}
