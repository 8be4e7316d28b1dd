using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Updates;
using Aftercare.Vulnerabilities;

namespace Aftercare.Evidence;

/// <summary>How far an update has come, in counts of devices.</summary>
/// <param name="Expected">Devices on record that run a release which the update is for, or are in its audience.</param>
/// <param name="Deliveries">Sites to which a delivery was opened.</param>
/// <param name="InAudience">Devices of these deliveries.</param>
/// <param name="Told">Of these: the site was told of the update, or has acted on it.</param>
public sealed record Reach(int Expected, int Deliveries, int InAudience, int Told);

public sealed record ReachedUpdate(Update Update, Reach Reach);

/// <summary>What the site's own check of a package says now, made by the manufacturer.</summary>
/// <param name="Fault">Why a site would refuse it; null: signed by enough people whose keys the root vouches for.</param>
public sealed record PackageTrust(string Path, string? Fault);

public sealed record SignedUpdate(Update Update, ImmutableArray<PackageTrust> Packages);

/// <summary>A package as it lies in the store now.</summary>
/// <param name="Length">In bytes; null: it is not there.</param>
/// <param name="Sha256">Lowercase hex, hashed anew.</param>
public sealed record StoredPackage(string Path, long? Length, string? Sha256);

public sealed record StoredUpdate(Update Update, ImmutableArray<StoredPackage> Packages);

/// <summary>Informing about updates, delivering them, and letting the receiver check them (IEC 81001-5-1 §6.3.1 to §6.3.3).</summary>
public static class UpdateChecks
{
    private const int MostPartsMissing = 2;

    private static readonly Setting EvaluationWindow = new("evaluation-window", "Days that a third-party update may stay under evaluation without a mitigation", 30, 1, 180);

    public static Check<Statement> Mitigated { get; } = new(
        "A631-02", "6.3.1", "Where an update of somebody else's software may not be installed, or is evaluated for long, sites are told what to do meanwhile.",
        PotentialSeverity.Major, [EvaluationWindow],
        statement => new Examinee(Statement.Noun, statement.Id, $"{statement.Update.Supplier} {statement.Update.Identifier}", Began: statement.Since),
        statement => statement.Stage != StatementStage.Superseded && statement.Decision is { Verdict: Verdict.NotApproved or Verdict.UnderEvaluation }, JudgeMitigated)
    {
        StandsOn = "Compatibility statements.",
        ClearedBy = "Publish what to do instead, or look at it again and publish anew.",
    };

    public static Check<Update> Documented { get; } = new(
        "A631-06", "6.3.1", "Each update says what changed, why and how severe that is, what was tested, how to install it and go back, how long that takes, what else to do, and what risk is left.",
        PotentialSeverity.Major, [], NameOf, IsOffered, JudgeDocumented)
    {
        StandsOn = "Published updates and their documents.",
        ClearedBy = "Withdraw the update and publish one that says it.",
    };

    public static Check<ReachedUpdate> Delivered { get; } = new(
        "A632-02", "6.3.2", "For each update it is on record to whom it went, site by site and device by device.",
        PotentialSeverity.Major, [], reached => NameOf(reached.Update), reached => IsOffered(reached.Update), JudgeDelivered)
    {
        StandsOn = "Published updates, their deliveries and the installed base.",
        ClearedBy = "Offer the update to each site, and record how it was told.",
    };

    public static Check<SignedUpdate> Verifiable { get; } = new(
        "A633-01", "6.3.3", "Each package carries signatures that hold now, by keys that may sign it. A checksum alone is not enough.",
        PotentialSeverity.Major, [], signed => NameOf(signed.Update), signed => IsOffered(signed.Update), JudgeSigned)
    {
        StandsOn = "The signed metadata of published updates, checked now.",
        ClearedBy = "Have the package signed anew by enough people with valid keys.",
    };

    public static Check<StoredUpdate> Unchanged { get; } = new(
        "A633-05", "6.3.3", "Each package as it lies in the store, hashed anew, is the one that was signed.",
        PotentialSeverity.Major, [], stored => NameOf(stored.Update), stored => IsOffered(stored.Update), JudgeUnchanged)
    {
        StandsOn = "The stored packages of published updates, hashed now.",
        ClearedBy = "Restore the package from the backup.",
    };

