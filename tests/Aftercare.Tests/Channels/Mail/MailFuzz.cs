using System.Diagnostics;
using System.Text;
using Aftercare.Channels.Mail;

namespace Aftercare.Tests.Channels.Mail;

/// <summary>Mails that are damaged at random, byte by byte and by what a mail is made of, and everything that reads them. The same seed gives the same mails.</summary>
internal static class MailFuzz
{
    private const int LongestMail = 64 * 1024;

    // What the reader of a mail of that size may take at most, on a machine that does other things too.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const long MostMemory = 64 * 1024 * 1024;

    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "\n", "\r", "\r\n", "\n\n", "\0", ":", ";", "--", "\"", "\\", "(", ")", "<", ">", ",", "=", "=?", "?=", "=?utf-8?B?", "=?x?Q?", "=3D", "=\n", "= ", "begin 644 a\n", "end\n", "M", "`",
            "Content-Type: multipart/mixed; boundary=b\n", "Content-Type: message/rfc822\n", "Content-Type: text/html\n\n<a href='", "Content-Type: multipart/alternative; boundary=\"b0\"\n\n--b0\n",
            "Content-Transfer-Encoding: base64\n", "Content-Transfer-Encoding: quoted-printable\n", "Content-Transfer-Encoding: x-uuencode\n", "; charset=utf-7", "; charset=iso-2022-jp", "; charset=utf-16",
            "; charset=hz-gb-2312", "; charset=gb18030", "; charset=x-cp50227", "; format=flowed; delsp=yes", "; filename*0*=utf-8''%e2; filename*1=x; filename*2*=%82%ac", "; name*=''", "filename=a b.txt",
            "--b\n", "--b--\n", "--b0\n", "--b0--\n", "-----BEGIN PGP MESSAGE-----\n", "-----END PGP MESSAGE-----\n", "> ", "On Monday A wrote:\n", "-- \n", "-----Original Message-----\n", "<script>", "<!--", "-->",
            "<blockquote>", "</a>", "&#x0;", "&lt;", "\u202e", "é", "\ud83d\ude00", "\u001b$B", "\u001b(B", "~{", "Subject: ", "From: ", "To: group: a@b, c@d;\n", "Date: 32 Foo 99 99:99 +9999\n", "References: <a@b> <",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0x80], [0xe2, 0x82], [0xc0, 0x80],
    ];

    /// <exception cref="InvalidOperationException">A mail was not read as every mail must be; the message has the seed, the exception within has the reason.</exception>
    internal static void Run(int count, int seed, Action<int>? progress = null)
    {
        byte[][] seeds = [SomeBounce.Bytes(SomeBounce.Postfix), SomeBounce.Bytes(SomeBounce.OfTheStandard), .. Enumerable.Range(0, 60).Select(i => MailCorpus.Make(i).Bytes), .. Handwritten];
        for (var i = 0; i < count; i++)
        {
            // Each mail follows from its own number, so that a failure is repeated alone.
            var random = new Random(unchecked(seed * 1_000_003 + i));
            var mail = Damaged(seeds, random);
            try
            {
                Bounded(mail);
                if (i % 64 == 0)
                    Reread(random);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, mail {i}: {Convert.ToBase64String(mail)}", e);
            }
            progress?.Invoke(i + 1);
        }
    }

    /// <summary>Reads it in every way there is.</summary>
    internal static void ReadAll(byte[] bytes, MimeLimits? limits = null)
    {
        var mail = MimeMessage.Read(bytes, limits);
        foreach (var fault in mail.Faults)
            Must(fault.Position >= 0 && fault.Position <= bytes.Length, "A fault is outside of the mail.");
        foreach (var part in mail.Root.WithinBounds(bytes.Length))
        {
            foreach (var header in part.Headers)
                Must(bytes.AsSpan(header.Position, header.Raw.Length).SequenceEqual(header.Raw.Span) && header.Text.Length >= 0, "A header is not where it stands.");
        }
        var body = MailBody.Of(mail);
        Must(!body.Text.Contains('\0') && !body.Text.Contains('\r'), "The text has a control character.");
        foreach (var file in body.Files)
        {
            Must(file.Name.Length is > 0 and <= 120 && !file.Name.AsSpan().ContainsAny('/', '\\', '\u202e'), "The name of a file is not safe.");
            var length = file.Measure();
            Must(length <= file.Part.BodyRange.Length, "A file has more bytes than the mail.");
            Must(length == file.Part.Content().Length, "A file has two lengths.");
        }
        foreach (var protection in body.Protections)
            Must(protection.Content.Start >= 0 && protection.Content.End <= bytes.Length, "What is protected is outside of the mail.");
        var at = 0;
        foreach (var block in ReplyText.Fold(body.Text))
        {
            Must(block.Range.Start.Value == at, "The blocks of a text do not follow each other.");
            at = block.Range.End.Value;
        }
        Must(at == body.Text.Length, "The blocks of a text are not all of it.");
        Must(AutomaticMail.Recognise(mail).Reason.Length > 0, "There is no reason.");
        _ = AutomaticMail.MayAnswer(mail, SomeOwn, null, out _);
        _ = ThreadCandidates.Of(mail, SomeOwn.Addresses[0]);
        _ = DeliveryReport.Of(mail);
    }

    internal static OwnMail SomeOwn { get; } = new([EmailAddress.Parse("desk@maker.example")], "maker.example", "aftercare");

    private static void Bounded(byte[] mail)
    {
        var memory = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        ReadAll(mail);
        Must(GC.GetAllocatedBytesForCurrentThread() - memory < MostMemory, "Reading it took too much memory.");
        if (clock.Elapsed < Patience)
            return;
        // The machine may have been busy.
        clock.Restart();
        ReadAll(mail);
        Must(clock.Elapsed < Patience, "Reading it took too long.");
    }

    /// <summary>What is written is read the same.</summary>
    private static void Reread(Random random)
    {
        var made = MailCorpus.Make(random.Next());
        var written = new MailMessage
        {
            From = new Mailbox(SomeOwn.Addresses[0], Fitting(made.Subject)),
            To = [new Mailbox(EmailAddress.Parse("anna@example.org"), Fitting(made.Text))],
            Subject = made.Subject,
            Text = made.Text,
            Id = MessageId.Of($"r-{random.Next()}", "maker.example"),
            Date = made.Date,
            Attachments = [.. made.Files.Select(file => new Attachment("_" + file.Name, "application/pdf", file.Content))],
        };
        var read = MimeMessage.Read(written.ToMime());
        var body = MailBody.Of(read);
        Must(read.Faults.IsEmpty, "What we write is odd.");
        Must(read.Subject == written.Subject && read.From[0].Name == written.From.Name && read.To[0].Name == written.To[0].Name, "A header is read otherwise than it was written.");
        Must(read.Date == written.Date && read.Id == written.Id.Text, "Date or Message-ID are read otherwise than they were written.");
        Must(body.Text.TrimEnd('\n') == written.Text.TrimEnd('\n'), "The text is read otherwise than it was written.");
        Must(body.Files.Select(file => (file.Name, Convert.ToBase64String(file.Part.Content()))).SequenceEqual(written.Attachments.Select(file => (file.Name, Convert.ToBase64String(file.Content.Span)))),
            "A file is read otherwise than it was written.");
    }

    private static string Fitting(string name)
    {
        var line = name.ReplaceLineEndings(" ").Trim();
        return line.Length <= 100 ? line : string.Concat(line.EnumerateRunes().Take(50)).Trim();
    }

    private static byte[] Damaged(byte[][] seeds, Random random)
    {
        var bytes = new List<byte>(seeds[random.Next(seeds.Length)]);
        for (var times = random.Next(1, 8); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            var rest = bytes.Count - at;
            switch (random.Next(8))
            {
                case 0 when rest > 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 200), rest));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 300), rest)));
                    break;
                case 3:
                    // Parts and headers of another mail, line by line.
                    var other = seeds[random.Next(seeds.Length)];
                    var from = LineStart(other, random.Next(other.Length));
                    bytes.InsertRange(LineStart(bytes, at), other.AsSpan(from, Math.Min(random.Next(1, 800), other.Length - from)).ToArray());
                    break;
                case 4:
                    // One piece many times.
                    var piece = Pieces[random.Next(Pieces.Length)];
                    for (var n = random.Next(1, 60); n > 0; n--)
                        bytes.InsertRange(at, piece);
                    break;
                case 5:
                    // Two lines change their places.
                    var line = LineStart(bytes, at);
                    var end = bytes.IndexOf((byte)'\n', line);
                    if (end >= 0)
                    {
                        var moved = bytes.GetRange(line, end + 1 - line);
                        bytes.RemoveRange(line, moved.Count);
                        bytes.InsertRange(LineStart(bytes, random.Next(bytes.Count + 1)), moved);
                    }
                    break;
                default:
                    bytes.InsertRange(random.Next(2) == 0 ? at : LineStart(bytes, at), Pieces[random.Next(Pieces.Length)]);
                    break;
            }
            if (bytes.Count > LongestMail)
                bytes.RemoveRange(LongestMail, bytes.Count - LongestMail);
        }
        return [.. bytes];
    }

    private static int LineStart(IList<byte> bytes, int at)
    {
        at = Math.Min(at, bytes.Count);
        while (at > 0 && bytes[at - 1] != '\n')
            at--;
        return at;
    }

    private static IEnumerable<MimePart> WithinBounds(this MimePart part, int length)
    {
        Must(part.BodyRange.Start >= 0 && part.BodyRange.Length >= 0 && part.BodyRange.End <= length && part.Range.Length >= 0, "A part is outside of the mail.");
        yield return part;
        foreach (var inner in part.Parts)
        {
            Must(inner.Range.Start >= part.BodyRange.Start && inner.Range.End <= part.BodyRange.End, "A part is outside of the one around it.");
            foreach (var one in inner.WithinBounds(length))
                yield return one;
        }
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidOperationException(otherwise);
    }

    private static byte[][] Handwritten { get; } =
    [
        .. new[]
        {
            "From: a@b.example\nContent-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\n\n--b\nContent-Type: text/plain\n\nsigned\n--b\nContent-Type: application/pgp-signature\n\nsig\n--b--\n",
            "From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n<html><body><p>hello <a href=\"https://x.example\">x</a><blockquote>quoted</blockquote><pre>a\n b</pre><script>no()</script>\n",
            "From: a@b.example\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a.txt\n#0V%T\n`\nend\n",
            "From: a@b.example\nContent-Type: text/plain; format=flowed\n\n> quoted \n> text \n>> more\n\nOn Monday, Ben wrote:\n> x\n-- \nAnna\n",
            "Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\none\n--b\n\nSubject: two\n\ntwo\n--b--\n",
            "Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n",
            "Content-Type: multipart/mixed; boundary=b0\n\n--b0\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<b>html\n--b0\nContent-Type: application/ms-tnef\n\nx\n",
        }.Select(mail => SomeBounce.Bytes(mail)),
    ];
}
