using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;
using Aftercare.Vulnerabilities;

namespace Aftercare.Advisories;

/// <summary>Where the revision at hand stands.</summary>
public enum AdvisoryStage
{
    Draft,

    /// <summary>A second person has signed its exact content.</summary>
    Approved,

    Published,

    /// <summary>Published, and the latest revision says that it no longer holds.</summary>
    Withdrawn,

    /// <summary>Given up before anything was published.</summary>
    Discarded,
}

/// <summary>A revision that everybody can read.</summary>
/// <param name="Change">What changed, as the revision history says it.</param>
/// <param name="Sha256">Lowercase hex, of the CSAF document.</param>
public sealed record PublishedRevision(int Number, Instant At, string Change, string Sha256, Guid Document);

/// <summary>Who signed which content.</summary>
public sealed record Approval(string By, Instant At, string Sha256);

/// <summary>
/// What the manufacturer says to everybody about the vulnerabilities of one case (IEC 81001-5-1 §4.1.7): description, rating, affected
/// versions, what to do. The versions are the case's; the words are here.
/// </summary>
public sealed record Advisory : Subject, IFold<Advisory>
{
    /// <value>20 for one vulnerability.</value>
    public const int MaxRemediations = 20;

    private const string FirstRevision = "Initial publication";

    private static readonly ImmutableArray<Role> Writers = [Role.Analyst, Role.Lead, Role.Publisher, Role.Safety];

    /// <summary>A vulnerability that some release has or had is rated; where none ever did, there is nothing to rate.</summary>
    private static readonly ImmutableArray<ProductStatus> Rated = [ProductStatus.KnownAffected, ProductStatus.Fixed];

    private static readonly ImmutableArray<ProductStatus> Telling = [.. Rated, ProductStatus.KnownNotAffected];

    public static string Noun => "advisory";

    public static Lifecycle<AdvisoryStage> Life { get; } = new(Noun,
    [
        new("draft", "advisory.drafted", [], AdvisoryStage.Draft, Writers) { Button = "Draft an advisory" },
        new("describe", "advisory.described", [AdvisoryStage.Draft], null, Writers) { Button = "Save title and summary" },
        new("describe-vulnerability", "advisory.vulnerability-described", [AdvisoryStage.Draft], null, Writers) { Button = "Save these words" },
        new("add-remediation", "advisory.remediation-added", [AdvisoryStage.Draft], null, Writers) { Button = "Add this action" },
        new("remove-remediation", "advisory.remediation-removed", [AdvisoryStage.Draft], null, Writers) { Button = "Remove" },
        new("approve", "advisory.approved", [AdvisoryStage.Draft], AdvisoryStage.Approved, [Role.Lead, Role.Quality, Role.Safety]) { Button = "Approve", Signature = "Approval of the advisory" },
        new("return", "advisory.returned", [AdvisoryStage.Approved], AdvisoryStage.Draft, [.. Writers, Role.Quality]) { Button = "Return to draft" },
        new("publish", "advisory.published", [AdvisoryStage.Approved], AdvisoryStage.Published, [Role.Publisher]) { Button = "Publish", Signature = "Publication of the advisory" },
        new("revise", "advisory.revised", [AdvisoryStage.Published, AdvisoryStage.Withdrawn], AdvisoryStage.Draft, Writers) { Button = "Begin a new revision" },
        new("discard", "advisory.discarded", [AdvisoryStage.Draft, AdvisoryStage.Approved], null, [Role.Lead, Role.Publisher]) { Button = "Give up this revision" },
    ]);

    public string Number { get; private init; } = "";
    public Guid Case { get; private init; }
    public AdvisoryStage Stage { get; private init; }

    /// <summary>The revision at hand: 1, 2, 3 … as the document's version.</summary>
    public int Revision { get; private init; } = 1;

    /// <summary>When the revision at hand was begun.</summary>
    public Instant Began { get; private init; }

    /// <summary>What the revision at hand changes, as the public revision history will say it.</summary>
    public string Change { get; private init; } = FirstRevision;

    /// <summary>The revision at hand says that the advisory no longer holds.</summary>
    public bool Withdraws { get; private init; }

    public AdvisoryText Text { get; private init; } = new("", "", null);

    /// <summary>Who wrote words of the revision at hand: none of them may approve it.</summary>
    public ImmutableHashSet<string> Authors { get; private init; } = [];

    /// <summary>Null unless the revision at hand is approved or published.</summary>
    public Approval? Approval { get; private init; }

    /// <summary>Oldest first.</summary>
    public ImmutableArray<PublishedRevision> Published { get; private init; } = [];

    /// <summary>The facts of the latest published revision; null before the first.</summary>
    public AdvisoryEvent.Published? Latest { get; private init; }

    /// <summary>The words of the latest published revision.</summary>
    public AdvisoryText? LatestText { get; private init; }

    /// <summary>The latest published revision says that the advisory no longer holds.</summary>
    public bool Withdrawn { get; private init; }

    public static Outcome<AdvisoryEvent> Draft(string number, Guid @case, string title, Actor by) =>
        Life.Bars("draft", null, null, by) is { } bar ? bar : new AdvisoryEvent.Drafted(number, @case, title);

