using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Reports;

namespace Aftercare.Evidence;

/// <summary>The ways in, all of them, and who is here to watch them.</summary>
/// <param name="PeopleHere">Everybody with an account who has not left.</param>
public sealed record Intake(Guid Organisation, ImmutableArray<IntakeChannel> Channels, ImmutableHashSet<Guid> PeopleHere)
{
    public IEnumerable<IntakeChannel> Live => Channels.Where(channel => channel.Stage == IntakeChannelStage.Open && PeopleHere.Contains(channel.Owner));

    public bool HasDeputy(IntakeChannel channel) => channel.Deputy is { } deputy && PeopleHere.Contains(deputy);
}

/// <summary>One of the seven sources, and the ways in that take its reports.</summary>
public sealed record SourceRoute(SourceCategory Source, Intake Intake);

/// <summary>The disclosure policy as an outsider gets it.</summary>
/// <param name="Approved">The revision that is in force by the record; null: none.</param>
/// <param name="PageText">The text of the public page, without markup; null: it could not be had.</param>
public sealed record ShownPolicy(Guid Organisation, DisclosurePolicy? Approved, string? PageText);

/// <summary>security.txt as an outsider gets it.</summary>
/// <param name="Address">Where it was fetched.</param>
/// <param name="Text">Null: it could not be had.</param>
/// <param name="PolicyResolves">Whether the page that it names as policy answers.</param>
public sealed record ShownSecurityTxt(Guid Organisation, string Address, string? Text, bool PolicyResolves);

/// <summary>A report and whether what it rests on is still kept.</summary>
/// <param name="OriginalKept">The sealed original is there with the length and digest on record, or was erased on purpose.</param>
/// <param name="IdentityKept">Of a reporter who is not anonymous: the address is there, or was erased on purpose.</param>
public sealed record KeptReport(Report Report, bool OriginalKept, bool IdentityKept);

/// <summary>Receiving notifications about vulnerabilities (IEC 81001-5-1 §9.2).</summary>
public static class IntakeChecks
{
    private static readonly Setting TestInterval = new("test-interval", "Days between two successful tests of a channel", 30, 1, 366);
    private static readonly Setting LeastValidity = new("least-validity", "Days that security.txt should still be valid", 30, 1, 180);
    private static readonly Setting TriageLimit = new("triage-limit", "Days until a report is decided on", 14, 1, 90);
    private static readonly Setting WaitingLimit = new("waiting-limit", "Days that a report may wait for what is missing", 60, 7, 365);

    public static Check<Intake> LiveChannel { get; } = new(
        "A92-01", "9.2", "At least one public way to report is open, has an owner and a deputy, and a recent test has shown that reports arrive.",
        PotentialSeverity.Major, [TestInterval],
        intake => new Examinee("organisation", intake.Organisation, "The public ways in"), _ => true, JudgeLiveChannel)
    {
        StandsOn = "The ways in that are registered, and who is here.",
        ClearedBy = "Open a public way in, name owner and deputy, and record a test of it.",
    };

    public static Check<ShownPolicy> PublishedPolicy { get; } = new(
        "A92-02", "9.2", "An approved disclosure policy is in force, and the public page says what was approved.",
        PotentialSeverity.Major, [],
        shown => new Examinee("policy", shown.Approved?.Id ?? shown.Organisation, shown.Approved is { } policy ? $"Policy revision {policy.Revision}" : "The disclosure policy"),
        _ => true, JudgePolicy)
    {
        StandsOn = "The published revision of the policy, and the public page.",
        ClearedBy = "Publish an approved revision, and see that the public page shows it.",
    };

    public static Check<ShownSecurityTxt> SecurityTxt { get; } = new(
        "A92-04", "9.2", "security.txt is where programs look for it, reads as RFC 9116 asks, has not expired and leads to contact and policy.",
        PotentialSeverity.Minor, [LeastValidity],
        shown => new Examinee("organisation", shown.Organisation, shown.Address), _ => true, JudgeSecurityTxt)
    {
        StandsOn = "security.txt as it is served now.",
        ClearedBy = "Publish the policy, or confirm that it still holds: security.txt follows.",
    };

    public static Check<SourceRoute> Routes { get; } = new(
        "A92-05", "9.2", "Each of the seven sources of reports has an open way in, with an owner and a procedure.",
        PotentialSeverity.Major, [],
        route => new Examinee(WatchedSource.Noun, route.Intake.Organisation, route.Source.InWords()), _ => true, JudgeRoute)
    {
        StandsOn = "The ways in that are registered.",
        ClearedBy = "Name the source at an open way in that has an owner and a procedure.",
    };

    public static Check<KeptReport> KeptReports { get; } = new(
        "A92-07", "9.2", "Each report keeps its source, channel and time of arrival, its original as it came in, and who sent it, or that nobody said so.",
        PotentialSeverity.Minor, [],
        kept => NameOf(kept.Report), _ => true, JudgeKept)
    {
        StandsOn = "Every report, with its original and its reporter.",
        ClearedBy = "Restore the original from the backup.",
    };

    public static Check<Report> Decided { get; } = new(
        "A92-08", "9.2", "Each report is decided on in time: made part of a case, or set aside with a reason.",
        PotentialSeverity.Major, [TriageLimit, WaitingLimit],
        NameOf, _ => true, JudgeDecided)
    {
        StandsOn = "Every report.",
        ClearedBy = "Decide about the report.",
    };

    private static Examinee NameOf(Report report) => new(Report.Noun, report.Id, report.Number, report.Product, report.Since);

