using System.Diagnostics.CodeAnalysis;

namespace Aftercare.Channels.Mail;

/// <summary>The unique name of a mail (RFC 5322 §3.6.4), with its angle brackets: <c>&lt;unique@domain&gt;</c>.</summary>
public sealed record MessageId
{
    private const int MostLength = 250;

    private MessageId(string text) => Text = text;

    public string Text { get; }

    /// <exception cref="MalformedMailException">The two do not make a Message-Id.</exception>
    public static MessageId Of(string unique, string domain) => Parse($"<{unique}@{domain}>");

    /// <exception cref="MalformedMailException">Not two dot-atoms with an @ between, in angle brackets.</exception>
    public static MessageId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new MalformedMailException("Message-Id", "is not of the form <unique@domain>");

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out MessageId? id)
    {
        id = text is ['<', .. var inner, '>'] && text.Length <= MostLength && inner.Split('@') is [var unique, var domain]
            && MailText.IsDotAtom(unique) && MailText.IsDotAtom(domain) ? new MessageId(text) : null;
        return id is not null;
    }

    public override string ToString() => Text;
}
