using Aftercare.Channels.Mail;
using Xunit;

namespace Aftercare.Tests.Channels.Mail;

/// <summary>What a mail answers, what in it is new, and whether a machine may answer it.</summary>
public sealed class AnswerTests
{
    private static readonly EmailAddress Desk = EmailAddress.Parse("desk@maker.example");
    private static readonly OwnMail Own = new([Desk], "maker.example", "aftercare");

    [Theory]
    [InlineData("new\n", "N:new|")]
    [InlineData("new\n> old\n> older\nnew again\n", "N:new|Q:> old> older|N:new again|")]
    [InlineData("new\n\nOn Monday, Ben wrote:\n> old\n", "N:new|Q:On Monday, Ben wrote:> old|")]
    [InlineData("new\nAm 22.11.2026 um 12:00 schrieb Ben\n<ben@example.org> schrieb:\n\n> alt\n", "N:new|Q:Am 22.11.2026 um 12:00 schrieb Ben<ben@example.org> schrieb:> alt|")]
    [InlineData("neu\nLe lundi 3, Ben a écrit :\n> vieux\n", "N:neu|Q:Le lundi 3, Ben a écrit :> vieux|")]
    [InlineData("nuevo\nEl lunes, Ben escribió:\n> viejo\n", "N:nuevo|Q:El lunes, Ben escribió:> viejo|")]
    [InlineData("On the pump somebody wrote:\nadmin:admin\n", "N:On the pump somebody wrote:admin:admin|")]
    [InlineData("new\n-----Original Message-----\nFrom: a\nold\n", "N:new|Q:-----Original Message-----From: aold|")]
    [InlineData("neu\n\nVon: Ben\nGesendet: Montag\nAn: Anna\nBetreff: x\n\nalt\n", "N:neu|Q:Von: BenGesendet: MontagAn: AnnaBetreff: xalt|")]
    [InlineData("De : Ben\nEnvoyé : lundi\nObjet : x\nvieux", "Q:De : BenEnvoyé : lundiObjet : xvieux|")]
    [InlineData("The server logs\nFrom: x\nDate: y\nSubject: z\nand dies\n", "N:The server logsFrom: xDate: ySubject: zand dies|")]
    [InlineData("From: the serial port\nwe read it\n", "N:From: the serial portwe read it|")]
    [InlineData("new\n-- \nAnna\nAcme\n", "N:new|S:-- AnnaAcme|")]
    [InlineData("new\n-- \nAnna\n> old\nmore\n", "N:new|S:-- Anna|Q:> old|N:more|")]
    [InlineData("", "")]
    public void What_is_quoted_is_told_from_what_is_new(string text, string blocks) =>
        Assert.Equal(blocks, string.Concat(ReplyText.Fold(text).Select(block => $"{block.Kind.ToString()[0]}:{text[block.Range].Replace("\n", "", StringComparison.Ordinal)}|")));

    [Fact]
    public void A_thread_is_named_by_the_recipient_and_by_what_is_answered()
    {
        var mail = Mail("""
            To: "Desk" <desk+two@maker.example>, other+x@maker.example, desk+no@elsewhere.example
            Cc: desk@maker.example, desk+@maker.example
            Delivered-To: DESK+one@Maker.Example
            References: <a@x> <b@maker.example> <c@x>
            In-Reply-To: <c@x>
            """);

        var found = ThreadCandidates.Of(mail, Desk, ["desk+zero@maker.example"]);

        Assert.Equal(["zero", "one", "two"], found.Tokens);
        Assert.Equal(["<c@x>", "<b@maker.example>", "<a@x>"], found.MessageIds);
    }

    [Fact]
    public void A_flood_of_tokens_and_references_is_cut()
    {
        var mail = Mail($"To: {string.Join(", ", Enumerable.Range(0, 1_000).Select(i => $"desk+{i}@maker.example"))}\nReferences: {string.Join(' ', Enumerable.Range(0, 1_000).Select(i => $"<{i}@x>"))}");

        var found = ThreadCandidates.Of(mail, Desk);

        Assert.Equal((20, 100), (found.Tokens.Length, found.MessageIds.Length));
        Assert.Equal("<999@x>", found.MessageIds[0]);
    }

