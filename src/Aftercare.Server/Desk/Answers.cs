using System.Diagnostics;
using System.Globalization;
using System.Linq.Expressions;
using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Server.Advisories;
using Aftercare.Server.Cases;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Evidence;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Jobs;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Policy;
using Aftercare.Server.Reports;
using Aftercare.Server.Statements;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Desk;

/// <summary>One thing to do now.</summary>
/// <param name="Number">What it is about; empty where the words say it.</param>
/// <param name="Button">The words of the step, as the page says them that the link leads to.</param>
/// <param name="Due">In milliseconds; null where nothing was promised.</param>
public sealed record ToDo(string Number, string Words, string Href, string Button, long? Due = null, bool Overdue = false);

/// <param name="More">Where the others are; null when all are shown.</param>
public sealed record Section(Question Question, IReadOnlyList<ToDo> Tasks, string? More = null)
{
    public bool Overdue => Tasks.Any(task => task.Overdue);
}

/// <summary>
/// Answers the questions of the morning from the views, one or two queries for each and no more rows than are shown. Nothing is counted in advance, so
/// nothing can be forgotten to be counted.
/// </summary>
internal sealed class Answers(Store store, JobQueue queue, Judgements judgements, CancellationToken stop)
{
    /// <value>6 tasks of a kind; the list behind the link has the others.</value>
    private const int Shown = 6;

    /// <value>20 updates, the newest, are watched in the field.</value>
    private const int Watched = 20;

    /// <value>50 people with a proposed role are looked at, the longest known first.</value>
    private const int MostProposals = 50;

    private static readonly long Soon = (long)TimeSpan.FromDays(3).TotalMilliseconds;
    private static readonly long Month = (long)TimeSpan.FromDays(30).TotalMilliseconds;
    private static readonly long Quarter = (long)TimeSpan.FromDays(90).TotalMilliseconds;

    private Dictionary<Guid, (UpdateRow Update, Coverage Coverage)>? _field;

    private long Now => store.Now.Ms;

    public async Task<Section> Of(Question question) => question switch
    {
        Question.FirstDay => new(question, [.. (await FirstDay.Of(store, stop)).Where(step => !step.Done).Select(step => new ToDo("", step.Words, step.Href, step.Button))]),
        Question.Acknowledge => await Reports(question, row => row.Stage != ReportStage.Closed && row.AcknowledgedAt == null && row.NextWordBy != null, Button(Report.Life, "acknowledge")),
        Question.ReporterWrote => await Reports(question, row => row.AwaitsDesk && (row.AcknowledgedAt != null || row.NextWordBy == null), Button(Report.Life, "tell-reporter")),
        Question.WordDue => await Reports(question,
            row => row.Stage != ReportStage.Closed && row.AcknowledgedAt != null && !row.AwaitsDesk && row.NextWordBy < Now + Soon, Button(Report.Life, "tell-reporter")),
        Question.DecideReports => await Reports(question,
            row => row.Stage != ReportStage.Closed && row.Disposition == null && !row.AwaitsReporter && !row.AwaitsDesk && (row.NextWordBy == null || (row.AcknowledgedAt != null && row.NextWordBy >= Now + Soon)),
            "Decide"),
        Question.Complaints => await Reports(question, row => row.Stage != ReportStage.Closed && row.Complaint == null, Button(Report.Life, "determine-complaint")),
        Question.MyReports => await MyReports(),
        Question.MyCases => await Cases(question, row => row.Answerable.Contains(store.Actor.Id) && row.Stage != CaseStage.Closed, "Open", row => row.Lacks ?? (row.Stage == CaseStage.Valid ? "Accept or defer it." : "")),
        Question.UnassignedCases => await Cases(question, row => !row.Assigned && row.Stage != CaseStage.Closed, Button(Case.Life, "assign")),
        Question.CasesToReview => await Cases(question, row => row.ReviewOn != null && row.ReviewOn.CompareTo(Today) <= 0, Button(Case.Life, "accept"), row => $"To be looked at again on {row.ReviewOn}."),
        Question.JudgeSafety => await Cases(question, row => row.HarmPossible == null && row.Stage != CaseStage.Closed, Button(Case.Life, "judge-safety"), at: "#decisions"),
        Question.DecideReporting => await Cases(question, row => row.ReportingOpen && row.Stage != CaseStage.Closed, Button(Case.Life, "decide-reportability"), _ => "A patient could be harmed.", at: "#decisions"),
        Question.DecideDisclosure => await Cases(question, row => row.DisclosureOpen, Button(Case.Life, "decide-disclosure"), at: "#decisions"),
        Question.ApproveAdvisories => await Advisories(question, AdvisoryStage.Draft, "approve"),
        Question.PublishAdvisories => await Advisories(question, AdvisoryStage.Approved, "publish"),
        Question.DecideStatements => await Statements(question, row => row.Verdict == null, "decide"),
        Question.PublishStatements => await Statements(question, row => row.Verdict != null && row.DecidedBy != store.Actor.Id, "publish"),
        Question.CompleteUpdates => await Updates(question, row => row.Stage == UpdateStage.Draft && row.Missing > 0, "Complete it", row => row.Missing == 1 ? "One thing is missing." : $"{row.Missing} things are missing."),
        Question.FreezeUpdates => await Updates(question, row => row.Stage == UpdateStage.Draft && row.Missing == 0, Button(Update.Life, "submit")),
        Question.SignUpdates => await Updates(question, row => row.Stage == UpdateStage.Signing, "What you sign", row => $"On your own computer: aftercare sign {row.Number}. {Count(row.Signatures, "signature")} so far."),
        Question.PublishUpdates => await Updates(question, row => row.Stage == UpdateStage.Signing && row.Signatures > 1, Button(Update.Life, "publish"), row => Count(row.Signatures, "signature") + "."),
        Question.OfferUpdates => await ToOffer(),
        Question.Failures => await Field(question, of => of.Failed + of.Declined, of => $"{Count(of.Failed, "device")} failed, {of.Declined} declined.", "Look at them"),
        Question.NoAnswer => await Field(question, of => of.Unknown + of.Unreachable, of => $"Of {Count(of.Unknown, "device")} nobody has heard; of {of.Unreachable} nobody answers.", "Ask these sites"),
        Question.Policy => await Policy(),
        Question.WaysIn => await WaysIn(),
        Question.Readiness => Readiness(),
        Question.Roles => await Roles(),
        Question.Invitations => await Invitations(),
        Question.Tokens => await Tokens(),
        Question.Jobs => await Jobs(),
        _ => throw new UnreachableException($"{question} has no answer"),
    };

