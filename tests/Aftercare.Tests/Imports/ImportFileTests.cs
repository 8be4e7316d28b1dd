using System.Globalization;
using System.Text;
using System.Text.Json;
using Aftercare.Imports;
using Xunit;

namespace Aftercare.Tests.Imports;

public sealed class ImportFileTests
{
    public static TheoryData<string> Kinds => [.. ImportKinds.All.Where(kind => !kind.IsDocuments).Select(kind => kind.Name)];

    [Theory, MemberData(nameof(Kinds))]
    public void The_examples_of_a_kind_are_a_sound_file_as_csv_and_as_json(string name)
    {
        var kind = ImportKinds.Find(name)!;
        var csv = $"{string.Join(';', kind.Columns.Select(column => column.Name))}\n{string.Join(';', kind.Columns.Select(column => column.Example))}\n";
        var json = JsonSerializer.Serialize(new[] { kind.Columns.ToDictionary(column => column.Name, column => column.Example) });

        foreach (var text in new[] { csv, json })
        {
            var read = Read(kind, text);
            Assert.Empty(read.Faults);
            Assert.All(kind.Columns, column => Assert.Equal(column.Example, Assert.Single(read.Lines).TextOrNull(column.Name)));
        }
    }

    [Fact]
    public void A_document_is_kept_to_the_byte_and_each_of_a_list_as_it_stands_there()
    {
        Assert.Equal("{ \"a\" : 1.0 }\n", Assert.Single(Read(ImportKinds.Advisories, "{ \"a\" : 1.0 }\n").Lines).Text(ImportFile.Document));

        var list = Read(ImportKinds.Advisories, "[\n {\"a\": {\"b\": [1, 2]},\n  \"c\": 1},\n {\"a\": 2}\n]");
        Assert.Empty(list.Faults);
        Assert.Equal([(2, "{\"a\": {\"b\": [1, 2]},\n  \"c\": 1}"), (4, "{\"a\": 2}")], list.Lines.Select(line => (line.Line, line.Text(ImportFile.Document))));
    }

    [Theory]
    [InlineData("publisher,number\nAcme,1\n", 1)]
    [InlineData("[]", 1)]
    [InlineData("\"text\"", 1)]
    [InlineData("{\n\"a\": 1,\n\"a\": 2}", 3)]
    public void What_is_no_document_is_refused_with_its_line(string text, int line) => Assert.Equal(line, Assert.Single(Read(ImportKinds.Advisories, text).Faults).Line);

    [Fact]
    public void Headers_are_matched_without_case_blanks_and_hyphens() =>
        Assert.Equal("2031-03-04", Assert.Single(Read(ImportKinds.Releases, "PRODUCT,Release,released on,supported_until\nPump,4.2.0,2024-03-04,2031-03-04\n").Lines).Day("supportedUntil")!.Text);

