using System.Collections.Immutable;
using Aftercare.Ledger;

namespace Aftercare.Server.Platform.Access;

/// <summary>What one auditor is let in to, found anew with each request: an audit that ended a moment ago opens nothing.</summary>
/// <param name="Until">The first instant at which it opens nothing any more.</param>
/// <param name="LogSize">The log size at which the records stand still; null: he also sees what comes later.</param>
/// <param name="Readiness">Whether our own checks are shared.</param>
/// <param name="Products">What the audit is about; null: every product.</param>
/// <param name="Hidden">
/// Records that he does not see, as things stand now: looking back shows no more. Deliveries, notices and devices go with the update, the advisory or the product.
/// </param>
/// <param name="Reporters">The reports whose reporter he may know.</param>
public sealed record Room(
    Guid Audit, string Number, string Title, Instant Until, long? LogSize, bool Readiness, ImmutableHashSet<Guid>? Products, ImmutableHashSet<Guid> Hidden, ImmutableHashSet<Guid> Reporters);
