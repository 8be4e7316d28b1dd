using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Updates;

/// <summary>What the manufacturer says to "may I install this?" (IEC 81001-5-1 §6.3.1).</summary>
public enum Verdict
{
    Approved,
    ApprovedWithConditions,
    NotApproved,
    UnderEvaluation,
}

public enum StatementStage
{
    Draft,
    Published,

    /// <summary>A newer statement has taken its place, or it was wrong.</summary>
    Superseded,
}

/// <summary>Somebody else's update: exactly which one.</summary>
/// <param name="Supplier">e.g. Microsoft.</param>
/// <param name="Identifier">As its maker calls it: a KB number, a version, an advisory id.</param>
/// <param name="Title">In words.</param>
/// <param name="ReleasedOn">When its maker released it, as stated.</param>
public sealed record ThirdPartyUpdate(string Supplier, string Identifier, string Title, Stated? ReleasedOn)
{
    /// <summary>What people type is found whatever their spelling: letters and digits only, upper case. <c>kb 5031-234</c> is <c>KB5031234</c>.</summary>
    public static string KeyOf(string identifier) => string.Concat(identifier.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}

/// <summary>What to do while the update may not be installed. Needed for every "not approved".</summary>
/// <param name="RiskIfNotApplied">What threatens without the update.</param>
/// <param name="RiskIfApplied">What threatens if it is installed all the same.</param>
/// <param name="Measures">Network, configuration, physical, procedural: what the site does instead.</param>
/// <param name="WorkflowEffect">What it means for clinical work.</param>
/// <param name="ReviewOn">When the manufacturer looks again.</param>
public sealed record Mitigation(string RiskIfNotApplied, string RiskIfApplied, string Measures, string WorkflowEffect, Stated ReviewOn);

public abstract record StatementEvent : Event
{
    /// <param name="Item">The software item that the update is for.</param>
    /// <param name="Release">The release of ours that it would be installed under.</param>
    [Kind("statement.drafted")]
    public sealed record Drafted(Guid Item, Guid Release, ThirdPartyUpdate Update) : StatementEvent;

    /// <summary>The verdict anew, with what it stands on.</summary>
    /// <param name="TestedConfiguration">Hardware, options, versions that it was tried with.</param>
    /// <param name="TestReference">Where the test is recorded.</param>
    /// <param name="Conditions">Needed for "approved with conditions".</param>
    /// <param name="Mitigation">Needed for "not approved".</param>
    [Kind("statement.decided")]
    public sealed record Decided(Verdict Verdict, string TestedConfiguration, string? TestReference, string? Conditions, Mitigation? Mitigation, Stated DecidedOn) : StatementEvent;

    [Kind("statement.published")]
    public sealed record Published : StatementEvent;

    /// <param name="By">The statement that takes its place; null when it was wrong.</param>
    [Kind("statement.superseded")]
    public sealed record Superseded(Guid? By, string Reason) : StatementEvent;

    /// <summary>What a list that was kept elsewhere says. It is no verdict of ours: that is decided and signed here.</summary>
    [Kind("statement.listed")]
    public sealed record Listed(Verdict Verdict, string? TestedConfiguration, string? Conditions, Stated? DecidedOn) : StatementEvent;

    [Kind("statement.imported")]
    public sealed record Imported(ImportedFrom From) : StatementEvent, IImported;

    [Kind("statement.taken-back")]
    public sealed record TakenBack(Guid Import, string Reason) : StatementEvent, ITakenBack;
}

/// <summary>Compatibility statement: one third-party update × one release of ours.</summary>
public sealed record Statement : Subject, IImportable<Statement>
{
    public static string Noun => "statement";

    public static Lifecycle<StatementStage> Life { get; } = new(Noun,
    [
        new("draft", "statement.drafted", [], StatementStage.Draft, [Role.Developer, Role.Publisher, Role.Lead, Role.Quality]) { Button = "Draft a statement" },
        new("decide", "statement.decided", [StatementStage.Draft], null, [Role.Lead, Role.Quality]) { Button = "Decide", Signature = "Compatibility verdict" },
        new("publish", "statement.published", [StatementStage.Draft], StatementStage.Published, [Role.Publisher, Role.Lead, Role.Quality]) { Button = "Publish", NotBy = ["statement.decided"] },
        new("supersede", "statement.superseded", [StatementStage.Published], StatementStage.Superseded, [Role.Publisher, Role.Lead, Role.Quality]) { Button = "Supersede" },
        new("bring", "statement.drafted", [], StatementStage.Draft, [Role.System]),
        new("list", "statement.listed", [StatementStage.Draft], null, [Role.System]),
        new(IImportable<Statement>.Import, "statement.imported", [StatementStage.Draft], null, [Role.System]),
        new(IImportable<Statement>.TakeBack, "statement.taken-back", [StatementStage.Draft], null, [Role.Lead]),
    ]);

