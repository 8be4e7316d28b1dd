using System.Diagnostics;
using System.Text;
using Aftercare.Channels.Mail;
using FsCheck.Fluent;
using Xunit;

namespace Aftercare.Tests.Channels.Mail;

public sealed class MimeMessageTests
{
    private const string Mixed = "Content-Type: multipart/mixed; boundary=b\n\n";

    [Fact]
    public void A_mail_is_read_with_its_parts_and_where_they_are()
    {
        var bytes = SomeBounce.Bytes(SomeBounce.Postfix);

        var mail = MimeMessage.Read(bytes);

        Assert.Empty(mail.Faults);
        Assert.Null(mail.Stopped);
        Assert.Equal(["text/plain", "message/delivery-status", "message/rfc822"], mail.Root.Parts.Select(part => part.MediaType));
        Assert.Equal("hi", mail.Root.Parts[2].Parts[0].Header("subject"));
        Assert.Equal(bytes.AsSpan(mail.Root.Parts[0].Range.Start, 20).ToArray(), "Content-Description:"u8.ToArray());
        Assert.StartsWith("This is a MIME", Text(bytes, mail.Root.Preamble));
        Assert.Equal("Mail Delivery System <MAILER-DAEMON@mail.example>", mail.Root.Header("From"));
        Assert.Equal(["From: Mail Delivery System <MAILER-DAEMON@mail.example>\r\n"], mail.Root.Headers.Where(header => header.Name == "From").Select(header => Encoding.ASCII.GetString(header.Raw.Span)));
    }

    [Fact]
    public void Whatever_we_write_we_read()
    {
        foreach (var written in Gen.Sample(SomeMail.Any, 300))
        {
            var read = MimeMessage.Read(written.ToMime());
            var body = MailBody.Of(read);

            Assert.Empty(read.Faults);
            Assert.Equal((written.Subject, written.From.Name, written.Date, written.Id.Text), (read.Subject, read.From[0].Name, read.Date, read.Id));
            Assert.Equal(written.To.Select(to => (to.Name, to.Address)), read.To.Select(to => (to.Name, to.Address!)));
            Assert.Equal(written.Text.ReplaceLineEndings("\n").Replace('\u2028', '\n').TrimEnd('\n'), body.Text.Replace('\u2028', '\n').TrimEnd('\n'));
            Assert.Equal(written.Attachments.Select(file => Convert.ToBase64String(file.Content.Span)), body.Files.Select(file => Convert.ToBase64String(file.Part.Content())));
            Assert.Equal(written.Attachments.Select(file => file.Name), body.Files.Select(file => file.Part.DeclaredName));
        }
    }

