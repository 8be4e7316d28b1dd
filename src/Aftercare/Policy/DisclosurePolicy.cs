using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Policy;

/// <summary>What a policy for coordinated disclosure must say to people outside, and what it may.</summary>
public enum PolicyElement
{
    HowToReport,
    Acknowledgement,
    Investigation,
    Coordination,
    Scope,

    /// <summary>What must not be done: no test on devices in clinical use, no patient data.</summary>
    RulesOfEngagement,

    /// <summary>Where adverse events and complaints go.</summary>
    AdverseEvents,

    /// <summary>What we promise to those who keep to it. The only element that may be missing.</summary>
    SafeHarbour,
}

/// <param name="Text">Plain text; an empty line parts paragraphs.</param>
public sealed record PolicySection(PolicyElement Element, string Text);

public enum PolicyStage
{
    Draft,
    Approved,
    Published,
    Superseded,
}

public abstract record PolicyEvent : Event
{
    /// <param name="Revision">1 and up.</param>
    /// <param name="Language">Tag of the language it is written in, e.g. <c>en</c>.</param>
    /// <param name="AcknowledgeWithinBusinessDays">1 to 30; default 5.</param>
    /// <param name="UpdateEveryDays">1 to 365; default 30.</param>
    [Kind("policy.drafted")]
    public sealed record Drafted(
        int Revision, string Title, string Language, ImmutableArray<PolicySection> Sections, int AcknowledgeWithinBusinessDays, int UpdateEveryDays) : PolicyEvent;

    [Kind("policy.approved")]
    public sealed record Approved : PolicyEvent;

    [Kind("policy.published")]
    public sealed record Published : PolicyEvent;

    /// <summary>Somebody looked at the published text and found it still true; security.txt counts from here.</summary>
    [Kind("policy.confirmed")]
    public sealed record Confirmed(string Finding) : PolicyEvent;

    [Kind("policy.superseded")]
    public sealed record Superseded(int By) : PolicyEvent;
}

/// <summary>One revision of the policy for coordinated vulnerability disclosure (ISO/IEC 29147 clause 9). Each report keeps the revision it came in under.</summary>
public sealed record DisclosurePolicy : Subject, IFold<DisclosurePolicy>
{
    /// <value>5 business days, the commonest promise of device makers.</value>
    public const int DefaultAcknowledgeWithin = 5;

    /// <value>30 days.</value>
    public const int DefaultUpdateEvery = 30;

    /// <value>350 days: security.txt should not be valid for more than a year (RFC 9116 §2.5.5).</value>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(350);

    private static readonly ImmutableArray<Role> Owners = [Role.Lead, Role.Quality];

    public static string Noun => "policy";

    public static Lifecycle<PolicyStage> Life { get; } = new(Noun,
    [
        new("draft", "policy.drafted", [], PolicyStage.Draft, [Role.Analyst, .. Owners]) { Button = "Draft a revision" },
        new("approve", "policy.approved", [PolicyStage.Draft], PolicyStage.Approved, Owners)
            { Button = "Approve", Signature = "Approval of the disclosure policy", NotBy = ["policy.drafted"] },
        new("publish", "policy.published", [PolicyStage.Approved], PolicyStage.Published, [Role.Publisher, .. Owners]) { Button = "Publish" },
        new("confirm", "policy.confirmed", [PolicyStage.Published], null, Owners)
            { Button = "Still true", Signature = "Yearly review of the disclosure policy" },
        new("supersede", "policy.superseded", [PolicyStage.Published], PolicyStage.Superseded, [Role.Publisher, .. Owners]),
    ]);

    public int Revision { get; private init; }
    public string Title { get; private init; } = "";
    public string Language { get; private init; } = "en";
    public ImmutableArray<PolicySection> Sections { get; private init; } = [];
    public int AcknowledgeWithinBusinessDays { get; private init; } = DefaultAcknowledgeWithin;
    public int UpdateEveryDays { get; private init; } = DefaultUpdateEvery;
    public PolicyStage Stage { get; private init; }

    public Instant? PublishedAt { get; private init; }

    /// <summary>Until when security.txt may vouch for it; null while it was not published.</summary>
    public Instant? Expires { get; private init; }

    public static Outcome<PolicyEvent> Draft(PolicyEvent.Drafted draft, Actor by)
    {
        if (Life.Bars("draft", null, null, by) is { } bar)
            return bar;
        if (draft.AcknowledgeWithinBusinessDays is < 1 or > 30)
            return Refusal.Malformed("acknowledgeWithin", "1 to 30 business days.");
        if (draft.UpdateEveryDays is < 1 or > 365)
            return Refusal.Malformed("updateEvery", "1 to 365 days.");
        var missing = Enum.GetValues<PolicyElement>().Where(element => element != PolicyElement.SafeHarbour)
            .Where(element => draft.Sections.All(section => section.Element != element || string.IsNullOrWhiteSpace(section.Text))).ToList();
        return missing.Count == 0
            ? draft
            : Refusal.Malformed([.. missing.Select(element => new Fault(FieldOf(element), "A policy has to say this."))]);
    }

    public Outcome<PolicyEvent> Approve(Actor by) =>
        Life.Bars("approve", this, Stage, by) is { } bar ? bar : new PolicyEvent.Approved();

    public Outcome<PolicyEvent> Publish(Actor by) =>
        Life.Bars("publish", this, Stage, by) is { } bar ? bar : new PolicyEvent.Published();

    public Outcome<PolicyEvent> Confirm(string finding, Actor by) =>
        Life.Bars("confirm", this, Stage, by) is { } bar ? bar : new PolicyEvent.Confirmed(finding);

    /// <summary>Recorded with the publication of the revision that takes its place.</summary>
    public Outcome<PolicyEvent> Supersede(int revision, Actor by) =>
        Life.Bars("supersede", this, Stage, by) is { } bar ? bar : new PolicyEvent.Superseded(revision);

    /// <summary>The text of an element; null when it says nothing about it.</summary>
    public string? this[PolicyElement element] => Sections.FirstOrDefault(section => section.Element == element)?.Text;

    /// <summary>The name of the form field of an element.</summary>
    public static string FieldOf(PolicyElement element) => char.ToLowerInvariant(element.ToString()[0]) + element.ToString()[1..];

    public static DisclosurePolicy After(DisclosurePolicy? before, Entry entry)
    {
        var policy = before ?? new DisclosurePolicy();
        return (PolicyEvent)entry.Event switch
        {
            PolicyEvent.Drafted e => policy with
            {
                Revision = e.Revision,
                Title = e.Title,
                Language = e.Language,
                Sections = e.Sections,
                AcknowledgeWithinBusinessDays = e.AcknowledgeWithinBusinessDays,
                UpdateEveryDays = e.UpdateEveryDays,
            },
            PolicyEvent.Approved => policy with { Stage = PolicyStage.Approved },
            PolicyEvent.Published => policy with { Stage = PolicyStage.Published, PublishedAt = entry.At, Expires = entry.At.Plus(Validity) },
            PolicyEvent.Confirmed => policy with { Expires = entry.At.Plus(Validity) },
            PolicyEvent.Superseded => policy with { Stage = PolicyStage.Superseded, Expires = null },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }
}
