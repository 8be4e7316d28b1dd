using System.Collections.Immutable;
using System.Diagnostics;
using Aftercare.Ledger;

namespace Aftercare.Audits;

public enum AuditStage
{
    /// <summary>Quality has invited; a second person has not let the auditor in yet.</summary>
    Announced,

    /// <summary>The room is open, from and until the instants of its time box.</summary>
    Open,

    Closed,
}

/// <summary>That an item of a sample was looked at, with the auditor's latest note.</summary>
public sealed record Look(string Note, Instant At);

/// <summary>A sample with the auditor's check list.</summary>
public sealed record AuditSample(AuditEvent.Sampled Drawn, Instant At)
{
    public ImmutableDictionary<Guid, Look> Looks { get; init; } = ImmutableDictionary<Guid, Look>.Empty;
}

/// <summary>"Show me …", and what was answered.</summary>
public sealed record AuditRequest(int Number, string Text, Instant At)
{
    public ImmutableArray<(AuditEvent.Answered Said, Instant At)> Answers { get; init; } = [];
}

/// <summary>
/// An audit by somebody from outside or from another department: who is let in, from when until when, to what; what he drew and asked. The role of an
/// auditor alone opens nothing.
/// </summary>
public sealed record Audit : Subject, IFold<Audit>
{
    /// <value>30 days; an extension counts anew from the day of its decision.</value>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <value>100 samples.</value>
    public const int MaxSamples = 100;

    /// <value>200 requests.</value>
    public const int MaxRequests = 200;

    /// <value>2,000 characters of a request, an answer, a note or a reason.</value>
    public const int MaxText = 2000;

    private static readonly ImmutableArray<AuditStage> Alive = [AuditStage.Announced, AuditStage.Open];
    private static readonly ImmutableArray<AuditStage> WhileOpen = [AuditStage.Open];

    public static string Noun => "audit";

    public static Lifecycle<AuditStage> Life { get; } = new(Noun,
    [
        new("announce", "audit.announced", [], AuditStage.Announced, [Role.Quality]) { Button = "Announce an audit" },
        new("open", "audit.opened", [AuditStage.Announced], AuditStage.Open, [Role.Quality, Role.Administrator]) { Button = "Let the auditor in", NotBy = ["audit.announced"] },
        new("extend", "audit.extended", Alive, null, [Role.Quality]) { Button = "Extend" },
        new("close", "audit.closed", Alive, AuditStage.Closed, [Role.Quality]) { Button = "End the audit now" },
        new("grant", "audit.granted", Alive, null, [Role.Quality]) { Button = "Grant" },
        new("withdraw-grant", "audit.grant-withdrawn", Alive, null, [Role.Quality]) { Button = "Withdraw" },
        new("decide-readiness", "audit.readiness-decided", Alive, null, [Role.Quality]) { Button = "Decide about the readiness page" },
        new("answer", "audit.answered", WhileOpen, null, [Role.Quality]) { Button = "Answer" },
        new("draw-sample", "audit.sampled", WhileOpen, null, [Role.Auditor]) { Button = "Draw the sample" },
        new("look-at", "audit.looked-at", WhileOpen, null, [Role.Auditor]) { Button = "Looked at" },
        new("request", "audit.requested", WhileOpen, null, [Role.Auditor]) { Button = "Ask" },
        new("seal-openings", "audit.openings-sealed", [AuditStage.Open, AuditStage.Closed], null, [Role.System]),
    ]);

    /// <summary>As it was announced; later decisions stand in the other members.</summary>
    public AuditEvent.Announced Terms { get; private init; } = null!;
    public AuditStage Stage { get; private init; }

    /// <summary>The first instant at which the room opens nothing any more.</summary>
    public Instant Ends { get; private init; }

    /// <summary>Whether our own checks are shown to the auditor.</summary>
    public bool Readiness { get; private init; }

    public ImmutableDictionary<(Withheld What, Guid Subject), string> Grants { get; private init; } = ImmutableDictionary<(Withheld, Guid), string>.Empty;
    public ImmutableArray<AuditSample> Samples { get; private init; } = [];
    public ImmutableArray<AuditRequest> Requests { get; private init; } = [];
    public ImmutableArray<AuditEvent.OpeningsSealed> Seals { get; private init; } = [];

    /// <summary>Whether the room lets its auditor in at this instant.</summary>
    public bool IsOpen(Instant now) => Lets(Stage, Terms.From, Ends, now);

