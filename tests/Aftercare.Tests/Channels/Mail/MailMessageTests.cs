using System.Text;
using System.Text.Json.Nodes;
using Aftercare.Channels.Mail;
using FsCheck.Fluent;
using Xunit;

namespace Aftercare.Tests.Channels.Mail;

public sealed class MailMessageTests
{
    [Fact]
    public void A_plain_mail_reads_as_expected()
    {
        var mail = SomeMail.Plain with
        {
            Cc = [new Mailbox(EmailAddress.Parse("ben@müller.example"), "Müller, Ben")],
            ReplyTo = new Mailbox(SomeMail.Desk, "The \"desk\""),
            InReplyTo = MessageId.Parse("<1@example.org>"),
            References = [MessageId.Parse("<0@example.org>"), MessageId.Parse("<1@example.org>")],
            AutoSubmitted = AutoSubmitted.Replied,
            Text = "Guten Tag,\nFrom now on = für Sie. \n",
        };

        Assert.Equal("""
            Date: Sun, 22 Nov 2026 12:00:00 +0100
            From: Product security <desk@maker.example>
            To: anna@example.org
            Cc: =?utf-8?Q?M=C3=BCller=2C_Ben?= <ben@xn--mller-kva.example>
            Reply-To: "The \"desk\"" <desk@maker.example>
            Message-ID: <r-1@maker.example>
            In-Reply-To: <1@example.org>
            References: <0@example.org> <1@example.org>
            Subject: We have your report
            Auto-Submitted: auto-replied
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Guten Tag,
            =46rom now on =3D f=C3=BCr Sie.=20

            """, Written(mail).ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Whatever_is_written_another_reader_reads_it_so()
    {
        foreach (var mail in Gen.Sample(SomeMail.Any, 300))
        {
            var read = await Read(mail.ToMime());

            Assert.Equal(mail.Subject, (string?)read["subject"] ?? "");
            Assert.Equal(mail.From.Name ?? "", (string?)read["from"]!["name"]);
            Assert.Equal("desk@maker.example", (string?)read["from"]!["address"]);
            Assert.Equal([(mail.To[0].Name ?? "", "anna@example.org"), ("", "ben@example.org")], People(read["to"]));
            Assert.Equal(Lines(mail.Text), Lines((string?)read["text"] ?? ""));
            Assert.Equal(mail.Id.Text, (string?)read["messageId"]);
            Assert.Equal(mail.Date, DateTimeOffset.Parse((string)read["date"]!, null));
            Assert.Equal(
                mail.Attachments.Select(file => (file.Name, file.MediaType, Convert.ToBase64String(file.Content.Span))),
                read["files"]!.AsArray().Select(file => ((string)file!["filename"]!, (string)file["mimeType"]!, (string)file["content"]!)));
        }
    }

    [Fact]
    public void Whatever_is_written_is_ascii_in_short_lines()
    {
        foreach (var mail in Gen.Sample(SomeMail.Any, 300))
        {
            var lines = Written(mail).Split("\r\n");

            Assert.All(lines, line => Assert.True(line.Length <= 76 && line.All(c => c is >= ' ' and <= '~' or '\t'), line));
            Assert.DoesNotContain(lines[..Array.IndexOf(lines, "")], line => line.Trim().Length == 0);
            Assert.Equal(mail.ToMime(), mail.ToMime());
        }
    }

    [Theory]
    [InlineData("hello\r\nBcc: victim@example.org")]
    [InlineData("hello\nBcc: victim@example.org")]
    [InlineData("hello\rBcc: victim@example.org")]
    [InlineData("hello\0")]
    [InlineData("hello\u001b[2J")]
    public void Header_injection_is_refused_and_the_field_is_named(string value)
    {
        Assert.Equal("Subject", Assert.Throws<MalformedMailException>(() => SomeMail.Plain with { Subject = value }).Field);
        Assert.Equal("The name of anna@example.org", Assert.Throws<MalformedMailException>(() => new Mailbox(SomeMail.Anna, value)).Field);
        Assert.Equal("The attachment's name", Assert.Throws<MalformedMailException>(() => new Attachment(value, "text/plain", default)).Field);
        Assert.Equal("The attachment's media type", Assert.Throws<MalformedMailException>(() => new Attachment("a", "text/" + value, default)).Field);
        Assert.Equal("Message-Id", Assert.Throws<MalformedMailException>(() => MessageId.Of(value, "maker.example")).Field);
        Assert.Equal("The boundary", Assert.Throws<MalformedMailException>(() => WithFile.ToMime(value)).Field);
        Assert.Equal("The address", Assert.Throws<MalformedMailException>(() => EmailAddress.Parse($"{value}@example.org")).Field);
    }

    [Theory]
    [InlineData("victim@example.org, Anna")]
    [InlineData("Anna <victim@example.org>,")]
    [InlineData("\" <victim@example.org>, \"")]
    [InlineData("Müller, Anna <victim@example.org>")]
    [InlineData("=?utf-8?Q?x=22_=3Cvictim=40example=2Eorg=3E?=")]
    public async Task A_name_never_becomes_a_second_address(string name)
    {
        var read = await Read((SomeMail.Plain with { To = [new Mailbox(SomeMail.Anna, name)] }).ToMime());

        Assert.Equal([(name, "anna@example.org")], People(read["to"]));
    }

    [Theory]
    [InlineData("../passwd")]
    [InlineData("..\\passwd")]
    [InlineData("")]
    [InlineData("=?utf-8?Q?a=0D=0A?=")]
    public void A_file_name_that_readers_would_take_for_something_else_is_refused(string name) =>
        Assert.Equal("The attachment's name", Assert.Throws<MalformedMailException>(() => new Attachment(name, "text/plain", default)).Field);

    [Theory]
    [InlineData("message/rfc822")]
    [InlineData("multipart/mixed")]
    [InlineData("pdf")]
    [InlineData("text/plain; charset=x")]
    public void A_media_type_that_is_not_one_of_a_file_is_refused(string type) =>
        Assert.Equal("The attachment's media type", Assert.Throws<MalformedMailException>(() => new Attachment("a", type, default)).Field);

    [Fact]
    public void A_text_with_half_a_character_or_a_nul_is_refused()
    {
        Assert.Equal("Text", Assert.Throws<MalformedMailException>(() => SomeMail.Plain with { Text = "\ud83d" }).Field);
        Assert.Equal("Subject", Assert.Throws<MalformedMailException>(() => SomeMail.Plain with { Subject = "\ude00\ud83d" }).Field);
        Assert.False(EmailAddress.TryParse("an\ud83dna@example.org", out _));
        Assert.Equal("Text", Assert.Throws<MalformedMailException>(() => SomeMail.Plain with { Text = "a\0b" }).Field);
    }

    [Fact]
    public void A_mail_to_nobody_or_to_too_many_is_refused()
    {
        Assert.Equal("To", Assert.Throws<MalformedMailException>(() => SomeMail.Plain with { To = [] }).Field);
        Assert.Equal("Cc", Assert.Throws<MalformedMailException>(() => SomeMail.Plain with { Cc = [.. Enumerable.Repeat<Mailbox>(SomeMail.Anna, 101)] }).Field);
    }

    [Fact]
    public void A_boundary_that_the_text_contains_is_refused() =>
        Assert.Contains("occurs in the text", Assert.Throws<MalformedMailException>(() => (WithFile with { Text = "a\n--here\n" }).ToMime("here")).Message);

    [Fact]
    public async Task A_given_boundary_is_used()
    {
        var mime = WithFile.ToMime("here");

        Assert.Contains("boundary=\"here\"\r\n", Encoding.ASCII.GetString(mime));
        Assert.Single((await Read(mime))["files"]!.AsArray());
    }

    [Fact]
    public void What_is_not_ascii_mostly_is_base64() =>
        Assert.Contains("Content-Transfer-Encoding: base64", Written(SomeMail.Plain with { Text = "漢字漢字漢字\n" }));

    [Fact]
    public void The_envelope_names_each_once() =>
        Assert.Equal([SomeMail.Anna, SomeMail.Desk], (SomeMail.Plain with { Cc = [SomeMail.Desk, SomeMail.Anna] }).Envelope().To);

    private static MailMessage WithFile { get; } = SomeMail.Plain with { Attachments = [new Attachment("a.pdf", "application/pdf", new byte[] { 1, 2 })] };

    private static string Written(MailMessage mail) => Encoding.UTF8.GetString(mail.ToMime());

    private static async Task<JsonNode> Read(byte[] mime) => JsonNode.Parse(await Oracles.Ask("mail.mjs", Convert.ToBase64String(mime)))!;

    private static IEnumerable<(string, string)> People(JsonNode? list) =>
        list!.AsArray().Select(person => ((string)person!["name"]!, (string)person["address"]!));

    private static string Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').TrimEnd('\n');
}
