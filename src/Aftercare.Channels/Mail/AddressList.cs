using System.Collections.Immutable;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>
/// The people in one header (RFC 5322 §3.4, §4.4; RFC 6532): groups, comments however deep, quoted names and local parts, routes, lists with empty places. Each
/// character is passed once, and nothing but the header's own comma parts two people, never one that encoded words hide.
/// </summary>
internal sealed class AddressList(string value, int most, ImmutableArray<Correspondent>.Builder people, Action<string> fault)
{
    private readonly StringBuilder _words = new(), _angle = new(), _comment = new();
    private string? _group;
    private bool _inAngle, _hasAngle, _hasAt, _isQuoted;

    // Behind white space, a comment or a quoted text the next word begins.
    private bool _gap;
    private int _at;

    internal void Read()
    {
        for (_at = 0; _at < value.Length; _at++)
        {
            var c = value[_at];
            switch (c)
            {
                case '(':
                    Comment();
                    break;
                case '"':
                    Quoted();
                    break;
                case '<' when !_inAngle:
                    if (_hasAngle)
                        End();
                    (_inAngle, _hasAngle) = (true, true);
                    break;
                case '>' when _inAngle:
                    _inAngle = false;
                    break;
                case '[' when (_inAngle ? _angle : _words) is { Length: > 0 } written && written[^1] == '@':
                    Literal();
                    break;
                case ',' when !_inAngle:
                    End();
                    break;
                case ',' or ':' when _inAngle:
                    // A route (§4.4): what stands before the last colon only led there.
                    if (c == ':')
                        _angle.Clear();
                    break;
                case ';':
                    End();
                    if (_group is null)
                        fault("A list of addresses has a semicolon where no group ends.");
                    _group = null;
                    break;
                case ':' when _group is null && !_hasAngle && _words.Length > 0 && !_hasAt:
                    _group = Name(_words.ToString());
                    Clear();
                    break;
                case ' ' or '\t':
                    _gap = true;
                    break;
                case '=' when !_inAngle && EncodedWords.LengthAt(value, _at) is var length and > 0:
                    // A comma in it is the name's, although RFC 2047 §5 wants it encoded.
                    Append(c);
                    _words.Append(value, _at + 1, length - 1);
                    _at += length - 1;
                    break;
                default:
                    Append(c);
                    break;
            }
            if (people.Count >= most)
            {
                fault($"A header has more than {most} addresses; the others are not read.");
                return;
            }
        }
        if (_inAngle)
            fault("An angle bracket is not closed.");
        End();
    }

    private void Append(char c)
    {
        var written = _inAngle ? _angle : _words;
        // Obsolete syntax has white space around the dots and the @ of an address.
        if (_gap && !_inAngle && written.Length > 0)
            written.Append(' ');
        _gap = false;
        _hasAt |= c == '@';
        written.Append(c);
    }

    private void Quoted()
    {
        var text = new StringBuilder();
        for (_at++; _at < value.Length && value[_at] != '"'; _at++)
        {
            if (value[_at] == '\\' && _at + 1 < value.Length)
                _at++;
            text.Append(value[_at]);
        }
        if (_at >= value.Length)
            fault("A quotation mark is not closed.");
        var isLocalPart = _at + 1 < value.Length && value[_at + 1] == '@';
        var written = _inAngle ? _angle : _words;
        if (_gap && !_inAngle && written.Length > 0)
            written.Append(' ');
        _gap = !isLocalPart && !_inAngle;
        _isQuoted |= !isLocalPart && !_inAngle;
        // Quotation marks that a local part needs are part of the address.
        written.Append(isLocalPart && !MailText.IsDotAtom(text.ToString()) ? $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"" : text);
    }

    private void Literal()
    {
        var end = value.IndexOf(']', _at);
        end = end < 0 ? value.Length - 1 : end;
        (_inAngle ? _angle : _words).Append(value, _at, end - _at + 1);
        _at = end;
    }

    private void Comment()
    {
        var depth = 0;
        var outermost = _comment.Length == 0;
        for (; _at < value.Length; _at++)
        {
            var c = value[_at];
            if (c == ')' && --depth == 0)
                break;
            if (c == '\\' && _at + 1 < value.Length)
                c = value[++_at];
            else if (c == '(' && depth++ == 0)
                continue;
            if (outermost)
                _comment.Append(c);
        }
        if (depth > 0)
            fault("A comment is not closed.");
        _gap = true;
    }

    private void End()
    {
        var words = _words.ToString().Trim();
        var written = _angle.ToString();
        if (_hasAngle && written.Length > 0)
        {
            Add(words.Length > 0 ? Name(words) : Commented, written);
        }
        else if (words.Contains('@', StringComparison.Ordinal) && !_isQuoted)
        {
            Bare(words);
        }
        else if (words.Length > 0)
        {
            fault("Somebody is named without an address.");
            Add(Name(words), "");
        }
        Clear();
    }

    // "anna@example.org (Anna)", "Anna anna@example.org", "anna @ example . org"
    private void Bare(string words)
    {
        var together = words.Replace(" @ ", "@", StringComparison.Ordinal).Replace(" @", "@", StringComparison.Ordinal).Replace("@ ", "@", StringComparison.Ordinal)
            .Replace(" . ", ".", StringComparison.Ordinal).Replace(" .", ".", StringComparison.Ordinal).Replace(". ", ".", StringComparison.Ordinal);
        var pieces = together.StartsWith('"') ? [together] : together.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var address = Array.FindIndex(pieces, piece => piece.Contains('@', StringComparison.Ordinal));
        if (pieces.Length > 1)
            fault("An address stands without angle brackets beside a name.");
        var others = string.Join(' ', pieces.Where((_, i) => i != address));
        Add(others.Length > 0 ? Name(others) : Commented, pieces[address]);
    }

    private string? Commented => _comment.Length > 0 ? Name(_comment.ToString()) : null;

    private string? Name(string text) => EncodedWords.Decode(text, fault).Trim() is { Length: > 0 } name ? name : null;

    private void Add(string? name, string written) => people.Add(new Correspondent(name, written, _group));

    private void Clear()
    {
        _words.Clear();
        _angle.Clear();
        _comment.Clear();
        (_inAngle, _hasAngle, _hasAt, _isQuoted, _gap) = (false, false, false, false, false);
    }
}
