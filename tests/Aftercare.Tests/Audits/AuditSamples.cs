using System.Collections.Immutable;
using Aftercare.Audits;
using Aftercare.Ledger;
using Aftercare.Reports;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Audits;

internal static class AuditSamples
{
    public static Event[] All =>
    [
        Announced(),
        new AuditEvent.Opened(),
        new AuditEvent.Extended(Some.Monday.Plus(TimeSpan.FromDays(20)), "The second site is visited later."),
        new AuditEvent.Granted(Withheld.Case, Some.Id("case"), "Asked for by name."),
        new AuditEvent.Granted(Withheld.Reporter, Some.Id("report"), "The reporter agrees."),
        new AuditEvent.GrantWithdrawn(Withheld.Reporter, Some.Id("report"), "Seen."),
        new AuditEvent.ReadinessDecided(true, "Asked for."),
        Sampled(),
        new AuditEvent.LookedAt(1, Some.Id("item 1"), "Acknowledged within two days."),
        new AuditEvent.Requested(1, "Show me the report with the longest handling."),
        new AuditEvent.Answered(1, "This one: 41 days.", "/desk/reports/00000000-0000-7000-8000-000000000000"),
        new AuditEvent.OpeningsSealed(1, 2, Opening.DigestOf([new Opening(1, Some.Monday, null, "/audit"), new Opening(2, Some.Monday, 12, "/audit/register")])),
        new AuditEvent.Closed("The audit is over."),
    ];

    public static AuditEvent.Announced Announced(ImmutableArray<Guid>? products = null) => new(
        "A-2026-0001", "Surveillance audit 2026", AuditBody.NotifiedBody, "Notified Body 0000", Some.Id("Aud"), Some.Monday, Some.Monday.Plus(TimeSpan.FromDays(10)), products ?? [Some.Id("pump")], false, 1200);

    public static AuditEvent.Sampled Sampled() => new(
        1, Population.Reports, SourceCategory.Researcher, new DateOnly(2026, 1, 1), new DateOnly(2026, 2, 28), 1000, 3, Draw.DigestOf([Some.Id("item 1"), Some.Id("item 2"), Some.Id("item 3")]), "4711", false,
        [Some.Id("item 1"), Some.Id("item 2")]);
}
