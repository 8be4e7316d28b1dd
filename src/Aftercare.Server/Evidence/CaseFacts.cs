using System.Collections.Immutable;
using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Server.Advisories;
using Aftercare.Server.Cases;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Products;
using Aftercare.Server.Reports;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Evidence;

/// <summary>A release with its product's name.</summary>
internal sealed record KnownRelease(Guid Id, Guid Product, string Label, Instant ReleasedAt, Stated? SupportedUntil)
{
    // The last day of support counts in full.
    public bool IsSupported(Instant at) => SupportedUntil is null || at < SupportedUntil.Earliest.Plus(TimeSpan.FromDays(1));
}

/// <summary>Cases with what other subjects say of them, for all at once.</summary>
internal static class CaseFacts
{
    public static async Task<List<KnownRelease>> Releases(Store store, CancellationToken stop)
    {
        var rows = from release in await store.Rows<ReleaseRow>(stop)
                   join product in await store.Rows<ProductRow>(stop) on release.Product equals product.Subject
                   select new { release.Subject, release.Product, product.Name, release.VersionName, release.ReleasedAt, release.SupportedUntil };
        return [.. (await rows.ToListAsync(stop)).Select(row => new KnownRelease(
            row.Subject, row.Product, $"{row.Name} {row.VersionName}", new Instant(row.ReleasedAt), row.SupportedUntil is { } until ? Stated.Parse(until, null) : null))];
    }

    public static async Task<List<EndedCase>> Ended(Store store, List<KnownRelease> releases, CancellationToken stop)
    {
        var ids = await (await store.Rows<CaseRow>(stop)).Where(row => row.Stage == CaseStage.Closed).Select(row => row.Subject).ToListAsync(stop);
        if (ids.Count == 0)
            return [];
        var cases = await Examination.Listed(store.Each<Case>(ids, stop));
        var reports = (await (await store.Rows<ReportRow>(stop)).Where(row => row.Case != null)
            .Select(row => new { row.Case, Facts = new ReportFacts(row.Subject, row.Number, row.ReporterTold, row.Complaint != null) }).ToListAsync(stop)).ToLookup(row => row.Case!.Value, row => row.Facts);
        var updates = (await (await store.Rows<UpdateRow>(stop)).Where(row => row.Stage != UpdateStage.Withdrawn).ToListAsync(stop))
            .SelectMany(row => row.Cases, (row, id) => (Case: id, Facts: new UpdateFacts(row.Subject, row.Number, row.Stage == UpdateStage.Published, [.. row.FromReleases]))).ToLookup(one => one.Case, one => one.Facts);
        var advisories = (await (await store.Rows<AdvisoryRow>(stop)).Where(row => row.Stage != AdvisoryStage.Discarded)
            .Select(row => new { row.Case, Facts = new AdvisoryFacts(row.Subject, row.Number, row.Stage) }).ToListAsync(stop)).ToLookup(row => row.Case, row => row.Facts);
        return [.. cases.Select(one => new EndedCase(one, new CaseSurroundings(
            [.. reports[one.Id]],
            [.. releases.Where(release => one.Products.Contains(release.Product) && release.ReleasedAt <= one.Until).Select(release => new ReleaseFacts(release.Id, release.Label))],
            [.. updates[one.Id]], [.. advisories[one.Id]])))];
    }

    /// <summary>Every vulnerability that one of these updates names.</summary>
    public static async Task<List<MendedFlaw>> Mended(Store store, List<Update> updates, List<KnownRelease> releases, Instant at, CancellationToken stop)
    {
        var over = updates.SelectMany(update => update.Fixes, (update, fix) => (fix.Case, fix.Vulnerability, update.FromReleases)).ToLookup(one => (one.Case, one.Vulnerability), one => one.FromReleases);
        var flaws = new List<MendedFlaw>();
        foreach (var @case in await Examination.Listed(store.Each<Case>(over.Select(group => group.Key.Case).Distinct(), stop)))
            flaws.AddRange(@case.Vulnerabilities.Where(flaw => over.Contains((@case.Id, flaw.Id))).Select(flaw =>
                new MendedFlaw(@case, flaw.Title, [.. releases.Where(release => @case.Products.Contains(release.Product) && release.IsSupported(at)).Select(release => Stands(@case, flaw, release, over))])));
        return flaws;
    }

    private static MendedRelease Stands(Case @case, Vulnerability flaw, KnownRelease release, ILookup<(Guid, Guid), ImmutableArray<Guid>> over) => new(
        release.Label, @case.StatusOf(flaw.Id, release.Id),
        @case.Statuses.FirstOrDefault(status => status.Vulnerability == flaw.Id && status.Release == release.Id)?.Remedy,
        over[(@case.Id, flaw.Id)].Any(from => from.Contains(release.Id)));
}
