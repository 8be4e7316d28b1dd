using System.Collections.Concurrent;
using Aftercare.Evidence;
using Aftercare.Ledger;

namespace Aftercare.Server.Evidence;

/// <summary>What checks said of which version of a subject, so that only what has changed is looked at again. Lost at a restart, and made again.</summary>
public sealed class Judgements
{
    private readonly ConcurrentDictionary<(string Check, Guid Subject), Kept> _kept = new();

    /// <param name="Examinee">Null: the check is not about this subject.</param>
    /// <param name="Settings">The version of the settings under which it was judged.</param>
    public sealed record Kept(int Version, int Settings, Examinee? Examinee, Judgement Judgement);

    /// <summary>What the last examination of the present came to; null since the start.</summary>
    /// <param name="Failed">Checks.</param>
    public sealed record Outcome(int Failed, int Partial);

    public Outcome? Last { get; set; }

    internal Kept? Find(Check check, Guid subject, int version, int settings, Instant at) =>
        _kept.TryGetValue((check.Id, subject), out var kept) && kept.Version == version && kept.Settings == settings && !(kept.Judgement.Until <= at) ? kept : null;

    internal void Keep(Check check, Guid subject, Kept kept) => _kept[(check.Id, subject)] = kept;
}
