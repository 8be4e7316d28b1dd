namespace Aftercare.Channels.Mail;

/// <summary>An address and the name that is shown beside it.</summary>
public sealed record Mailbox
{
    /// <param name="name">At most 200 characters; a comma or a quotation mark in it is carried so that it cannot become a second address.
    /// White space around it is dropped; an empty name is none.</param>
    /// <exception cref="MalformedMailException">The name has a line break or another control character.</exception>
    public Mailbox(EmailAddress address, string? name = null)
    {
        Address = address;
        Name = string.IsNullOrWhiteSpace(name) ? null : MailText.OneLine($"The name of {address}", name, 200).Trim();
    }

    public EmailAddress Address { get; }

    public string? Name { get; }

    public static implicit operator Mailbox(EmailAddress address) => new(address);

    public static Mailbox FromEmailAddress(EmailAddress address) => new(address);
}
