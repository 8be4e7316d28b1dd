using System.Globalization;
using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Audits;

/// <summary>The auditor draws a sample: from what, how many, by which seed. Each draw is recorded before anybody sees it.</summary>
public static class DrawSample
{
    /// <param name="Asked">Number, digest and items are found by drawing; a log size of 0 means the newest.</param>
    public sealed record Command(int Seen, AuditEvent.Sampled Asked, int Size);

    /// <param name="LogSize">What a sample would be drawn from by default; null: the log has no checkpoint yet.</param>
    public sealed record Model(Audit Audit, long? LogSize);

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<SamplesPage, Model>(Face.Audit, "/samples", [Role.Auditor], Load);
        app.MapForm(new Change<Command>(Face.Audit, "/samples/draw", [Role.Auditor], Parse, Handle));
    }

    /// <summary>What a sample was drawn from, in words.</summary>
    internal static string FilterOf(AuditEvent.Sampled sample) => string.Join(", ", new[]
    {
        Words.Plain(sample.Population),
        sample.Source?.InWords(),
        sample.From is { } from ? $"{Populations.PeriodOf(sample.Population)} from {from:yyyy-MM-dd}" : null,
        sample.To is { } to ? $"to {to:yyyy-MM-dd}" : null,
    }.OfType<string>());

    private static async Task<Outcome<Model>> Load(Store store, Fields fields, CancellationToken stop)
    {
        await using var live = MyAudit.Live(store);
        return (await MyAudit.Find(live, stop)).Refused(out var why, out var audit) ? why : new Model(audit, store.Viewer.AsOf ?? (await store.Checkpoint(stop))?.Size);
    }

    private static Command Parse(Fields fields)
    {
        var (population, source) = (fields.OneOf<Population>("population"), fields.OneOfOrNull<SourceCategory>("source"));
        var (from, to) = (fields.ParseOrNull<DateOnly>("from", "a day, e.g. 2026-03-04"), fields.ParseOrNull<DateOnly>("to", "a day, e.g. 2026-03-04"));
        if (source is not null && population != Population.Reports)
            fields.Fault("source", "Only reports have a source.");
        if ((from ?? to) is not null && Populations.PeriodOf(population) is null)
            fields.Fault("from", $"{Words.Plain(population)} have no period to choose by.");
        var seed = fields.TextOrNull("seed", Draw.MaxSeed);
        return new Command(
            fields.Seen(),
            new AuditEvent.Sampled(0, population, source, from, to, fields.ParseOrNull<long>("logSize", "a size of the log") ?? 0, 0, "", seed ?? "", seed is null, []),
            fields.Number("size", 1, Draw.MaxSize));
    }

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await MyAudit.Find(store, command.Seen, stop)).Refused(out var why, out var audit))
            return why;
        var most = Math.Min((await store.Checkpoint(stop))?.Size ?? 0, store.Viewer.Room!.LogSize ?? long.MaxValue);
        var asked = command.Asked with { LogSize = command.Asked.LogSize == 0 ? most : command.Asked.LogSize, Seed = command.Asked.Drawn ? Store.NewSecret() : command.Asked.Seed };
        if (asked.LogSize < 1 || asked.LogSize > most)
            return Refusal.Malformed("logSize", string.Create(CultureInfo.InvariantCulture, $"Between 1 and {most}."));
        await using var then = store.As(store.Viewer with { AsOf = asked.LogSize });
        if (audit.DrawSample(asked, await Populations.Ids(then, asked, stop), command.Size, store.Now, store.Actor).Refused(out why, out var sampled))
            return why;
        return await store.Record(new Done($"/audit/samples/{((AuditEvent.Sampled)sampled).Number}", audit.Id), stop, Change.To(audit, sampled));
    }
}