    [Theory]
    [InlineData("no header\n", "no header\n", "not a header")]
    [InlineData("Subject: x\nDear reader\nyour pump crashes\n", "Dear reader\nyour pump crashes\n", "not a header")]
    [InlineData("Sub\0ject: x\n\nhello\n", "Subject: x\n\nhello\n", "NUL")]
    [InlineData("From a@b Mon Jan 1\nSubject: x\n\nhello\n", "hello\n", "mailbox file")]
    [InlineData("Subject: x\nSubject: y\n\nhello\n", "hello\n", "more than one Subject")]
    [InlineData("Content-Type: pump\n\nhello\n", "hello\n", "Content-Type is malformed")]
    [InlineData("Content-Type: text/plain; charset=nonsense\n\ngrößer\n", "größer\n", "charset of a text is not known")]
    [InlineData("Content-Transfer-Encoding: nonsense\n\nhello\n", "hello\n", "transfer encoding is not known")]
    [InlineData("Content-Transfer-Encoding: base64\n\naGVs!!bG8K*\n", "hello\n", "not base64")]
    [InlineData("Content-Transfer-Encoding: base64\n\naGVsbG8K=aGVsbG8K\n", "hello\nhello\n", "behind its end")]
    [InlineData("Content-Transfer-Encoding: quoted-printable\n\nhe=6clo =zz=\n=\nx\n", "hello =zzx\n", "escape that is none")]
    [InlineData(Mixed + "--b\n\nhello\n", "hello\n", "not closed")]
    [InlineData(Mixed + "--b\n\nhello\n--bb--\n", "hello\n--bb--\n", "not closed")]
    [InlineData(Mixed + "hello\n", "hello\n", "no parts")]
    [InlineData(Mixed + "--b--\nhello\n", "--b--\nhello\n", "no parts")]
    [InlineData("Content-Type: multipart/mixed\n\nhello\n", "hello\n", "no boundary")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b\n\nhello\n--b--\n", "hello", "encoded as a whole")]
    [InlineData(Mixed + "--b\n\nhello\n--b--\nmore\n", "hello", "behind the last part")]
    [InlineData("Date: tomorrow\n\nhello\n", "hello\n", "date is unreadable")]
    [InlineData("To: Anna <a@b.example\n\nhello\n", "hello\n", "bracket is not closed")]
    [InlineData("Content-Type: text/plain; name=a; name=b\n\nhello\n", "hello\n", "said twice")]
    [InlineData("", "", "empty")]
    public void What_is_odd_is_told_and_read_all_the_same(string mail, string text, string why)
    {
        var read = MimeMessage.Read(SomeBounce.Bytes(mail));

        Assert.Contains(read.Faults, fault => fault.Why.Contains(why, StringComparison.Ordinal));
        Assert.Equal(text.Replace("\0", "", StringComparison.Ordinal), MailBody.Of(read).Text);
        Assert.Null(read.Stopped);
    }

    [Fact]
    public void A_fault_says_at_which_byte()
    {
        Assert.Equal(new MimeFault(3, "There is a NUL or a lone CR in a header."), MimeMessage.Read("A: \0b\r\n\r\n"u8.ToArray()).Faults.Single());
        Assert.Equal(37, MimeMessage.Read("Content-Transfer-Encoding: base64\n\naG!k\n"u8.ToArray()).Faults.Single().Position);
    }

    [Theory]
    [InlineData("--b\n\none\n--b \t\n\ntwo\n--b--  \n", 2)]
    [InlineData("--b\n--b\n\n--b\nno empty line\n--b--\n", 3)]
    [InlineData("--b0\n\n--bb\n\n--b\n\none\n--b--", 1)]
    public void Boundaries_are_told_apart(string body, int parts) => Assert.Equal(parts, MimeMessage.Read(SomeBounce.Bytes(Mixed + body)).Root.Parts.Length);

    [Theory]
    [InlineData("\n"), InlineData("\r\n"), InlineData("\r")]
    public void Lines_may_end_in_three_ways(string lineEnd)
    {
        var mail = MimeMessage.Read(Encoding.ASCII.GetBytes((Mixed + "--b\n\none\n\n--b\nContent-Type: text/html\n\ntwo\n--b--\n").Replace("\n", lineEnd, StringComparison.Ordinal)));

        Assert.Equal("one\ntwo", MailBody.Of(mail).Text);
    }

    [Fact]
    public void A_part_that_is_not_closed_ends_with_the_one_around_it()
    {
        var mail = MimeMessage.Read(SomeBounce.Bytes(
            "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=\"a-b\"\n\n--a-b\n\none\n--a\n\ntwo\n--a--\n"));

        Assert.Equal(2, mail.Root.Parts.Length);
        Assert.Equal("one\ntwo", MailBody.Of(mail).Text);
        Assert.Contains(mail.Faults, fault => fault.Why == "A multipart is not closed.");
    }

    [Fact]
    public void A_mail_in_a_mail_is_read_and_one_that_is_encoded_stays_a_file()
    {
        const string inner = "Subject: inner\n\nhello\n";
        var plain = MimeMessage.Read(SomeBounce.Bytes("Content-Type: message/rfc822\n\n" + inner));
        var encoded = MimeMessage.Read(SomeBounce.Bytes($"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{Convert.ToBase64String(Encoding.ASCII.GetBytes(inner))}\n"));

        Assert.Equal("inner", plain.Root.Parts.Single().Header("Subject"));
        Assert.Empty(encoded.Root.Parts);
        Assert.Equal(inner, Encoding.ASCII.GetString(MailBody.Of(encoded).Files.Single().Part.Content()));
        Assert.Single(encoded.Faults);
    }

    [Theory]
    [InlineData("filename=\"a b.txt\"", "a b.txt")]
    [InlineData("filename=a b.txt", "a b.txt")]
    [InlineData("filename=a.txt (a comment)", "a.txt")]
    [InlineData("filename=\"C:\\dir\\a.txt\"", "C:\\dir\\a.txt")]
    [InlineData("filename=\"a\\\"b.txt\"", "a\"b.txt")]
    [InlineData("filename*=utf-8''%e2%82%ac.txt", "€.txt")]
    [InlineData("filename*=iso-8859-15'de'%a4.txt", "€.txt")]
    [InlineData("filename*1*=%82%ac; filename*0*=utf-8''%e2; filename*2=.txt", "€.txt")]
    [InlineData("filename=fallback.txt; filename*=utf-8''better.txt", "better.txt")]
    [InlineData("filename=\"=?utf-8?Q?=E2=82=AC?= =?utf-8?Q?.txt?=\"", "€.txt")]
    [InlineData("filename==?utf-8?Q?=E2=82=AC.txt?=", "€.txt")]
    [InlineData("filename=\"größer.txt\"", "größer.txt")]
    [InlineData("filename*=nonsense''a%C3%A4", "aä")]
    [InlineData("filename*=a%zz", "a%zz")]
    [InlineData("filename*0=a; filename*2=c", "ac")]
    [InlineData("FILENAME = \"a.txt\"", "a.txt")]
    public void A_file_name_is_read_however_it_is_written(string parameters, string name) =>
        Assert.Equal(name, MimeMessage.Read(SomeBounce.Bytes($"Content-Disposition: attachment; {parameters}\n\nx\n")).Root.DeclaredName);

    [Fact]
    public void A_name_that_is_not_utf8_is_read_as_windows_1252_and_that_is_told()
    {
        var mail = MimeMessage.Read(Encoding.Latin1.GetBytes("Subject: größer\n\nx\n"));

        Assert.Equal("größer", mail.Subject);
        Assert.Contains("Windows-1252", mail.Faults.Single().Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sun, 22 Nov 2026 12:00:00 +0100", "2026-11-22T12:00:00+01:00")]
    [InlineData("22 Nov 26 12:00 EST", "2026-11-22T12:00:00-05:00")]
    [InlineData("22 Nov 99 12:00:00 GMT", "1999-11-22T12:00:00+00:00")]
    [InlineData("22 Nov 126 12:00:00 Z", "2026-11-22T12:00:00+00:00")]
    [InlineData("Sunday, 22-Nov-2026 12:00:00 PDT", "2026-11-22T12:00:00-07:00")]
    [InlineData("Sun (day), 22 (of) Nov 2026 12:00:60 -0000 (UTC)", "2026-11-22T12:00:59+00:00")]
    [InlineData("22 November 2026 12:00:00", "2026-11-22T12:00:00+00:00")]
    [InlineData("31 Feb 2026 12:00:00 +0000", null)]
    [InlineData("22 Nov 2026 25:00:00 +0000", null)]
    [InlineData("22 Nov 2026 12:00:00 +9999", null)]
    [InlineData("1 Jan 0001 00:00:00 +1400", null)]
    [InlineData("22 Nov 99999 12:00:00 +0000", null)]
    [InlineData("-1 Nov 2026", null)]
    [InlineData("((((", null)]
    public void A_date_is_read_or_it_is_none(string written, string? read) =>
        Assert.Equal(read is null ? null : DateTimeOffset.Parse(read, null), MimeMessage.Read(SomeBounce.Bytes($"Date: {written}\n\nx\n")).Date);

    [Theory]
    [InlineData("<a@b> <c@d>", "<a@b> <c@d>")]
    [InlineData("<a@b><c@d>", "<a@b> <c@d>")]
    [InlineData("Your mail <a@b> of today", "<a@b>")]
    [InlineData("a@b", "<a@b>")]
    [InlineData("<a@b> <c@d", "<a@b>")]
    [InlineData("<a @b>", "<a@b>")]
    [InlineData("<<a@b>>", "<a@b>")]
    [InlineData("nothing", "")]
    public void The_mails_that_are_answered_are_found(string written, string ids) =>
        Assert.Equal(ids, string.Join(' ', MimeMessage.Read(SomeBounce.Bytes($"References: {written}\n\nx\n")).References));

    [Theory]
    [InlineData("begin 644 a.txt\n&:&5L;&\\*\n`\nend\nbehind\n", "hello\n")]
    [InlineData("no beginning\n", "")]
    public void Uuencode_is_decoded(string body, string text) =>
        Assert.Equal(text, MailBody.Of(MimeMessage.Read(SomeBounce.Bytes($"Content-Transfer-Encoding: x-uuencode\n\n{body}"))).Text);

    [Fact]
    public void Whatever_exceeds_a_limit_ends_reading_and_what_was_read_stands()
    {
        Stopped(new string('a', 2_000), "more than 1000 bytes", new MimeLimits { MostBytes = 1_000 });
        Stopped($"Subject: kept\nA: {new string('a', 300_000)}\n\n", "headers have more than 262144 bytes");
        Stopped("Subject: kept\nA: b\n" + string.Concat(Enumerable.Repeat(" c\n", 100_000)), "headers have more than 262144 bytes");
        Stopped("Subject: kept\n" + string.Concat(Enumerable.Repeat("A: b\n", 1_001)), "more than 1000 headers");
        Stopped("Subject: kept\n" + Mixed + string.Concat(Enumerable.Repeat("--b\n\nhello\n", 2_000)) + "--b--\n", "more than 1000 parts");
        Stopped("Subject: kept\n" + Nested(40), "nested more than 20 deep");
        Stopped("Subject: kept\n" + string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\n\n", 40)), "nested more than 20 deep");
        Stopped("Subject: kept\n\n" + new string('a', 2_000), "A line has more than 1000 bytes", new MimeLimits { MostLineBytes = 1_000 });
        Assert.Equal(5_000, MimeMessage.Read(SomeBounce.Bytes("To: " + string.Concat(Enumerable.Repeat("a@b.c,", 40_000)) + "\n\n")).To.Length);
        var body = MailBody.Of(MimeMessage.Read(SomeBounce.Bytes("Subject: x\n\n" + new string('a', 2_000)), new MimeLimits { MostText = 1_000 }));
        Assert.True(body.IsCut && body.Text.Length == 1_000);
    }

    private static readonly Dictionary<string, Func<string>> Mails = new()
    {
        ["many boundaries"] = () => "Content-Type: multipart/mixed; boundary=b\n\n" + Times("--b \t--b\n", 200_000),
        ["boundaries within each other"] = () => Nested(18) + Times("--b5x--b5x\n", 200_000),
        ["deep comments"] = () => "To: " + Times("(", 1_000_000) + "\nContent-Type: text/plain " + Times("(", 1_000_000) + "\nDate: " + Times("(", 500_000) + "\n\n",
        ["open comments one behind the other"] = () => "To: " + Times("a (", 800_000) + "\n\n",
        ["open quotation marks"] = () => "To: " + Times("\"a\\\"", 600_000) + "\nContent-Type: a/b; " + Times("a=\"", 600_000) + "\n\n",
        ["open angle brackets"] = () => "To: " + Times("<", 2_000_000) + "\nReferences: " + Times("<", 500_000) + "\n\n",
        ["colons in an address"] = () => "To: a@b" + Times(":", 2_500_000) + "\n\n",
        ["a header that is folded often"] = () => "Subject: a\n" + Times(" \n", 1_000_000) + "\n",
        ["encoded words"] = () => "Subject: " + Times("=?utf-8?Q?=C3?=\n ", 150_000) + "\n",
        ["encoded words that do not end"] = () => "Subject: " + Times("=?a?Q?", 430_000) + "\n\n",
        ["the beginning of encoded words"] = () => "Subject: " + Times("=?", 1_300_000) + "\n\n",
        ["pieces of a parameter out of order"] = () => "Content-Type: a/b; " + string.Concat(Enumerable.Range(0, 10_000).Reverse().Select(i => $"name*{i}*=%C3;")) + "\n\n",
        ["parameters"] = () => "Content-Type: a/b" + Times(";a=b", 600_000) + "\n\n",
        ["tags that do not end"] = () => "Content-Type: text/html\n\n" + Times("<a \"", 500_000),
        ["tags that a quotation mark holds open"] = () => "Content-Type: text/html\n\n" + Times("<a x=\">\" ", 300_000),
        ["quotation marks of two kinds"] = () => "Content-Type: text/html\n\n" + Times("<a x='>\"><b y=\">'>", 200_000),
        ["comments of HTML that do not end"] = () => "Content-Type: text/html\n\n" + Times("<!-->", 500_000),
        ["scripts that do not end"] = () => "Content-Type: text/html\n\n" + Times("<script></scrip>", 200_000),
        ["links within each other"] = () => "Content-Type: text/html\n\n" + Times("<a href=x>a", 200_000) + Times("</a>", 200_000),
        ["quotes of HTML"] = () => "Content-Type: text/html\n\n" + Times("<blockquote>a", 200_000),
        ["rubbish in base64"] = () => "Content-Transfer-Encoding: base64\n\n" + Times("AAAA!", 300_000) + Times("=", 1_000_000) + Times("A!", 500_000),
        ["soft breaks"] = () => "Content-Transfer-Encoding: quoted-printable\n\n" + Times("= ", 500_000),
        ["white space at no line's end"] = () => "Content-Transfer-Encoding: quoted-printable\n\n" + Times(" ", 1_000_000) + "x",
        ["armour that does not end"] = () => "Subject: x\n\n" + Times("-----BEGIN PGP MESSAGE-----\n", 50_000),
        ["attributions without a quote"] = () => "Subject: x\n\n" + Times("On Monday\n", 200_000),
        ["the headers of Outlook without an end"] = () => "Subject: x\n\n" + Times("From: a\n", 200_000),
        ["flowed lines"] = () => "Content-Type: text/plain; format=flowed\n\n" + Times(">a \n", 200_000),
    };

    public static TheoryData<string> Traps => [.. Mails.Keys];

    [Theory, MemberData(nameof(Traps))]
    public void A_trap_for_readers_takes_no_longer_than_its_length(string trap)
    {
        var bytes = SomeBounce.Bytes(Mails[trap]());
        var clock = Stopwatch.StartNew();

        // Larger than the limits would let it be, so that quadratic time would be minutes.
        MailFuzz.ReadAll(bytes, new MimeLimits { MostHeaderBytes = bytes.Length, MostParameters = 1_000_000, MostAddresses = 1_000_000 });

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), $"{trap}: {clock.Elapsed}");
    }

    [Fact]
    public void Whatever_is_done_to_a_mail_reading_it_ends_well() => MailFuzz.Run(3_000, seed: 7);

    private static string Times(string text, int times) => new StringBuilder(text.Length * times).Insert(0, text, times).ToString();

    private static string Text(byte[] bytes, ByteRange range) => Encoding.ASCII.GetString(bytes, range.Start, range.Length);

    private static void Stopped(string mail, string why, MimeLimits? limits = null)
    {
        var read = MimeMessage.Read(SomeBounce.Bytes(mail), limits);

        Assert.Contains(why, read.Stopped!.Why, StringComparison.Ordinal);
        Assert.True(!mail.StartsWith("Subject", StringComparison.Ordinal) || read.Subject == "kept");
        MailFuzz.ReadAll(SomeBounce.Bytes(mail));
    }

    private static string Nested(int depth)
    {
        var mail = "\nhello\n";
        for (var i = 0; i < depth; i++)
            mail = $"Content-Type: multipart/mixed; boundary=b{i}x\n\n--b{i}x\n{mail}--b{i}x--\n";
        return mail;
    }
}
