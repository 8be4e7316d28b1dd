using System.Text.RegularExpressions;
using Aftercare.Channels.Mail;
using Aftercare.SystemTests.Fixtures;
using Xunit;

namespace Aftercare.SystemTests.Mail;

/// <summary>Our sign-in as Postfix and Dovecot judge it together, and what we wrote as Dovecot shows it to a mailbox's owner.</summary>
public sealed class DovecotTests(DovecotServer server) : IClassFixture<DovecotServer>
{
    private static readonly EmailAddress Desk = EmailAddress.Parse("desk@example.org"), Anna = EmailAddress.Parse("anna@example.org");

    private static readonly MailMessage Greeting = new()
    {
        From = new Mailbox(Desk, "Desk"),
        To = [Desk],
        Subject = "Ihre Meldung",
        Text = "Guten Tag\n",
        Id = MessageId.Of("r-2", "maker.example"),
        Date = new(2026, 11, 22, 12, 0, 0, TimeSpan.FromHours(1)),
    };

    [Fact]
    public async Task A_password_or_a_fresh_token_lets_in_and_nothing_else_does()
    {
        var nobody = await Send(null, Greeting);
        Assert.Equal((Acceptance.NotAccepted, Standing.Refused), (nobody.Acceptance, nobody.Recipients.Single().Standing));
        var now = DateTimeOffset.UtcNow;
        var (fresh, expired, ofAnother) = (server.Token($"{Desk}", now.AddHours(1)), server.Token($"{Desk}", now.AddHours(-1)), server.Token($"{Anna}", now.AddHours(1)));
        (SubmissionCredentials Shown, string Secret)[] wrong =
        [
            (Password("wr0ng-secret"), "wr0ng-secret"), (Bearer(expired), expired), (Bearer(ofAnother), ofAnother), (Bearer(fresh[..^8] + "AAAAAAAA"), fresh[..^8]),
        ];
        // Dovecot takes half a second for each no.
        await Task.WhenAll(wrong.Select(async one =>
        {
            var refused = await Send(one.Shown, Greeting);
            Assert.Equal((SubmissionTrouble.Credentials, 535, Acceptance.NotAccepted), (refused.Problem!.Trouble, refused.Problem.Reply!.Code, refused.Acceptance));
            Assert.DoesNotContain(one.Secret, refused.ToString(), StringComparison.Ordinal);
        }));

        Assert.Equal(Acceptance.Accepted, (await Send(Password(server.Password), Greeting)).Acceptance);
        Assert.Equal(Acceptance.Accepted, (await Send(Bearer(fresh), Greeting)).Acceptance);
    }

    [Fact]
    public async Task A_mailbox_shows_what_we_wrote_and_nobody_whom_a_name_or_a_subject_smuggles_in()
    {
        const string Boss = "Müller GmbH\" <boss@example.org>, (Produkt", Victim = "anna@example.org>, <victim@example.org";
        var mail = Greeting with
        {
            From = new Mailbox(Desk, Boss),
            To = [new Mailbox(Anna, Victim)],
            Subject = "Ihre Meldung über die Pumpe: alles angekommen 📬, wir prüfen sie und sagen Ihnen hier Bescheid =?utf-8?Q?=0D=0ABcc:_victim@example.org?=",
            Text = "Grüße,\n.\n--=_x\nFrom us\n",
            Attachments = [new Attachment("Prüfung Nr. 2.pdf", "application/pdf", "hello"u8.ToArray())],
        };

        Assert.Null((await Send(Password(server.Password), mail)).Problem);

        var read = await server.Read($"{Anna}", "hdr.subject.utf8", "hdr.from.utf8", "hdr.bcc", "imap.envelope", "imap.bodystructure", "text.utf8");
        Assert.Equal((mail.Subject, $"{Boss} <desk@example.org>", ""), (read["hdr.subject.utf8"], read["hdr.from.utf8"], read["hdr.bcc"]));
        // RFC 9051 §7.5.2: date, subject, then from, sender, reply-to, to, cc, bcc, in-reply-to, message-id.
        var envelope = read["imap.envelope"];
        Assert.StartsWith("\"Sun, 22 Nov 2026 12:00:00 +0100\" ", envelope, StringComparison.Ordinal);
        Assert.Equal(["desk", "desk", "desk", "anna"], Regex.Matches(envelope, "NIL \"([^\"]*)\" \"example.org\"\\)").Select(address => address.Groups[1].Value));
        Assert.EndsWith($"(\"{Victim}\" NIL \"anna\" \"example.org\")) NIL NIL NIL \"<r-2@maker.example>\"", envelope, StringComparison.Ordinal);
        Assert.StartsWith("""
            ("text" "plain" ("charset" "utf-8") NIL NIL "quoted-printable" 41 4 NIL NIL NIL NIL)("application" "pdf" NIL NIL NIL "base64" 10 NIL ("attachment" ("filename*" "utf-8''Pr%C3%BCfung%20Nr.%202.pdf")) NIL NIL) "mixed" (
            """, read["imap.bodystructure"], StringComparison.Ordinal);
        Assert.Contains("\n\n" + mail.Text, read["text.utf8"].ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static SubmissionCredentials.Password Password(string password) => new($"{Desk}", password);

    private static SubmissionCredentials.Bearer Bearer(string token) => new($"{Desk}", _ => ValueTask.FromResult(token));

    private Task<SubmissionResult> Send(SubmissionCredentials? credentials, MailMessage mail) =>
        new Submission(server.Options with { Credentials = credentials }).Send(mail, TestContext.Current.CancellationToken);
}