    /// <summary>The time box: its first instant is inside, its end is not.</summary>
    public static bool Lets(AuditStage stage, Instant from, Instant ends, Instant now) => stage == AuditStage.Open && from <= now && now < ends;

    public static Outcome<AuditEvent> Announce(AuditEvent.Announced terms, Instant now, Actor by)
    {
        if (Life.Bars("announce", null, null, by) is { } bar)
            return bar;
        if (terms.Until <= now || terms.Until <= terms.From)
            return Refusal.Malformed("until", "The end lies after the beginning, and in the future.");
        if (terms.Until - terms.From > Longest)
            return Refusal.Malformed("until", $"At most {Longest.Days} days; it can be extended.");
        return by.IsSamePersonAs(Actor.PersonId(terms.Auditor)) ? Refusal.Malformed("auditor", "Nobody invites himself.") : terms;
    }

    /// <summary>The second person's word: from here the auditor is let in while the time box lasts.</summary>
    public Outcome<AuditEvent> Open(Actor by)
    {
        if (Life.Bars("open", this, Stage, by) is { } bar)
            return bar;
        return by.IsSamePersonAs(Actor.PersonId(Terms.Auditor)) ? Refusal.Role("audit.own", "Nobody lets himself in.") : new AuditEvent.Opened();
    }

    public Outcome<AuditEvent> Extend(Instant until, string reason, Instant now, Actor by)
    {
        if (Life.Bars("extend", this, Stage, by) is { } bar)
            return bar;
        if (until <= Ends || until <= now)
            return Refusal.Malformed("until", "Later than it ends now. To end it earlier, end it.");
        return until - (now > Terms.From ? now : Terms.From) > Longest
            ? Refusal.Malformed("until", $"At most {Longest.Days} days from today.")
            : new AuditEvent.Extended(until, reason);
    }

    public Outcome<AuditEvent> Close(string reason, Actor by) =>
        Life.Bars("close", this, Stage, by) is { } bar ? bar : new AuditEvent.Closed(reason);

    public Outcome<AuditEvent> Grant(Withheld what, Guid subject, string reason, Actor by)
    {
        if (Life.Bars("grant", this, Stage, by) is { } bar)
            return bar;
        return Grants.ContainsKey((what, subject)) ? Refusal.State("audit.granted", "It is granted already.") : new AuditEvent.Granted(what, subject, reason);
    }

    public Outcome<AuditEvent> WithdrawGrant(Withheld what, Guid subject, string reason, Actor by)
    {
        if (Life.Bars("withdraw-grant", this, Stage, by) is { } bar)
            return bar;
        return Grants.ContainsKey((what, subject)) ? new AuditEvent.GrantWithdrawn(what, subject, reason) : Refusal.State("audit.not-granted", "It is not granted.");
    }

    public Outcome<AuditEvent> DecideReadiness(bool shared, string reason, Actor by)
    {
        if (Life.Bars("decide-readiness", this, Stage, by) is { } bar)
            return bar;
        return shared == Readiness ? Refusal.State("audit.readiness", shared ? "It is shared already." : "It is not shared.") : new AuditEvent.ReadinessDecided(shared, reason);
    }

    /// <param name="asked">What to draw; number, count, digest and items are found here.</param>
    /// <param name="population">All that the auditor could see of it at that log size, each once.</param>
    /// <param name="size">1 to <see cref="Draw.MaxSize"/>.</param>
    public Outcome<AuditEvent> DrawSample(AuditEvent.Sampled asked, IReadOnlyCollection<Guid> population, int size, Instant now, Actor by)
    {
        if (BarsAuditor("draw-sample", now, by) is { } bar)
            return bar;
        if (Samples.Length >= MaxSamples)
            return Refusal.State("audit.samples-full", $"{MaxSamples} samples were drawn in this audit; there can be no more.");
        if (!Draw.IsSeed(asked.Seed))
            return Refusal.Malformed("seed", $"1 to {Draw.MaxSeed} letters, digits and signs of a plain keyboard.");
        if (size is < 1 or > Draw.MaxSize)
            return Refusal.Malformed("size", $"Between 1 and {Draw.MaxSize}.");
        if (population.Count == 0)
            return Refusal.Malformed("population", "There is nothing to draw from: no such record at that time.");
        return asked with { Number = Samples.Length + 1, Count = population.Count, Digest = Draw.DigestOf(population), Items = Draw.Sample(population, asked.Seed, size) };
    }

