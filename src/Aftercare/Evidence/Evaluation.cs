using System.Collections.Immutable;
using Aftercare.Ledger;

namespace Aftercare.Evidence;

public enum CheckResult
{
    Pass,
    Partial,
    Fail,

    /// <summary>Somebody of quality signed why it does not apply.</summary>
    NotApplicable,

    /// <summary>There is no record to judge. Never a pass.</summary>
    NoData,
}

/// <summary>A record that falls short.</summary>
public sealed record Shortfall(Examinee Record, Gap Gap);

/// <summary>What a check says at one moment.</summary>
/// <param name="Examined">Records that were judged.</param>
/// <param name="BeforeGoLive">Records that are older than their product's go-live; they are counted, not judged.</param>
/// <param name="Waiver">Why the check does not apply; null when it does.</param>
public sealed record Finding(Check Check, CheckResult Result, int Examined, int BeforeGoLive, ImmutableArray<Shortfall> Shortfalls, Waiver? Waiver);

/// <summary>Takes the records of one check one by one and says in the end what they amount to.</summary>
public sealed class Evaluation(Check check, Readiness? readiness)
{
    private readonly ImmutableArray<Shortfall>.Builder _shortfalls = ImmutableArray.CreateBuilder<Shortfall>();
    private int _examined;
    private int _before;

    /// <summary>The values that were chosen for this check.</summary>
    public Settings Settings { get; } = readiness?.SettingsOf(check.Id) ?? Settings.Defaults;

    /// <summary>Whether the record is from before its product's go-live; then it need not be judged.</summary>
    public bool IsBeforeGoLive(Examinee record) =>
        record is { Product: { } product, Began: { } began } && readiness?.GoLive.GetValueOrDefault(product) is { } live && began < live.Earliest;

    public void Take(Examinee record, Judgement judged)
    {
        if (IsBeforeGoLive(record))
        {
            _before++;
            return;
        }
        _examined++;
        if (judged.Gap is { } gap)
            _shortfalls.Add(new Shortfall(record, gap));
    }

    public Finding Finish()
    {
        var waiver = readiness?.Waivers.GetValueOrDefault(check.Id);
        return new Finding(check, waiver is null ? Result : CheckResult.NotApplicable, _examined, _before, _shortfalls.ToImmutable(), waiver);
    }

    /// <summary>Judges all records at once.</summary>
    public static Finding Of<T>(Check<T> check, IEnumerable<T> records, Readiness? readiness, Instant at)
    {
        var evaluation = new Evaluation(check, readiness);
        foreach (var record in records.Where(check.Population))
            evaluation.Take(check.Name(record), check.Rule(record, evaluation.Settings, at));
        return evaluation.Finish();
    }

    private CheckResult Result =>
        _examined == 0 ? CheckResult.NoData
        : _shortfalls.Any(one => !one.Gap.Partly) ? CheckResult.Fail
        : check.TolerablePercent is { } percent && _shortfalls.Count * 100L > (long)percent * _examined ? CheckResult.Fail
        : _shortfalls.Count > 0 ? CheckResult.Partial
        : CheckResult.Pass;
}
