using System.Globalization;
using System.Text;
using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Audits;

/// <summary>One sample with its check list: the auditor writes it, both sides read it.</summary>
public static class ShowSample
{
    public sealed record Command(int Seen, int Sample, Guid Item, string Note);

    /// <param name="Items">By id; what whoever looks may not see any more is missing.</param>
    /// <param name="MayLook">Whether whoever looks writes the check list.</param>
    public sealed record Model(Audit Audit, AuditSample Sample, Dictionary<Guid, Populations.Item> Items, bool MayLook, string Csv);

    private static readonly string[] Header = ["Place", "Id", "Record", "Looked at", "Note"];

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapPage<SamplePage, Model>(Face.Audit, "/samples/{number:int}", [Role.Auditor], Mine);
        app.MapPage<SamplePage, Model>(Face.Desk, "/audits/{id:guid}/samples/{number:int}", AuditDesk.Readers, AtDesk);
        app.MapRead(Face.Audit, "/audit/samples/{number:int}.csv", [Role.Auditor], async (store, fields, stop) => Write(await Mine(store, fields, stop)));
        app.MapRead(Face.Desk, "/desk/audits/{id:guid}/samples/{number:int}.csv", AuditDesk.Readers, async (store, fields, stop) => Write(await AtDesk(store, fields, stop)));
        app.MapRead(Face.Audit, "/audit/samples/{number:int}/ids", [Role.Auditor], async (store, fields, stop) => await Population(store, await Mine(store, fields, stop), stop));
        app.MapForm(new Change<Command>(
            Face.Audit, "/samples/{number:int}/look-at", [Role.Auditor], fields => new Command(fields.Seen(), fields.Number("number", 1, Audit.MaxSamples), fields.Id("item"), fields.TextOrNull("note", Audit.MaxText) ?? ""), Look));
    }

    private static async Task<Outcome<Model>> Mine(Store store, Fields fields, CancellationToken stop)
    {
        await using var live = MyAudit.Live(store);
        return (await MyAudit.Find(live, stop)).Refused(out var why, out var audit) ? why : await Load(store, audit, fields, "/audit", stop);
    }

    private static async Task<Outcome<Model>> AtDesk(Store store, Fields fields, CancellationToken stop) =>
        await store.Find<Audit>(fields.Id("id"), stop) is { } audit ? await Load(store, audit, fields, AuditDesk.PageOf(audit.Id), stop) : Refusal.Invisible;

    private static async Task<Outcome<Model>> Load(Store store, Audit audit, Fields fields, string of, CancellationToken stop)
    {
        var number = fields.ParseOrNull<int>("number", "a number") ?? 0;
        if (number < 1 || number > audit.Samples.Length)
            return Refusal.Invisible;
        var sample = audit.Samples[number - 1];
        await using var then = store.As(store.Viewer with { AsOf = sample.Drawn.LogSize });
        var items = await Populations.Named(then, sample.Drawn.Population, sample.Drawn.Items, stop);
        return new Model(audit, sample, items, store.Viewer.Room is not null, $"{of}/samples/{number}.csv");
    }

    private static Outcome<IResult> Write(Outcome<Model> loaded)
    {
        if (loaded.Refused(out var why, out var model))
            return why;
        var (drawn, place) = (model.Sample.Drawn, 0);
        var rows = drawn.Items.Select(id => new[]
        {
            (++place).ToString(CultureInfo.InvariantCulture), id.ToString("D"), model.Items.GetValueOrDefault(id)?.Label, model.Sample.Looks.GetValueOrDefault(id)?.At.ToString(), model.Sample.Looks.GetValueOrDefault(id)?.Note,
        });
        return Outcome.Of(Results.File(Csv.Write(Header, rows), Csv.MediaType, $"{model.Audit.Terms.Number}-sample-{drawn.Number}.csv"));
    }

    // What the sample was drawn from, so that it can be drawn again: one id a line. Only the auditor sees exactly these; quality sees what is withheld from him besides.
    private static async Task<Outcome<IResult>> Population(Store store, Outcome<Model> loaded, CancellationToken stop)
    {
        if (loaded.Refused(out var why, out var model))
            return why;
        await using var then = store.As(store.Viewer with { AsOf = model.Sample.Drawn.LogSize });
        var ids = (await Populations.Ids(then, model.Sample.Drawn, stop)).Select(id => $"{id:D}\n").Order(StringComparer.Ordinal);
        return Outcome.Of(Results.File(Encoding.UTF8.GetBytes(string.Concat(ids)), "text/plain", "ids"));
    }

    private static async Task<Outcome<Done>> Look(Store store, Command command, CancellationToken stop)
    {
        if ((await MyAudit.Find(store, command.Seen, stop)).Refused(out var why, out var audit))
            return why;
        return audit.LookAt(command.Sample, command.Item, command.Note, store.Now, store.Actor).Refused(out why, out var looked)
            ? why
            : await store.Record(new Done($"/audit/samples/{command.Sample}", audit.Id), stop, Change.To(audit, looked));
    }
}
