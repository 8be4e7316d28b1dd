using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Aftercare.Channels.Mail;
using Xunit;

namespace Aftercare.Tests.Channels.Mail;

/// <summary>Whatever a server does, we know whether it has the message, we end in time, and it gets no secret in the clear.</summary>
public sealed class HostileServerTests
{
    private static readonly SubmissionTimeouts Impatient = new()
    {
        Connect = TimeSpan.FromSeconds(2),
        Greeting = TimeSpan.FromMilliseconds(300),
        Command = TimeSpan.FromMilliseconds(300),
        Block = TimeSpan.FromMilliseconds(300),
        FinalDot = TimeSpan.FromMilliseconds(300),
    };

    private static readonly SubmissionCredentials Password = new SubmissionCredentials.Password("desk", "hunter2-hunter2");

    [Fact]
    public async Task A_line_without_an_end_is_cut_off()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            while (true)
                await peer.Say(new string('2', 10_000));
        });
        await Refuses(peer, peer.Options, SubmissionTrouble.Protocol, "more than 2048 bytes");
    }

    [Fact]
    public async Task An_answer_without_an_end_is_cut_off()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            while (true)
                await peer.Say("220-more\r\n");
        });
        await Refuses(peer, peer.Options, SubmissionTrouble.Protocol, "more than 100 lines");
    }

    [Fact]
    public async Task An_answer_that_drips_does_not_outlast_the_patience()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            while (true)
            {
                await peer.Say("220-x\r\n");
                await Task.Delay(100);
            }
        });
        await Refuses(peer, peer.Options with { Timeouts = Impatient }, SubmissionTrouble.TimedOut, "the greeting");
    }

    [Fact]
    public async Task A_server_that_says_nothing_does_not_hold_us()
    {
        using var peer = new ScriptedPeer(async peer => await peer.Hear());
        await Refuses(peer, peer.Options with { Timeouts = Impatient }, SubmissionTrouble.TimedOut, "the greeting");
    }

    [Fact]
    public async Task A_server_that_says_nothing_to_a_handshake_does_not_hold_us()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            while (true)
                await peer.Hear();
        });
        await Refuses(
            peer, peer.Options with { Security = MailSecurity.ImplicitTls, Timeouts = Impatient with { Connect = Impatient.Command } }, SubmissionTrouble.TimedOut, "TLS");
    }

    [Fact]
    public async Task A_server_that_stops_reading_does_not_hold_us()
    {
        var stop = new TaskCompletionSource();
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Say("220 hello\r\n");
            await peer.Answer("250 hello\r\n", "250 sender\r\n", "250 recipient\r\n", "354 go on\r\n");
            await stop.Task;
        });

        var result = await new Submission(peer.Options with { Timeouts = Impatient }).Send(SomeMail.Plain.Envelope(), Big(), default);
        stop.SetResult();

        Assert.Equal((SubmissionTrouble.TimedOut, Acceptance.NotAccepted), (result.Problem!.Trouble, result.Acceptance));
    }

    [Theory]
    [InlineData("hello\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("22\r\n")]
    [InlineData("999 hello\r\n")]
    [InlineData("220-hello\r\n250 hello\r\n")]
    [InlineData("2200 hello\r\n")]
    [InlineData("354 go on\r\n")]
    public async Task What_is_not_smtp_is_told_as_that(string greeting)
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Say(greeting);
            await peer.Hear();
        });
        await Refuses(peer, peer.Options, SubmissionTrouble.Protocol, "server's answer");
    }

    [Fact]
    public async Task Stripping_starttls_gets_neither_credentials_nor_mail()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Say("220 hello\r\n");
            await peer.Answer("250-hello\r\n250 AUTH PLAIN LOGIN\r\n");
            await peer.Hear();
        });
        await Refuses(peer, peer.Options with { Security = MailSecurity.StartTls, Credentials = Password }, SubmissionTrouble.Insecure, "STARTTLS");
        Assert.StartsWith("EHLO", Assert.Single(peer.Heard));
    }

    [Fact]
    public async Task Refusing_starttls_gets_neither_credentials_nor_mail()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Say("220 hello\r\n");
            await peer.Answer("250-hello\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", "454 not now\r\n");
            await peer.Hear();
        });
        await Refuses(peer, peer.Options with { Security = MailSecurity.StartTls, Credentials = Password }, SubmissionTrouble.Insecure, "STARTTLS");
        Assert.Equal(2, peer.Heard.Count);
    }

    [Fact]
    public async Task Words_injected_before_the_handshake_are_not_taken_for_words_after_it()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Say("220 hello\r\n");
            await peer.Answer("250-hello\r\n250 STARTTLS\r\n", "220 ready\r\n250-hello\r\n250 AUTH PLAIN\r\n");
            await peer.Encrypt(Certificates.Loopback);
            await peer.Hear();
        });
        await Refuses(peer, peer.Options with { Security = MailSecurity.StartTls, Credentials = Password }, SubmissionTrouble.Insecure, "before TLS");
    }

    [Fact]
    public async Task What_was_offered_before_the_handshake_does_not_count_after_it()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Say("220 hello\r\n");
            await peer.Answer("250-hello\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", "220 ready\r\n");
            await peer.Encrypt(Certificates.Loopback);
            await peer.Answer("250 hello\r\n");
            await peer.Hear();
        });
        await Refuses(peer, peer.Options with { Security = MailSecurity.StartTls, Credentials = Password }, SubmissionTrouble.Credentials, "no AUTH");
        Assert.DoesNotContain(peer.Heard, line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("elsewhere")]
    [InlineData("expired")]
    [InlineData("another authority")]
    [InlineData("the machine's authorities")]
    public async Task A_certificate_that_proves_nothing_is_refused(string lie)
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Encrypt(lie switch { "elsewhere" => Certificates.Elsewhere, "expired" => Certificates.Expired, _ => Certificates.Loopback });
            await peer.Say("220 hello\r\n");
            await peer.Hear();
        });
        X509Certificate2[] roots = lie switch
        {
            "another authority" => [Certificates.OtherAuthority],
            "the machine's authorities" => [],
            _ => [Certificates.Authority],
        };
        await Refuses(
            peer, peer.Options with { Security = MailSecurity.ImplicitTls, Credentials = Password, TrustedRoots = [.. roots] }, SubmissionTrouble.Insecure, "prove");
        Assert.Empty(peer.Heard);
    }

    [Fact]
    public async Task A_server_that_repeats_the_password_does_not_get_it_into_a_log()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Encrypt(Certificates.Loopback);
            await peer.Say("220 hello\r\n");
            await peer.Answer("250-hello\r\n250 AUTH PLAIN\r\n");
            await peer.Say($"535 {await peer.Hear()} is hunter2-hunter2 and that is wrong\r\n");
        });
        var result = await new Submission(peer.Options with { Security = MailSecurity.ImplicitTls, Credentials = Password }).Send(SomeMail.Plain, default);

        Assert.Equal((SubmissionTrouble.Credentials, 535), (result.Problem!.Trouble, result.Problem.Reply!.Code));
        Assert.DoesNotContain("hunter2", result.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(peer.Heard[^1].Split(' ')[^1], result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_asks_on_and_on_for_credentials_is_left()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Encrypt(Certificates.Loopback);
            await peer.Say("220 hello\r\n");
            await peer.Answer("250-hello\r\n250 AUTH LOGIN\r\n", "334 a\r\n", "334 b\r\n", "334 c\r\n", "334 d\r\n");
        });
        await Refuses(peer, peer.Options with { Security = MailSecurity.ImplicitTls, Credentials = Password }, SubmissionTrouble.Protocol, "asks on");
    }

    [Fact]
    public async Task A_server_that_closes_in_the_middle_of_the_message_does_not_have_it()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Say("220 hello\r\n");
            await peer.Answer("250 hello\r\n", "250 sender\r\n", "250 recipient\r\n");
            await peer.Hear();
        });
        var result = await Refuses(peer, peer.Options, SubmissionTrouble.Unreachable, "DATA");
        Assert.Equal(Standing.TryLater, result.Recipients.Single().Standing);
    }

    [Theory]
    [InlineData("552 5.3.4 too big\r\n", Standing.Refused)]
    [InlineData("452 4.3.1 no room\r\n", Standing.TryLater)]
    public async Task A_server_that_has_had_enough_in_the_middle_of_the_message_is_heard(string words, Standing standing)
    {
        var stop = new TaskCompletionSource();
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Say("220 hello\r\n");
            await peer.Answer("250 hello\r\n", "250 sender\r\n", "250 recipient\r\n", "354 go on\r\n" + words);
            await stop.Task;
        });

        var result = await new Submission(peer.Options with { Timeouts = Impatient }).Send(SomeMail.Plain.Envelope(), Big(), default);
        stop.SetResult();

        Assert.Equal((Acceptance.NotAccepted, standing), (result.Acceptance, result.Recipients.Single().Standing));
        Assert.Equal(words.TrimEnd(), result.Problem!.Reply!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("garbage\r\n")]
    [InlineData("354 go on\r\n")]
    public async Task After_the_final_dot_a_lost_connection_is_not_a_refusal(string last)
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.TakeMessage();
            await peer.Say(last);
        });
        var result = await new Submission(peer.Options).Send(SomeMail.Plain, default);

        Assert.Equal((Acceptance.Unknown, Standing.Unknown), (result.Acceptance, result.Recipients.Single().Standing));
        Assert.NotNull(result.Problem);
    }

    [Fact]
    public async Task After_the_final_dot_silence_is_not_a_refusal()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.TakeMessage();
            await peer.Hear();
        });
        var result = await new Submission(peer.Options with { Timeouts = Impatient }).Send(SomeMail.Plain, default);

        Assert.Equal((Acceptance.Unknown, SubmissionTrouble.TimedOut), (result.Acceptance, result.Problem!.Trouble));
    }

    [Fact]
    public async Task Cancelling_after_the_final_dot_is_a_result_and_before_it_an_exception()
    {
        using var late = new CancellationTokenSource();
        using var taking = new ScriptedPeer(async peer =>
        {
            await peer.TakeMessage();
            await late.CancelAsync();
            await peer.Hear();
        });
        var result = await new Submission(taking.Options).Send(SomeMail.Plain, late.Token);
        Assert.Equal((Acceptance.Unknown, SubmissionTrouble.Cancelled), (result.Acceptance, result.Problem!.Trouble));

        using var early = new CancellationTokenSource();
        using var waiting = new ScriptedPeer(async peer =>
        {
            await early.CancelAsync();
            await peer.Hear();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Submission(waiting.Options).Send(SomeMail.Plain, early.Token));
    }

    [Fact]
    public async Task A_server_that_hangs_after_it_took_the_message_has_it()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.TakeMessage();
            await peer.Say("250 2.0.0 mine\r\n");
        });
        Assert.Equal(Acceptance.Accepted, (await new Submission(peer.Options).Send(SomeMail.Plain, default)).Acceptance);
    }

    [Fact]
    public async Task A_shutdown_between_two_recipients_accepts_nobody()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Say("220 hello\r\n");
            await peer.Answer("250 hello\r\n", "250 sender\r\n", "250 recipient\r\n", "421 4.3.2 closing\r\n");
        });
        var envelope = new Envelope(SomeMail.Desk, [SomeMail.Anna, EmailAddress.Parse("ben@example.org")]);

        var result = await new Submission(peer.Options).Send(envelope, SomeMail.Plain.ToMime(), default);

        Assert.Equal(Acceptance.NotAccepted, result.Acceptance);
        Assert.All(result.Recipients, recipient => Assert.Equal(Standing.TryLater, recipient.Standing));
        Assert.Equal("4.3.2", result.Problem!.Reply!.Status);
    }

    [Theory]
    [InlineData("450 4.7.1 greylisted\r\n", Standing.TryLater)]
    [InlineData("550 5.7.1 never\r\n", Standing.Refused)]
    public async Task A_refusal_of_the_sender_or_of_data_holds_for_everybody(string refusal, Standing standing)
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Say("220 hello\r\n");
            await peer.Answer("250 hello\r\n", refusal);
        });
        using var second = new ScriptedPeer(async peer =>
        {
            await peer.Say("220 hello\r\n");
            await peer.Answer("250 hello\r\n", "250 sender\r\n", "250 recipient\r\n", refusal);
        });
        foreach (var options in new[] { peer.Options, second.Options })
        {
            var result = await new Submission(options).Send(SomeMail.Plain, default);
            Assert.Equal((Acceptance.NotAccepted, standing), (result.Acceptance, result.Recipients.Single().Standing));
        }
    }

    [Fact]
    public async Task Answers_of_several_lines_are_one_answer_fit_to_be_shown()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.Say("220-hello\r\n220-\r\n220 there\r\n");
            await peer.Answer("250-hello\r\n250\r\n", "550-5.7.1 \u001b[31mred\u0000 \u009b31m\r\n550-5.7.1 " + new string('x', 1_500) + "\r\n550 5.7.1 end\r\n");
        });
        var result = await new Submission(peer.Options).Send(SomeMail.Plain, default);

        var reply = result.Recipients.Single().Reply!;
        Assert.Equal(("5.7.1", 550), (reply.Status, reply.Code));
        Assert.StartsWith("5.7.1 ?[31mred? \ufffd31m 5.7.1 xxx", reply.Words);
        Assert.EndsWith("x… 5.7.1 end", reply.Words);
        Assert.InRange(reply.Words.Length, 500, 600);
    }

    [Fact]
    public async Task Nobody_at_the_port_is_told_as_that()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Dispose();

        var result = await new Submission(new SubmissionOptions { Host = "127.0.0.1", Port = port }).Send(SomeMail.Plain, default);

        Assert.Equal((SubmissionTrouble.Unreachable, Acceptance.NotAccepted), (result.Problem!.Trouble, result.Acceptance));
    }

    // More than the buffers of both sides take.
    private static byte[] Big() => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('a', 76) + "\r\n", 200_000)));

    private static async Task<SubmissionResult> Refuses(ScriptedPeer peer, SubmissionOptions options, SubmissionTrouble trouble, string because)
    {
        var watch = Stopwatch.StartNew();
        var result = await new Submission(options).Send(SomeMail.Plain, default);

        Assert.Equal((trouble, Acceptance.NotAccepted), (result.Problem!.Trouble, result.Acceptance));
        Assert.Contains(because, result.Problem.Words, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(peer.Heard.ToArray(), line => line.StartsWith("MAIL", StringComparison.Ordinal) && trouble == SubmissionTrouble.Insecure);
        return result;
    }
}