    public Outcome<AuditEvent> LookAt(int sample, Guid item, string note, Instant now, Actor by)
    {
        if (BarsAuditor("look-at", now, by) is { } bar)
            return bar;
        if (sample < 1 || sample > Samples.Length || !Samples[sample - 1].Drawn.Items.Contains(item))
            return Refusal.Invisible;
        return new AuditEvent.LookedAt(sample, item, note);
    }

    public Outcome<AuditEvent> Request(string text, Instant now, Actor by)
    {
        if (BarsAuditor("request", now, by) is { } bar)
            return bar;
        return Requests.Length >= MaxRequests
            ? Refusal.State("audit.requests-full", $"{MaxRequests} requests were made in this audit; there can be no more.")
            : new AuditEvent.Requested(Requests.Length + 1, text);
    }

    /// <param name="link">A path of this server, or null.</param>
    public Outcome<AuditEvent> Answer(int request, string text, string? link, Actor by)
    {
        if (Life.Bars("answer", this, Stage, by) is { } bar)
            return bar;
        if (request < 1 || request > Requests.Length)
            return Refusal.Invisible;
        return link is null || (link.StartsWith('/') && !link.StartsWith("//", StringComparison.Ordinal) && !link.Contains('\\', StringComparison.Ordinal))
            ? new AuditEvent.Answered(request, text, link)
            : Refusal.Malformed("link", "A path of this server, e.g. /desk/reports/…");
    }

    /// <param name="openings">All that follow the last seal, in order.</param>
    public Outcome<AuditEvent> SealOpenings(IReadOnlyList<Opening> openings, Actor by)
    {
        if (Life.Bars("seal-openings", this, Stage, by) is { } bar)
            return bar;
        return openings.Count > 0 && openings[0].Number == NextToSeal
            ? new AuditEvent.OpeningsSealed(openings[0].Number, openings[^1].Number, Opening.DigestOf(openings))
            : Refusal.State("audit.openings", $"The next opening to seal is number {NextToSeal}.");
    }

    /// <summary>The number of the first opening that no seal covers.</summary>
    public int NextToSeal => Seals.IsEmpty ? 1 : Seals[^1].Last + 1;

    public static Audit After(Audit? before, Entry entry)
    {
        var audit = before ?? new Audit();
        return (AuditEvent)entry.Event switch
        {
            AuditEvent.Announced e => audit with { Terms = e, Ends = e.Until, Readiness = e.Readiness },
            AuditEvent.Opened => audit with { Stage = AuditStage.Open },
            AuditEvent.Extended e => audit with { Ends = e.Until },
            AuditEvent.Closed => audit with { Stage = AuditStage.Closed },
            AuditEvent.Granted e => audit with { Grants = audit.Grants.SetItem((e.What, e.Subject), e.Reason) },
            AuditEvent.GrantWithdrawn e => audit with { Grants = audit.Grants.Remove((e.What, e.Subject)) },
            AuditEvent.ReadinessDecided e => audit with { Readiness = e.Shared },
            AuditEvent.Sampled e => audit with { Samples = audit.Samples.Add(new AuditSample(e, entry.At)) },
            AuditEvent.LookedAt e => audit with { Samples = audit.Samples.SetItem(e.Sample - 1, Looked(audit.Samples[e.Sample - 1], e, entry.At)) },
            AuditEvent.Requested e => audit with { Requests = audit.Requests.Add(new AuditRequest(e.Number, e.Text, entry.At)) },
            AuditEvent.Answered e => audit with { Requests = audit.Requests.SetItem(e.Request - 1, Answered(audit.Requests[e.Request - 1], e, entry.At)) },
            AuditEvent.OpeningsSealed e => audit with { Seals = audit.Seals.Add(e) },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private static AuditSample Looked(AuditSample sample, AuditEvent.LookedAt e, Instant at) => sample with { Looks = sample.Looks.SetItem(e.Item, new Look(e.Note, at)) };

    private static AuditRequest Answered(AuditRequest request, AuditEvent.Answered e, Instant at) => request with { Answers = request.Answers.Add((e, at)) };

    private Refusal? BarsAuditor(string step, Instant now, Actor by) => Life.Bars(step, this, Stage, by)
        ?? (!by.IsSamePersonAs(Actor.PersonId(Terms.Auditor)) ? Refusal.Invisible
            : !IsOpen(now) ? Refusal.State("audit.not-open", "The audit is not open at this time.") : null);
}