    public StatementStage Stage { get; private init; }
    public Guid Item { get; private init; }
    public Guid Release { get; private init; }
    public ThirdPartyUpdate Update { get; private init; } = new("", "", "", null);
    public StatementEvent.Decided? Decision { get; private init; }

    /// <summary>What an imported list says; null: it came by no list.</summary>
    public StatementEvent.Listed? Listed { get; private init; }

    /// <summary>Who decided.</summary>
    public string? DecidedBy { get; private init; }

    public Instant? PublishedAt { get; private init; }
    public Guid? SupersededBy { get; private init; }

    public static Outcome<StatementEvent> Draft(Guid item, Guid release, ThirdPartyUpdate update, Actor by) =>
        Life.Bars("draft", null, null, by) is { } bar ? bar : new StatementEvent.Drafted(item, release, update);

    /// <summary>A line of an approved-patch list that was kept elsewhere: a draft, with what the list says.</summary>
    public static Outcome<ImmutableArray<StatementEvent>> Bring(Guid item, Guid release, ThirdPartyUpdate update, StatementEvent.Listed listed, Actor by) =>
        Life.Bars("bring", null, null, by) is { } bar ? bar : ImmutableArray.Create<StatementEvent>(new StatementEvent.Drafted(item, release, update), listed);

    public Outcome<StatementEvent> Decide(StatementEvent.Decided decision, Actor by)
    {
        if (Life.Bars("decide", this, Stage, by) is { } bar)
            return bar;
        return Faults(decision) is { IsEmpty: false } faults ? Refusal.Malformed(faults) : decision;
    }

    public Outcome<StatementEvent> Publish(Actor by)
    {
        if (Life.Bars("publish", this, Stage, by) is { } bar)
            return bar;
        if (Decision is null)
            return Refusal.State("statement.undecided", "Nobody has decided yet.");
        return Decision is { Verdict: Verdict.NotApproved, Mitigation: null }
            ? Refusal.State("statement.no-mitigation", "\"Not approved\" is published only with what to do instead.")
            : new StatementEvent.Published();
    }

    public Outcome<StatementEvent> Supersede(Guid? by, string reason, Actor actor) =>
        Life.Bars("supersede", this, Stage, actor) is { } bar ? bar : new StatementEvent.Superseded(by, reason);

    static Event IImportable<Statement>.Imported(ImportedFrom from) => new StatementEvent.Imported(from);

    static Event IImportable<Statement>.TakenBack(Guid import, string reason) => new StatementEvent.TakenBack(import, reason);

    static Refusal? IImportable<Statement>.BarsTakingBack(Statement record, Actor by) => Life.Bars(IImportable<Statement>.TakeBack, record, record.Stage, by);

    public static Statement After(Statement? before, Entry entry)
    {
        var statement = before ?? new Statement();
        return (StatementEvent)entry.Event switch
        {
            StatementEvent.Drafted e => statement with { Item = e.Item, Release = e.Release, Update = e.Update },
            StatementEvent.Decided e => statement with { Decision = e, DecidedBy = entry.Head.Actor },
            StatementEvent.Published => statement with { Stage = StatementStage.Published, PublishedAt = entry.At },
            StatementEvent.Superseded e => statement with { Stage = StatementStage.Superseded, SupersededBy = e.By },
            StatementEvent.Listed e => statement with { Listed = e },
            StatementEvent.Imported or StatementEvent.TakenBack => statement,
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private static ImmutableArray<Fault> Faults(StatementEvent.Decided decision)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (decision.Verdict is Verdict.Approved or Verdict.ApprovedWithConditions && string.IsNullOrWhiteSpace(decision.TestedConfiguration))
            faults.Add(new Fault("testedConfiguration", "Approval names the configuration that was tested."));
        if (decision.Verdict == Verdict.ApprovedWithConditions && string.IsNullOrWhiteSpace(decision.Conditions))
            faults.Add(new Fault("conditions", "Say the conditions."));
        if (decision.Verdict == Verdict.NotApproved && decision.Mitigation is null)
            faults.Add(new Fault("measures", "\"Not approved\" needs what to do instead."));
        if (decision.Mitigation is { } mitigation)
            faults.AddRange(Unsaid(mitigation).Select(field => new Fault(field, "This is needed for what to do instead.")));
        return faults.ToImmutable();
    }

    private static IEnumerable<string> Unsaid(Mitigation mitigation) =>
        new (string Field, string Text)[]
        {
            ("riskIfNotApplied", mitigation.RiskIfNotApplied), ("riskIfApplied", mitigation.RiskIfApplied),
            ("measures", mitigation.Measures), ("workflowEffect", mitigation.WorkflowEffect),
        }.Where(part => string.IsNullOrWhiteSpace(part.Text)).Select(part => part.Field);
}
