using System.Buffers;
using System.Text;

namespace Aftercare.Server.Platform.Web;

/// <summary>Lists as RFC 4180 writes them, UTF-8, safe to open with a spreadsheet.</summary>
public static class Csv
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create("\"',\r\n;\t");

    public const string MediaType = "text/csv; charset=utf-8";

    public static byte[] Write(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(header))
            text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // A spreadsheet runs what begins like a formula; the apostrophe makes it text.
    private static string Cell(string? value)
    {
        var text = value ?? "";
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠')
            text = "'" + text;
        return text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
