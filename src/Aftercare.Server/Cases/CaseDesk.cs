using System.Collections.Immutable;
using Aftercare.Advisories;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Advisories;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Cases;

/// <summary>A step that somebody wants to take with a case.</summary>
/// <param name="Around">What other subjects say of it.</param>
internal sealed record Wish<T>(Case Case, T Asked, CaseSurroundings Around, Actor By, Instant Now);

/// <summary>What the use cases around one case share.</summary>
internal static class CaseDesk
{
    /// <value>4,000 characters of a reason, rationale or statement.</value>
    public const int MaxReason = 4000;

    /// <summary>
    /// Both doors of a step that changes one case and nothing else: <c>/cases/{id}/STEP</c>. Everybody at the desk may knock, so that the refusal comes from
    /// the lifecycle table and names the role.
    /// </summary>
    /// <param name="step">Its name in the lifecycle table.</param>
    /// <param name="anchor">The section of the page that shows what was done.</param>
    public static void MapStep<T>(this IEndpointRouteBuilder app, string step, string anchor, Func<Fields, T> parse, Func<Wish<T>, Outcome<CaseEvent>> decide) =>
        app.MapStep(step, anchor, parse, (_, wish, _) => Task.FromResult(decide(wish)));

    /// <summary>The same for a step that has to look something up first.</summary>
    public static void MapStep<T>(
        this IEndpointRouteBuilder app, string step, string anchor, Func<Fields, T> parse, Func<Store, Wish<T>, CancellationToken, Task<Outcome<CaseEvent>>> decide) =>
        app.Map(new Change<(Guid Id, int Seen, T Asked)>(Face.Desk, $"/cases/{{id:guid}}/{step}", Allowed.Desk,
            fields => (fields.Id("id"), fields.Seen(), parse(fields)),
            async (store, command, stop) =>
            {
                if ((await store.Find<Case>(command.Id, command.Seen, stop)).Refused(out var why, out var @case))
                    return why;
                var wish = new Wish<T>(@case, command.Asked, await Around(store, @case, stop), store.Actor, store.Now);
                if ((await decide(store, wish, stop)).Refused(out why, out var happened))
                    return why with { ClearAt = why.ClearAt ?? $"{Address(@case.Id)}#next" };
                return await store.Record(new Done($"{Address(@case.Id)}#{anchor}", @case.Id, @case.Number), stop, Change.To(@case, happened));
            }));

    public static string Address(Guid id) => $"/desk/cases/{id:D}";

    public static async Task<CaseSurroundings> Around(Store store, Case @case, CancellationToken stop)
    {
        var reports = new List<ReportFacts>();
        foreach (var id in @case.Reports)
            if (await store.Find<Report>(id, stop) is { } report)
                reports.Add(new ReportFacts(id, report.Number, report.ReporterTold, report.Complaint is not null));
        return new CaseSurroundings([.. reports], await Releases(store, @case.Products, stop), await Updates(store, @case.Id, stop), await Advisories(store, @case.Id, stop));
    }

    private static async Task<ImmutableArray<UpdateFacts>> Updates(Store store, Guid @case, CancellationToken stop) =>
        [.. (await (await store.Rows<UpdateRow>(stop)).Where(row => row.Cases.Contains(@case) && row.Stage != UpdateStage.Withdrawn).OrderBy(row => row.Number).ToListAsync(stop))
            .Select(row => new UpdateFacts(row.Subject, row.Number, row.Stage == UpdateStage.Published, [.. row.FromReleases]))];

    // One that was given up says nothing.
    private static async Task<ImmutableArray<AdvisoryFacts>> Advisories(Store store, Guid @case, CancellationToken stop) =>
    [
        .. (await (await store.Rows<AdvisoryRow>(stop)).Where(row => row.Case == @case && row.Stage != AdvisoryStage.Discarded).OrderBy(row => row.Number).ToListAsync(stop))
            .Select(row => new AdvisoryFacts(row.Subject, row.Number, row.Stage)),
    ];

    /// <summary>Every release of these products, by product, newest first.</summary>
    private static async Task<ImmutableArray<ReleaseFacts>> Releases(Store store, ImmutableArray<Guid> products, CancellationToken stop)
    {
        var ids = products.ToList();
        var names = await (await store.Rows<ProductRow>(stop)).Where(row => ids.Contains(row.Subject)).ToDictionaryAsync(row => row.Subject, row => row.Name, stop);
        var releases = await (await store.Rows<ReleaseRow>(stop)).Where(row => ids.Contains(row.Product)).OrderByDescending(row => row.ReleasedAt).ToListAsync(stop);
        return [.. releases.OrderBy(row => ids.IndexOf(row.Product)).Select(row => new ReleaseFacts(row.Subject, $"{names.GetValueOrDefault(row.Product)} {row.VersionName}"))];
    }
}
