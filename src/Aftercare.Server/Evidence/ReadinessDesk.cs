using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Evidence;

/// <summary>What quality decides about the checks: that one does not apply, a limit, a product's go-live.</summary>
internal static class ReadinessDesk
{
    /// <value>4,000 characters.</value>
    public const int MaxReason = 4000;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapDecision("waive-check", fields => (Check: Check(fields), Reason: Reason(fields)), (one, said, by) => one.WaiveCheck(said.Check, said.Reason, by));
        app.MapDecision("lift-waiver", fields => (Check: Check(fields), Reason: Reason(fields)), (one, said, by) => one.LiftWaiver(said.Check, said.Reason, by));
        app.MapDecision("choose-setting", fields => (Check: Check(fields), Setting: fields.Text("setting", 40), Value: fields.Number("value", 0, 100_000), Reason: Reason(fields)),
            (one, said, by) => one.ChooseSetting(said.Check, said.Setting, said.Value, said.Reason, by));
        app.MapDecision("set-go-live", fields => (Product: fields.Id("product"), On: fields.Stated("on"), Reason: Reason(fields)),
            (one, said, by) => one.SetGoLive(said.Product, said.On, said.Reason, by));
    }

    // The first decision begins the subject; it was not there for its author to see.
    private static void MapDecision<T>(this IEndpointRouteBuilder app, string step, Func<Fields, T> parse, Func<Readiness, T, Actor, Outcome<ReadinessEvent>> decide) =>
        app.Map(new Change<(int Seen, T Said)>(Face.Desk, $"/readiness/{step}", [Role.Quality], fields => (fields.Seen(), parse(fields)), async (store, command, stop) =>
        {
            var before = await store.Find<Readiness>(Readiness.TheOne, stop);
            if (before is not null && (await store.Find<Readiness>(Readiness.TheOne, command.Seen, stop)).Refused(out var stale, out _))
                return stale;
            if (decide(before ?? new Readiness(), command.Said, store.Actor).Refused(out var why, out var happened))
                return why;
            if (before is not null)
                return await store.Record(Done, stop, Change.To(before, happened));
            return Readiness.Begin(store.Actor).Refused(out why, out var begun) ? why : await store.Record(Done, stop, Change.Begin(Readiness.TheOne, begun, happened));
        }));

    private static Done Done { get; } = new("/desk/readiness", Readiness.TheOne);

    private static string Check(Fields fields) => fields.Text("check", 20);

    private static string Reason(Fields fields) => fields.Text("reason", MaxReason);
}
