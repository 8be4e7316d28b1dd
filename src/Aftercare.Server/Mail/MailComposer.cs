using System.Text;
using Aftercare.Channels.Mail;
using Aftercare.Mail;
using Aftercare.Reports;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Jobs;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Aftercare.Server.Reports;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Mail;

/// <summary>
/// Writes mails: an id and where to look, and nothing that anybody told us or that is not public. No name of a recipient stands in one: what a stranger calls himself has
/// no way into a header.
/// </summary>
internal sealed class MailComposer(Installation installation, JobQueue queue)
{
    /// <value>366 days without a report make a source silent; as the clause check counts it.</value>
    private static readonly TimeSpan Silence = TimeSpan.FromDays(366);

    internal async Task<MailMessage> Write(Store store, MailSettings settings, SentMailEvent.Written mail, EmailAddress to, string? link, CancellationToken stop)
    {
        var organisation = await (await store.Rows<OrganisationRow>(stop)).SingleAsync(stop);
        var (subject, text) = mail.Purpose switch
        {
            MailPurpose.Invitation => Plain("Invitation", organisation.Name, installation.PublicUrl + link),
            MailPurpose.Notice => Plain("Notice", organisation.Name, $"{installation.PublicUrl}/portal/notices/{mail.About:D}"),
            MailPurpose.Digest => await Digest(store, organisation, stop),
            MailPurpose.Test => Plain("Test", organisation.Name, installation.PublicUrl),
            _ => await ToReporter(store, organisation, mail, link, stop),
        };
        var current = settings.Current;
        return new MailMessage
        {
            From = new Mailbox(EmailAddress.Parse(current.SenderAddress), current.SenderName),
            To = [to],
            ReplyTo = current.ReplyTo is { } replies ? new Mailbox(EmailAddress.Parse(replies)) : null,
            Subject = subject,
            Text = text,
            Id = MessageId.Parse(mail.MessageId),
            Date = TimeZoneInfo.ConvertTime(store.Now.Utc, organisation.TimeZone),
            AutoSubmitted = AutoSubmitted.Generated,
        };
    }

    private static (string Subject, string Text) Plain(string kind, params ReadOnlySpan<object> values) => (MailWords.Say(null, kind + ".Subject", values), MailWords.Say(null, kind + ".Text", values));

    private async Task<(string Subject, string Text)> ToReporter(Store store, OrganisationRow organisation, SentMailEvent.Written mail, string? link, CancellationToken stop)
    {
        var report = (await store.Find<Report>(mail.Whom, stop))!;
        var language = report.Received.Language;
        var text = new StringBuilder(MailWords.Say(language, mail.Purpose + ".Text", report.Number));
        text.Append("\n\n").Append(
            link is not null ? MailWords.Say(language, "Page.Link", installation.PublicUrl + link)
            : report.Received.Channel == Channel.WebForm ? MailWords.Say(language, "Page.Known")
            : MailWords.Say(language, "Page.None", organisation.SecurityContact));
        text.Append("\n\n").Append(MailWords.Say(language, report.Received.Channel == Channel.WebForm ? "Foot.Stop" : "Foot", organisation.Name)).Append('\n');
        return (MailWords.Say(language, mail.Purpose + ".Subject", report.Number), text.ToString());
    }

    private async Task<(string Subject, string Text)> Digest(Store store, OrganisationRow organisation, CancellationToken stop)
    {
        var day = TimeZoneInfo.ConvertTime(store.Now.Utc, organisation.TimeZone).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var waiting = await WaitingReports.Of(store, stop);
        var (_, jobs) = await queue.Open(1, stop);
        var since = store.Now.Plus(-Silence).Ms;
        var heard = await (await store.Rows<ReportRow>(stop)).Where(row => row.ReceivedAt >= since).Select(row => row.Source).Distinct().ToListAsync(stop);
        var silent = Enum.GetValues<SourceCategory>().Length - heard.Count;
        var text = MailWords.Say(null, "Digest.Text", organisation.Name, day, installation.PublicUrl,
            waiting.Count, waiting.Count(line => line.Overdue), jobs.GetValueOrDefault(JobState.Dead) + jobs.GetValueOrDefault(JobState.Failed), silent,
            (await store.Checkpoint(stop))?.Note ?? "");
        return (MailWords.Say(null, "Digest.Subject", organisation.Name, day), text);
    }
}
