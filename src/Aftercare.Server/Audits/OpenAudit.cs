using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.People;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Audits;

/// <summary>The second person's word: he lets the auditor in, and grants the role where it is still proposed.</summary>
public static class OpenAudit
{
    public sealed record Command(Guid Id, int Seen);

    internal static void Map(IEndpointRouteBuilder app) =>
        app.Map(new Change<Command>(Face.Desk, "/audits/{id:guid}/open", AuditDesk.Readers, fields => new Command(fields.Id("id"), fields.Seen()), Handle));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Audit>(command.Id, command.Seen, stop)).Refused(out var why, out var audit))
            return why;
        if (audit.Open(store.Actor).Refused(out why, out var opened))
            return why;
        if (await store.Find<Person>(audit.Terms.Auditor, stop) is not { Standing: not Standing.Left } auditor)
            return Refusal.State("audit.auditor-left", "The auditor has left. End this audit and announce another one.");
        await store.Alone("audit.open", stop);
        // In the room one audit at a time says what is seen.
        var (from, ends) = (audit.Terms.From.Ms, audit.Ends.Ms);
        if (await (await store.Rows<AuditRow>(stop)).AnyAsync(row => row.Auditor == auditor.Id && row.Stage == AuditStage.Open && row.From < ends && from < row.Ends, stop))
            return Refusal.State("audit.another-open", "This auditor has another audit at that time. End that one first.");
        var done = new Done(AuditDesk.PageOf(audit.Id), audit.Id);
        if (auditor.Roles.Contains(Role.Auditor))
            return await store.Record(done, stop, Change.To(audit, opened));
        return auditor.GrantRole(Role.Auditor, store.Actor).Refused(out why, out var granted) ? why : await store.Record(done, stop, Change.To(audit, opened), Change.To(auditor, granted));
    }
}
