using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>A header as it was sent.</summary>
public sealed class MimeHeader
{
    internal MimeHeader(string name, ReadOnlyMemory<byte> raw, int position, int value)
    {
        (Name, Raw, Position) = (name, raw, position);
        Value = Unfolded(raw.Span[value..], out var guessed);
        IsGuessed = guessed;
    }

    public string Name { get; }

    /// <value>With its name, every fold and its last line end.</value>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <value>Bytes from the start of the mail.</value>
    public int Position { get; }

    /// <value>Unfolded (RFC 5322 §2.2.3); encoded words as they were sent. Control characters are spaces.</value>
    public string Value { get; }

    /// <value>With its encoded words decoded, as an unstructured header is read (RFC 2047 §6.1).</value>
    public string Text => field ??= EncodedWords.Decode(Value, null);

    internal bool IsGuessed { get; }

    internal bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    // A fold is a line end before white space; the white space stays.
    private static string Unfolded(ReadOnlySpan<byte> value, out bool guessed)
    {
        var text = Charset.Guess(value, out guessed);
        var unfolded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n' || c == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                continue;
            if (c == '\r' && (i + 1 == text.Length || text[i + 1] is ' ' or '\t'))
                continue;
            unfolded.Append(c == '\t' || char.IsControl(c) ? ' ' : c);
        }
        return unfolded.ToString().Trim(' ');
    }
}
