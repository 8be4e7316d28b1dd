using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Aftercare.Channels.Mail;
using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Jobs;
using Aftercare.Server.Platform.Storage;
using Microsoft.Extensions.Options;

namespace Aftercare.Server.Mail;

/// <summary>The mail server has not taken a mail, and it is tried again.</summary>
internal sealed class MailNotTakenException(string words) : Exception(words);

/// <summary>
/// Sends one mail: at least once, because a server that dies between the mail server's yes and its own note of it cannot know; the Message-ID is then the same, so
/// that a reader's program can tell. Everything it says is looked up when it goes.
/// </summary>
internal sealed class SendMail(Stores stores, MailDoor door, MailComposer composer, IOptions<JobOptions> jobs)
{
    private const int Tries = 5;

    private sealed record Ready(MailSettings Settings, MailSecret? Secret, Envelope Envelope, MailMessage Mail);

    internal async Task Do(Job job, CancellationToken stop)
    {
        var asked = job.Read<MailToSend>();
        if (await Prepare(asked, stop) is not { } ready)
            return;
        var answer = await door.Send(ready.Settings, ready.Secret, ready.Envelope, ready.Mail, MailDoor.Patient, stop);
        await Note(asked.Id, (mail, by) => answer.Standing switch
        {
            Standing.Accepted => mail.HandOver(job.Attempt, answer.Words, by),
            Standing.Refused => mail.Refuse(answer.Words, by),
            _ when job.Attempt >= jobs.Value.Attempts => mail.GiveUp(job.Attempt, answer.Words, by),
            _ => mail.Fail(job.Attempt, answer.Words, answer.Acceptance == Acceptance.Unknown, by),
        }, stop);
        if (answer.Standing is not (Standing.Accepted or Standing.Refused))
            throw new MailNotTakenException(answer.Words);
    }

    // Null: nothing is to be sent, and it is on record why.
    private async Task<Ready?> Prepare(MailToSend asked, CancellationToken stop)
    {
        var mail = await Begun(asked, stop);
        if (mail.IsSettled)
            return null;
        await using var store = stores.Open(Viewer.System);
        if (await Mails.Settings(store, stop) is not { Stage: MailStage.On } settings)
            return await Withheld(asked.Id, WithheldBecause.MailIsOff, stop);
        if (await AddressOf(store, asked, stop) is not { } address)
            return await Withheld(asked.Id, WithheldBecause.NoAddress, stop);
        if (asked.Party == MailParty.Reporter && await store.Find<Report>(asked.Whom, stop) is not { MailWanted: true })
            return await Withheld(asked.Id, WithheldBecause.NotWanted, stop);
        var link = await Mails.Link(store, asked.Id, stop);
        if (asked.Purpose == MailPurpose.Invitation && !await Opens(store, link, stop))
            return await Withheld(asked.Id, WithheldBecause.LinkEnded, stop);
        if (!EmailAddress.TryParse(address, out var to))
        {
            await Note(asked.Id, (one, by) => one.Refuse("The address is not one that mail can be sent to.", by), stop);
            return null;
        }
        var written = await composer.Write(store, settings, new SentMailEvent.Written(mail.Purpose, mail.Party, mail.Whom, mail.About, mail.MessageId), to, link, stop);
        return new Ready(settings, await Mails.Secret(store, stop), new Envelope(await ReturnTo(store, settings, mail.Id, stop), [to]), written);
    }

    // Written down at the first attempt, and counted with it.
    private async Task<SentMail> Begun(MailToSend asked, CancellationToken stop)
    {
        await using (var store = stores.Open(Viewer.System))
            if (await store.Find<SentMail>(asked.Id, stop) is { } known)
                return known;
        await using var writing = stores.Open(Viewer.System);
        var settings = (await Mails.Settings(writing, stop))!.Current;
        var domain = EmailAddress.Parse(settings.SenderAddress).Domain;
        var written = SentMail.Write(asked.Purpose, asked.Party, asked.Whom, asked.About, MessageId.Of(asked.Id.ToString("N"), domain).Text, writing.Actor).Value;
        var tooMany = await AddressOf(writing, asked, stop) is { } address && await CountOf(writing, address, stop) > settings.MostADay;
        _ = (await writing.Record(new Done("/desk/mail/sent", asked.Id), stop,
            Change.Begin(asked.Id, tooMany ? [written, new SentMailEvent.Withheld(WithheldBecause.TooMany)] : [written]))).Value;
        return (await writing.Find<SentMail>(asked.Id, stop))!;
    }

    /// <summary>How many mails this address has had today (UTC) with this one. It is counted by a keyed digest, so that the count names nobody.</summary>
    private static async Task<int> CountOf(Store store, string address, CancellationToken stop)
    {
        var key = await Mails.KeyOf(store, stop) ?? throw new InvalidOperationException("Mail is set up without a key.");
        var who = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(address.Trim().ToLowerInvariant())));
        return await store.Count(SeriesOf(store.Now, who), stop);
    }

    /// <summary>Forgets the counts of days that are over.</summary>
    internal static Task ForgetCounts(Store store, CancellationToken stop) => store.ForgetCounts("mail/", SeriesOf(store.Now, ""), stop);

    private static string SeriesOf(Instant day, string who) => string.Create(CultureInfo.InvariantCulture, $"mail/{day.Utc:yyyyMMdd}/{who}");

    private static async Task<string?> AddressOf(Store store, MailToSend asked, CancellationToken stop) => (await store.ContactOf(asked.Whom, stop))?.Email;

    private static async Task<bool> Opens(Store store, string? link, CancellationToken stop) =>
        link is not null && await store.FindSecret(SecretPurpose.Invitation, link[(link.LastIndexOf('/') + 1)..], stop) is not null;

    // Without a mailbox for bounces they come back to the sender's, where a person reads them.
    internal static async Task<EmailAddress> ReturnTo(Store store, MailSettings settings, Guid mail, CancellationToken stop)
    {
        if (settings.Current.BounceAddress is not { } bounces || await Mails.KeyOf(store, stop) is not { } key)
            return EmailAddress.Parse(settings.Current.SenderAddress);
        var to = EmailAddress.Parse(bounces);
        return EmailAddress.Parse($"{to.LocalPart}+{ReturnTag.Of(mail, key)}@{to.Domain}");
    }

    private async Task<Ready?> Withheld(Guid id, WithheldBecause because, CancellationToken stop)
    {
        await Note(id, (mail, by) => mail.Withhold(because, by), stop);
        return null;
    }

    private async Task Note(Guid id, Func<SentMail, Actor, Outcome<SentMailEvent>> decide, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var store = stores.Open(Viewer.System);
            // Its bounce may have been faster than this note.
            if (await store.Find<SentMail>(id, stop) is not { IsSettled: false } mail)
                return;
            var happened = decide(mail, store.Actor).Value;
            if (happened is SentMailEvent.HandedOver or SentMailEvent.Refused or SentMailEvent.Withheld)
                await Mails.DropLink(store, id, stop);
            try
            {
                _ = (await store.Record(new Done("/desk/mail/sent", id), stop, Change.To(mail, happened))).Value;
                return;
            }
            catch (LostRaceException) when (attempt < Tries)
            {
                // Decided again on what stands now.
            }
        }
    }
}