    /// <summary>When the next word is due to a reporter; null when none is.</summary>
    public async Task<long?> NextDue() => await (await store.Rows<ReportRow>(stop)).Where(row => row.Stage != ReportStage.Closed && row.NextWordBy >= Now).MinAsync(row => row.NextWordBy, stop);

    private string Today => DateOnly.FromDateTime(store.Now.Utc.UtcDateTime).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal static string Button<TStage>(Lifecycle<TStage> life, string step) where TStage : struct, Enum => life.Steps.First(one => one.Name == step).Button!;

    private async Task<Section> Reports(Question question, Expression<Func<ReportRow, bool>> which, string button)
    {
        var rows = await (await store.Rows<ReportRow>(stop)).Where(which).OrderBy(row => row.Parked).ThenBy(row => row.NextWordBy ?? long.MaxValue).ThenBy(row => row.Subject).Take(Shown + 1).ToListAsync(stop);
        var lines = rows.Count == 0 ? [] : await WaitingReports.Lines(store, rows, stop);
        // What a complaint is, nobody has promised a reporter.
        var promised = question != Question.Complaints;
        return Of(question, lines, "/desk/reports", line => new ToDo(line.Row.Number,
            $"{(line.Row.PatientHarm == Answer.Yes ? "A patient was harmed or could be. " : "")}{line.Product ?? "Product not known"}: {line.Gist ?? "(erased)"}", $"/desk/reports/{line.Row.Subject:D}", button,
            promised ? line.Row.NextWordBy : null, promised && line.Overdue));
    }

    private async Task<Section> MyReports()
    {
        var rows = await (await store.Rows<ReportRow>(stop)).Where(row => row.ReceivedBy == store.Actor.Id).OrderByDescending(row => row.ReceivedAt).Take(Shown + 1).ToListAsync(stop);
        var lines = rows.Count == 0 ? [] : await WaitingReports.Lines(store, rows, stop);
        return Of(Question.MyReports, lines, "/desk/register", line => new ToDo(line.Row.Number,
            $"{Words.Plain(line.Row.Stage)}{(line.Row.Disposition is { } decided ? $", {Words.Plain(decided).ToLowerInvariant()}" : "")}. {line.Product ?? "Product not known"}: {line.Gist ?? "(erased)"}", $"/desk/reports/{line.Row.Subject:D}", "See it"));
    }

