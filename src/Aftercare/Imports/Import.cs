using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Imports;

/// <summary>How many records of a file are what.</summary>
/// <param name="New">Are not here yet.</param>
/// <param name="Unchanged">Are here already and say the same.</param>
/// <param name="Refused">Lines with a fault.</param>
public sealed record ImportCounts(int New, int Unchanged, int Refused);

public abstract record ImportEvent : Event
{
    /// <param name="What">The kind of record, see <see cref="ImportKinds"/>.</param>
    /// <param name="Name">What the sender calls the file.</param>
    /// <param name="File">The file, sealed.</param>
    /// <param name="Faults">All faults as CSV, sealed; null: none.</param>
    [Kind("import.checked")]
    public sealed record Checked(string What, string Name, BlobRef File, ImportCounts Counts, BlobRef? Faults) : ImportEvent;

    [Kind("import.started")]
    public sealed record Started : ImportEvent;

    /// <summary>Recorded in one transaction with the records that it counts.</summary>
    /// <param name="Upto">So many lines of the file are done.</param>
    /// <param name="Recorded">Records of this batch that are new.</param>
    [Kind("import.batch-recorded")]
    public sealed record BatchRecorded(int Upto, int Recorded) : ImportEvent;

    /// <summary>What was true when the file was checked is so no more; what is recorded stays.</summary>
    [Kind("import.stopped")]
    public sealed record Stopped(int Line, string Reason) : ImportEvent;

    [Kind("import.finished")]
    public sealed record Finished : ImportEvent;

    [Kind("import.abandoned")]
    public sealed record Abandoned(string Reason) : ImportEvent;

    /// <param name="Records">So many counter-entries were recorded with it.</param>
    [Kind("import.undone")]
    public sealed record Undone(string Reason, int Records) : ImportEvent;
}

public enum ImportStage
{
    /// <summary>Tried, nothing recorded.</summary>
    Checked,
    Running,

    /// <summary>Met something that was not so when it was checked. It can go on, or be undone.</summary>
    Stopped,
    Done,
    Undone,
    Abandoned,
}

/// <summary>One file of records: tried first, then recorded line by line, and taken back as a whole where that is still possible.</summary>
public sealed record Import : Subject, IFold<Import>
{
    private static readonly Role[] Importers = [Role.Administrator, Role.Lead, Role.Importer];

    public static string Noun => "import";

    public static Lifecycle<ImportStage> Life { get; } = new(Noun,
    [
        new("check", "import.checked", [], ImportStage.Checked, [.. Importers]) { Button = "Try the file" },
        new("run", "import.started", [ImportStage.Checked, ImportStage.Stopped], ImportStage.Running, [.. Importers]) { Button = "Import" },
        new("record-batch", "import.batch-recorded", [ImportStage.Running], null, [Role.System]),
        new("stop", "import.stopped", [ImportStage.Running], ImportStage.Stopped, [Role.System]),
        new("finish", "import.finished", [ImportStage.Running], ImportStage.Done, [Role.System]),
        new("abandon", "import.abandoned", [ImportStage.Checked], ImportStage.Abandoned, [.. Importers]) { Button = "Put it aside" },
        new("undo", "import.undone", [ImportStage.Done, ImportStage.Stopped], ImportStage.Undone, [Role.Lead, Role.Administrator]) { Button = "Undo the import" },
    ]);

    public string What { get; private init; } = "";
    public string Name { get; private init; } = "";
    public BlobRef File { get; private init; } = null!;
    public ImportCounts Counts { get; private init; } = null!;
    public BlobRef? Faults { get; private init; }
    public ImportStage Stage { get; private init; }

    /// <summary>Lines of the file that are done.</summary>
    public int Upto { get; private init; }

    /// <summary>Records that it has begun.</summary>
    public int Recorded { get; private init; }

    /// <summary>Why it stands still, was put aside or was undone.</summary>
    public string? Reason { get; private init; }

