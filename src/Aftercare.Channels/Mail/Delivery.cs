namespace Aftercare.Channels.Mail;

/// <summary>What is known of a message on its way: the one place that decides whether the server has it.</summary>
internal sealed class Delivery(Envelope envelope)
{
    private readonly Dictionary<EmailAddress, SmtpReply> _answers = [];
    private SmtpReply? _end;

    internal Envelope Envelope => envelope;

    internal bool AnybodyTaken => _answers.Values.Any(answer => answer.IsPositive);

    /// <summary>From here on the server may have the message, until it says more.</summary>
    internal bool IsInDoubt { get; private set; }

    internal void Answered(EmailAddress recipient, SmtpReply reply) => _answers[recipient] = reply;

    internal void FinalDotSent() => IsInDoubt = true;

    internal void Ended(SmtpReply reply)
    {
        if (reply.Code / 100 == 3)
            throw new SmtpFailure(SubmissionTrouble.Protocol, "The server's answer to the final dot is out of place.", reply);
        (_end, IsInDoubt) = (reply, false);
    }

    internal SubmissionResult Result(SubmissionProblem? problem = null)
    {
        if (_end is { IsPositive: false } refusal)
            problem = new SubmissionProblem(SubmissionTrouble.Refused, $"The server refused the message: {refusal}", refusal);
        var acceptance = IsInDoubt ? Acceptance.Unknown : _end is { IsPositive: true } ? Acceptance.Accepted : Acceptance.NotAccepted;
        return new(acceptance, [.. envelope.To.Select(recipient => Of(recipient, problem))], problem);
    }

    private RecipientResult Of(EmailAddress recipient, SubmissionProblem? problem)
    {
        var answer = _answers.GetValueOrDefault(recipient);
        if (answer is { IsPositive: false })
            return new(recipient, answer.IsForGood ? Standing.Refused : Standing.TryLater, answer);
        if (IsInDoubt)
            return new(recipient, Standing.Unknown, problem?.Reply);
        if (_end is { IsPositive: true })
            return new(recipient, Standing.Accepted, _end);
        var forGood = problem is { Trouble: SubmissionTrouble.Unsupported } or { Trouble: SubmissionTrouble.Refused, Reply.IsForGood: true };
        return new(recipient, forGood ? Standing.Refused : Standing.TryLater, problem?.Reply);
    }
}
