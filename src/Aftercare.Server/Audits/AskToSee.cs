using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Audits;

/// <summary>"Show me …": the auditor asks in a sentence, quality answers; both stay on record.</summary>
public static class AskToSee
{
    public sealed record Command(int Seen, string Text);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<RequestsPage, Audit>(Face.Audit, "/requests", [Role.Auditor], Load);
        app.MapForm(new Change<Command>(Face.Audit, "/requests/ask", [Role.Auditor], fields => new Command(fields.Seen(), fields.Text("text", Audit.MaxText)), Handle));
    }

    private static async Task<Outcome<Audit>> Load(Store store, Fields fields, CancellationToken stop)
    {
        await using var live = MyAudit.Live(store);
        return await MyAudit.Find(live, stop);
    }

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await MyAudit.Find(store, command.Seen, stop)).Refused(out var why, out var audit))
            return why;
        return audit.Request(command.Text, store.Now, store.Actor).Refused(out why, out var asked)
            ? why
            : await store.Record(new Done("/audit/requests", audit.Id), stop, Change.To(audit, asked));
    }
}
