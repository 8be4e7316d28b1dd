using System.Globalization;
using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;

namespace Aftercare.Server.Imports;

/// <summary>
/// Takes back everything that an import has brought: a counter-entry for each record, all in one transaction, or none when anything was built upon one of
/// them. What was taken back keeps its history; nothing is erased.
/// </summary>
public static class UndoImport
{
    public sealed record Command(Guid Id, int Seen, string Reason);

    /// <value>20 records are named in a refusal.</value>
    private const int MaxNamed = 20;

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapForm(new Change<Command>(Face.Desk, "/imports/{id:guid}/undo", [Role.Lead, Role.Administrator], Parse, Handle));

    private static Command Parse(Fields fields) => new(fields.Id("id"), fields.Seen(), fields.Text("reason", 500));

    private static async Task<Outcome<Done>> Handle(Store store, Command command, CancellationToken stop)
    {
        if ((await store.Find<Import>(command.Id, command.Seen, stop)).Refused(out var why, out var import))
            return why;
        var importer = Importer.Of(import.Kind);
        if ((Import.Life.Bars("undo", import, import.Stage, store.Actor) ?? importer.Bars(store.Actor)) is { } bar)
            return bar;
        await store.Alone("import.undo", stop);
        var (builtUpon, changes) = await importer.TakeBack(store, import, command.Reason, stop);
        if (builtUpon.Count > 0)
            return Refusal.State("import.built-upon", Told(builtUpon));
        if (import.Undo(command.Reason, changes.Count, store.Actor).Refused(out why, out var undone))
            return why;
        return await store.Record(new Done($"/desk/imports/{import.Id}", import.Id), stop, [.. changes, Change.To(import, undone)]);
    }

    private static string Told(List<BuiltUpon> builtUpon)
    {
        var records = builtUpon.GroupBy(one => one.Name).Select(group => $"{group.Key}: {string.Join(" ", group.Select(one => one.Reason).Distinct())}").ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"{records.Count} of its records were built upon since, so nothing was taken back. {string.Join(" ", records.Take(MaxNamed))}{(records.Count > MaxNamed ? " …" : "")}");
    }
}
