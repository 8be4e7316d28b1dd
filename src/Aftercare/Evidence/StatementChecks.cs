using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Updates;

namespace Aftercare.Evidence;

/// <summary>An update of somebody else's software that is on record, as one release stands to it.</summary>
/// <param name="Stage">Of the statement on this release that has come furthest and was not superseded; null: there is none.</param>
public sealed record KnownUpdate(string Identifier, StatementStage? Stage);

/// <summary>A third-party item that we support or maintain, in a release of ours that is supported.</summary>
/// <param name="Label">Item and release, as people say it.</param>
/// <param name="Known">Every update that any statement on the item names.</param>
public sealed record SupportedPart(Guid Item, Guid Product, string Label, ImmutableArray<KnownUpdate> Known);

/// <summary>To whom a statement was brought.</summary>
/// <param name="Concerned">Sites where a device in use runs the release, as far as that is known.</param>
/// <param name="Noticed">Of these: sites with a standing notice of it.</param>
public sealed record ToldStatement(Statement Statement, int Concerned, int Noticed);

/// <summary>The published statements on one update and one release.</summary>
/// <param name="First">One of them.</param>
/// <param name="Label">As people say it.</param>
public sealed record SaidTogether(Guid First, string Label, ImmutableArray<Verdict?> Verdicts);

/// <summary>Saying which updates of other people's software may be installed (IEC 81001-5-1 §6.3.1).</summary>
public static class StatementChecks
{
    private static readonly Setting QualificationLimit = new("qualification-limit", "Days from the release of a third-party update to our statement", 30, 1, 180);

    public static Check<SupportedPart> Covered { get; } = new(
        "A631-01", "6.3.1", "For each security update of a supported third-party item there is a statement for every supported release that has the item.",
        PotentialSeverity.Major, [],
        part => new Examinee("item", part.Item, part.Label, part.Product), _ => true, JudgeCovered)
    {
        StandsOn = "Classified third-party items, supported releases and compatibility statements. It knows the updates that a statement names, and no others: no supplier's feed is watched.",
        ClearedBy = "Draft, decide and publish the statement that is missing.",
    };

    public static Check<Statement> Complete { get; } = new(
        "A631-03", "6.3.1", "Each published statement says what was tried on what, by which test, under which conditions, and who decided when.",
        PotentialSeverity.Minor, [], NameOf, statement => statement.Stage == StatementStage.Published, JudgeComplete)
    {
        StandsOn = "Published compatibility statements.",
        ClearedBy = "Publish a statement that says it; it takes the place of this one.",
    };

    public static Check<Statement> InTime { get; } = new(
        "A631-04", "6.3.1", "Each statement is published in time after the maker has released the update.",
        PotentialSeverity.Major, [QualificationLimit], NameOf, statement => statement.Stage != StatementStage.Superseded, JudgeInTime)
    {
        StandsOn = "Compatibility statements that were drafted. Whether what the update mends is attacked is not on record, so a late one counts in part.",
        ClearedBy = "Publish the statement. What was late stays late.",
    };

    public static Check<ToldStatement> Told { get; } = new(
        "A631-05", "6.3.1", "Each published statement was brought before every site that it concerns.",
        PotentialSeverity.Major, [], told => NameOf(told.Statement), told => told.Statement.Stage == StatementStage.Published, JudgeTold)
    {
        StandsOn = "Published statements, the installed base, and the notices to sites; a notice that nobody has read yet counts.",
        ClearedBy = "Register the devices of the sites; notices follow by themselves within minutes.",
    };

    public static Check<SaidTogether> Consistent { get; } = new(
        "A631-07", "6.3.1", "No two published statements on the same update and release say different things.",
        PotentialSeverity.Minor, [], said => new Examinee(Statement.Noun, said.First, said.Label), said => !said.Verdicts.IsEmpty, JudgeConsistent)
    {
        StandsOn = "Published compatibility statements, by item, release and update.",
        ClearedBy = "Supersede the statement that does not hold.",
    };

    private static Examinee NameOf(Statement statement) =>
        new(Statement.Noun, statement.Id, $"{statement.Update.Supplier} {statement.Update.Identifier}", Began: statement.Since);

    private static Judgement JudgeCovered(SupportedPart part, Settings settings, Instant at)
    {
        if (part.Known.IsEmpty)
            return Gap.Part("No update of it is on record. Whether there is one cannot be told here.");
        var silent = part.Known.Where(known => known.Stage is null or StatementStage.Superseded).Select(known => known.Identifier).ToList();
        if (silent.Count > 0)
            return Gap.Whole($"No statement says whether these may be installed: {string.Join(", ", silent)}.");
        var drafts = part.Known.Where(known => known.Stage == StatementStage.Draft).Select(known => known.Identifier).ToList();
        return drafts.Count == 0 ? Judgement.Good : Gap.Part($"Drafted and not published: {string.Join(", ", drafts)}.");
    }

    private static Judgement JudgeComplete(Statement statement, Settings settings, Instant at)
    {
        var missing = Unsaid(statement).ToList();
        return missing.Count == 0 ? Judgement.Good : Gap.Part($"It does not say: {string.Join(", ", missing)}.");
    }

    // Of what is still under evaluation no finished test can be asked for.
    private static IEnumerable<string> Unsaid(Statement statement)
    {
        if (statement.Decision is not { } decided)
        {
            yield return "the verdict";
            yield break;
        }
        if (decided.Verdict != Verdict.UnderEvaluation && string.IsNullOrWhiteSpace(decided.TestedConfiguration))
            yield return "the tested configuration";
        if (decided.Verdict != Verdict.UnderEvaluation && string.IsNullOrWhiteSpace(decided.TestReference))
            yield return "where the test is recorded";
        if (decided.Verdict == Verdict.ApprovedWithConditions && string.IsNullOrWhiteSpace(decided.Conditions))
            yield return "the conditions";
        if (statement.DecidedBy is null)
            yield return "who decided";
    }

    private static Judgement JudgeInTime(Statement statement, Settings settings, Instant at)
    {
        if (statement.Update.ReleasedOn is not { } released)
            return Gap.Part("It does not say when the maker released the update, so nobody can tell whether it was in time.");
        // A day is over when it ends.
        var due = released.Earliest.Plus(settings.Days(QualificationLimit) + TimeSpan.FromDays(1));
        return statement.PublishedAt is { } published
            ? published < due ? Judgement.Good : Gap.Part($"It was published more than {settings.Of(QualificationLimit)} days after the maker released the update.")
            : due > at ? Judgement.GoodUntil(due)
            : Gap.Whole($"The maker released the update more than {settings.Of(QualificationLimit)} days ago, and no statement is published.");
    }

    private static Judgement JudgeTold(ToldStatement told, Settings settings, Instant at) => told switch
    {
        { Concerned: 0 } => Gap.Part("It is public. No site is on record that runs the release, so nobody could be told."),
        { Noticed: 0, Concerned: var all } => Gap.Part($"It is public only: none of the {all} sites that it concerns has a notice of it."),
        { Noticed: var some, Concerned: var all } when some < all => Gap.Part($"{all - some} of the {all} sites that it concerns have no notice of it."),
        _ => Judgement.Good,
    };

    private static Judgement JudgeConsistent(SaidTogether said, Settings settings, Instant at) =>
        said.Verdicts.Length == 1 ? Judgement.Good
        : said.Verdicts.Distinct().Count() > 1 ? Gap.Whole($"{said.Verdicts.Length} published statements contradict each other.")
        : Gap.Part($"{said.Verdicts.Length} published statements give the same verdict; which one holds is not said.");
}
