using System.Collections.Immutable;
using Aftercare.Imports;
using Aftercare.Ledger;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Web;
using Microsoft.EntityFrameworkCore;

namespace Aftercare.Server.Imports;

/// <summary>A line of a file beside what is here.</summary>
/// <param name="Key">The natural key, with what it refers to found: two lines of one key are one record.</param>
/// <param name="New">How the record begins; empty: it is here already, or the line has faults.</param>
internal sealed record Judged(ImportLine Line, string Key, ImmutableArray<Event> New, ImmutableArray<ImportFault> Faults)
{
    public bool IsNew => !New.IsEmpty;

    /// <summary>Whom to call, sealed beside a record that is new.</summary>
    public Contact? Contact { get; init; }
}

/// <summary>A record that cannot be taken back, and why.</summary>
internal sealed record BuiltUpon(string Name, string Reason);

/// <summary>A record that a file has brought.</summary>
public sealed record Brought(int Line, string Name, string Href);

/// <summary>One kind of record between its file and the record: which lines are new, and what taking them back would break.</summary>
internal abstract class Importer(ImportKind kind)
{
    private static readonly ImmutableArray<Importer> All =
        [new ManufacturerImporter(), new ProductImporter(), new ReleaseImporter(), new ItemImporter(), new SiteImporter(), new DeviceImporter(), new CaseImporter(), new AdvisoryImporter(), new StatementImporter()];

    public ImportKind Kind { get; } = kind;

    public static Importer Of(ImportKind kind) => All.Single(one => one.Kind == kind);

    /// <summary>What stands in the way of this actor: nobody brings by file what he may not register by hand. A machine has its token for just that.</summary>
    public abstract Refusal? Bars(Actor by);

    /// <summary>Each line beside what is here now; in the order given.</summary>
    /// <param name="alone">From here until the transaction ends nobody else registers under the same keys.</param>
    public abstract Task<List<Judged>> Judge(Store store, IReadOnlyList<ImportLine> lines, bool alone, CancellationToken stop);

    /// <summary>The entries that begin a record of a file, the last of which says from where it came.</summary>
    public abstract Task<Change> Begin(Store store, Judged judged, ImportedFrom from, CancellationToken stop);

    /// <summary>Counter-entries for everything that the import has brought, and what stands in the way of them.</summary>
    public abstract Task<(List<BuiltUpon> BuiltUpon, List<Change> Changes)> TakeBack(Store store, Import import, string reason, CancellationToken stop);

    /// <summary>A page of what the import has brought, taken back or not.</summary>
    public abstract Task<(List<Brought> Records, PageOf Page)> Records(Store store, Import import, Fields fields, CancellationToken stop);
}

