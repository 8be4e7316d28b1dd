namespace Aftercare.Channels.Mail;

/// <summary>Ends a submission from deep inside; <see cref="Submission"/> turns it into a result.</summary>
internal sealed class SmtpFailure(SubmissionProblem problem) : Exception(problem.Words)
{
    internal SmtpFailure(SubmissionTrouble trouble, string words, SmtpReply? reply = null) : this(new(trouble, words, reply))
    {
    }

    internal SubmissionProblem Problem { get; } = problem;
}
