using Aftercare.Channels.Mail;
using FsCheck;
using FsCheck.Fluent;

namespace Aftercare.Tests.Channels.Mail;

/// <summary>Mails for the tests: one plain, and arbitrary ones with the characters that writers and readers of mail stumble over.</summary>
internal static class SomeMail
{
    internal static DateTimeOffset Noon { get; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.FromHours(1));

    internal static EmailAddress Anna { get; } = EmailAddress.Parse("anna@example.org");

    internal static EmailAddress Desk { get; } = EmailAddress.Parse("desk@maker.example");

    internal static MailMessage Plain { get; } = new()
    {
        From = new Mailbox(Desk, "Product security"),
        To = [Anna],
        Subject = "We have your report",
        Text = "Thank you.\n",
        Id = MessageId.Of("r-1", "maker.example"),
        Date = Noon,
    };

    internal static Gen<string> Line { get; } = Text(
        "a", "Z", "7", " ", "  ", ".", ",", ";", ":", "\"", "\\", "'", "(", ")", "<", ">", "@", "[", "]", "=", "?", "_", "=?", "?=", "=?utf-8?Q?=0D=0A?=", "%0D%0A",
        "é", "ß", "\u0301", "漢", "😀", "👩‍🔬", "\u00a0", "\u2028", "\u202e", "word", "From ", "Bcc: x@y.z", new string('w', 80), "wort für wort ");

    internal static Gen<string> Body { get; } =
        from lines in Gen.OneOf(Line, Gen.Elements("", ".", "..", "--", "--=_x", "From me", " ", "tail \t", "=20")).ListOf()
        from end in Gen.Elements("", "\n", "\r\n", "\r", "\n\n")
        select string.Join('\n', lines) + end;

    internal static Gen<MailMessage> Any { get; } =
        from subject in Line
        from name in Line
        from to in Line
        from body in Body
        from files in (from file in Line.Select(line => "_" + line.Replace('\\', '_').Replace('?', '_')) from bytes in Gen.Choose(0, 255).ListOf() select Of(file, bytes)).ListOf()
        from offset in Gen.Choose(-14 * 60, 14 * 60)
        select Plain with
        {
            From = new Mailbox(Desk, name),
            To = [new Mailbox(Anna, to), EmailAddress.Parse("ben@example.org")],
            Subject = subject,
            Text = body,
            Attachments = [.. files.Take(3)],
            Date = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.FromMinutes(offset)),
        };

    private static Attachment Of(string name, IEnumerable<int> bytes) =>
        new(name, "application/octet-stream", bytes.Select(b => (byte)b).ToArray());

    private static Gen<string> Text(params string[] pieces) =>
        Gen.Elements(pieces).ListOf().Select(some => string.Concat(some)).Select(text => text.Length > 150 ? string.Concat(text.EnumerateRunes().Take(75)) : text);
}
