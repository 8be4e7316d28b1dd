using System.Text;
using Aftercare.Channels.Mail;
using FsCheck.Fluent;
using Xunit;

namespace Aftercare.Tests.Channels.Mail;

/// <summary>Against a real server.</summary>
public sealed class SubmissionTests
{
    private static readonly Envelope ToAnna = new(SomeMail.Desk, [SomeMail.Anna]);

    [Theory]
    [InlineData(MailSecurity.ImplicitTls)]
    [InlineData(MailSecurity.StartTls)]
    public async Task A_mail_arrives_over_tls_with_a_password(MailSecurity security)
    {
        var server = await RealServer.Listen(new { secure = security == MailSecurity.ImplicitTls, user = "desk", password = "pä55\"word" });
        var submission = new Submission(server.Options with { Security = security, Credentials = new SubmissionCredentials.Password("desk", "pä55\"word") });

        var result = await submission.Send(SomeMail.Plain, default);

        Assert.Equal(Acceptance.Accepted, result.Acceptance);
        Assert.Null(result.Problem);
        Assert.Equal((SomeMail.Anna, Standing.Accepted, "2.0.0"), result.Recipients.Select(r => (r.Recipient, r.Standing, r.Reply?.Status)).Single());
        var mail = Assert.Single(await server.Received())!;
        Assert.Equal(("desk@maker.example", "desk", true), ((string)mail["from"]!, (string)mail["user"]!, (bool)mail["secure"]!));
        Assert.Equal(Convert.ToBase64String(SomeMail.Plain.ToMime()), (string)mail["message"]!);
    }

    [Fact]
    public async Task Login_serves_where_there_is_no_plain()
    {
        var server = await RealServer.Listen(new { secure = true, user = "desk", password = "secret", authMethods = new[] { "LOGIN" } });
        var submission = new Submission(server.Options with { Credentials = new SubmissionCredentials.Password("desk", "secret") });

        Assert.Equal(Acceptance.Accepted, (await submission.Send(SomeMail.Plain, default)).Acceptance);
    }

    [Fact]
    public async Task A_token_serves_instead_of_a_password()
    {
        var server = await RealServer.Listen(new { secure = true, user = "desk@maker.example", token = "t0ken", authMethods = new[] { "XOAUTH2" } });

        Assert.Null((await Bearer(server, _ => ValueTask.FromResult("t0ken"))).Problem);
        var refused = await Bearer(server, _ => ValueTask.FromResult("old-t0ken"));
        Assert.Equal((SubmissionTrouble.Credentials, 535), (refused.Problem!.Trouble, refused.Problem.Reply!.Code));
        Assert.Equal((Acceptance.NotAccepted, Standing.TryLater), (refused.Acceptance, refused.Recipients.Single().Standing));
    }

