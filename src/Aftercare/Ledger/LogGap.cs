using System.Diagnostics;

namespace Aftercare.Ledger;

public abstract record LogEvent : Event
{
    /// <param name="Checkpoint">The last checkpoint that was published, word for word: it names entries that this ledger has lost.</param>
    /// <param name="Held">How many of the log's entries the restored ledger still holds.</param>
    /// <param name="Generation">The log that begins; 2 for the first gap.</param>
    /// <param name="Reason">What happened, in the words of whoever declared it.</param>
    [Kind("log.gap-declared")]
    public sealed record GapDeclared(string Checkpoint, long Held, int Generation, string Reason) : LogEvent;
}

public enum LogGapStage
{
    Declared,
}

/// <summary>
/// A hole in the record that its keepers admit to: an older ledger was restored, and entries that the world has seen proof of are lost. The log cannot go on
/// as if nothing had been; a new one begins, and this is its witness.
/// </summary>
public sealed record LogGap : Subject, IFold<LogGap>
{
    public const int MaxReason = 2000;

    public static string Noun => "log";

    public static Lifecycle<LogGapStage> Life { get; } = new(Noun,
    [
        new("declare-gap", "log.gap-declared", [], LogGapStage.Declared, [Role.System]),
    ]);

    public string Checkpoint { get; private init; } = "";
    public long Held { get; private init; }
    public int Generation { get; private init; }
    public string Reason { get; private init; } = "";

    /// <param name="checkpoint">See <see cref="LogEvent.GapDeclared"/>.</param>
    /// <param name="reason">1 to <see cref="MaxReason"/> characters.</param>
    public static Outcome<LogEvent> Declare(string checkpoint, long held, int generation, string reason, Actor by)
    {
        if (Life.Bars("declare-gap", null, null, by) is { } bar)
            return bar;
        return reason.Trim() is { Length: > 0 and <= MaxReason } said
            ? new LogEvent.GapDeclared(checkpoint, held, generation, said)
            : Refusal.Malformed("reason", $"Say what happened, in 1 to {MaxReason} characters. It stays on record.");
    }

    public static LogGap After(LogGap? before, Entry entry) => (LogEvent)entry.Event switch
    {
        LogEvent.GapDeclared e => (before ?? new LogGap()) with { Checkpoint = e.Checkpoint, Held = e.Held, Generation = e.Generation, Reason = e.Reason },
        var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
    };
}
