using System.Collections.Immutable;
using Aftercare.Cases;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Server.Cases;
using Aftercare.Server.People;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Policy;
using Aftercare.Server.Products;
using Aftercare.Server.Reports;
using Aftercare.Server.Statements;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Evidence;

/// <summary>Brings the records to the checks. What can only be tried now is not judged for the past.</summary>
public sealed class Examination(Installation installation, PublicLook look, PackageWatch watch, Judgements judgements)
{
    /// <summary>Every check, at the viewer's moment.</summary>
    public async Task<ImmutableArray<Finding>> Run(Store store, CancellationToken stop)
    {
        var run = await Begin(store, stop);
        var findings = new List<Finding>();
        findings.Add(run.All(StaffChecks.Staffed, await Staffed(store, run.Organisation, stop)));
        findings.AddRange(await OfReports(store, run, stop));
        findings.AddRange(await OfCasesAndUpdates(store, run, stop));
        findings.AddRange(await OfStatements(store, run, stop));
        findings.AddRange(Checks.All.OfType<UnansweredCheck>().Select(run.Nothing));
        if (!run.IsPast)
            judgements.Last = new Judgements.Outcome(findings.Count(finding => finding.Result == CheckResult.Fail), findings.Count(finding => finding.Result == CheckResult.Partial));
        return [.. findings.OrderBy(finding => Checks.All.IndexOf(finding.Check))];
    }

    private async Task<Finding[]> OfReports(Store store, Sitting run, CancellationToken stop)
    {
        var reports = await Versions<ReportRow>(store, stop);
        var intake = await Intake(store, run.Organisation, stop);
        var policy = await PublishedPolicy(store, stop);
        return
        [
            run.All(IntakeChecks.LiveChannel, [intake]),
            run.All(IntakeChecks.PublishedPolicy, run.IsPast ? [] : [await ShownPolicy(policy, run.Organisation, stop)]),
            run.All(TrackingChecks.PolicyElements, policy is null ? [] : [policy]),
            run.All(IntakeChecks.SecurityTxt, run.IsPast ? [] : [await ShownSecurityTxt(run.Organisation, stop)]),
            run.All(IntakeChecks.Routes, Enum.GetValues<SourceCategory>().Select(source => new SourceRoute(source, intake))),
            run.All(TrackingChecks.Heard, await Heard(store, intake, stop)),
            await run.Changed(IntakeChecks.KeptReports, reports, ids => Kept(store, ids, stop), kept => kept.Report.Id),
            await run.Changed(IntakeChecks.Decided, reports, ids => store.Each<Report>(ids, stop), report => report.Id),
            await run.Changed(TrackingChecks.Acknowledged, await AnswerMails.Versions(store, reports, stop), ids => AnswerMails.Of(store, ids, stop), answered => answered.Report.Id),
            await run.Changed(TrackingChecks.ComplaintDetermined, reports, ids => store.Each<Report>(ids, stop), report => report.Id),
        ];
    }

    private async Task<Finding[]> OfCasesAndUpdates(Store store, Sitting run, CancellationToken stop)
    {
        var updates = await Offered(store, stop);
        var reach = await FieldFacts.Of(store, stop);
        var releases = await CaseFacts.Releases(store, stop);
        var (repository, signed) = run.IsPast ? (null, []) : await watch.Verify(updates, stop);
        return
        [
            await run.Changed(TrackingChecks.Prioritised, await Versions<CaseRow>(store, stop), ids => store.Each<Case>(ids, stop), @case => @case.Id),
            run.All(TrackingChecks.Ended, await CaseFacts.Ended(store, releases, stop)),
            run.All(DeliveryChecks.Mended, await CaseFacts.Mended(store, updates, releases, run.At, stop)),
            run.All(UpdateChecks.Documented, updates),
            run.All(UpdateChecks.Delivered, updates.Select(update => new ReachedUpdate(update, reach.ReachOf(update)))),
            .. Progressed(run, [.. updates.Select(update => new ProgressedUpdate(update, reach.ProgressOf(update)))]),
            run.All(UpdateChecks.Verifiable, signed),
            run.All(DeliveryChecks.Protected, run.IsPast || updates.Count == 0 ? [] : [new Transport(run.Organisation, installation.PublicUrl, repository)]),
            run.All(UpdateChecks.Unchanged, run.IsPast ? [] : await Stored(updates, stop)),
        ];
    }

