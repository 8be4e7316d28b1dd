using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Aftercare.Channels.Mail;

/// <summary>Spells a message. Everything but an international local part is ASCII; lines have at most 76 characters, unless one
/// word is longer.</summary>
internal sealed class MimeWriter
{
    private const int LongestBoundary = 60;
    private readonly StringBuilder _mail = new();

    private MimeWriter()
    {
    }

    internal static byte[] Write(MailMessage message, string? boundary)
    {
        var writer = new MimeWriter();
        writer.Headers(message);
        if (message.Attachments.IsEmpty)
            writer.TextPart(message.Text);
        else
            writer.Mixed(message, boundary is null ? Derived(message.Id) : Checked(boundary));
        return Encoding.UTF8.GetBytes(writer._mail.ToString());
    }

    private void Headers(MailMessage message)
    {
        Header("Date", [message.Date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + Offset(message.Date.Offset)]);
        Header("From", Mailboxes([message.From]));
        Header("To", Mailboxes(message.To));
        Header("Cc", Mailboxes(message.Cc));
        Header("Reply-To", message.ReplyTo is { } replyTo ? Mailboxes([replyTo]) : []);
        Header("Message-ID", [message.Id.Text]);
        Header("In-Reply-To", message.InReplyTo is { } repliedTo ? [repliedTo.Text] : []);
        Header("References", message.References.Select(id => id.Text));
        Header("Subject", HeaderText.Unstructured(message.Subject));
        Header("Auto-Submitted", message.AutoSubmitted switch
        {
            AutoSubmitted.Generated => ["auto-generated"],
            AutoSubmitted.Replied => ["auto-replied"],
            _ => [],
        });
        Header("MIME-Version", ["1.0"]);
    }

    private void Mixed(MailMessage message, string boundary)
    {
        Header("Content-Type", ["multipart/mixed;", $"boundary=\"{boundary}\""]);
        _mail.Append("\r\n--").Append(boundary).Append("\r\n");
        var start = _mail.Length;
        TextPart(message.Text);
        // Base64 has no hyphen, so only the text could contain it.
        if (_mail.ToString(start, _mail.Length - start).Contains("\n--" + boundary, StringComparison.Ordinal))
            throw new MalformedMailException("The boundary", "occurs in the text");
        foreach (var attachment in message.Attachments)
        {
            _mail.Append("\r\n--").Append(boundary).Append("\r\n");
            Header("Content-Type", [attachment.MediaType]);
            Header("Content-Disposition", ["attachment;", .. HeaderText.Parameter("filename", attachment.Name)]);
            Base64Body(attachment.Content.Span);
        }
        _mail.Append("\r\n--").Append(boundary).Append("--\r\n");
    }

    private void TextPart(string text)
    {
        var lines = Lines(text);
        var bytes = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\r\n")));
        var quoted = QuotedPrintable.Encode(lines);
        Header("Content-Type", ["text/plain;", "charset=utf-8"]);
        if (quoted.Length <= bytes.Length * 4 / 3 + 4)
        {
            Header("Content-Transfer-Encoding", ["quoted-printable"]);
            _mail.Append("\r\n").Append(quoted);
        }
        else
        {
            Base64Body(bytes);
        }
    }

    private void Base64Body(ReadOnlySpan<byte> content)
    {
        Header("Content-Transfer-Encoding", ["base64"]);
        _mail.Append("\r\n").Append(Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
    }

    private void Header(string name, IEnumerable<string> words) => HeaderText.Fold(_mail, name, words);

    private static IEnumerable<string> Mailboxes(IReadOnlyList<Mailbox> mailboxes) =>
        mailboxes.SelectMany((mailbox, i) => HeaderText.Mailbox(mailbox, i < mailboxes.Count - 1 ? "," : ""));

    private static string[] Lines(string text)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static string Offset(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString("hhmm", CultureInfo.InvariantCulture);

    // "=_" occurs neither in quoted-printable nor in base64 (RFC 2045 §6.7 recommends it).
    private static string Derived(MessageId id) => "=_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id.Text)))[..32];

    private static string Checked(string boundary) =>
        boundary.Length is > 0 and <= LongestBoundary && boundary.All(c => char.IsAsciiLetterOrDigit(c) || "'()+_,-./:=?".Contains(c))
            ? boundary
            : throw new MalformedMailException("The boundary", $"is not 1 to {LongestBoundary} characters of those that RFC 2046 takes");
}
