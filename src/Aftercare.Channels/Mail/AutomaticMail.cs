using System.Collections.Immutable;

namespace Aftercare.Channels.Mail;

/// <summary>Who wrote a mail.</summary>
public enum MailNature
{
    Person,

    /// <summary>An answer by a machine, e.g. somebody is away.</summary>
    AutoReply,

    /// <summary>A server tells what became of a mail: <see cref="DeliveryReport"/>.</summary>
    Bounce,

    /// <summary>Through a list or to many at once. A person may have written it.</summary>
    List,

    /// <summary>A receipt (RFC 8098) or a report of abuse (RFC 5965).</summary>
    Report,

    /// <summary>Written by a program of its own accord.</summary>
    Machine,
}

/// <param name="Reason">One sentence of ours.</param>
public sealed record MailNatureFound(MailNature Nature, string Reason);

/// <summary>Who answers mail, so that it does not answer itself.</summary>
/// <param name="Addresses">From which it sends; what is added behind a <c>+</c> does not count.</param>
/// <param name="IdDomain">The domain of the Message-IDs that it writes.</param>
/// <param name="LoopMark">What it writes into <c>X-Loop</c>.</param>
public sealed record OwnMail(ImmutableArray<EmailAddress> Addresses, string IdDomain, string LoopMark);

/// <summary>Recognises mail that no person wrote, and says which mail a machine may answer (RFC 3834 §2). Such mail is kept and shown like any other.</summary>
public static class AutomaticMail
{
    private const int LongestHeader = 500;

    /// <value>The first row that holds decides.</value>
    private static readonly ImmutableArray<(MailNature Nature, string Reason, Func<MimeMessage, bool> Holds)> Table =
    [
        (MailNature.Bounce, "It is a delivery report (RFC 3464).", mail => IsReport(mail, "delivery-status", "global-delivery-status")),
        (MailNature.Report, "It says whether a mail was read (RFC 8098).", mail => IsReport(mail, "disposition-notification", "global-disposition-notification")),
        (MailNature.Report, "It reports abuse (RFC 5965).", mail => IsReport(mail, "feedback-report")),
        (MailNature.Bounce, "Its return path is empty, as that of bounces is (RFC 5321 §4.5.5), and a mail system wrote it.", mail => IsNull(mail, null) && IsDaemon(mail)),
        (MailNature.AutoReply, "Auto-Submitted says that it is an automatic answer (RFC 3834 §5).", mail => Word(mail, "Auto-Submitted").StartsWith("auto-replied", StringComparison.Ordinal)),
        (MailNature.AutoReply, "X-Autoreply or a header like it says that it is an automatic answer.", mail => Any(mail, "X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-AutoReply-From", "X-Mail-Autoreply", "X-MS-Exchange-Inbox-Rules-Loop")),
        (MailNature.AutoReply, "Precedence says that it is an automatic answer.", mail => Word(mail, "Precedence") is "auto_reply" or "auto-reply"),
        (MailNature.AutoReply, "Its subject is one of those by which programs say that somebody is away.", IsAway),
        (MailNature.Machine, "Auto-Submitted says that a program wrote it (RFC 3834 §5).", mail => Word(mail, "Auto-Submitted") is not ("" or "no")),
        (MailNature.List, "It came through a mailing list (List-Id, RFC 2919).", mail => Any(mail, "List-Id", "List-Post", "Mailing-List")),
        (MailNature.List, "It went to many at once (List-Unsubscribe, RFC 2369).", mail => Any(mail, "List-Unsubscribe", "Feedback-ID")),
        (MailNature.List, "Precedence says that it went to many at once.", mail => Word(mail, "Precedence") is "bulk" or "list" or "junk"),
        (MailNature.Machine, "X-Loop says that a program has handled it.", mail => Any(mail, "X-Loop")),
        (MailNature.Bounce, "A mail system wrote it.", IsDaemon),
        (MailNature.Machine, "Its return path is empty: nobody wants an answer (RFC 5321 §4.5.5).", mail => IsNull(mail, null)),
    ];

    private static readonly string[] Away =
    [
        "out of office", "out of the office", "automatic reply:", "auto reply:", "autoreply:", "auto-reply:", "auto:", "automatische antwort", "abwesenheitsnotiz", "abwesend:", "abwesenheit:",
        "réponse automatique", "absence du bureau", "absent du bureau", "respuesta automática", "fuera de la oficina", "risposta automatica", "automatisch antwoord", "vacation:",
    ];

    private static readonly string[] Daemons = ["mailer-daemon", "postmaster", "mail-daemon", "noreply-daemon"];