    public Outcome<AdvisoryEvent> Describe(string title, string summary, TextRef? credits, Actor by) =>
        Life.Bars("describe", this, Stage, by) is { } bar ? bar : new AdvisoryEvent.Described(title, summary, credits);

    public Outcome<AdvisoryEvent> DescribeVulnerability(Guid vulnerability, string description, string patientImpact, Actor by) =>
        Life.Bars("describe-vulnerability", this, Stage, by) is { } bar ? bar : new AdvisoryEvent.VulnerabilityDescribed(vulnerability, description, patientImpact);

    public Outcome<AdvisoryEvent> AddRemediation(Guid vulnerability, Remediation remediation, Actor by)
    {
        if (Life.Bars("add-remediation", this, Stage, by) is { } bar)
            return bar;
        var others = Text.Of(vulnerability).Remediations;
        if (others.Length >= MaxRemediations)
            return Refusal.State("advisory.too-many-remediations", $"There are {MaxRemediations} actions already. Remove one, or join two.");
        if (remediation is { Update: not null, Kind: not RemediationKind.VendorFix })
            return Refusal.Malformed("update", "Only a fix of ours names an update.");
        return others.Any(other => Contradict(other, remediation))
            ? Refusal.State("advisory.contradiction", "A fix and \"no fix\" for the same release contradict each other. Remove the one that is wrong.")
            : new AdvisoryEvent.RemediationAdded(vulnerability, remediation);
    }

    public Outcome<AdvisoryEvent> RemoveRemediation(Guid vulnerability, Guid remediation, Actor by)
    {
        if (Life.Bars("remove-remediation", this, Stage, by) is { } bar)
            return bar;
        return Text.Of(vulnerability).Remediations.Any(one => one.Id == remediation)
            ? new AdvisoryEvent.RemediationRemoved(vulnerability, remediation)
            : Refusal.State("advisory.no-such-remediation", "That action is not there any more.");
    }

    /// <summary>The second person's signature on the exact content.</summary>
    public Outcome<AdvisoryEvent> Approve(AdvisoryGround ground, Actor by)
    {
        if (Life.Bars("approve", this, Stage, by) is { } bar)
            return bar;
        if (Authors.Any(by.IsSamePersonAs))
            return Refusal.Role("advisory.second-person", "You wrote some of it; a second person approves.");
        return Gate(ground) is { } closed ? closed : new AdvisoryEvent.Approved(Revision, ground.Sha256);
    }

    public Outcome<AdvisoryEvent> Return(string reason, Actor by) =>
        Life.Bars("return", this, Stage, by) is { } bar ? bar : new AdvisoryEvent.Returned(reason);

    /// <summary>Whether the revision may go out now: what was approved must be what would be published, to the byte.</summary>
    public Refusal? BarsPublishing(AdvisoryGround ground, Actor by)
    {
        if (Life.Bars("publish", this, Stage, by) is { } bar)
            return bar;
        if (Gate(ground) is { } closed)
            return closed;
        return Approval!.Sha256 == ground.Sha256 ? null : Refusal.State(
            "advisory.changed-since-approval",
            "What would be published is not what was approved: the case, a product or an update has changed since. Return it to draft and have it approved anew.");
    }

    public Outcome<AdvisoryEvent> Publish(AdvisoryGround ground, AdvisoryEvent.Published what, Actor by) =>
        BarsPublishing(ground, by) is { } bar ? bar : what with { Revision = Revision };

    public Outcome<AdvisoryEvent> Revise(string change, bool withdraws, Actor by) =>
        Life.Bars("revise", this, Stage, by) is { } bar ? bar : new AdvisoryEvent.Revised(change, withdraws);

    public Outcome<AdvisoryEvent> Discard(string reason, Actor by) =>
        Life.Bars("discard", this, Stage, by) is { } bar ? bar : new AdvisoryEvent.Discarded(reason);

    /// <summary>
    /// What still keeps it from being approved and published, each with the part of its page that mends it. Empty when nothing does.
    /// The document's own faults come last: most of them only repeat that words are missing.
    /// </summary>
    public ImmutableArray<Fault> Missing(AdvisoryGround ground)
    {
        var missing = ImmutableArray.CreateBuilder<Fault>();
        if (Text.Summary.Length == 0)
            missing.Add(new Fault("summary", "The plain-language summary is missing."));
        if (ground.Vulnerabilities.IsEmpty)
            missing.Add(new Fault("vulnerabilities", "The case has no vulnerability yet."));
        missing.AddRange(ground.Vulnerabilities.SelectMany(MissingOf));
        missing.AddRange(ground.Faults);
        return missing.Count > 0 ? missing.ToImmutable() : ground.DocumentFaults;
    }

