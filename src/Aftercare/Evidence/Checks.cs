using System.Collections.Immutable;

namespace Aftercare.Evidence;

/// <summary>Every clause check of this version, in the order of the clauses. In our own words; nobody has compared them with the licensed text.</summary>
public static class Checks
{
    private static readonly ImmutableArray<Check> Answered =
    [
        StaffChecks.Staffed, TrackingChecks.Prioritised,
        StatementChecks.Covered, UpdateChecks.Mitigated, StatementChecks.Complete, StatementChecks.InTime, StatementChecks.Told, UpdateChecks.Documented, StatementChecks.Consistent,
        DeliveryChecks.Mended, UpdateChecks.Delivered, DeliveryChecks.Everybody, DeliveryChecks.Answered, DeliveryChecks.ServiceToo,
        UpdateChecks.Verifiable, DeliveryChecks.Protected, UpdateChecks.Unchanged, DeliveryChecks.Receipted,
        IntakeChecks.LiveChannel, IntakeChecks.PublishedPolicy, TrackingChecks.PolicyElements, IntakeChecks.SecurityTxt, IntakeChecks.Routes, TrackingChecks.Heard,
        IntakeChecks.KeptReports, IntakeChecks.Decided, TrackingChecks.Ended, TrackingChecks.Acknowledged, TrackingChecks.ComplaintDetermined,
    ];

    public static ImmutableArray<Check> All { get; } = [.. Answered.Concat(UnansweredChecks.All).OrderBy(check => check.Id, StringComparer.Ordinal)];

    public static Check? Find(string id) => All.FirstOrDefault(check => check.Id == id);
}
