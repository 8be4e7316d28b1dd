using System.Collections.Immutable;
using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.Server.Cases;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Products;
using Aftercare.Server.Reports;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Audits;

/// <summary>One audit at the desk: its terms, what is granted, what the auditor drew, asked and opened.</summary>
public static class ShowAudit
{
    /// <param name="Names">Of the records that are granted, by id.</param>
    /// <param name="Embargoed">Cases that could be granted.</param>
    /// <param name="Reports">Reports whose reporter could be granted, newest first.</param>
    /// <param name="Opened">How many pages the auditor opened.</param>
    /// <param name="Link">The invitation, shown once.</param>
    public sealed record Model(
        Audit Audit, string Auditor, Instant Now, List<string> Products, Dictionary<Guid, string> Names, List<ChoiceOption> Embargoed, List<ChoiceOption> Reports, int Opened,
        ImmutableHashSet<string> Open, ImmutableArray<TimelineItem> History, string? Link);

    /// <value>200 reports to choose from.</value>
    private const int MostReports = 200;

    internal static void Map(IEndpointRouteBuilder app)
    {
        var (once, installation) = (app.ServiceProvider.GetRequiredService<ShownOnce>(), app.ServiceProvider.GetRequiredService<Installation>());
        app.MapPage<AuditPage, Model>(Face.Desk, "/audits/{id:guid}", AuditDesk.Readers, (store, fields, stop) => Load(store, once, installation.PublicUrl, fields, stop));
    }

    private static async Task<Outcome<Model>> Load(Store store, ShownOnce once, string publicUrl, Fields fields, CancellationToken stop)
    {
        if (await store.Find<Audit>(fields.Id("id"), stop) is not { } audit)
            return Refusal.Invisible;
        var products = audit.Terms.Products.ToList();
        var open = store.Viewer.AsOf is null ? Audit.Life.Open(audit.Stage, store.Actor).Where(step => step.NotBy.IsEmpty || Audit.Life.Bars(step.Name, audit, audit.Stage, store.Actor) is null).Select(step => step.Name).ToImmutableHashSet() : [];
        return new Model(
            audit,
            (await store.ContactOf(audit.Terms.Auditor, stop))?.Name ?? "(erased)",
            store.Now,
            await (await store.Rows<ProductRow>(stop)).Where(row => products.Contains(row.Subject)).OrderBy(row => row.Name).Select(row => row.Name).ToListAsync(stop),
            await Names(store, audit, stop),
            open.Contains("grant") ? await Embargoed(store, audit, stop) : [],
            open.Contains("grant") ? await Reports(store, audit, stop) : [],
            await store.CountOpenings(audit.Id, stop),
            open,
            await Chronicle.Of<Audit>(store, audit.Id, Said, stop),
            once.Read(fields.TextOrNull("once", 2000), store.Viewer) is { } path ? publicUrl + path : null);
    }

    private static async Task<Dictionary<Guid, string>> Names(Store store, Audit audit, CancellationToken stop)
    {
        var ids = audit.Grants.Keys.Select(grant => grant.Subject).ToList();
        return (await Populations.Named(store, Population.Cases, ids, stop)).Concat(await Populations.Named(store, Population.Reports, ids, stop)).ToDictionary(pair => pair.Key, pair => pair.Value.Label);
    }

    private static async Task<List<ChoiceOption>> Embargoed(Store store, Audit audit, CancellationToken stop)
    {
        var cases = (await Rooms.UnderEmbargo(store, stop)).Where(id => !audit.Grants.ContainsKey((Withheld.Case, id))).ToList();
        return [.. (await (await store.Rows<CaseRow>(stop)).Where(row => cases.Contains(row.Subject)).OrderBy(row => row.Number).Select(row => new { row.Subject, row.Number, row.Title }).ToListAsync(stop))
            .Select(row => new ChoiceOption(row.Subject.ToString("D"), $"{row.Number}, {row.Title}"))];
    }

    private static async Task<List<ChoiceOption>> Reports(Store store, Audit audit, CancellationToken stop)
    {
        var granted = audit.Grants.Keys.Where(grant => grant.What == Withheld.Reporter).Select(grant => grant.Subject).ToList();
        return [.. (await (await store.Rows<ReportRow>(stop)).Where(row => !row.Anonymous && !granted.Contains(row.Subject)).OrderByDescending(row => row.ReceivedAt).Take(MostReports)
                .Select(row => new { row.Subject, row.Number }).ToListAsync(stop)).Select(row => new ChoiceOption(row.Subject.ToString("D"), row.Number))];
    }

    private static string? Said(Event happened) => happened switch
    {
        AuditEvent.Extended e => $"Until {e.Until}. {e.Reason}",
        AuditEvent.Closed e => e.Reason,
        AuditEvent.Granted e => $"{Of(e.What)} {e.Reason}",
        AuditEvent.GrantWithdrawn e => $"{Of(e.What)} {e.Reason}",
        AuditEvent.ReadinessDecided e => $"{(e.Shared ? "Shared." : "Not shared.")} {e.Reason}",
        AuditEvent.Sampled e => $"Sample {e.Number}: {e.Items.Length} of {e.Count} {Words.Of(e.Population)}, seed '{e.Seed}'.",
        AuditEvent.LookedAt e => $"Sample {e.Sample}. {e.Note}",
        AuditEvent.Requested e => $"Request {e.Number}: {e.Text}",
        AuditEvent.Answered e => $"Request {e.Request}: {e.Text}",
        AuditEvent.OpeningsSealed e => $"Numbers {e.First} to {e.Last}, SHA-256 {e.Digest}.",
        _ => null,
    };

    private static string Of(Withheld what) => what == Withheld.Case ? "A case under embargo." : "Who reported.";
}
