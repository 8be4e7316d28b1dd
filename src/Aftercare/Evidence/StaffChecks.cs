using System.Collections.Immutable;
using Aftercare.Ledger;
using Aftercare.People;

namespace Aftercare.Evidence;

/// <summary>The duties of handling vulnerabilities that somebody must have.</summary>
public enum HandlingDuty
{
    Intake,
    Triage,
    Analysis,
    Disclosure,
    Signing,

    /// <summary>Quality and regulatory affairs.</summary>
    RegulatoryAffairs,
}

/// <summary>A duty, and everybody among whom its holders are.</summary>
/// <param name="People">Whoever is here at that moment.</param>
public sealed record StaffedDuty(HandlingDuty Duty, Guid Organisation, ImmutableArray<Person> People);

/// <summary>Who handles vulnerabilities (IEC 81001-5-1 §9.1).</summary>
public static class StaffChecks
{
    public static Check<StaffedDuty> Staffed { get; } = new(
        "A91-01", "9.1", "For intake, triage, analysis, disclosure, signing and regulatory affairs somebody holds the role, was trained for it, and somebody else is named who stands in.",
        PotentialSeverity.Major, [],
        staffed => new Examinee("people", staffed.Organisation, NameOf(staffed.Duty)), _ => true, JudgeStaffed)
    {
        StandsOn = "Roles in force, deputies and training as they stand with each person. Which procedure the training was about is only named, not kept.",
        ClearedBy = "Grant the role, name a deputy who holds it too, and record the training.",
    };

    /// <summary>Whoever holds one of these has the duty.</summary>
    public static ImmutableArray<Role> RolesOf(HandlingDuty duty) => duty switch
    {
        HandlingDuty.Intake => [Role.Analyst, Role.Support],
        HandlingDuty.Triage => [Role.Analyst, Role.Lead],
        HandlingDuty.Analysis => [Role.Analyst, Role.Developer],
        HandlingDuty.Disclosure => [Role.Publisher],
        HandlingDuty.Signing => [Role.Signer],
        _ => [Role.Quality],
    };

    private static string NameOf(HandlingDuty duty) => duty == HandlingDuty.RegulatoryAffairs ? "Regulatory affairs" : duty.ToString();

    private static Judgement JudgeStaffed(StaffedDuty staffed, Settings settings, Instant at)
    {
        var holders = staffed.People.SelectMany(person => RolesOf(staffed.Duty).Where(person.Roles.Contains).Select(role => (Person: person, Role: role))).ToList();
        if (holders.Count == 0)
            return Gap.Whole($"Nobody holds {string.Join(" or ", RolesOf(staffed.Duty))}.");
        if (!holders.Any(holder => StandIn(staffed, holder.Person, holder.Role)))
            return Gap.Part("Nobody is named who stands in and holds the role himself.");
        var trained = holders.Select(holder => holder.Person.Training.GetValueOrDefault(holder.Role)).ToList();
        if (trained.Count(training => training is null || training.NextDue?.Earliest <= at) is > 0 and var lacking)
            return Gap.Part($"Of {holders.Count} who hold it, for {lacking} no training is on record or it is due again.");
        return trained.Select(training => training!.NextDue?.Earliest).OfType<Instant>().ToList() is { Count: > 0 } due ? Judgement.GoodUntil(due.Min()) : Judgement.Good;
    }

    private static bool StandIn(StaffedDuty staffed, Person holder, Role role) =>
        holder.Deputies.TryGetValue(role, out var deputy) && staffed.People.Any(person => person.Id == deputy && person.Roles.Contains(role));
}
