using System.Net;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>
/// HTML made plain: the words, with links as <c>text &lt;address&gt;</c> so that nobody is sent elsewhere than he reads, quotations behind &gt;, and without scripts,
/// styles and whatever else is no text. Nothing is loaded or run. Each character is passed a fixed number of times.
/// </summary>
internal sealed class HtmlText
{
    private readonly string _html;
    private readonly StringBuilder _text = new(), _line = new();
    private readonly Stack<(string Address, int Start)> _links = new();
    private int _quotes, _pre, _blanks, _nextDouble = -2, _nextSingle = -2;
    private bool _space, _careless, _noCommentEnd;

    private HtmlText(string html) => _html = html;

    internal static string Of(string html)
    {
        var reader = new HtmlText(html);
        reader.Read();
        return reader._text.ToString().Trim('\n');
    }

    private void Read()
    {
        var last = _html.LastIndexOf('>');
        for (var at = 0; at < _html.Length;)
        {
            var open = at < last ? _html.IndexOf('<', at) : -1;
            if (open < 0 || open > last)
                open = _html.Length;
            Words(at, open);
            if (open == _html.Length)
                break;
            var next = open + 1 < _html.Length ? _html[open + 1] : ' ';
            if (_html.AsSpan(open).StartsWith("<!--"))
            {
                at = Comment(open);
            }
            else if (char.IsAsciiLetter(next) || next is '/' or '!' or '?')
            {
                var end = TagEnd(open + 1);
                at = Tag(open + 1, end);
            }
            else
            {
                Words(open, open + 1);
                at = open + 1;
            }
        }
        EndLine();
    }

    private int Comment(int open)
    {
        var end = _noCommentEnd ? -1 : _html.IndexOf("-->", open + 2, StringComparison.Ordinal);
        if (end >= 0)
            return end + 3;
        _noCommentEnd = true;
        return _html.IndexOf('>', open) + 1;
    }

    // A ">" within quotation marks ends no tag. Once a tag would swallow all the rest that way, quotation marks no longer count.
    private int TagEnd(int at)
    {
        var isValue = false;
        for (var i = at; !_careless && i < _html.Length; i++)
        {
            var c = _html[i];
            if (c == '>')
                return i;
            if (isValue && c == '"' && Next('"', ref _nextDouble, i + 1) is var close and > 0)
                i = close;
            else if (isValue && c == '\'' && Next('\'', ref _nextSingle, i + 1) is var end and > 0)
                i = end;
            isValue = c == '=' || isValue && char.IsWhiteSpace(c);
        }
        _careless = true;
        return _html.IndexOf('>', at);
    }

    private int Next(char quote, ref int known, int from)
    {
        if (known != -1 && known < from)
            known = _html.IndexOf(quote, from);
        return known;
    }

    private int Tag(int start, int end)
    {
        var closes = _html[start] == '/';
        var nameStart = closes ? start + 1 : start;
        var length = 0;
        while (nameStart + length < end && length < 12 && char.IsAsciiLetterOrDigit(_html[nameStart + length]))
            length++;
        var name = _html.Substring(nameStart, length).ToLowerInvariant();
        switch (name)
        {
            case "script" or "style" or "head" or "template" or "title" or "noscript" or "svg" or "math" or "object" when !closes && _html[end - 1] != '/':
                return Behind(name, end + 1);
            case "br":
                EndLine();
                break;
            case "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "ul" or "ol" or "table":
                EndLine();
                Blank();
                break;
            case "div" or "tr" or "section" or "article" or "header" or "footer" or "dl" or "dt" or "dd" or "form" or "address" or "center" or "body" or "html":
                EndLine();
                break;
            case "li":
                EndLine();
                if (!closes)
                    _line.Append("- ");
                break;
            case "td" or "th":
                _space = true;
                break;
            case "hr":
                EndLine();
                _line.Append("---");
                EndLine();
                break;
            case "pre":
                EndLine();
                _pre = Math.Max(0, _pre + (closes ? -1 : 1));
                break;
            case "blockquote":
                EndLine();
                _quotes = Math.Clamp(_quotes + (closes ? -1 : 1), 0, 20);
                break;
            case "img" when !closes && Attribute("alt", start, end) is { Length: > 0 } alt:
                Append($"[{alt}]");
                break;
            case "a":
                Link(closes, start, end);
                break;
        }
        return end + 1;
    }

