using System.Collections.Immutable;

namespace Aftercare.Channels.Mail;

/// <summary>
/// What in a mail may name the conversation that it continues, likeliest first. Anybody can write it: whoever looks it up checks the token's signature, and that the
/// sender may write there.
/// </summary>
/// <param name="Tokens">Of recipients <c>local+TOKEN@domain</c>, as written; servers on the way may have changed their case. At most 20.</param>
/// <param name="MessageIds">The mail that is answered, then those before it, the latest first. At most 100.</param>
public sealed record ThreadCandidates(ImmutableArray<string> Tokens, ImmutableArray<string> MessageIds)
{
    private const int MostTokens = 20, MostIds = 100, LongestToken = 200;

    // What servers write themselves says more than what the sender did.
    private static readonly string[] Headers = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc"];

    /// <param name="mailbox">The address that the tokens are added to, e.g. <c>security@maker.example</c>.</param>
    /// <param name="envelope">The recipients that the mail was handed over for, when known.</param>
    public static ThreadCandidates Of(MimeMessage mail, EmailAddress mailbox, IEnumerable<string>? envelope = null)
    {
        var written = (envelope ?? []).Concat(Headers.SelectMany(name => mail.People(name)).Select(person => person.Written));
        return new(
            [.. written.Select(address => Token(address, mailbox)).OfType<string>().Distinct().Take(MostTokens)],
            [.. mail.InReplyTo.Concat(mail.References.Reverse()).Distinct().Take(MostIds)]);
    }

    private static string? Token(string address, EmailAddress mailbox)
    {
        var at = address.LastIndexOf('@');
        var start = mailbox.LocalPart.Length + 1;
        return at > start && at - start <= LongestToken && address[start - 1] == '+'
            && address.StartsWith(mailbox.LocalPart, StringComparison.OrdinalIgnoreCase)
            && EmailAddress.AsciiDomain(address[(at + 1)..]) == mailbox.Domain
            ? address[start..at]
            : null;
    }
}
