using System.Collections.Immutable;
using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Cases;

/// <summary>Opens a case from one or more valid reports, in one transaction with what the reports then say of themselves.</summary>
public static class OpenCase
{
    /// <value>200 characters.</value>
    public const int MaxTitle = 200;

    /// <param name="Seen">The version of the first report that its author saw.</param>
    public sealed record Command(ImmutableArray<Guid> Reports, int Seen, string Title);

    /// <param name="Product">The product that the report names; null where it names none.</param>
    /// <param name="Cases">The cases that it may belong to: those about the same product first.</param>
    public sealed record Model(Report Report, string? Product, List<CaseRow> Cases);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<OpenCasePage, Model>(Face.Desk, "/cases/new", Allowed.Desk, Load);
        app.Map(new Change<Command>(Face.Desk, "/cases", Allowed.Desk, Parse, Handle));
    }

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Report>(fields.Id("report"), stop) is not { } report)
            return Refusal.Invisible;
        if (Case.Life.Bars("open", null, null, store.Actor) is { } bar)
            return bar;
        var product = await (await store.Rows<ProductRow>(stop)).Where(row => row.Subject == report.Product).Select(row => row.Name).SingleOrDefaultAsync(stop);
        var open = await (await store.Rows<CaseRow>(stop)).Where(row => row.Stage != CaseStage.Closed).OrderByDescending(row => row.Number).ToListAsync(stop);
        return new Model(report, product, [.. open.OrderByDescending(row => report.Product is { } id && row.Products.Contains(id))]);
    }

    private static Command Parse(Fields fields)
    {
        var reports = fields.Ids("reports");
        if (reports.IsEmpty)
            fields.Fault("reports", "A case begins with at least one report.");
        return new Command(reports, fields.Seen(), fields.Text("title", MaxTitle));
    }

    internal static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await Find(store, command, stop)).Refused(out var why, out var reports))
            return why;
        var organisation = await (await store.Rows<OrganisationRow>(stop)).SingleAsync(stop);
        var (id, number) = (Store.NewId(), await store.Number("C", organisation.TimeZone, stop));
        var products = reports.Select(report => report.Product).OfType<Guid>().Distinct().ToImmutableArray();
        var firstHeard = reports.MinBy(report => report.FirstHeard.Earliest)!.FirstHeard;
        if (Case.Open(number, command.Title, command.Reports, products, firstHeard, store.Actor).Refused(out why, out var opened))
            return why;
        var changes = ImmutableArray.Create(Change.Begin(id, opened));
        foreach (var report in reports)
        {
            if (report.Attach(id, store.Actor).Refused(out why, out var attached))
                return why with { Reason = $"Report {report.Number}: {why.Reason}" };
            changes = changes.Add(Change.To(report, attached));
        }
        return await store.Record(new Done(CaseDesk.Address(id), id, number), stop, changes);
    }

    private static async Task<Outcome<ImmutableArray<Report>>> Find(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Report>(command.Reports[0], command.Seen, stop)).Refused(out var why, out var first))
            return why;
        var reports = ImmutableArray.Create(first);
        foreach (var id in command.Reports.Skip(1))
        {
            if (await store.Find<Report>(id, stop) is not { } report)
                return Refusal.Invisible;
            reports = reports.Add(report);
        }
        return reports;
    }
}
