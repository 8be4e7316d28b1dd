using System.Text;
using Aftercare.Channels.Mail;
using Xunit;

namespace Aftercare.SystemTests.Fixtures;

/// <summary>Our mail client and our reader of bounces against a server that is in use everywhere.</summary>
public sealed class MailServerTests(MailServer server) : IClassFixture<MailServer>
{
    private static readonly EmailAddress Desk = EmailAddress.Parse("desk@example.org");

    [Fact]
    public async Task What_we_submit_arrives_and_what_cannot_arrive_bounces()
    {
        var mail = new MailMessage
        {
            From = new Mailbox(Desk, "Produktsicherheit, Müller GmbH"),
            To = [EmailAddress.Parse("anna@example.org"), EmailAddress.Parse("gone@example.org")],
            Subject = "Ihre Meldung ist angekommen 📬",
            Text = "Guten Tag,\n.\nvielen Dank für Ihre Meldung.\n",
            Id = MessageId.Of("r-2", "maker.example"),
            Date = DateTimeOffset.UtcNow,
            AutoSubmitted = AutoSubmitted.Generated,
            Attachments = [new Attachment("Meldung Nr. 2 – Kopie.txt", "text/plain", "hello"u8.ToArray())],
        };

        var result = await new Submission(server.Options).Send(mail, TestContext.Current.CancellationToken);

        Assert.Null(result.Problem);
        Assert.Equal(Acceptance.Accepted, result.Acceptance);
        var arrived = Assert.Single(await server.Mails("anna", 1));
        // A mailbox keeps lines with LF, below what the servers on the way have added.
        Assert.EndsWith(Encoding.ASCII.GetString(mail.ToMime()).ReplaceLineEndings("\n"), Encoding.ASCII.GetString(arrived));
        var bounce = Assert.IsType<DeliveryReading.Report>(DeliveryReport.Read(Assert.Single(await server.Mails("desk", 1)))).Content;
        Assert.Equal(mail.Id, bounce.Message);
        Assert.Equal((mail.To[1].Address, DeliveryAction.Failed, "5.1.1"), bounce.Recipients.Select(r => (r.Final, r.Action, r.Status)).Single());
    }

    [Fact]
    public async Task A_server_without_a_certificate_of_a_known_authority_gets_nothing()
    {
        var result = await new Submission(server.Options with { TrustedRoots = [] }).Send(
            new Envelope(Desk, [Desk]), "Subject: secret\r\n\r\nsecret\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal((SubmissionTrouble.Insecure, Acceptance.NotAccepted), (result.Problem!.Trouble, result.Acceptance));
    }
}
