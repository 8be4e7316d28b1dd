using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.Reports;

namespace Aftercare.Audits;

/// <summary>On whose behalf somebody audits.</summary>
public enum AuditBody
{
    NotifiedBody,
    Authority,
    Customer,

    /// <summary>Our own internal audit.</summary>
    Internal,
    Other,
}

/// <summary>What an auditor does not see unless quality grants it, one by one.</summary>
public enum Withheld
{
    /// <summary>A case about which nothing was published and which is not closed, with all that belongs to it.</summary>
    Case,

    /// <summary>Who reported: the contact, and the original in which it stands.</summary>
    Reporter,
}

/// <summary>What an auditor draws samples from.</summary>
public enum Population
{
    Reports,
    Cases,
    Advisories,
    Updates,
    Deliveries,
    Statements,
}

public abstract record AuditEvent : Event
{
    /// <param name="Title">Of the audit, e.g. <c>Surveillance audit 2026</c>.</param>
    /// <param name="Of">Who audits, by name.</param>
    /// <param name="Auditor">The person who will be let in.</param>
    /// <param name="Products">What it is about; empty: every product.</param>
    /// <param name="Readiness">Whether our own checks are shown.</param>
    /// <param name="LogSize">The log size at which the records stand still for the auditor; null: he also sees what comes later.</param>
    [Kind("audit.announced")]
    public sealed record Announced(
        string Number, string Title, AuditBody Body, string Of, Guid Auditor, Instant From, Instant Until, ImmutableArray<Guid> Products, bool Readiness, long? LogSize) : AuditEvent;

    [Kind("audit.opened")]
    public sealed record Opened : AuditEvent;

    [Kind("audit.extended")]
    public sealed record Extended(Instant Until, string Reason) : AuditEvent;

    [Kind("audit.closed")]
    public sealed record Closed(string Reason) : AuditEvent;

    /// <param name="Subject">The case, or the report whose reporter it is.</param>
    [Kind("audit.granted")]
    public sealed record Granted(Withheld What, Guid Subject, string Reason) : AuditEvent;

    [Kind("audit.grant-withdrawn")]
    public sealed record GrantWithdrawn(Withheld What, Guid Subject, string Reason) : AuditEvent;

    [Kind("audit.readiness-decided")]
    public sealed record ReadinessDecided(bool Shared, string Reason) : AuditEvent;

    /// <param name="Number">From 1, in the order of drawing: a seed that was tried and found inconvenient stays on record.</param>
    /// <param name="Source">Only reports from this source; null: from all.</param>
    /// <param name="From">Only what began on this day or later (UTC); null: no limit.</param>
    /// <param name="To">Only what began on this day or before (UTC); null: no limit.</param>
    /// <param name="LogSize">The population is as it stood when the log had this many entries.</param>
    /// <param name="Count">Size of the population.</param>
    /// <param name="Digest">Of the population, see <see cref="Draw.DigestOf"/>.</param>
    /// <param name="Drawn">Whether the server chose the seed by chance; otherwise the auditor gave it.</param>
    /// <param name="Items">The sample, in the order of drawing.</param>
    [Kind("audit.sampled")]
    public sealed record Sampled(
        int Number, Population Population, SourceCategory? Source, DateOnly? From, DateOnly? To, long LogSize, int Count, string Digest, string Seed, bool Drawn,
        ImmutableArray<Guid> Items) : AuditEvent;

    /// <param name="Note">What the auditor found; empty: he looked, and wrote nothing.</param>
    [Kind("audit.looked-at")]
    public sealed record LookedAt(int Sample, Guid Item, string Note) : AuditEvent;

    /// <param name="Number">From 1.</param>
    [Kind("audit.requested")]
    public sealed record Requested(int Number, string Text) : AuditEvent;

    /// <param name="Link">A path of this server that shows what was asked for; null: the text says it.</param>
    [Kind("audit.answered")]
    public sealed record Answered(int Request, string Text, string? Link) : AuditEvent;

    /// <summary>What the auditor opened, from one number to another, so that nothing of it can be taken away or changed unnoticed.</summary>
    /// <param name="Digest">See <see cref="Opening.DigestOf"/>.</param>
    [Kind("audit.openings-sealed")]
    public sealed record OpeningsSealed(int First, int Last, string Digest) : AuditEvent;
}
