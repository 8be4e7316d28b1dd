namespace Aftercare.Channels.Mail;

/// <summary>
/// Hands mail to a submission server (RFC 6409). Safe to use from several threads: every message has its own connection. Whatever the
/// server does is a result; exceptions are for the caller's own mistakes and for cancelling.
/// </summary>
public sealed class Submission
{
    private readonly SubmissionOptions _options;

    /// <exception cref="ArgumentException">The options contradict each other, or would be unsafe.</exception>
    public Submission(SubmissionOptions options)
    {
        options.Check();
        _options = options;
    }

    /// <summary>Sends a message to everybody whom it names.</summary>
    public Task<SubmissionResult> Send(MailMessage message, CancellationToken stop) => Send(message.Envelope(), message.ToMime(), stop);

    /// <summary>Sends bytes as they are: lines of at most 998 bytes that end with CRLF.</summary>
    /// <exception cref="MalformedMailException">The bytes cannot follow DATA.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, and surely not accepted. Later than that, cancelling is a result.</exception>
    public async Task<SubmissionResult> Send(Envelope envelope, ReadOnlyMemory<byte> message, CancellationToken stop)
    {
        var mail = OutgoingMail.Of(message);
        var delivery = new Delivery(envelope);
        try
        {
            await using var session = await SmtpSession.Open(_options, stop);
            await session.Transfer(mail, delivery, stop);
            await session.Quit();
            return delivery.Result();
        }
        catch (SmtpFailure failure)
        {
            return delivery.Result(failure.Problem);
        }
        catch (OperationCanceledException) when (delivery.IsInDoubt)
        {
            return delivery.Result(new(SubmissionTrouble.Cancelled, "Given up while the answer to the final dot was awaited."));
        }
    }
}