    private static Judgement JudgeLiveChannel(Intake intake, Settings settings, Instant at)
    {
        var open = intake.Live.Where(channel => channel.IsPublic).ToList();
        if (open.Count == 0)
            return Gap.Whole("No public form or e-mail address is open with an owner who is here.");
        var watched = open.Where(intake.HasDeputy).ToList();
        if (watched.Count == 0)
            return Gap.Part("No public channel has a deputy who is here.");
        var tested = watched.Select(TestedOn).OfType<Instant>().Select(on => on.Plus(settings.Days(TestInterval))).DefaultIfEmpty(new Instant(0)).Max();
        return tested > at ? Judgement.GoodUntil(tested) : Gap.Part($"No public channel was tested with success in the last {settings.Of(TestInterval)} days.");
    }

    private static Instant? TestedOn(IntakeChannel channel) => channel.LastTest is { Result: TestOutcome.Succeeded } test ? test.On.Earliest : null;

    private static Judgement JudgePolicy(ShownPolicy shown, Settings settings, Instant at)
    {
        if (shown.Approved is not { Stage: PolicyStage.Published } policy)
            return Gap.Whole("No revision of the policy is published.");
        if (shown.PageText is null)
            return Gap.Whole("The public page of the policy does not answer.");
        var page = Squeeze(shown.PageText);
        var absent = policy.Sections.Where(section => !page.Contains(Squeeze(section.Text), StringComparison.Ordinal)).Select(section => section.Element).ToList();
        return absent.Count == 0 ? Judgement.Good : Gap.Part($"The public page differs from revision {policy.Revision} in: {string.Join(", ", absent)}.");
    }

    private static Judgement JudgeSecurityTxt(ShownSecurityTxt shown, Settings settings, Instant at)
    {
        if (shown.Text is null)
            return Gap.Whole("security.txt is not there.");
        if (SecurityTxtFile.Read(shown.Text) is not { } file)
            return Gap.Whole("security.txt has lines that are neither fields nor comments, or is longer than 32 KiB.");
        if (file["Contact"].IsEmpty)
            return Gap.Whole("security.txt names no contact.");
        if (file.Expires is not { } expires)
            return Gap.Whole("security.txt does not say exactly once when it expires.");
        if (Instant.From(expires) <= at)
            return Gap.Whole($"security.txt has expired on {Instant.From(expires)}.");
        return Shortcomings(shown, file, expires, settings, at).FirstOrDefault() is { } lacking
            ? Gap.Part(lacking)
            : Judgement.GoodUntil(Instant.From(expires).Plus(-settings.Days(LeastValidity)));
    }

    private static IEnumerable<string> Shortcomings(ShownSecurityTxt shown, SecurityTxtFile file, DateTimeOffset expires, Settings settings, Instant at)
    {
        if (Instant.From(expires) <= at.Plus(settings.Days(LeastValidity)))
            yield return $"security.txt expires within {settings.Of(LeastValidity)} days.";
        if (Instant.From(expires) > at.Plus(TimeSpan.FromDays(366)))
            yield return "security.txt is valid for more than a year, which RFC 9116 advises against.";
        if (!file["Canonical"].Contains(shown.Address))
            yield return $"Canonical does not name {shown.Address}.";
        if (file["Policy"].IsEmpty || !shown.PolicyResolves)
            yield return "The policy that it names does not answer.";
        if (file.IsSigned)
            yield return "It is signed, and whether the signature holds was not checked here.";
    }

    private static Judgement JudgeRoute(SourceRoute route, Settings settings, Instant at) =>
        route.Intake.Live.Any(channel => channel.Sources.Contains(route.Source) && channel.Procedure.Length > 0)
            ? Judgement.Good
            : Gap.Whole("No open channel takes its reports, with an owner who is here and a procedure.");

    // Files can be lost without an entry, so the answer holds for a day only.
    private static Judgement JudgeKept(KeptReport kept, Settings settings, Instant at) =>
        !kept.OriginalKept ? Gap.Whole("The original is not kept as it came in.")
        : !kept.IdentityKept ? Gap.Whole("It is not anonymous, and nobody knows who sent it.")
        : Judgement.GoodUntil(at.Plus(TimeSpan.FromDays(1)));

    private static Judgement JudgeDecided(Report report, Settings settings, Instant at)
    {
        // Reopening is the last thing that happened to a report of a later generation that is not decided on.
        var since = report.Generation == 1 ? report.Since : report.Until;
        return report.Stage switch
        {
            ReportStage.Received or ReportStage.Valid =>
                InTime(since, settings.Days(TriageLimit), at, Gap.Whole($"Nobody has decided on it for more than {settings.Of(TriageLimit)} days.")),
            ReportStage.Invalid when report.Disposition is null =>
                InTime(since, settings.Days(WaitingLimit), at, Gap.Part($"It has waited for what is missing for more than {settings.Of(WaitingLimit)} days.")),
            ReportStage.Deferred when report.ReviewOn is { } review =>
                InTime(review.Earliest, TimeSpan.FromDays(1), at, Gap.Whole($"It was put off until {review}, and nobody has looked at it since.")),
            _ => Judgement.Good,
        };
    }

    private static Judgement InTime(Instant since, TimeSpan limit, Instant at, Gap late) =>
        since.Plus(limit) is var due && due > at ? Judgement.GoodUntil(due) : late;

    // Markup breaks lines where it likes.
    private static string Squeeze(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
