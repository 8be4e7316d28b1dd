using System.Collections.Immutable;

namespace Aftercare.Channels.Mail;

/// <summary>Where the message is.</summary>
public enum Acceptance
{
    /// <summary>Surely not with the server: it may be sent again.</summary>
    NotAccepted,

    /// <summary>The server has it for at least one recipient, and answers for it now.</summary>
    Accepted,

    /// <summary>The connection was lost between the final dot and the answer: sending again may deliver it twice.</summary>
    Unknown,
}

/// <summary>How it stands with one recipient.</summary>
public enum Standing
{
    Accepted,

    /// <summary>Not now; the same may succeed later.</summary>
    TryLater,

    /// <summary>The same will be refused again.</summary>
    Refused,

    /// <summary>See <see cref="Acceptance.Unknown"/>.</summary>
    Unknown,
}

/// <summary>Why a submission did not go through, whoever the recipients are.</summary>
public enum SubmissionTrouble
{
    /// <summary>No connection, or it was lost.</summary>
    Unreachable,

    TimedOut,

    /// <summary>The server does not offer TLS, or cannot prove its name, or spoke before TLS. Nothing secret was sent.</summary>
    Insecure,

    /// <summary>There is no token, the server takes no credentials, or not these.</summary>
    Credentials,

    /// <summary>The server cannot take such a message: too large, or it needs 8BITMIME or SMTPUTF8.</summary>
    Unsupported,

    /// <summary>What the server says is not SMTP.</summary>
    Protocol,

    /// <summary>The server refused, for now or for good; its words say why.</summary>
    Refused,

    /// <summary>The caller gave up while the answer to the final dot was awaited.</summary>
    Cancelled,
}

/// <param name="Words">One sentence for the administrator. Never holds a secret.</param>
/// <param name="Reply">What the server said, when it said something.</param>
public sealed record SubmissionProblem(SubmissionTrouble Trouble, string Words, SmtpReply? Reply = null);

/// <param name="Reply">The server's answer about this recipient or the message; null when there was none.</param>
public sealed record RecipientResult(EmailAddress Recipient, Standing Standing, SmtpReply? Reply);

/// <param name="Recipients">In the order of the envelope.</param>
/// <param name="Problem">What stood in the way of the message as a whole; null where the server answered for each recipient.</param>
public sealed record SubmissionResult(Acceptance Acceptance, ImmutableArray<RecipientResult> Recipients, SubmissionProblem? Problem);
