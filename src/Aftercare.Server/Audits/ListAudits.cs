using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Audits;

/// <summary>All audits, newest first.</summary>
public static class ListAudits
{
    /// <param name="People">Names of auditors by id.</param>
    public sealed record Model(List<AuditRow> Audits, Dictionary<Guid, string> People, Instant Now, bool MayAnnounce, PageOf Page);

    internal static void Map(IEndpointRouteBuilder app) => app.MapPage<AuditsPage, Model>(Face.Desk, "/audits", AuditDesk.Readers, Load);

    /// <summary>The audits in which something may have been opened.</summary>
    internal static async Task<List<Guid>> Begun(Store store, CancellationToken stop) =>
        await (await store.Rows<AuditRow>(stop)).Where(row => row.Stage != AuditStage.Announced).Select(row => row.Subject).ToListAsync(stop);

    /// <summary>Whether it lets its auditor in, in words.</summary>
    internal static string StandOf(AuditStage stage, Instant from, Instant ends, Instant now) => stage switch
    {
        AuditStage.Announced => "Waits for a second person",
        AuditStage.Closed => "Ended",
        _ when now < from => "Not begun yet",
        _ => now < ends ? "Open" : "Over",
    };

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        var (rows, page) = await PageOf.Take((await store.Rows<AuditRow>(stop)).OrderByDescending(row => row.Number), fields, stop);
        var people = await store.ContactsOf([.. rows.Select(row => row.Auditor).Distinct()], stop);
        return new Model(rows, people.ToDictionary(pair => pair.Key, pair => pair.Value.Name), store.Now, store.Viewer.AsOf is null && Audit.Life.Bars("announce", null, null, store.Actor) is null, page);
    }
}