    private async Task<Section> Cases(Question question, Expression<Func<CaseRow, bool>> which, string button, Func<CaseRow, string>? words = null, string at = "")
    {
        var rows = await (await store.Rows<CaseRow>(stop)).Where(which).OrderByDescending(row => row.HarmPossible == true).ThenBy(row => row.AwareAt).ThenBy(row => row.Subject).Take(Shown + 1).ToListAsync(stop);
        return Of(question, rows, question == Question.MyCases ? "/desk/cases?show=mine" : "/desk/cases", row => new ToDo(row.Number, $"{row.Title}. {words?.Invoke(row)}".Trim(), $"/desk/cases/{row.Subject:D}{at}", button));
    }

    private async Task<Section> Advisories(Question question, AdvisoryStage stage, string step)
    {
        var rows = await (await store.Rows<AdvisoryRow>(stop)).Where(row => row.Stage == stage).OrderBy(row => row.Until).ThenBy(row => row.Subject).Take(Shown + 1).ToListAsync(stop);
        return Of(question, rows, "/desk/advisories", row => new ToDo(row.Number, row.Title, AdvisoryDesk.PageOf(row.Subject), Button(Advisory.Life, step)));
    }

    private async Task<Section> Statements(Question question, Expression<Func<StatementRow, bool>> which, string step)
    {
        var rows = await (await store.Rows<StatementRow>(stop)).Where(row => row.Stage == StatementStage.Draft).Where(which).OrderBy(row => row.Since).ThenBy(row => row.Subject).Take(Shown + 1).ToListAsync(stop);
        return Of(question, rows, "/desk/statements", row => new ToDo("", $"{row.Supplier} {row.Identifier}: {row.Title}", $"/desk/statements/{row.Subject:D}", Button(Statement.Life, step)));
    }

    private async Task<Section> Updates(Question question, Expression<Func<UpdateRow, bool>> which, string button, Func<UpdateRow, string>? words = null)
    {
        var rows = await (await store.Rows<UpdateRow>(stop)).Where(which).OrderBy(row => row.Since).ThenBy(row => row.Subject).Take(Shown + 1).ToListAsync(stop);
        return Of(question, rows, "/desk/updates", row => new ToDo(row.Number, $"{row.Title}. {words?.Invoke(row)}".Trim(), $"/desk/updates/{row.Subject:D}", button));
    }

    private async Task<Section> ToOffer()
    {
        var delivered = await store.Rows<DeliveryRow>(stop);
        var section = await Updates(Question.OfferUpdates, row => row.Stage == UpdateStage.Published && !delivered.Any(delivery => delivery.Update == row.Subject), "Offer it");
        return section with { Tasks = [.. section.Tasks.Select(task => task with { Href = task.Href.Replace("/updates/", "/deliveries/", StringComparison.Ordinal) })] };
    }

    private async Task<Section> Field(Question question, Func<Coverage, int> count, Func<Coverage, string> words, string button)
    {
        _field ??= await Watch();
        var concerned = _field.Values.Where(one => count(one.Coverage) > 0).OrderByDescending(one => count(one.Coverage)).ToList();
        return Of(question, concerned, "/desk/deliveries", one => new ToDo(one.Update.Number, $"{one.Update.Title}. {words(one.Coverage)}", $"/desk/deliveries/{one.Update.Subject:D}", button));
    }

    private async Task<Dictionary<Guid, (UpdateRow, Coverage)>> Watch()
    {
        var updates = await (await store.Rows<UpdateRow>(stop)).Where(row => row.Stage == UpdateStage.Published).OrderByDescending(row => row.PublishedAt).Take(Watched).ToDictionaryAsync(row => row.Subject, stop);
        var ids = updates.Keys.ToList();
        var coverage = ids.Count == 0 ? [] : await Coverage.Of((await store.Rows<DeliveryDeviceRow>(stop)).Where(row => ids.Contains(row.Update)), stop);
        return coverage.ToDictionary(one => one.Key, one => (updates[one.Key], one.Value));
    }

