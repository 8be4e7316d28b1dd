using System.Collections.Immutable;

namespace Aftercare.Channels.Mail;

/// <summary>Whether a person wrote a mail (RFC 3834): what is not <see cref="No"/> must not be answered by a machine.</summary>
public enum AutoSubmitted
{
    No,
    Generated,
    Replied,
}

/// <summary>A mail to be written. One that exists can be written: what cannot stand in a mail is refused where it is set.</summary>
public sealed record MailMessage
{
    public const int MostRecipients = 100;
    private const int MostReferences = 50, MostAttachments = 50, MostSubject = 800;

    public required Mailbox From { get; init; }

    /// <value>1 to 100 mailboxes.</value>
    /// <exception cref="MalformedMailException">None, or too many.</exception>
    public required ImmutableArray<Mailbox> To
    {
        get;
        init => field = value.IsDefaultOrEmpty
            ? throw new MalformedMailException("To", "names nobody")
            : AtMost("To", value, MostRecipients);
    }

    /// <value>At most 100; default none.</value>
    public ImmutableArray<Mailbox> Cc { get; init => field = AtMost("Cc", value, MostRecipients); } = [];

    public Mailbox? ReplyTo { get; init; }

    /// <value>At most 800 characters.</value>
    /// <exception cref="MalformedMailException">It has a line break or another control character.</exception>
    public required string Subject { get; init => field = MailText.OneLine("Subject", value, MostSubject); }

    /// <value>Every kind of line end is taken and becomes the mail's; the last line gets one.</value>
    /// <exception cref="MalformedMailException">It has a NUL.</exception>
    public required string Text
    {
        get;
        init => field = value.Contains('\0')
            ? throw new MalformedMailException("Text", "contains a NUL")
            : MailText.WellFormed("Text", value);
    }

    public required MessageId Id { get; init; }

    /// <value>Written to the second, with its offset.</value>
    public required DateTimeOffset Date { get; init; }

    public MessageId? InReplyTo { get; init; }

    /// <value>At most 50; default none.</value>
    public ImmutableArray<MessageId> References { get; init => field = AtMost("References", value, MostReferences); } = [];

    public AutoSubmitted AutoSubmitted { get; init; }

    /// <value>At most 50; default none.</value>
    public ImmutableArray<Attachment> Attachments { get; init => field = AtMost("Attachments", value, MostAttachments); } = [];

    /// <summary>Who gets it and who hears of it when it does not arrive: everybody in To and Cc, once, and From.</summary>
    public Envelope Envelope() => new(From.Address, [.. To.Concat(Cc).Select(mailbox => mailbox.Address).Distinct()]);

    /// <summary>The mail as bytes (RFC 5322, 2045-2047, 2231): 7 bit, except for addresses that need SMTPUTF8. The same
    /// message gives the same bytes.</summary>
    /// <param name="boundary">What stands between the parts of a mail with attachments; by default derived from the Message-Id, and such that it
    /// cannot occur in a part.</param>
    /// <exception cref="MalformedMailException">The boundary is not one, or occurs in the text.</exception>
    public byte[] ToMime(string? boundary = null) => MimeWriter.Write(this, boundary);

    private static ImmutableArray<T> AtMost<T>(string field, ImmutableArray<T> values, int most) =>
        values.IsDefault ? []
        : values.Length > most ? throw new MalformedMailException(field, $"has more than {most} entries")
        : values;
}