    /// <summary>What a document for operators leaves out.</summary>
    public static ImmutableArray<string> MissingParts(Update update)
    {
        if (update.Document is not { } document)
            return ["the document"];
        var silent = new (string Part, string Text)[]
        {
            ("what changed", document.Change), ("why", document.Why), ("tests", document.Tests), ("installation", document.Instructions),
            ("going back", document.Rollback), ("what operators do", document.OperatorActions), ("risk that is left", document.ResidualRisk),
        }.Where(part => string.IsNullOrWhiteSpace(part.Text)).Select(part => part.Part);
        return update.Purpose != UpdatePurpose.Other && document.Severity == Severity.None ? [.. silent, "severity"] : [.. silent];
    }

    // A withdrawn update is no longer offered, so nothing is asked of it any more.
    private static bool IsOffered(Update update) => update.Stage == UpdateStage.Published;

    private static Examinee NameOf(Update update) => new(Update.Noun, update.Id, update.Number, update.Product, update.Since);

    private static Judgement JudgeMitigated(Statement statement, Settings settings, Instant at)
    {
        var decided = statement.Decision!;
        var due = decided.DecidedOn.Earliest.Plus(settings.Days(EvaluationWindow));
        if (decided.Verdict == Verdict.UnderEvaluation && decided.Mitigation is null)
            return due > at ? Judgement.GoodUntil(due) : Gap.Whole($"It has been under evaluation for more than {settings.Of(EvaluationWindow)} days, and no mitigation is stated.");
        if (decided.Mitigation is not { } mitigation)
            return Gap.Whole("It is not approved, and no mitigation is stated.");
        if (statement.Stage == StatementStage.Draft)
            return Gap.Whole("What to do instead is decided but not published.");
        return mitigation.ReviewOn.Earliest.Plus(TimeSpan.FromDays(1)) is var review && review > at
            ? Judgement.GoodUntil(review)
            : Gap.Part($"The mitigation was to be looked at again on {mitigation.ReviewOn}.");
    }

    private static Judgement JudgeDocumented(Update update, Settings settings, Instant at)
    {
        var missing = MissingParts(update);
        if (missing.IsEmpty)
            return Judgement.Good;
        var words = $"It says nothing about: {string.Join(", ", missing)}.";
        return update.Document is not null && missing.Length <= MostPartsMissing ? Gap.Part(words) : Gap.Whole(words);
    }

    private static Judgement JudgeDelivered(ReachedUpdate reached, Settings settings, Instant at) => reached.Reach switch
    {
        { Deliveries: 0, Expected: 0 } => Gap.Part("It is published, and no device is on record that it is for."),
        { Deliveries: 0, Expected: var expected } => Gap.Whole($"{expected} devices need it, and no delivery is on record."),
        { Told: 0 } => Gap.Part("It is offered, and no site is on record as told."),
        { Told: var told, InAudience: var all } when told < all => Gap.Part($"The sites of {all - told} of {all} devices are not on record as told."),
        _ => Judgement.Good,
    };

    private static Judgement JudgeSigned(SignedUpdate signed, Settings settings, Instant at) =>
        signed.Packages.IsEmpty ? Gap.Whole("It has no package.")
        : signed.Packages.FirstOrDefault(package => package.Fault is not null) is { } bad ? Gap.Whole($"{bad.Path}: {bad.Fault}")
        : Judgement.Good;

    private static Judgement JudgeUnchanged(StoredUpdate stored, Settings settings, Instant at)
    {
        foreach (var signed in stored.Update.Files)
        {
            var found = stored.Packages.FirstOrDefault(package => package.Path == signed.Path);
            if (found?.Length is null)
                return Gap.Whole($"{signed.Path} is not in the store.");
            if (found.Length != signed.Length || found.Sha256 != signed.Sha256)
                return Gap.Whole($"{signed.Path} is not what was signed: SHA-256 {found.Sha256}, {found.Length} bytes.");
        }
        return stored.Update.Files.IsEmpty ? Gap.Whole("It has no package.") : Judgement.Good;
    }
}
