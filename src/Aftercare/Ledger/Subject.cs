using System.Collections.Immutable;

namespace Aftercare.Ledger;

/// <summary>The state of one subject: the fold of its entries. The ledger is the record; this is only what follows from it.</summary>
public abstract record Subject
{
    public Guid Id { get; internal init; }

    /// <summary>The version of the last entry; what an author must have seen to change it.</summary>
    public int Version { get; internal init; }

    /// <summary>The instant of the first entry.</summary>
    public Instant Since { get; internal init; }

    /// <summary>The instant of the last entry.</summary>
    public Instant Until { get; internal init; }

    /// <summary>From which file it came; null: somebody entered it.</summary>
    public ImportedFrom? ImportedFrom { get; internal init; }

    /// <summary>The version with which it was brought; any later one is somebody's work. 0: somebody entered it.</summary>
    public int ImportedVersion { get; internal init; }

    /// <summary>Taken back with the import that brought it: for the history only.</summary>
    public bool IsTakenBack { get; internal init; }

    /// <summary>Who last recorded each kind: what the second-person rule looks at.</summary>
    public ImmutableDictionary<string, string> LastBy { get; internal init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>How a noun's entries become its state.</summary>
public interface IFold<TSelf> where TSelf : Subject, IFold<TSelf>
{
    /// <summary>What its kinds begin with: <c>case</c> of <c>case.accepted</c>.</summary>
    static abstract string Noun { get; }

    /// <summary>The state after this entry. Never refuses: what is on record, happened. <paramref name="before"/> is null for the first entry only.</summary>
    static abstract TSelf After(TSelf? before, Entry entry);
}

public static class Fold
{
    /// <summary>The state after all entries of one subject in version order; null when there are none.</summary>
    /// <exception cref="LedgerCorruptException">A version is missing or doubled, or an entry belongs to another subject.</exception>
    public static T? Of<T>(IEnumerable<Entry> entries) where T : Subject, IFold<T>
    {
        T? state = null;
        foreach (var entry in entries)
            state = Next(state, entry);
        return state;
    }

    /// <summary>The state after one more entry, with the bookkeeping that every subject shares.</summary>
    public static T Next<T>(T? before, Entry entry) where T : Subject, IFold<T>
    {
        if (entry.Version != (before?.Version ?? 0) + 1 || (before is not null && before.Id != entry.Subject))
            throw new LedgerCorruptException($"Version {entry.Version} of {entry.Subject} does not follow version {before?.Version ?? 0} of {before?.Id ?? entry.Subject}.");
        var after = T.After(before, entry);
        return (T)((Subject)after with
        {
            Id = entry.Subject,
            Version = entry.Version,
            Since = before?.Since ?? entry.At,
            Until = entry.At,
            ImportedFrom = entry.Event is IImported imported ? imported.From : before?.ImportedFrom,
            ImportedVersion = entry.Event is IImported ? entry.Version : before?.ImportedVersion ?? 0,
            IsTakenBack = entry.Event is ITakenBack || before is { IsTakenBack: true },
            LastBy = (before?.LastBy ?? ImmutableDictionary<string, string>.Empty).SetItem(Kinds.All.NameOf(entry.Event.GetType()), entry.Head.Actor),
        });
    }
}
