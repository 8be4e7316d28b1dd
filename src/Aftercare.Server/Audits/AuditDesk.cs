using System.Collections.Immutable;
using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Jobs;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Audits;

/// <summary>What quality decides about an audit, and what the use cases around audits share.</summary>
internal static class AuditDesk
{
    /// <summary>The job that puts a digest of what was opened into the ledger.</summary>
    public const string SealJob = "audit.seal";

    /// <value>1 day.</value>
    public static readonly TimeSpan SealEvery = TimeSpan.FromDays(1);

    /// <summary>Who sees audits at the desk; the lifecycle table says what each may do.</summary>
    public static ImmutableArray<Role> Readers { get; } = [Role.Quality, Role.Administrator, Role.Lead];

    public static string PageOf(Guid audit) => $"/desk/audits/{audit:D}";

    public static void MapSteps(IEndpointRouteBuilder app)
    {
        app.MapStep("extend", fields => (Until: fields.Stated("until"), Reason: Reason(fields)), (audit, said, store) => audit.Extend(End(said.Until), said.Reason, store.Now, store.Actor));
        app.MapStep("close", Reason, (audit, reason, store) => audit.Close(reason, store.Actor));
        app.MapStep("grant", fields => (What: fields.OneOf<Withheld>("what"), Subject: fields.Id("subject"), Reason: Reason(fields)), (audit, said, store) => audit.Grant(said.What, said.Subject, said.Reason, store.Actor));
        app.MapStep("withdraw-grant", fields => (What: fields.OneOf<Withheld>("what"), Subject: fields.Id("subject"), Reason: Reason(fields)),
            (audit, said, store) => audit.WithdrawGrant(said.What, said.Subject, said.Reason, store.Actor));
        app.MapStep("decide-readiness", fields => (Shared: fields.OneOf<Sharing>("shared") == Sharing.Shared, Reason: Reason(fields)), (audit, said, store) => audit.DecideReadiness(said.Shared, said.Reason, store.Actor));
        app.MapStep("answer", fields => (Request: fields.Number("request", 1, Audit.MaxRequests), Text: fields.Text("text", Audit.MaxText), Link: fields.TextOrNull("link", 500)),
            (audit, said, store) => audit.Answer(said.Request, said.Text, said.Link, store.Actor));
    }

    public enum Sharing
    {
        Shared,
        Kept,
    }

    /// <summary>A day means its end in UTC, a moment itself.</summary>
    public static Instant End(Stated stated) => stated.IsDateOnly ? Start(stated).Plus(TimeSpan.FromDays(1)) : stated.Earliest;

    /// <summary>A day means its beginning in UTC, a moment itself.</summary>
    public static Instant Start(Stated stated) => stated.IsDateOnly ? stated.Earliest.Plus(TimeSpan.FromHours(14)) : stated.Earliest;

    public static string Reason(Fields fields) => fields.Text("reason", Audit.MaxText);

    /// <summary>Seals what was opened since the last seal, of every audit.</summary>
    public static async Task Seal(IServiceProvider services, Job job, CancellationToken stop)
    {
        var stores = services.GetRequiredService<Platform.Access.Stores>();
        await using var reading = stores.Open(Platform.Access.Viewer.System);
        var audits = await ListAudits.Begun(reading, stop);
        foreach (var id in audits)
        {
            // One transaction each: what was opened meanwhile waits for the next time.
            await using var store = stores.Open(Platform.Access.Viewer.System);
            if (await store.Find<Audit>(id, stop) is not { } audit || await store.OpeningsOf(id, audit.NextToSeal, int.MaxValue, stop) is not { Count: > 0 } openings)
                continue;
            if (!audit.SealOpenings(openings, store.Actor).Refused(out _, out var happened))
                await store.Record(new Done(PageOf(id), id), stop, Change.To(audit, happened));
        }
    }

    private static void MapStep<T>(this IEndpointRouteBuilder app, string step, Func<Fields, T> parse, Func<Audit, T, Store, Outcome<AuditEvent>> decide) =>
        app.Map(new Change<(Guid Id, int Seen, T Said)>(Face.Desk, $"/audits/{{id:guid}}/{step}", Readers, fields => (fields.Id("id"), fields.Seen(), parse(fields)), async (store, command, stop) =>
        {
            if ((await store.Find<Audit>(command.Id, command.Seen, stop)).Refused(out var why, out var audit))
                return why;
            if (decide(audit, command.Said, store).Refused(out why, out var happened))
                return why;
            if (happened is AuditEvent.Granted granted && !await Exists(store, granted, stop))
                return Refusal.Malformed("subject", granted.What == Withheld.Case ? "Choose a case." : "Choose a report.");
            if (happened is AuditEvent.Closed)
                await store.Enqueue(SealJob, $"{audit.Id:D}-closed", audit.Id, store.Now, stop);
            return await store.Record(new Done(PageOf(audit.Id), audit.Id), stop, Change.To(audit, happened));
        }));

    private static async Task<bool> Exists(Store store, AuditEvent.Granted granted, CancellationToken stop) => granted.What == Withheld.Case
        ? await store.Find<Aftercare.Cases.Case>(granted.Subject, stop) is not null
        : await store.Find<Aftercare.Reports.Report>(granted.Subject, stop) is not null;
}