    [Fact]
    public async Task A_token_that_cannot_be_fetched_is_told_without_its_words()
    {
        var server = await RealServer.Listen(new { secure = true, authMethods = new[] { "XOAUTH2" } });

        var result = await Bearer(server, _ => throw new InvalidOperationException("client_secret=hunter2 was refused"));

        Assert.Equal(SubmissionTrouble.Credentials, result.Problem!.Trouble);
        Assert.DoesNotContain("hunter2", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_the_mail_waits()
    {
        var server = await RealServer.Listen(new { secure = true, user = "desk", password = "right" });

        var result = await new Submission(server.Options with { Credentials = new SubmissionCredentials.Password("desk", "wr0ng") }).Send(SomeMail.Plain, default);

        Assert.Equal((SubmissionTrouble.Credentials, 535), (result.Problem!.Trouble, result.Problem.Reply!.Code));
        Assert.Equal((Acceptance.NotAccepted, Standing.TryLater), (result.Acceptance, result.Recipients.Single().Standing));
        Assert.DoesNotContain("wr0ng", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_are_not_dropped_where_the_server_asks_for_none()
    {
        var server = await RealServer.Listen(new { secure = true, authOptional = true, disabledCommands = new[] { "AUTH" } });

        var result = await new Submission(server.Options with { Credentials = new SubmissionCredentials.Password("desk", "secret") }).Send(SomeMail.Plain, default);

        Assert.Equal(SubmissionTrouble.Credentials, result.Problem!.Trouble);
        Assert.Empty(await server.Received());
    }

    [Fact]
    public async Task Each_recipient_has_an_answer_of_its_own()
    {
        var server = await RealServer.Listen(new
        {
            secure = true,
            authOptional = true,
            refuse = new Dictionary<string, object[]> { ["gone@example.org"] = [550, "5.1.1 nobody here"], ["full@example.org"] = [452, "4.2.2 mailbox full"] },
        });
        var envelope = new Envelope(null, [EmailAddress.Parse("gone@example.org"), SomeMail.Anna, EmailAddress.Parse("full@example.org")]);

        var result = await new Submission(server.Options).Send(envelope, SomeMail.Plain.ToMime(), default);

        Assert.Equal(Acceptance.Accepted, result.Acceptance);
        Assert.Equal([Standing.Refused, Standing.Accepted, Standing.TryLater], result.Recipients.Select(r => r.Standing));
        Assert.Equal(["5.1.1", "2.0.0", "4.2.2"], result.Recipients.Select(r => r.Reply!.Status));
        var mail = Assert.Single(await server.Received())!;
        Assert.Equal("[\"anna@example.org\"]", mail["to"]!.ToJsonString());
        Assert.Equal("", (string?)mail["from"]);
    }

    [Theory]
    [InlineData(552, Standing.Refused)]
    [InlineData(451, Standing.TryLater)]
    public async Task A_message_that_is_refused_after_the_final_dot_is_surely_not_accepted(int code, Standing standing)
    {
        var server = await RealServer.Listen(new { secure = true, authOptional = true, end = new object[] { code, "not this one" } });

        var result = await new Submission(server.Options).Send(SomeMail.Plain, default);

        Assert.Equal((Acceptance.NotAccepted, standing), (result.Acceptance, result.Recipients.Single().Standing));
        Assert.Contains("not this one", result.Problem!.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_larger_than_the_server_takes_is_not_even_begun()
    {
        var server = await RealServer.Listen(new { secure = true, authOptional = true, size = 500 });

        var result = await new Submission(server.Options).Send(SomeMail.Plain with { Text = new string('a', 600) }, default);

        Assert.Equal((SubmissionTrouble.Unsupported, Standing.Refused), (result.Problem!.Trouble, result.Recipients.Single().Standing));
        Assert.Contains("the server takes 500", result.Problem.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_ascii_is_declared_and_arrives_unchanged()
    {
        var server = await RealServer.Listen(new { secure = true, authOptional = true });
        var mime = (SomeMail.Plain with { To = [new Mailbox(EmailAddress.Parse("müller@example.org"))] }).ToMime();
        var mail = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(mime) + "Grüße\r\n");

        var result = await new Submission(server.Options).Send(new(SomeMail.Desk, [EmailAddress.Parse("müller@example.org")]), mail, default);

        Assert.Null(result.Problem);
        var received = Assert.Single(await server.Received())!;
        Assert.Equal(("8BITMIME", true), ((string)received["parameters"]!["BODY"]!, (bool)received["parameters"]!["SMTPUTF8"]!));
        Assert.Equal(mail, Convert.FromBase64String((string)received["message"]!));
    }

    [Theory]
    [InlineData("hideSMTPUTF8", "SMTPUTF8")]
    [InlineData("hide8BITMIME", "8BITMIME")]
    public async Task What_is_not_ascii_is_not_sent_where_it_is_not_taken(string hidden, string missing)
    {
        var server = await RealServer.Listen(new Dictionary<string, bool> { ["secure"] = true, ["authOptional"] = true, [hidden] = true });
        var mail = Encoding.UTF8.GetBytes("Subject: Grüße\r\n\r\nGrüße\r\n");

        var result = await new Submission(server.Options).Send(ToAnna, mail, default);

        Assert.Equal((SubmissionTrouble.Unsupported, Standing.Refused), (result.Problem!.Trouble, result.Recipients.Single().Standing));
        Assert.Contains(missing, result.Problem.Words, StringComparison.Ordinal);
        Assert.Empty(await server.Received());
    }

    [Fact]
    public async Task Dots_at_the_start_of_lines_arrive_as_they_were()
    {
        var server = await RealServer.Listen(new { secure = true, authOptional = true });
        var submission = new Submission(server.Options);
        byte[][] mails =
        [
            ".\r\n"u8.ToArray(), "..\r\n.\r\n\r\n.a\r\n"u8.ToArray(), Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('a', 60) + "\r\n.\r\n", 3_000))),
            .. Gen.Sample(Gen.Elements(".", "..", "\r\n", "\r\n.", "a", "\r\n.\r\n", "QUIT").ListOf(), 20).Select(some => Encoding.ASCII.GetBytes(string.Concat(some) + "\r\n")),
        ];
        var results = await Task.WhenAll(mails.Select(mail => submission.Send(ToAnna, mail, default)));

        Assert.All(results, result => Assert.Null(result.Problem));
        Assert.Equal(mails.Select(Convert.ToBase64String).Order(), (await server.Received()).Select(mail => (string)mail!["message"]!).Order());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a", "does not end with CRLF")]
    [InlineData("a\r\n.\nMAIL FROM:<x@y.z>\r\n", "at byte 4")]
    [InlineData("a\n.\r\nMAIL FROM:<x@y.z>\r\n", "at byte 1")]
    [InlineData("a\r.\r\r\n", "at byte 1")]
    [InlineData("a\0\r\n", "at byte 1")]
    public async Task Bytes_that_smuggle_a_second_message_are_refused(string mail, string because)
    {
        var submission = new Submission(new SubmissionOptions { Host = "mail.example", Port = 465 });

        var refused = await Assert.ThrowsAsync<MalformedMailException>(() => submission.Send(ToAnna, Encoding.ASCII.GetBytes(mail), default));

        Assert.Contains(because, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_more_than_998_bytes_is_refused()
    {
        var submission = new Submission(new SubmissionOptions { Host = "mail.example", Port = 465 });

        await Assert.ThrowsAsync<MalformedMailException>(() => submission.Send(ToAnna, Encoding.ASCII.GetBytes(new string('a', 999) + "\r\n"), default));
    }

    [Fact]
    public void Unsafe_options_are_refused()
    {
        var good = new SubmissionOptions { Host = "mail.example", Port = 587 };

        Refused(good with { Security = MailSecurity.None }, "only goes to this machine");
        Refused(good with { Host = "127.0.0.1", Security = MailSecurity.None, Credentials = new SubmissionCredentials.Password("a", "b") }, "only sent over TLS");
        Refused(good with { EhloName = "a\r\nMAIL FROM:<>" }, "EHLO");
        Refused(good with { Host = "" }, "host");
        Refused(good with { Port = 0 }, "port");
    }

    [Fact]
    public void A_secret_is_in_no_text() =>
        Assert.DoesNotContain("hunter2", new SubmissionOptions { Host = "h", Port = 1, Credentials = new SubmissionCredentials.Password("desk", "hunter2") }.ToString(), StringComparison.Ordinal);

    private static void Refused(SubmissionOptions options, string because) =>
        Assert.Contains(because, Assert.Throws<ArgumentException>(() => new Submission(options)).Message, StringComparison.Ordinal);

    private static Task<SubmissionResult> Bearer(RealServer server, Func<CancellationToken, ValueTask<string>> token) =>
        new Submission(server.Options with { Credentials = new SubmissionCredentials.Bearer("desk@maker.example", token) }).Send(SomeMail.Plain, default);
}
