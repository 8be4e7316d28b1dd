using System.Collections.Immutable;

namespace Aftercare.Evidence;

/// <summary>Every clause check of this version, in the order of the clauses. In our own words; nobody has compared them with the licensed text.</summary>
public static class Checks
{
    public static ImmutableArray<Check> All { get; } =
    [
        UpdateChecks.Mitigated, UpdateChecks.Documented, UpdateChecks.Delivered, UpdateChecks.Verifiable, UpdateChecks.Unchanged,
        IntakeChecks.LiveChannel, IntakeChecks.PublishedPolicy, IntakeChecks.SecurityTxt, IntakeChecks.Routes, IntakeChecks.KeptReports, IntakeChecks.Decided,
    ];

    public static Check? Find(string id) => All.FirstOrDefault(check => check.Id == id);
}