/// <typeparam name="T">The noun.</typeparam>
/// <typeparam name="TRow">The view by which the noun is found.</typeparam>
/// <param name="place">The address of a record, with {0} for its id.</param>
internal abstract class Importer<T, TRow>(ImportKind kind, string place) : Importer(kind)
    where T : Subject, IImportable<T>
    where TRow : ViewRow
{
    public override Refusal? Bars(Actor by) => by.Has(Role.Importer) ? null : Registering(by);

    public override async Task<Change> Begin(Store store, Judged judged, ImportedFrom from, CancellationToken stop)
    {
        var id = Store.NewId();
        if (judged.Contact is { } contact)
            await store.KeepContact(id, contact, stop);
        return Change.Begin(id, [.. judged.New, T.Imported(from)]);
    }

    public override async Task<(List<BuiltUpon> BuiltUpon, List<Change> Changes)> TakeBack(Store store, Import import, string reason, CancellationToken stop)
    {
        var rows = await (await store.Rows<TRow>(stop)).Where(row => row.Import == import.Id).ToDictionaryAsync(row => row.Subject, stop);
        var (builtUpon, changes) = (new List<BuiltUpon>(), new List<Change>());
        foreach (var (used, by) in await Uses(store, stop))
            builtUpon.AddRange(used.Where(rows.ContainsKey).Select(id => new BuiltUpon(NameOf(rows[id]), by)));
        await foreach (var record in store.Each<T>(rows.Keys, stop))
            if (Import.TakeBack(record, reason, store.Actor).Refused(out var why, out var taken))
                builtUpon.Add(new BuiltUpon(NameOf(rows[record.Id]), why.Reason));
            else
                changes.Add(Change.To(record, taken));
        return (builtUpon, changes);
    }

    public override async Task<(List<Brought> Records, PageOf Page)> Records(Store store, Import import, Fields fields, CancellationToken stop)
    {
        var (rows, page) = await PageOf.Take((await store.Brought<TRow>(import.Id, stop)).OrderBy(row => row.ImportLine).ThenBy(row => row.Subject), fields, stop);
        return (rows.ConvertAll(row => new Brought(row.ImportLine ?? 0, NameOf(row), row.IsTakenBack ? $"/desk/taken-back/{row.Subject:D}" : string.Format(null, place, row.Subject))), page);
    }

    /// <summary>What bars this person from registering such a record by hand.</summary>
    protected abstract Refusal? Registering(Actor by);

    protected abstract string NameOf(TRow row);

    /// <summary>The records of this noun that something else refers to, by what it is.</summary>
    protected abstract Task<List<(IEnumerable<Guid> Used, string By)>> Uses(Store store, CancellationToken stop);

    /// <summary>A line whose record is not here: decided by the same verb as by hand.</summary>
    protected static Judged New<TEvent>(ImportLine line, string key, Outcome<TEvent> registered) where TEvent : Event =>
        registered.Refused(out var why, out var begun) ? Refused(line, why) : new Judged(line, key, [begun], []);

    protected static Judged Refused(ImportLine line, Refusal why) =>
        Refused(line, why.Faults.IsEmpty ? [line.Fault(null, why.Reason)] : [.. why.Faults.Select(fault => line.Fault(fault.Field, fault.Reason))]);

    protected static Judged Refused(ImportLine line, List<ImportFault> faults) => new(line, "", [], [.. faults]);

    /// <summary>A line whose record is here: the same, or a fault for each column that says something else.</summary>
    protected static Judged Here(ImportLine line, string key, params ReadOnlySpan<(string Column, string? Here, string? File)> columns)
    {
        var faults = ImmutableArray.CreateBuilder<ImportFault>();
        foreach (var (column, here, file) in columns)
            if (here != file)
                faults.Add(line.Fault(column, $"It is here already, with {(here is null ? "nothing" : $"'{here}'")} in place of {(file is null ? "nothing" : $"'{file}'")}. An import adds and never changes: correct the file, or the record by hand."));
        return new Judged(line, key, [], faults.ToImmutable());
    }
}

/// <summary>Records that a file refers to by name.</summary>
internal sealed class Known<TRow>(string noun, string kind, IEnumerable<TRow> rows, Func<TRow, string> name, Func<TRow, string>? alias = null)
    where TRow : class
{
    private readonly ILookup<string, TRow> _byName = rows.ToLookup(name, StringComparer.Ordinal);
    private readonly ILookup<string, TRow> _byAlias = (alias is null ? [] : rows).ToLookup(alias ?? name, StringComparer.Ordinal);

    /// <summary>The one of this name; null with a fault where there is none, or more than one.</summary>
    public TRow? Find(ImportLine line, string column, string said, List<ImportFault> faults)
    {
        var found = _byName[said].Concat(_byAlias[said]).Distinct().Take(2).ToList();
        if (found.Count == 1)
            return found[0];
        faults.Add(line.Fault(column, found.Count == 0
            ? $"There is no {noun} '{said}' here. Import {kind} first."
            : $"More than one {noun} is called '{said}'.{(alias is null ? "" : " Write its line instead.")}"));
        return null;
    }
}
