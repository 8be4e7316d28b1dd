using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>Paragraphs of <c>format=flowed</c> put together again (RFC 3676 §4), quotes within quotes kept apart.</summary>
internal static class FlowedText
{
    internal static string Unflow(string text, bool deletesSpace)
    {
        var result = new StringBuilder(text.Length);
        var (open, depth) = (false, 0);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range];
            var quotes = line.IndexOfAnyExcept('>');
            quotes = quotes < 0 ? line.Length : quotes;
            line = line[quotes..];
            if (line.StartsWith(' '))
                line = line[1..];
            if (open && (quotes != depth || line is "-- "))
                open = false;
            if (!open)
            {
                if (result.Length > 0 || range.Start.Value > 0)
                    result.Append('\n');
                if (quotes > 0)
                    result.Append('>', quotes).Append(line.IsEmpty ? "" : " ");
            }
            open = line.EndsWith(' ') && line is not "-- ";
            depth = quotes;
            result.Append(open && deletesSpace ? line[..^1] : line);
        }
        return result.ToString();
    }
}