    private static Finding[] Progressed(Sitting run, List<ProgressedUpdate> updates) =>
    [
        run.All(DeliveryChecks.Everybody, updates), run.All(DeliveryChecks.Answered, updates),
        run.All(DeliveryChecks.ServiceToo, updates), run.All(DeliveryChecks.Receipted, updates),
    ];

    private static async Task<Finding[]> OfStatements(Store store, Sitting run, CancellationToken stop)
    {
        var versions = await Versions<StatementRow>(store, stop);
        var facts = await StatementFacts.Of(store, stop);
        return
        [
            run.All(StatementChecks.Covered, facts.SupportedParts(run.At)),
            await run.Changed(UpdateChecks.Mitigated, versions, ids => store.Each<Statement>(ids, stop), statement => statement.Id),
            await run.Changed(StatementChecks.Complete, versions, ids => store.Each<Statement>(ids, stop), statement => statement.Id),
            await run.Changed(StatementChecks.InTime, versions, ids => store.Each<Statement>(ids, stop), statement => statement.Id),
            run.All(StatementChecks.Told, await facts.Told(store, stop)),
            run.All(StatementChecks.Consistent, facts.SaidTogether()),
        ];
    }

    private async Task<Sitting> Begin(Store store, CancellationToken stop)
    {
        var past = store.Viewer.AsOf is not null;
        var at = past ? new Instant((await store.Checkpoint(stop))?.At ?? store.Now.Ms) : store.Now;
        var organisation = await (await store.Rows<OrganisationRow>(stop)).Select(row => row.Subject).SingleAsync(stop);
        return new Sitting(judgements, await store.Find<Readiness>(Readiness.TheOne, stop), at, past, organisation);
    }

    private static async Task<List<(Guid Subject, int Version)>> Versions<TRow>(Store store, CancellationToken stop) where TRow : ViewRow =>
        [.. (await (await store.Rows<TRow>(stop)).Select(row => new { row.Subject, row.Version }).ToListAsync(stop)).Select(row => (row.Subject, row.Version))];

    private static async Task<List<Update>> Offered(Store store, CancellationToken stop)
    {
        var ids = await (await store.Rows<UpdateRow>(stop)).Where(row => row.Stage == UpdateStage.Published).Select(row => row.Subject).ToListAsync(stop);
        return await Listed(store.Each<Update>(ids, stop));
    }

    private static async Task<IEnumerable<HeardSource>> Heard(Store store, Intake intake, CancellationToken stop)
    {
        var last = await (await store.Rows<ReportRow>(stop)).GroupBy(row => row.Source).Select(group => new { group.Key, Last = group.Max(row => row.ReceivedAt) })
            .ToDictionaryAsync(one => one.Key, one => one.Last, stop);
        var heard = new List<HeardSource>();
        foreach (var source in Enum.GetValues<SourceCategory>())
        {
            var watched = await store.Find<WatchedSource>(WatchedSource.IdOf(source), stop);
            heard.Add(new HeardSource(source, intake, last.TryGetValue(source, out var ms) ? new Instant(ms) : null, watched, watched is null ? [] : await SourceReports.Of(store, source, stop)));
        }
        return heard;
    }

    private async Task<List<StoredUpdate>> Stored(List<Update> updates, CancellationToken stop)
    {
        var stored = new List<StoredUpdate>();
        foreach (var update in updates)
            stored.Add(new StoredUpdate(update, await watch.Rehash(update, stop)));
        return stored;
    }

