using Aftercare.Ledger;
using Aftercare.Mail;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Reports;
using Aftercare.Server.Sites;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Mail;

/// <summary>Every mail of ours: what waits, what went, what failed and what came back.</summary>
public static class ListSentMail
{
    /// <param name="To">Whom it went to, as people call him.</param>
    /// <param name="Href">His page.</param>
    public sealed record Line(SentMailRow Mail, string To, string Href);

    /// <param name="Stage">Null: all.</param>
    public sealed record Model(List<Line> Mails, SentMailStage? Stage, Dictionary<SentMailStage, int> Counts, bool On, bool MaySetUp, PageOf Page);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<SentMailPage, Model>(Face.Desk, "/mail/sent", [Role.Administrator, Role.Quality], Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var stage = fields.OneOfOrNull<SentMailStage>("state");
        var all = await store.Rows<SentMailRow>(stop);
        var (rows, page) = await PageOf.Take(all.Where(row => stage == null || row.Stage == stage).OrderByDescending(row => row.WrittenAt).ThenBy(row => row.Subject), fields, stop);
        var ids = rows.Select(row => row.Whom).Distinct().ToList();
        var reports = await (await store.Rows<ReportRow>(stop)).Where(row => ids.Contains(row.Subject)).ToDictionaryAsync(row => row.Subject, row => row.Number, stop);
        var sites = await (await store.Rows<SiteRow>(stop)).Where(row => ids.Contains(row.Subject)).ToDictionaryAsync(row => row.Subject, row => row.Name, stop);
        var people = await store.ContactsOf([.. rows.Where(row => row.Party == MailParty.Person).Select(row => row.Whom).Distinct()], stop);
        var counts = await all.GroupBy(row => row.Stage).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, stop);
        return new Model(rows.ConvertAll(Shown), stage, counts, await Mails.AreOn(store, stop), store.Viewer.Has(Role.Administrator), page);

        Line Shown(SentMailRow row) => row.Party switch
        {
            MailParty.Reporter => new Line(row, $"Reporter of {reports.GetValueOrDefault(row.Whom, "a report")}", $"/desk/reports/{row.Whom:D}"),
            MailParty.Site => new Line(row, sites.GetValueOrDefault(row.Whom, "A site"), $"/desk/sites/{row.Whom:D}"),
            _ => new Line(row, people.GetValueOrDefault(row.Whom)?.Name ?? "(erased)", $"/desk/people/{row.Whom:D}"),
        };
    }

    /// <summary>The mails to one report's reporter, person or site, newest first; at most 20.</summary>
    internal static async Task<List<SentMailRow>> Of(Store store, Guid whom, CancellationToken stop) =>
        await (await store.Rows<SentMailRow>(stop)).Where(row => row.Whom == whom).OrderByDescending(row => row.WrittenAt).Take(20).ToListAsync(stop);

    internal static string InWords(MailPurpose purpose) => purpose switch
    {
        MailPurpose.ReportReceived => "Report received",
        MailPurpose.ReportAcknowledged => "Acknowledgement",
        MailPurpose.NewMessage => "A message waits",
        MailPurpose.ReportClosed => "Report closed",
        MailPurpose.Digest => "Daily digest",
        MailPurpose.Test => "Test mail",
        _ => Words.Plain(purpose),
    };

    internal static string InWords(SentMailStage stage) => stage switch
    {
        SentMailStage.HandedOver => "Handed over",
        SentMailStage.GivenUp => "Given up",
        SentMailStage.Withheld => "Not sent",
        SentMailStage.Bounced => "Came back",
        _ => Words.Plain(stage),
    };

    internal static Tone ToneOf(SentMailStage stage) => stage switch
    {
        SentMailStage.HandedOver => Tone.Good,
        SentMailStage.Waiting => Tone.Info,
        SentMailStage.Withheld => Tone.Neutral,
        _ => Tone.Danger,
    };

    /// <summary>What is known beside the state.</summary>
    internal static string? Why(SentMailRow mail) => mail.Stage switch
    {
        SentMailStage.Withheld => mail.Because switch
        {
            WithheldBecause.MailIsOff => "Mail was turned off.",
            WithheldBecause.NoAddress => "There is no address, or it was erased.",
            WithheldBecause.NotWanted => "The reporter wants no mails.",
            WithheldBecause.TooMany => "This address has had as many mails today as the settings allow.",
            _ => "Its link opens nothing any more.",
        },
        SentMailStage.Bounced => $"{mail.Words}: {SentMail.InWords(mail.Words!)}.",
        SentMailStage.Waiting when mail.Failures > 0 => $"{(mail.Failures == 1 ? "One attempt" : $"{mail.Failures} attempts")} failed; it is tried again. {mail.Words}",
        _ => mail.Words,
    };
}