    private async Task<Section> Policy()
    {
        var rows = await (await store.Rows<PolicyRow>(stop)).Where(row => row.Stage == PolicyStage.Draft || row.Stage == PolicyStage.Approved || (row.Stage == PolicyStage.Published && row.Expires < Now + Month))
            .OrderBy(row => row.Revision).Take(Shown + 1).ToListAsync(stop);
        return Of(Question.Policy, rows, "/desk/policy", row => new ToDo("", $"Revision {row.Revision}: {row.Title}", $"/desk/policy/{row.Subject:D}", Button(DisclosurePolicy.Life, row.Stage switch
        {
            PolicyStage.Draft => "approve",
            PolicyStage.Approved => "publish",
            _ => "confirm",
        }), row.Expires, row.Expires < Now));
    }

    private async Task<Section> WaysIn()
    {
        var rows = await (await store.Rows<IntakeChannelRow>(stop)).Where(row => row.Stage == IntakeChannelStage.Open && (row.TestFailed || row.TestedAt == null || row.TestedAt < Now - Quarter))
            .OrderByDescending(row => row.TestFailed).ThenBy(row => row.Name).Take(Shown + 1).ToListAsync(stop);
        return Of(Question.WaysIn, rows, "/desk/channels", row => new ToDo("",
            $"{row.Name}: {(row.TestFailed ? "the last test failed." : row.TestedAt is null ? "never tested." : "not tested for 90 days.")}", "/desk/channels", Button(IntakeChannel.Life, "test"), Overdue: row.TestFailed));
    }

    private Section Readiness() => judgements.Last is not { } last || last is { Failed: 0, Partial: 0 }
        ? new(Question.Readiness, [])
        : new(Question.Readiness, [new("", $"At the last look {Count(last.Failed, "check")} failed and {last.Partial} fell short in part.", "/desk/readiness", "See what falls short")]);

    private async Task<Section> Roles()
    {
        var proposed = await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing != Standing.Left && row.ProposedBy.Count > 0).OrderBy(row => row.Since).Take(MostProposals).ToListAsync(stop);
        var rows = proposed.Where(row => row.ProposedBy.Any(by => by != store.Actor.Id)).Take(Shown + 1).ToList();
        var names = await store.ContactsOf([.. rows.Select(row => row.Subject)], stop);
        return Of(Question.Roles, rows, "/desk/people", row => new ToDo("",
            $"{names.GetValueOrDefault(row.Subject)?.Name ?? "(erased)"}: {string.Join(", ", row.Proposed.Select(PeopleDesk.Of))}", $"/desk/people/{row.Subject:D}", Button(Person.Life, "grant-role")));
    }

    private async Task<Section> Invitations()
    {
        var rows = await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing == Standing.Invited).OrderBy(row => row.Since).Take(Shown + 1).ToListAsync(stop);
        var names = await store.ContactsOf([.. rows.Select(row => row.Subject)], stop);
        return Of(Question.Invitations, rows, "/desk/people", row => new ToDo("", $"{names.GetValueOrDefault(row.Subject)?.Name ?? "(erased)"} has not joined yet.", $"/desk/people/{row.Subject:D}", Button(Person.Life, "renew-invitation")));
    }

    private async Task<Section> Tokens()
    {
        var rows = await (await store.Rows<TokenRow>(stop)).Where(row => row.Stage == TokenStage.Issued && row.ExpiresAt >= Now && row.ExpiresAt < Now + Month).OrderBy(row => row.ExpiresAt).Take(Shown + 1).ToListAsync(stop);
        return Of(Question.Tokens, rows, "/desk/tokens", row => new ToDo("", $"{row.Name}: its program stops being let in.", "/desk/tokens", "Issue another", row.ExpiresAt));
    }

    private async Task<Section> Jobs()
    {
        var failed = (await queue.Open(Shown, stop)).Jobs.Where(one => one.State is JobState.Dead or JobState.Failed).ToList();
        return Of(Question.Jobs, failed, "/desk/operations", one => new ToDo("", $"{one.Job.Key}: {one.Job.LastError}", "/desk/operations", one.State == JobState.Dead ? "Try again" : "See it", Overdue: one.State == JobState.Dead));
    }

    private static Section Of<T>(Question question, IReadOnlyList<T> rows, string all, Func<T, ToDo> line) =>
        new(question, [.. rows.Take(Shown).Select(line)], rows.Count > Shown ? all : null);

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";
}
