using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Mail;

/// <summary>Why a mail is sent.</summary>
public enum MailPurpose
{
    /// <summary>A machine says that a report has come in. It is no acknowledgement: nobody has read it yet.</summary>
    ReportReceived,
    ReportAcknowledged,
    NewMessage,
    ReportClosed,
    Invitation,

    /// <summary>A statement or an advisory stands on a site's portal.</summary>
    Notice,
    Digest,
    Test,
}

/// <summary>To whom, as the ledger names him; his address is looked up when the mail is sent.</summary>
public enum MailParty
{
    /// <summary>Of the report whose id it is.</summary>
    Reporter,
    Person,

    /// <summary>The contact of a site.</summary>
    Site,
}

/// <summary>Why a mail was not sent, though there was cause.</summary>
public enum WithheldBecause
{
    /// <summary>Mail was turned off before it went.</summary>
    MailIsOff,

    /// <summary>There is no address, or it was erased.</summary>
    NoAddress,

    /// <summary>The reporter wants no more mails.</summary>
    NotWanted,

    /// <summary>This address has had as many mails today as the settings allow.</summary>
    TooMany,

    /// <summary>The link that it was to carry opens nothing any more.</summary>
    LinkEnded,
}

/// <summary>What happened to one mail. Addresses, and words of a server that hold one, are never in here.</summary>
public abstract record SentMailEvent : Event
{
    /// <param name="Whom">Id of the report, person or site.</param>
    /// <param name="About">Id of what it is about: the report, the person, the notice; of a digest the person.</param>
    /// <param name="MessageId">Of every attempt, so that a reader who gets it twice can tell.</param>
    [Kind("mail.written")]
    public sealed record Written(MailPurpose Purpose, MailParty Party, Guid Whom, Guid About, string MessageId) : SentMailEvent;

    /// <param name="Answer">What the server said.</param>
    [Kind("mail.handed-over")]
    public sealed record HandedOver(int Attempt, string Answer) : SentMailEvent;

    /// <param name="Words">What stood in the way; it is tried again.</param>
    /// <param name="MayHaveArrived">The connection was lost when the server had everything and had not answered.</param>
    [Kind("mail.failed")]
    public sealed record Failed(int Attempt, string Words, bool MayHaveArrived) : SentMailEvent;

    [Kind("mail.given-up")]
    public sealed record GivenUp(int Attempt, string Words) : SentMailEvent;

    /// <param name="Answer">Why this recipient, or the mail, is refused for good.</param>
    [Kind("mail.refused")]
    public sealed record Refused(string Answer) : SentMailEvent;

    [Kind("mail.withheld")]
    public sealed record Withheld(WithheldBecause Because) : SentMailEvent;

    /// <param name="Status">As of RFC 3463, e.g. <c>5.2.2</c>.</param>
    [Kind("mail.bounced")]
    public sealed record Bounced(string Status) : SentMailEvent;
}

public enum SentMailStage
{
    Waiting,

    /// <summary>A server has taken it; whether it arrived is not known.</summary>
    HandedOver,

    /// <summary>Tried as often as it should be; a person can have it tried again.</summary>
    GivenUp,
    Refused,
    Withheld,
    Bounced,
}

/// <summary>One mail to one recipient, from its cause to the server that took it, and back when it bounces.</summary>
public sealed record SentMail : Subject, IFold<SentMail>
{
    /// <value>500 characters of what a server said.</value>
    public const int MaxWords = 500;

    private static readonly ImmutableArray<SentMailStage> Unsent = [SentMailStage.Waiting, SentMailStage.GivenUp];

    public static string Noun => "mail";

    public static Lifecycle<SentMailStage> Life { get; } = new(Noun,
    [
        new("write", "mail.written", [], SentMailStage.Waiting, [Role.System]),
        new("hand-over", "mail.handed-over", Unsent, SentMailStage.HandedOver, [Role.System]),
        new("fail", "mail.failed", Unsent, SentMailStage.Waiting, [Role.System]),
        new("give-up", "mail.given-up", Unsent, SentMailStage.GivenUp, [Role.System]),
        new("refuse", "mail.refused", Unsent, SentMailStage.Refused, [Role.System]),
        new("withhold", "mail.withheld", Unsent, SentMailStage.Withheld, [Role.System]),
        // A bounce can be faster than our own note that the server has it.
        new("bounce", "mail.bounced", [SentMailStage.HandedOver, .. Unsent], SentMailStage.Bounced, [Role.MailGateway]),
    ]);

