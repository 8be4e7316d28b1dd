using System.Collections.Immutable;
using Aftercare.Ledger;

namespace Aftercare.Evidence;

/// <summary>What an auditor would probably make of a gap. Potential: only an auditor grades.</summary>
public enum PotentialSeverity
{
    Observation,
    Minor,
    Major,
}

/// <summary>A number that the manufacturer may choose for himself, where a clause leaves it open.</summary>
/// <param name="Name">Unique within its check, kebab-case.</param>
/// <param name="Words">What it means and its unit, for people.</param>
public sealed record Setting(string Name, string Words, int Default, int Min, int Max)
{
    public bool Allows(int value) => value >= Min && value <= Max;
}

/// <summary>The chosen values of one check; what was not chosen has its default.</summary>
public sealed record Settings(ImmutableDictionary<string, int> Chosen)
{
    public static Settings Defaults { get; } = new(ImmutableDictionary<string, int>.Empty);

    public int Of(Setting setting) => Chosen.GetValueOrDefault(setting.Name, setting.Default);

    public TimeSpan Days(Setting setting) => TimeSpan.FromDays(Of(setting));
}

/// <summary>In what a record falls short.</summary>
/// <param name="Partly">Something is there, but less than is asked for.</param>
/// <param name="Words">One sentence: what is missing.</param>
public sealed record Gap(bool Partly, string Words)
{
    public static Gap Whole(string words) => new(false, words);

    public static Gap Part(string words) => new(true, words);
}

/// <summary>What a rule says of one record.</summary>
/// <param name="Gap">Null: nothing is missing.</param>
/// <param name="Until">From then on the same record may be judged otherwise, only because time has passed; null: never.</param>
public sealed record Judgement(Gap? Gap, Instant? Until = null)
{
    public static Judgement Good { get; } = new((Gap?)null);

    /// <summary>Good until then, at the longest.</summary>
    public static Judgement GoodUntil(Instant moment) => new(null, moment);

    public static implicit operator Judgement(Gap gap) => new(gap);
}

/// <summary>A record as a check names it.</summary>
/// <param name="Noun">With <paramref name="Id"/>: where the desk shows it.</param>
/// <param name="Label">As people call it, e.g. <c>R-2026-0042</c>.</param>
/// <param name="Product">Null: of the organisation as a whole, or not known.</param>
/// <param name="Began">When it began: records from before a product's go-live are told apart. Null: it has no beginning.</param>
public sealed record Examinee(string Noun, Guid Id, string Label, Guid? Product = null, Instant? Began = null);

/// <summary>
/// One thing that a clause asks for, as data: our own words, never the standard's, and not reviewed against the licensed text.
/// </summary>
/// <param name="Id">Stable: <c>A92-07</c> is the seventh check of clause 9.2 of IEC 81001-5-1.</param>
public abstract record Check(string Id, string Clause, string Text, PotentialSeverity Severity, ImmutableArray<Setting> Settings)
{
    /// <summary>Which records it looks at, for people.</summary>
    public string StandsOn { get; init; } = "";

    /// <summary>What closes a gap, for people: one sentence.</summary>
    public string ClearedBy { get; init; } = "";

    /// <value>0 to 100, in percent of what was judged. When more records than this fall short in part, the whole does; null: never.</value>
    public int? TolerablePercent { get; init; }
}

/// <summary>A check that nothing on record can answer. It stands in the list so that nobody takes silence for an answer.</summary>
/// <param name="Lacks">Which record is missing, in one sentence.</param>
public sealed record UnansweredCheck(string Id, string Clause, string Text, PotentialSeverity Severity, string Lacks) : Check(Id, Clause, Text, Severity, []);

/// <summary>A check over records of one kind.</summary>
/// <param name="Name">How a record is called and linked.</param>
/// <param name="Population">Which records the clause is about.</param>
/// <param name="Rule">Pure: the record, the chosen settings, the moment of evaluation.</param>
public sealed record Check<T>(
    string Id, string Clause, string Text, PotentialSeverity Severity, ImmutableArray<Setting> Settings,
    Func<T, Examinee> Name, Func<T, bool> Population, Func<T, Settings, Instant, Judgement> Rule) : Check(Id, Clause, Text, Severity, Settings);