    private static async Task<Intake> Intake(Store store, Guid organisation, CancellationToken stop)
    {
        var ids = await (await store.Rows<IntakeChannelRow>(stop)).Select(row => row.Subject).ToListAsync(stop);
        var here = await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing == Standing.Active).Select(row => row.Subject).ToListAsync(stop);
        return new Intake(organisation, [.. await Listed(store.Each<IntakeChannel>(ids, stop))], [.. here]);
    }

    private static async Task<IEnumerable<StaffedDuty>> Staffed(Store store, Guid organisation, CancellationToken stop)
    {
        // Of the many at sites none has a duty here.
        var ids = await (await store.Rows<PersonRow>(stop)).Where(row => row.Standing == Standing.Active && !row.Roles.Contains(Role.Operator)).Select(row => row.Subject).ToListAsync(stop);
        ImmutableArray<Person> people = [.. await Listed(store.Each<Person>(ids, stop))];
        return Enum.GetValues<HandlingDuty>().Select(duty => new StaffedDuty(duty, organisation, people));
    }

    private static async Task<DisclosurePolicy?> PublishedPolicy(Store store, CancellationToken stop)
    {
        var published = await (await store.Rows<PolicyRow>(stop)).Where(row => row.Stage == PolicyStage.Published).OrderByDescending(row => row.Revision).Select(row => row.Subject).FirstOrDefaultAsync(stop);
        return await store.Find<DisclosurePolicy>(published, stop);
    }

    private async Task<ShownPolicy> ShownPolicy(DisclosurePolicy? policy, Guid organisation, CancellationToken stop)
    {
        var html = await look.Get($"{installation.PublicUrl}/security", stop);
        return new ShownPolicy(organisation, policy, html is null ? null : PublicLook.TextOf(html));
    }

    private async Task<ShownSecurityTxt> ShownSecurityTxt(Guid organisation, CancellationToken stop)
    {
        var address = $"{installation.PublicUrl}/.well-known/security.txt";
        var text = await look.Get(address, stop);
        // Only an address of our own is followed: the file says what it likes.
        var policy = text is null ? null : SecurityTxtFile.Read(text)?["Policy"].FirstOrDefault(one => one.StartsWith(installation.PublicUrl + "/", StringComparison.Ordinal));
        return new ShownSecurityTxt(organisation, address, text, policy is not null && await look.Get(policy, stop) is not null);
    }

    private static async IAsyncEnumerable<KeptReport> Kept(Store store, IReadOnlyList<Guid> ids, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        var originals = await store.OriginalsOf(ids, stop);
        var known = await store.WithContact(ids, stop);
        await foreach (var report in store.Each<Report>(ids, stop))
            yield return new KeptReport(report, IsKept(store, report.Received.Original, originals), report.Anonymous || known.Contains(report.Id));
    }

    private static bool IsKept(Store store, BlobRef original, Dictionary<Guid, BlobRecord> originals)
    {
        if (!originals.TryGetValue(original.Id, out var blob) || blob.Length != original.Length || Convert.ToHexStringLower(blob.Sha256) != original.Sha256)
            return false;
        return blob.ErasedAt is not null || store.HasOriginal(blob);
    }

    internal static async Task<List<T>> Listed<T>(IAsyncEnumerable<T> all)
    {
        var list = new List<T>();
        await foreach (var one in all)
            list.Add(one);
        return list;
    }

    /// <summary>One run over all checks, at one moment and under one set of limits.</summary>
    private sealed record Sitting(Judgements Judgements, Readiness? Readiness, Instant At, bool IsPast, Guid Organisation)
    {
        private const int AtOnce = 500;

        /// <summary>For what no record answers.</summary>
        public Finding Nothing(Check check) => new Evaluation(check, Readiness).Finish();

        /// <summary>For few records, or such that depend on more than one subject.</summary>
        public Finding All<T>(Check<T> check, IEnumerable<T> records) => Evaluation.Of(check, records, Readiness, At);

        /// <summary>For many records of one subject each: loads only those that were not judged in this version.</summary>
        public async Task<Finding> Changed<T>(Check<T> check, List<(Guid Subject, int Version)> subjects, Func<IReadOnlyList<Guid>, IAsyncEnumerable<T>> load, Func<T, Guid> idOf)
        {
            var evaluation = new Evaluation(check, Readiness);
            var missing = new Dictionary<Guid, int>();
            foreach (var (subject, version) in subjects)
            {
                if (!IsPast && Judgements.Find(check, subject, version, Readiness?.Version ?? 0, At) is { } kept)
                    Take(evaluation, kept);
                else
                    missing[subject] = version;
            }
            foreach (var chunk in missing.Keys.Chunk(AtOnce))
                await foreach (var record in load(chunk))
                {
                    var judged = Judge(check, evaluation, record, missing[idOf(record)]);
                    if (!IsPast)
                        Judgements.Keep(check, idOf(record), judged);
                    Take(evaluation, judged);
                }
            return evaluation.Finish();
        }

        private Judgements.Kept Judge<T>(Check<T> check, Evaluation evaluation, T record, int version) => check.Population(record)
            ? new Judgements.Kept(version, Readiness?.Version ?? 0, check.Name(record), check.Rule(record, evaluation.Settings, At))
            : new Judgements.Kept(version, Readiness?.Version ?? 0, null, Judgement.Good);

        private static void Take(Evaluation evaluation, Judgements.Kept kept)
        {
            if (kept.Examinee is { } examinee)
                evaluation.Take(examinee, kept.Judgement);
        }
    }
}