    /// <summary>When it was first let run.</summary>
    public Instant? RunAt { get; private init; }

    public ImportKind Kind => ImportKinds.Find(What)!;

    /// <param name="bars">What stands in the way of this actor registering such a record by hand.</param>
    public static Outcome<ImportEvent> Check(ImportKind kind, string name, BlobRef file, ImportCounts counts, BlobRef? faults, Refusal? bars, Actor by) =>
        (Life.Bars("check", null, null, by) ?? bars) is { } bar ? bar : new ImportEvent.Checked(kind.Name, name, file, counts, faults);

    /// <param name="bars">As for <see cref="Check"/>.</param>
    public Outcome<ImportEvent> Run(Refusal? bars, Actor by)
    {
        if ((Life.Bars("run", this, Stage, by) ?? bars) is { } bar)
            return bar;
        return Counts.Refused > 0
            ? Refusal.State("import.has-faults", "The file has faults. Correct it and try it again; nothing is imported by halves.")
            : new ImportEvent.Started();
    }

    public Outcome<ImportEvent> RecordBatch(int upto, int recorded, Actor by)
    {
        if (Life.Bars("record-batch", this, Stage, by) is { } bar)
            return bar;
        return upto <= Upto ? Refusal.State("import.batch-done", "These lines are done already.") : new ImportEvent.BatchRecorded(upto, recorded);
    }

    public Outcome<ImportEvent> Stop(int line, string reason, Actor by) => Life.Bars("stop", this, Stage, by) is { } bar ? bar : new ImportEvent.Stopped(line, reason);

    public Outcome<ImportEvent> Finish(Actor by) => Life.Bars("finish", this, Stage, by) is { } bar ? bar : new ImportEvent.Finished();

    public Outcome<ImportEvent> Abandon(string reason, Actor by) => Life.Bars("abandon", this, Stage, by) is { } bar ? bar : new ImportEvent.Abandoned(reason);

    /// <param name="records">So many counter-entries are recorded with it: one for each record that it has begun.</param>
    public Outcome<ImportEvent> Undo(string reason, int records, Actor by)
    {
        if (Life.Bars("undo", this, Stage, by) is { } bar)
            return bar;
        return records == Recorded ? new ImportEvent.Undone(reason, records) : throw new ArgumentOutOfRangeException(nameof(records), records, $"It has begun {Recorded}.");
    }

    /// <summary>Takes one record back, unless anything was done with it since.</summary>
    public static Outcome<Event> TakeBack<T>(T record, string reason, Actor by) where T : Subject, IImportable<T>
    {
        if (T.BarsTakingBack(record, by) is { } bar)
            return bar;
        if (record.ImportedFrom is not { } from)
            return Refusal.State($"{T.Noun}.not-imported", "No file has brought it.");
        return record.Version == record.ImportedVersion ? T.TakenBack(from.Import, reason) : Refusal.State($"{T.Noun}.built-upon", "It was changed since.");
    }

    public static Import After(Import? before, Entry entry)
    {
        var import = before ?? new Import();
        return (ImportEvent)entry.Event switch
        {
            ImportEvent.Checked e => import with { What = e.What, Name = e.Name, File = e.File, Counts = e.Counts, Faults = e.Faults },
            ImportEvent.Started => import with { Stage = ImportStage.Running, RunAt = import.RunAt ?? entry.At, Reason = null },
            ImportEvent.BatchRecorded e => import with { Upto = e.Upto, Recorded = import.Recorded + e.Recorded },
            ImportEvent.Stopped e => import with { Stage = ImportStage.Stopped, Reason = $"Line {e.Line}: {e.Reason}" },
            ImportEvent.Finished => import with { Stage = ImportStage.Done },
            ImportEvent.Abandoned e => import with { Stage = ImportStage.Abandoned, Reason = e.Reason },
            ImportEvent.Undone e => import with { Stage = ImportStage.Undone, Reason = e.Reason },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }
}
