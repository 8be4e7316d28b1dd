using System.Collections.Immutable;
using Aftercare.Audits;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Server.Advisories;
using Aftercare.Server.Cases;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Evidence;
using Aftercare.Server.Notices;
using Aftercare.Server.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Policy;
using Aftercare.Server.Products;
using Aftercare.Server.Reports;
using Aftercare.Server.Statements;
using Aftercare.Server.Updates;
using Aftercare.Updates;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Audits;

/// <summary>Where the audit room begins: what records there are, by clause. It counts and grades nothing.</summary>
public static class ShowRoom
{
    /// <param name="Count">Null: a page without a number.</param>
    public sealed record Line(string What, int? Count, string Href);

    public sealed record Part(string Clause, string About, ImmutableArray<Line> Lines);

    /// <param name="Products">What the audit is about; empty: every product.</param>
    public sealed record Model(Audit Audit, List<string> Products, ImmutableArray<Part> Parts);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<RoomPage, Model>(Face.Audit, "", [Role.Auditor], Load);

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        await using var live = MyAudit.Live(store);
        if ((await MyAudit.Find(live, stop)).Refused(out var why, out var audit))
            return why;
        var about = audit.Terms.Products.ToList();
        var products = await (await live.Rows<ProductRow>(stop)).Where(row => about.Contains(row.Subject)).OrderBy(row => row.Name).Select(row => row.Name).ToListAsync(stop);
        return new Model(audit, products, [await Intake(store, stop), await Handling(store, stop), .. await Updates(store, stop), await Ourselves(store, stop)]);
    }

    private static async Task<Part> Intake(Store store, CancellationToken stop)
    {
        var bySource = await (await store.Rows<ReportRow>(stop)).GroupBy(row => row.Source).Select(of => new { of.Key, Count = of.Count() }).ToDictionaryAsync(of => of.Key, of => of.Count, stop);
        return new Part("9.2", "What was reported, from each of the seven sources, and by which ways it comes in",
        [
            .. Enum.GetValues<SourceCategory>().Select(source => new Line(source.InWords(), bySource.GetValueOrDefault(source), $"/desk/register?source={Words.Of(source)}")),
            new("Reports from every source", bySource.Values.Sum(), "/desk/register"),
            new("Ways in, open", await Count<IntakeChannelRow>(store, row => row.Stage == IntakeChannelStage.Open, stop), "/desk/channels"),
            new("Sources with a signed period of silence", await Count<SourceRow>(store, row => row.Silences > 0, stop), "/desk/sources"),
            new("Revisions of the disclosure policy", await Count<PolicyRow>(store, row => true, stop), "/desk/policy"),
        ]);
    }

    private static async Task<Part> Handling(Store store, CancellationToken stop) => new("6.1.1", "How urgent each flaw was found to be, and what came of it in time",
    [
        new("Cases, open", await Count<CaseRow>(store, row => row.Stage != CaseStage.Closed, stop), "/desk/cases?show=open"),
        new("Cases, all", await Count<CaseRow>(store, row => true, stop), "/desk/cases?show=all"),
        new("Advisories", await Count<AdvisoryRow>(store, row => true, stop), "/desk/advisories"),
    ]);

    private static async Task<Part[]> Updates(Store store, CancellationToken stop) =>
    [
        new("6.3.1", "What users were told about updates of the software that a product needs",
        [
            new("Compatibility statements", await Count<StatementRow>(store, row => true, stop), "/desk/statements"),
            new("Notices to sites", await Count<NoticeRow>(store, row => true, stop), "/desk/notices"),
        ]),
        new("6.3.2", "How updates reached the sites",
        [
            new("Updates, published", await Count<UpdateRow>(store, row => row.Stage == UpdateStage.Published, stop), "/desk/updates"),
            new("Updates, all", await Count<UpdateRow>(store, row => true, stop), "/desk/updates"),
            new("Deliveries to sites", await Count<DeliveryRow>(store, row => true, stop), "/desk/deliveries"),
        ]),
        new("6.3.3", "How it is shown that an update is whole and ours",
        [
            new("Signing: root, keys and lines", null, "/desk/trust"),
            new("Receipts from sites", await (await store.Rows<DeliveryRow>(stop)).SumAsync(row => row.Receipts, stop), "/desk/deliveries"),
            new("Receipts that were refused", await (await store.Rows<DeliveryRow>(stop)).SumAsync(row => row.RefusedReceipts, stop), "/desk/deliveries"),
        ]),
    ];

    private static async Task<Part> Ourselves(Store store, CancellationToken stop) => new("", "People, products and evidence",
    [
        new("People with their roles", await Count<PersonRow>(store, row => true, stop), "/desk/people"),
        new("Products", await Count<ProductRow>(store, row => true, stop), "/desk/products"),
        new("Evidence packs that were made", await Count<PackRow>(store, row => true, stop), "/desk/cases?show=all"),
    ]);

    private static async Task<int> Count<TRow>(Store store, System.Linq.Expressions.Expression<Func<TRow, bool>> which, CancellationToken stop) where TRow : ViewRow =>
        await (await store.Rows<TRow>(stop)).CountAsync(which, stop);
}