    public SentMailStage Stage { get; private init; }
    public MailPurpose Purpose { get; private init; }
    public MailParty Party { get; private init; }
    public Guid Whom { get; private init; }
    public Guid About { get; private init; }
    public string MessageId { get; private init; } = "";

    /// <summary>Attempts that failed, all together.</summary>
    public int Failures { get; private init; }

    public Instant? HandedOverAt { get; private init; }

    /// <summary>What was last said about it: the server's words, or the status of its bounce.</summary>
    public string? Words { get; private init; }

    public WithheldBecause? Because { get; private init; }

    /// <summary>Nothing more is to be tried.</summary>
    public bool IsSettled => !Unsent.Contains(Stage);

    public static Outcome<SentMailEvent> Write(MailPurpose purpose, MailParty party, Guid whom, Guid about, string messageId, Actor by) =>
        Life.Bars("write", null, null, by) is { } bar ? bar : new SentMailEvent.Written(purpose, party, whom, about, messageId);

    public Outcome<SentMailEvent> HandOver(int attempt, string answer, Actor by) =>
        Life.Bars("hand-over", this, Stage, by) is { } bar ? bar : new SentMailEvent.HandedOver(attempt, answer.CutTo(MaxWords));

    public Outcome<SentMailEvent> Fail(int attempt, string words, bool mayHaveArrived, Actor by) =>
        Life.Bars("fail", this, Stage, by) is { } bar ? bar : new SentMailEvent.Failed(attempt, words.CutTo(MaxWords), mayHaveArrived);

    public Outcome<SentMailEvent> GiveUp(int attempt, string words, Actor by) =>
        Life.Bars("give-up", this, Stage, by) is { } bar ? bar : new SentMailEvent.GivenUp(attempt, words.CutTo(MaxWords));

    public Outcome<SentMailEvent> Refuse(string answer, Actor by) =>
        Life.Bars("refuse", this, Stage, by) is { } bar ? bar : new SentMailEvent.Refused(answer.CutTo(MaxWords));

    public Outcome<SentMailEvent> Withhold(WithheldBecause because, Actor by) =>
        Life.Bars("withhold", this, Stage, by) is { } bar ? bar : new SentMailEvent.Withheld(because);

    /// <param name="status">As of RFC 3463; 5 at its front, since a mail that is only late has not come back.</param>
    public Outcome<SentMailEvent> Bounce(string status, Actor by)
    {
        if (Life.Bars("bounce", this, Stage, by) is { } bar)
            return bar;
        return status.StartsWith('5') || status.StartsWith('4') ? new SentMailEvent.Bounced(status.CutTo(MaxWords)) : Refusal.Malformed("status", "This does not say that the mail came back.");
    }

    public static SentMail After(SentMail? before, Entry entry)
    {
        var mail = before ?? new SentMail();
        return (SentMailEvent)entry.Event switch
        {
            SentMailEvent.Written e => mail with { Purpose = e.Purpose, Party = e.Party, Whom = e.Whom, About = e.About, MessageId = e.MessageId },
            SentMailEvent.HandedOver e => mail with { Stage = SentMailStage.HandedOver, HandedOverAt = entry.At, Words = e.Answer },
            SentMailEvent.Failed e => mail with { Stage = SentMailStage.Waiting, Failures = mail.Failures + 1, Words = e.Words },
            SentMailEvent.GivenUp e => mail with { Stage = SentMailStage.GivenUp, Failures = mail.Failures + 1, Words = e.Words },
            SentMailEvent.Refused e => mail with { Stage = SentMailStage.Refused, Words = e.Answer },
            SentMailEvent.Withheld e => mail with { Stage = SentMailStage.Withheld, Because = e.Because },
            SentMailEvent.Bounced e => mail with { Stage = SentMailStage.Bounced, Words = e.Status },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    /// <summary>What a status of RFC 3463 means, in plain words.</summary>
    public static string InWords(string status) => status.Split('.') is [_, var about, var detail] ? (about, detail) switch
    {
        ("1", "0" or "1" or "2" or "3" or "6" or "10") => "there is no such address",
        ("2", "1") => "the mailbox takes no mail",
        ("2", "2") => "the mailbox is full",
        ("2", "3") or ("3", "4") => "the mail is too large",
        ("1" or "2", _) => "the mailbox cannot be reached",
        ("4", _) => "its mail server cannot be reached",
        ("6", _) => "its mail server does not take such content",
        ("7", _) => "its mail server refuses mail from us",
        _ => "its mail server did not say why",
    } : "its mail server did not say why";
}