    [Theory]
    [InlineData("name,contry\nKlinikum,DE\n", 1, 6, "no column 'contry' in sites and whom to call there. Is it country?")]
    [InlineData("name,country,weather\nKlinikum,DE,fine\n", 1, 14, "There are name, country, contactName")]
    [InlineData("name,country,Name\nKlinikum,DE,x\n", 1, 14, "stands here twice")]
    [InlineData("name\nKlinikum\n", 1, 0, "The column country is missing.")]
    [InlineData("name,country\nKlinikum,DE,fine\n", 2, 0, "has 3 fields, the header has 2")]
    [InlineData("name,country\n,DE\n", 2, 0, "This is needed.")]
    [InlineData("name,country\nKlinikum,Germany\n", 2, 10, "At most 2 characters")]
    [InlineData("name,country\nKlinikum,de\n", 2, 10, "'de' is no country")]
    [InlineData("name,country\n\"Klini\nkum\",DE\n", 2, 1, "One line of text")]
    [InlineData("name,country\n", 1, 0, "no records")]
    public void A_fault_is_told_with_line_place_and_what_would_do(string text, int line, int at, string why)
    {
        var fault = Assert.Single(Read(ImportKinds.Sites, text).Faults);

        Assert.Equal((line, at), (fault.Line, fault.At));
        Assert.Contains(why, fault.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("31/12/2026", "write 2026-12-31")]
    [InlineData("12/31/2026", "write 2026-12-31")]
    [InlineData("31.12.2026", "write 2026-12-31")]
    [InlineData("03/04/2026", "can be read as 2026-04-03 or as 2026-03-04")]
    [InlineData("2026-02-30", "write it as 2026-03-04")]
    [InlineData("46022", "write it as 2026-03-04")]
    public void A_day_in_another_spelling_is_told_in_ours(string day, string why) =>
        Assert.Contains(why, Assert.Single(Read(ImportKinds.Releases, $"product,release,releasedOn\nPump,1.0,{day}\n").Faults).Reason, StringComparison.Ordinal);

    [Fact]
    public void All_faults_are_told_at_once_and_sound_lines_are_kept()
    {
        var read = Read(ImportKinds.Sites, "name,country\nA,xx\nB,DE\nC,\n,FR\n");

        Assert.Equal([2, 4, 5], read.Faults.Select(fault => fault.Line));
        Assert.Equal("B", Assert.Single(read.Lines).Text("name"));
    }

    [Fact]
    public void Json_takes_lists_where_a_column_holds_several_and_says_on_which_line_a_fault_is()
    {
        var read = Read(ImportKinds.SoftwareItems, """
            [
              {"product": "Pump", "releases": ["4.1.0", "4.2.0"], "name": "OpenSSL", "version": "3", "origin": "third-party", "supplier": null},
              {"product": "Pump", "releases": "4.1.0",
               "name": ["x"], "version": "3", "origin": "bought"}
            ]
            """);

        Assert.Equal(["4.1.0", "4.2.0"], Assert.Single(read.Lines).Texts("releases"));
        Assert.Null(read.Lines[0].TextOrNull("supplier"));
        Assert.Equal([(4, 4, "name")], read.Faults.Select(fault => (fault.Line, fault.At, fault.Column!)));
    }

    [Theory]
    [InlineData("{\"name\": \"A\"}", "a list of objects")]
    [InlineData("[1]", "must be an object")]
    [InlineData("[{\"name\":\"A\",\"name\":\"B\",\"country\":\"DE\"}]", "member")]
    [InlineData("[{\"name\":\"A\",\"Name\":\"B\",\"country\":\"DE\"}]", "stands here twice")]
    [InlineData("[{\"name\":{\"a\":{\"b\":[[[[]]]]}},\"country\":\"DE\"}]", "")]
    [InlineData("[{\"name\":\"A\",\"country\":\"DE\",\"constructor\":\"x\"}]", "no column 'constructor'")]
    [InlineData("[{\"name\":\"A\",\"country\":\"DE\"}", "")]
    public void Json_that_readers_would_see_differently_is_refused(string text, string why)
    {
        var read = Read(ImportKinds.Sites, text);

        Assert.Empty(read.Lines);
        Assert.Contains(why, Assert.Single(read.Faults).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_formula_is_text_like_any_other() => Assert.Equal("=HYPERLINK(1)", Read(ImportKinds.Sites, "name,country\n=HYPERLINK(1),DE\n").Lines[0].Text("name"));

    [Fact]
    public void The_columns_in_the_docs_are_the_readers_own()
    {
        var path = Path.Combine(Shared.Repository, "docs", "imports.md");
        var page = Page();
        if (Environment.GetEnvironmentVariable("AFTERCARE_WRITE_DOCS") == "1")
            File.WriteAllText(path, page);

        Assert.True(page == File.ReadAllText(path), "docs/imports.md is not what the reader takes. Run this test with AFTERCARE_WRITE_DOCS=1 and look at the difference.");
    }

    private static string Page()
    {
        var page = new StringBuilder("# Columns of files to import\n\nMade from the table that the reader uses. Import in this order, as later lists refer to earlier ones. In CSV several texts of one column have a\nvertical bar between them; in JSON they are a list.\n");
        foreach (var kind in ImportKinds.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {kind.Title}: `{kind.Name}`\n\n{kind.Note} It is here already when one with the same {kind.Key} is.\n");
            if (kind.IsDocuments)
                continue;
            page.Append("\n| column | holds | needed | example |\n|---|---|---|---|\n");
            foreach (var column in kind.Columns)
                page.Append(CultureInfo.InvariantCulture, $"| `{column.Name}` | {column.Holds} | {(column.Required ? "yes" : "no")} | {column.Example.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
        return page.ToString();
    }

    private static ImportFile Read(ImportKind kind, string text) => ImportFile.Read(kind, Encoding.UTF8.GetBytes(text));
}