    public static Advisory After(Advisory? before, Entry entry)
    {
        var advisory = before ?? new Advisory();
        return (AdvisoryEvent)entry.Event switch
        {
            AdvisoryEvent.Drafted e => advisory with
            {
                Number = e.Number,
                Case = e.Case,
                Text = new AdvisoryText(e.Title, "", null),
                Began = entry.At,
                Authors = [entry.Head.Actor],
            },
            AdvisoryEvent.Described e => advisory.Written(entry, advisory.Text with { Title = e.Title, Summary = e.Summary, Credits = e.Credits }),
            AdvisoryEvent.VulnerabilityDescribed e => advisory.Written(entry, e.Vulnerability,
                text => text with { Description = e.Description, PatientImpact = e.PatientImpact }),
            AdvisoryEvent.RemediationAdded e => advisory.Written(entry, e.Vulnerability, text => text with { Remediations = text.Remediations.Add(e.Remediation) }),
            AdvisoryEvent.RemediationRemoved e => advisory.Written(entry, e.Vulnerability,
                text => text with { Remediations = text.Remediations.RemoveAll(one => one.Id == e.Remediation) }),
            AdvisoryEvent.Approved e => advisory with { Stage = AdvisoryStage.Approved, Approval = new Approval(entry.Head.Actor, entry.At, e.Sha256) },
            AdvisoryEvent.Returned => advisory with { Stage = AdvisoryStage.Draft, Approval = null },
            AdvisoryEvent.Published e => advisory.Out(entry, e),
            AdvisoryEvent.Revised e => advisory with
            {
                Stage = AdvisoryStage.Draft,
                Revision = advisory.Revision + 1,
                Began = entry.At,
                Change = e.Change,
                Withdraws = e.Withdraws,
                Authors = [entry.Head.Actor],
                Approval = null,
            },
            AdvisoryEvent.Discarded => advisory.Back(),
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private Advisory Written(Entry entry, AdvisoryText text) => this with { Text = text, Authors = Authors.Add(entry.Head.Actor) };

    private Advisory Written(Entry entry, Guid vulnerability, Func<VulnerabilityText, VulnerabilityText> change) =>
        Written(entry, Text.With(change(Text.Of(vulnerability))));

    private Advisory Out(Entry entry, AdvisoryEvent.Published e) => this with
    {
        Stage = Withdraws ? AdvisoryStage.Withdrawn : AdvisoryStage.Published,
        Published = Published.Add(new PublishedRevision(e.Revision, entry.At, Change, e.Document.Sha256, e.Document.Id)),
        Latest = e,
        LatestText = Text,
        Withdrawn = Withdraws,
    };

    // Everything as the last published revision left it.
    private Advisory Back() => LatestText is null ? this with { Stage = AdvisoryStage.Discarded, Approval = null } : this with
    {
        Stage = Withdrawn ? AdvisoryStage.Withdrawn : AdvisoryStage.Published,
        Revision = Published[^1].Number,
        Change = Published[^1].Change,
        Withdraws = Withdrawn,
        Text = LatestText,
        Approval = null,
    };

    private Refusal? Gate(AdvisoryGround ground) => Missing(ground) is { IsEmpty: false } missing
        ? Refusal.State("advisory.gate", $"{missing.Length} {(missing.Length == 1 ? "thing is" : "things are")} missing or wrong.") with { Faults = missing }
        : null;

    private IEnumerable<Fault> MissingOf(CoveredVulnerability vulnerability)
    {
        var (text, at) = (Text.Of(vulnerability.Id), AnchorOf(vulnerability.Id));
        if (text.Description.Length == 0)
            yield return new Fault(at, $"{vulnerability.Name}: say what the flaw is.");
        if (text.PatientImpact.Length == 0)
            yield return new Fault(at, $"{vulnerability.Name}: say what it can mean for patients, or that no effect is known.");
        if (!vulnerability.Statuses.Any(status => Telling.Contains(status.Status)))
            yield return new Fault(at, $"{vulnerability.Name}: the case calls no release affected, not affected or fixed yet. Fill in its table first.");
        if (!vulnerability.Scored && vulnerability.Statuses.Any(status => Rated.Contains(status.Status)))
            yield return new Fault(at, $"{vulnerability.Name}: it has no CVSS rating. Rate it in the case, or record there why not.");
        foreach (var status in vulnerability.Statuses.Where(one => one.Status == ProductStatus.KnownAffected && !text.Remediations.Any(action => action.Covers(one.Release))))
            yield return new Fault(at, $"{vulnerability.Name}: {status.Name} is affected, but nothing says what to do. \"None available\" is an answer too.");
    }

    /// <summary>The part of the advisory's page that is about one vulnerability.</summary>
    public static string AnchorOf(Guid vulnerability) => $"vulnerability-{vulnerability:N}";

    private static bool Contradict(Remediation left, Remediation right) =>
        IsFix(left) != IsFix(right) && (IsNone(left) || IsNone(right)) && (IsFix(left) || IsFix(right))
        && (left.Releases.IsEmpty || right.Releases.IsEmpty || left.Releases.Intersect(right.Releases).Any());

    private static bool IsFix(Remediation one) => one.Kind == RemediationKind.VendorFix;

    private static bool IsNone(Remediation one) => one.Kind is RemediationKind.NoFixPlanned or RemediationKind.NoneAvailable;
}
