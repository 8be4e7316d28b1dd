using System.Collections.Immutable;

namespace Aftercare.Channels.Mail;

/// <summary>What the servers read, whatever the mail itself says.</summary>
public sealed record Envelope
{
    /// <param name="from">Who gets the bounce; null (<c>&lt;&gt;</c>) for an answer by a machine, which must never be answered itself.</param>
    /// <param name="to">1 to 200 addresses.</param>
    /// <exception cref="MalformedMailException">Nobody, or too many.</exception>
    public Envelope(EmailAddress? from, ImmutableArray<EmailAddress> to)
    {
        if (to.IsDefaultOrEmpty)
            throw new MalformedMailException("The envelope", "names nobody");
        if (to.Length > 2 * MailMessage.MostRecipients)
            throw new MalformedMailException("The envelope", $"names more than {2 * MailMessage.MostRecipients} recipients");
        (From, To) = (from, to);
    }

    public EmailAddress? From { get; }

    public ImmutableArray<EmailAddress> To { get; }

    internal bool NeedsSmtpUtf8 => From is { NeedsSmtpUtf8: true } || To.Any(to => to.NeedsSmtpUtf8);
}