    [Theory]
    [InlineData("From: a@b.example", MailNature.Person, "Nothing")]
    [InlineData("Auto-Submitted: no", MailNature.Person, "Nothing")]
    [InlineData("Auto-Submitted: auto-replied (vacation)", MailNature.AutoReply, "RFC 3834")]
    [InlineData("Auto-Submitted: auto-generated; x=y", MailNature.Machine, "RFC 3834")]
    [InlineData("Auto-Submitted: (comment) auto-replied", MailNature.AutoReply, "RFC 3834")]
    [InlineData("X-Autoreply: yes", MailNature.AutoReply, "X-Autoreply")]
    [InlineData("Precedence: auto_reply", MailNature.AutoReply, "Precedence")]
    [InlineData("Precedence: Bulk", MailNature.List, "Precedence")]
    [InlineData("Subject: =?utf-8?Q?R=C3=A9ponse_automatique=3A?= Votre mail", MailNature.AutoReply, "away")]
    [InlineData("Subject: Abwesenheitsnotiz: Ihre Mail", MailNature.AutoReply, "away")]
    [InlineData("Subject: Re: Out of office routine of the pump", MailNature.Person, "Nothing")]
    [InlineData("List-Id: <x.example>", MailNature.List, "RFC 2919")]
    [InlineData("List-Unsubscribe: <https://x.example>", MailNature.List, "RFC 2369")]
    [InlineData("X-Loop: somebody", MailNature.Machine, "X-Loop")]
    [InlineData("Return-Path: <>\nFrom: MAILER-DAEMON@x.example", MailNature.Bounce, "return path")]
    [InlineData("From: Mail Delivery System <Postmaster@x.example>", MailNature.Bounce, "mail system")]
    [InlineData("Return-Path: < >", MailNature.Machine, "return path")]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=b", MailNature.Bounce, "RFC 3464")]
    [InlineData("Content-Type: multipart/report; report-type=disposition-notification; boundary=b", MailNature.Report, "RFC 8098")]
    [InlineData("Content-Type: multipart/report; report-type=feedback-report; boundary=b", MailNature.Report, "RFC 5965")]
    public void Who_wrote_a_mail_is_recognised_with_the_reason(string headers, MailNature nature, string reason)
    {
        var found = AutomaticMail.Recognise(Mail(headers));

        Assert.Equal(nature, found.Nature);
        Assert.Contains(reason, found.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("From: a@b.example", "a@b.example", null)]
    [InlineData("From: a@b.example", null, null)]
    [InlineData("From: a@b.example", "", "null sender")]
    [InlineData("From: a@b.example\nReturn-Path: <>", null, "null sender")]
    [InlineData("From: a@b.example\nAuto-Submitted: auto-replied", null, "automatic answer")]
    [InlineData("From: a@b.example\nList-Id: x", null, "list")]
    [InlineData("From: a@b.example\nX-Auto-Response-Suppress: DR, OOF, AutoReply", null, "X-Auto-Response-Suppress")]
    [InlineData("From: a@b.example\nX-Auto-Response-Suppress: NDR", null, null)]
    [InlineData("From: a@b.example\nMessage-ID: <1@MAKER.example>", null, "Message-ID is one of ours")]
    [InlineData("From: a@b.example\nX-Loop: aftercare", null, "X-Loop names us")]
    [InlineData("From: Desk+x@maker.example", null, "address of ours")]
    [InlineData("From: a@b.example\nReply-To: desk@maker.example", null, "address of ours")]
    [InlineData("From: a@b.example\nSender: desk@maker.example", null, "address of ours")]
    [InlineData("From: a@b.example", "desk+tag@maker.example", "address of ours")]
    [InlineData("From: a@b.example", "mailer-daemon@b.example", "mail system")]
    [InlineData("From: no-reply@b.example", null, "nobody reads")]
    [InlineData("From: Anna", null, "names nobody")]
    [InlineData("Subject: x", null, "names nobody")]
    public void A_machine_answers_people_and_never_itself(string headers, string? envelopeFrom, string? whyNot)
    {
        Assert.Equal(whyNot is null, AutomaticMail.MayAnswer(Mail(headers), Own, envelopeFrom, out var why));
        Assert.Equal(whyNot is null, why is null);
        Assert.Contains(whyNot ?? "", why ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void What_we_answer_we_do_not_answer_again()
    {
        var answer = SomeMail.Plain with { From = EmailAddress.Parse("a@b.example"), AutoSubmitted = AutoSubmitted.Replied };

        Assert.False(AutomaticMail.MayAnswer(MimeMessage.Read(answer.ToMime()), Own, null, out _));
    }

    [Fact]
    public void A_mail_that_was_not_read_to_its_end_is_not_answered()
    {
        var mail = MimeMessage.Read(SomeBounce.Bytes("From: a@b.example\n" + new string('a', 2_000)), new MimeLimits { MostBytes = 1_000 });

        Assert.False(AutomaticMail.MayAnswer(mail, Own, null, out var why));
        Assert.Contains("end", why!, StringComparison.Ordinal);
    }

    private static MimeMessage Mail(string headers) => MimeMessage.Read(SomeBounce.Bytes(headers + "\n\nx\n"));
}