    private int Behind(string name, int from)
    {
        var close = _html.IndexOf("</" + name, from, StringComparison.OrdinalIgnoreCase);
        var end = close < 0 ? -1 : _html.IndexOf('>', close);
        return end < 0 ? _html.Length : end + 1;
    }

    private void Link(bool closes, int start, int end)
    {
        if (!closes)
        {
            if (_links.Count < 100)
                _links.Push((Attribute("href", start, end) ?? "", _line.Length));
            return;
        }
        if (!_links.TryPop(out var link) || link.Address.Length == 0 || link.Address.StartsWith('#'))
            return;
        var shown = link.Start <= _line.Length ? _line.ToString(link.Start, _line.Length - link.Start).Trim() : "";
        if (shown != link.Address && "mailto:" + shown != link.Address)
            Append($" <{link.Address}>");
    }

    // As a browser reads them: a name within another's value is none, and the first of a name counts.
    private string? Attribute(string name, int start, int end)
    {
        var rest = _html.AsSpan(start, end - start);
        rest = rest[After(rest, " \t\r\n\f/")..];
        while (true)
        {
            rest = rest.TrimStart(" \t\r\n\f/");
            if (rest.IsEmpty)
                return null;
            var length = After(rest[1..], " \t\r\n\f/=") + 1;
            var isIt = rest[..length].Equals(name, StringComparison.OrdinalIgnoreCase);
            rest = rest[length..];
            var value = rest.TrimStart(" \t\r\n\f");
            if (value.StartsWith('='))
            {
                rest = value[1..].TrimStart(" \t\r\n\f");
                var isQuoted = rest is ['"' or '\'', ..] && rest[1..].Contains(rest[0]);
                value = isQuoted ? rest[1..][..rest[1..].IndexOf(rest[0])] : rest[..After(rest, " \t\r\n\f")];
                rest = rest[(value.Length + (isQuoted ? 2 : 0))..];
            }
            else
            {
                value = [];
            }
            if (isIt)
                return OneLine(WebUtility.HtmlDecode(value.ToString()));
        }
    }

    private static int After(ReadOnlySpan<char> text, string ends) => text.IndexOfAny(ends) is var at and >= 0 ? at : text.Length;

    private static string OneLine(string text) => string.Concat(text.Where(c => !char.IsControl(c))).Trim();

    private void Words(int start, int end)
    {
        if (start < end)
            Append(WebUtility.HtmlDecode(_html[start..end]));
    }

    private void Append(string words)
    {
        foreach (var c in words)
        {
            if (_pre > 0 && c is '\n')
            {
                EndLine(keepsEmpty: true);
            }
            else if (_pre > 0 && c is ' ' or '\t')
            {
                _line.Append(c);
            }
            else if (char.IsControl(c) || c is ' ' or '\u00a0')
            {
                _space = true;
            }
            else
            {
                if (_space && _line.Length > 0)
                    _line.Append(' ');
                _space = false;
                _line.Append(c);
            }
        }
    }

    private void Blank() => _blanks = 1;

    private void EndLine(bool keepsEmpty = false)
    {
        _space = false;
        if (_line.Length == 0 && !keepsEmpty)
            return;
        var quote = _quotes > 0 ? new string('>', _quotes) + " " : "";
        if (_blanks > 0 && _text.Length > 0)
            _text.Append(quote.TrimEnd()).Append('\n');
        _blanks = 0;
        _text.Append(quote).Append(_line).Append('\n');
        _line.Clear();
        // A link that spans lines begins anew.
        if (_links.TryPop(out var link))
            _links.Push((link.Address, 0));
    }
}
