using System.Text;
using Aftercare.Channels.Mail;
using Xunit;

namespace Aftercare.Tests.Channels.Mail;

public sealed class DeliveryReportTests
{
    private const string Reporting = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n";
    private const string Status = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; m\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\n";

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void A_bounce_of_postfix_tells_which_mail_and_whose(string lineEnd)
    {
        var report = Report(Encoding.UTF8.GetBytes(SomeBounce.Postfix.ReplaceLineEndings(lineEnd)));

        Assert.Equal(SomeMail.Plain.Id, report.Message);
        var ben = EmailAddress.Parse("ben@example.org");
        Assert.Equal([new(ben, ben, DeliveryAction.Failed, "5.1.1", "unknown user: \"ben@example.org\"")], report.Recipients);
    }

    [Fact]
    public void A_bounce_of_exim_that_returns_the_headers_only_is_read()
    {
        var report = Report(SomeBounce.Bytes(SomeBounce.Exim("desk@example.org", SomeMail.Plain.Id.Text)));

        Assert.Equal(SomeMail.Plain.Id, report.Message);
        Assert.Equal([new(SomeMail.Anna, null, DeliveryAction.Failed, "5.2.2", "552 5.2.2 mailbox is full")], report.Recipients);
    }

    [Fact]
    public void The_example_of_the_standard_is_read()
    {
        var report = Report(SomeBounce.Bytes(SomeBounce.OfTheStandard));

        Assert.Equal("<199407072116.RAA14128@cs.utk.example>", report.Message?.Text);
        var louis = EmailAddress.Parse("louisl@larry.slip.umd.example");
        Assert.Equal(
            [
                new(louis, louis, DeliveryAction.Failed, "4.0.0", "426 connection timed out"),
                new(EmailAddress.Parse("group@umd.example"), null, DeliveryAction.Delayed, "4.4.1", null),
            ],
            report.Recipients);
    }

    [Theory]
    [InlineData("base64")]
    [InlineData("quoted-printable")]
    public void An_encoded_report_is_decoded(string encoding)
    {
        var status = Status[(Status.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
        var encoded = encoding == "base64"
            ? Convert.ToBase64String(Encoding.ASCII.GetBytes(status), Base64FormattingOptions.InsertLineBreaks)
            : status.Replace("5.0.0", "5.=\n0=2E0", StringComparison.Ordinal);
        var mail = $"{Reporting}\n--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: {encoding}\n\n{encoded}\n--b--\n";

        Assert.Equal(("5.0.0", "a@b.example"), Report(SomeBounce.Bytes(mail)).Recipients.Select(r => (r.Status, r.Final!.ToString())).Single());
    }

    [Fact]
    public void A_bounce_without_the_mail_is_still_a_bounce() => Assert.Null(Report(SomeBounce.Bytes($"{Reporting}\n--b\n{Status}--b--\n")).Message);

    [Theory]
    [InlineData("Subject: Re: your mail\nAuto-Submitted: auto-replied\n\nI am away.\n")]
    [InlineData("Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b--\n")]
    [InlineData("Content-Type: multipart/mixed; report-type=delivery-status; boundary=b\n\n--b\n\nhello\n--b--\n")]
    [InlineData("no header\n\n")]
    [InlineData("")]
    public void What_is_not_a_bounce_is_told_as_that(string mail) => Assert.IsType<DeliveryReading.NotABounce>(DeliveryReport.Read(SomeBounce.Bytes(mail)));

    [Fact]
    public void What_we_send_ourselves_is_not_a_bounce() => Assert.IsType<DeliveryReading.NotABounce>(DeliveryReport.Read(SomeMail.Plain.ToMime()));

    [Theory]
    [InlineData(Reporting + "\n--b\n\nhello\n--b--\n", 75, "no delivery status")]
    [InlineData(Reporting + "\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; m\n--b--\n", 121, "names no recipient")]
    [InlineData(Reporting + "\n--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n!!!\n--b--\n", 156, "names no recipient")]
    [InlineData(Reporting + "\n--b\nContent-Type: message/delivery-status\n\nA: b\n\nFinal-Recipient: rfc822; a@b.c\nAction: eaten\nStatus: 5.0.0\n--b--\n", 129, "action")]
    [InlineData(Reporting + "\n--b\nContent-Type: message/delivery-status\n\nA: b\n\nFinal-Recipient: rfc822; a@b.c\nAction: failed\nStatus: 9.0.0\n--b--\n", 129, "status")]
    [InlineData(Reporting + "\n--b\nContent-Type: message/delivery-status\n\nA: b\n\nAction: failed\nStatus: 5.0.0\n--b--\n", 129, "not named")]
    public void What_is_malformed_is_refused_with_its_place(string mail, int position, string why)
    {
        var fault = Assert.IsType<DeliveryReading.Malformed>(DeliveryReport.Read(SomeBounce.Bytes(mail))).Fault;

        Assert.Contains(why, fault.Why, StringComparison.Ordinal);
        Assert.Equal(position, fault.Position);
    }

    [Fact]
    public void A_mail_that_is_too_large_in_any_way_is_refused()
    {
        Refused(new string('a', 2_000), "more than 1000 bytes", new MimeLimits { MostBytes = 1_000 });
        var recipients = string.Concat(Enumerable.Repeat("\nFinal-Recipient: rfc822; a@b.c\nAction: failed\nStatus: 5.0.0\n", 1_001));
        Refused($"{Reporting}\n--b\nContent-Type: message/delivery-status\n\nA: b\n{recipients}--b--\n", "more than 1000 recipients");
    }

    [Fact]
    public void The_words_of_a_stranger_are_fit_to_be_shown()
    {
        var mail = $"{Reporting}\n--b\n{Status}Diagnostic-Code: smtp; 550 \u001b[31m\u202e{new string('x', 2_000)}\n--b--\n";

        var words = Report(SomeBounce.Bytes(mail)).Recipients.Single().Diagnostic!;

        Assert.StartsWith("550  [31m?xxx", words);
        Assert.InRange(words.Length, 500, 501);
    }

    private static DeliveryReport Report(byte[] mail) => DeliveryReport.Read(mail) switch
    {
        DeliveryReading.Report report => report.Content,
        var other => throw new InvalidOperationException(other.ToString()),
    };

    private static void Refused(string mail, string why, MimeLimits? limits = null) =>
        Assert.Contains(why, Assert.IsType<DeliveryReading.Malformed>(DeliveryReport.Read(SomeBounce.Bytes(mail), limits)).Fault.Why, StringComparison.Ordinal);
}