    private static readonly string[] Unanswered = ["no-reply", "noreply", "do-not-reply", "donotreply", "bounce", "bounces"];

    public static MailNatureFound Recognise(MimeMessage mail)
    {
        foreach (var (nature, reason, holds) in Table)
        {
            if (holds(mail))
                return new(nature, reason);
        }
        return new(MailNature.Person, "Nothing says that a program wrote it.");
    }

    /// <summary>Whether a machine may answer this mail: only a person's, and never its own.</summary>
    /// <param name="envelopeFrom">The sender that the mail was handed over with, empty for the null sender; null when not known.</param>
    /// <param name="whyNot">One sentence; null when it may.</param>
    public static bool MayAnswer(MimeMessage mail, OwnMail own, string? envelopeFrom, out string? whyNot)
    {
        whyNot = WhyNot(mail, own, envelopeFrom);
        return whyNot is null;
    }

    private static string? WhyNot(MimeMessage mail, OwnMail own, string? envelopeFrom)
    {
        if (mail.Stopped is not null)
            return "It was not read to its end.";
        if (IsNull(mail, envelopeFrom))
            return "Its sender is the null sender.";
        if (mail.Root.Headers.Any(header => header.Is("X-Loop") && header.Value.Equals(own.LoopMark, StringComparison.OrdinalIgnoreCase)))
            return "It is our own mail: X-Loop names us.";
        if (mail.Id is { } id && id.EndsWith($"@{own.IdDomain}>", StringComparison.OrdinalIgnoreCase))
            return "It is our own mail: its Message-ID is one of ours.";
        if (Recognise(mail) is { Nature: not MailNature.Person } found)
            return found.Reason;
        // Exchange writes which automatic answers it does not want.
        var suppressed = Word(mail, "X-Auto-Response-Suppress");
        if (suppressed.Contains("all", StringComparison.Ordinal) || suppressed.Contains("autoreply", StringComparison.Ordinal) || suppressed.Contains("oof", StringComparison.Ordinal))
            return "X-Auto-Response-Suppress asks for no automatic answer.";
        var whom = (mail.ReplyTo.IsEmpty ? mail.From : mail.ReplyTo).Concat(mail.From).Concat(mail.Sender).Select(person => person.Address).ToArray();
        if (whom.Length == 0 || whom[0] is null)
            return "It names nobody to whom an answer could go.";
        if (envelopeFrom is not null && EmailAddress.TryParse(envelopeFrom, out var sender))
            whom = [.. whom, sender];
        foreach (var address in whom.OfType<EmailAddress>())
        {
            if (own.Addresses.Any(ours => IsOurs(address, ours)))
                return "It comes from an address of ours, or asks for an answer to it.";
            if (Is(address, Daemons))
                return "It comes from a mail system.";
            if (Is(address, Unanswered))
                return "Its address says that nobody reads answers.";
        }
        return null;
    }

    private static bool IsOurs(EmailAddress address, EmailAddress ours) =>
        address.Domain == ours.Domain && address.LocalPart.Split('+')[0].Equals(ours.LocalPart, StringComparison.OrdinalIgnoreCase);

    private static bool IsReport(MimeMessage mail, params ReadOnlySpan<string> types)
    {
        var root = mail.Root;
        return root.MediaType == "multipart/report" && types.Contains(root.Type.Parameters.GetValueOrDefault("report-type", "").ToLowerInvariant());
    }

    private static bool IsNull(MimeMessage mail, string? envelopeFrom) =>
        envelopeFrom is "" or "<>" || mail.Root.Header("Return-Path") is { } path && path.Replace(" ", "", StringComparison.Ordinal) == "<>";

    private static bool IsDaemon(MimeMessage mail) => mail.From.Concat(mail.Sender).Any(person => Is(person.Written, Daemons));

    private static bool Is(EmailAddress address, string[] names) => Is(address.ToString(), names);

    private static bool Is(string address, string[] names) =>
        address.LastIndexOf('@') is var at && names.Contains((at < 0 ? address : address[..at]).Split('+')[0].ToLowerInvariant());

    private static bool IsAway(MimeMessage mail)
    {
        var subject = (mail.Subject ?? "").Trim();
        return Array.Exists(Away, words => subject.StartsWith(words, StringComparison.OrdinalIgnoreCase));
    }

    private static bool Any(MimeMessage mail, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (mail.Root.Find(name) is not null)
                return true;
        }
        return false;
    }

    private static string Word(MimeMessage mail, string header)
    {
        var value = mail.Root.Header(header) ?? "";
        return HeaderReader.WithoutComments(value.Length > LongestHeader ? value[..LongestHeader] : value).Trim().ToLowerInvariant();
    }
}
