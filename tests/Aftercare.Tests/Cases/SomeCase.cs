using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;
using Aftercare.Vulnerabilities;
using Xunit;
using ClosureReason = Aftercare.Reports.ClosureReason;

namespace Aftercare.Tests.Cases;

/// <summary>Cases as events make them, and the people who work on them.</summary>
internal static class SomeCase
{
    public static Actor Ana { get; } = Actor.Person(Some.Id("Ana"), Role.Analyst);
    public static Actor Lena { get; } = Actor.Person(Some.Id("Lena"), Role.Lead);
    public static Actor Sara { get; } = Actor.Person(Some.Id("Sara"), Role.Safety);
    public static Actor Quinn { get; } = Actor.Person(Some.Id("Quinn"), Role.Quality);
    public static Actor Dora { get; } = Actor.Person(Some.Id("Dora"), Role.Developer);
    public static Actor Paul { get; } = Actor.Person(Some.Id("Paul"), Role.Support);

    public static Guid Report { get; } = Some.Id("report");
    public static Guid Flaw { get; } = Some.Id("flaw");
    public static Guid Release { get; } = Some.Id("4.2.0");
    public static Guid OlderRelease { get; } = Some.Id("4.1.0");

    public static Instant Now => Some.Monday.Plus(TimeSpan.FromDays(2));
    public static Stated Ahead { get; } = Stated.Parse("2026-09-01", null);
    public static Stated Past { get; } = Stated.Parse("2026-02-01", null);
    public static Cvss Vector { get; } = Cvss.Parse("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");

    /// <summary>Everybody is told, everything is decided, nothing waits; two releases are in the field.</summary>
    public static CaseSurroundings Around { get; } = new(
        [new ReportFacts(Report, "R-2026-0042", ReporterTold: true, ComplaintDecided: true)],
        [new ReleaseFacts(Release, "Pump 4.2.0"), new ReleaseFacts(OlderRelease, "Pump 4.1.0")], [], []);

    private static readonly Event Opened = new CaseEvent.Opened("C-2026-0007", "Replayed commands", [Report], [Some.Id("product")], Past);
    private static readonly Event Named = new CaseEvent.VulnerabilityAdded(Flaw, "No counter", null, "CWE-294");
    private static readonly Event Scored = new CaseEvent.VulnerabilityScored(Flaw, new Score(Vector.ToString(), 9.8m, null));
    private static readonly Event Harmless = new CaseEvent.SafetyJudged(new SafetyJudgement(false, "The therapy runs on.", []));

    /// <summary>Just opened by Ana: nothing is known but the report.</summary>
    public static Case Fresh => Some.State<Case>(Ana, Opened);

    /// <summary>Named, rated and judged harmless, so that it can be decided on.</summary>
    public static Case Assessed => Some.State<Case>(Ana, Opened, Named, Scored, Harmless);

    public static Case Accepted => Assessed.Then(new CaseEvent.Accepted("Real."));

    public static Case Deferred => Assessed.Then(new CaseEvent.Deferred("Later.", Ahead));

    /// <summary>Every release is stated not to be affected, and it stays with us: Lena may close it.</summary>
    public static Case Finished => Accepted.Then(
        new CaseEvent.StatusSet(Flaw, [Release, OlderRelease], ProductStatus.KnownNotAffected, Justification.ComponentNotPresent, null, "Not shipped."),
        new CaseEvent.DisclosureDecided(false, "Concerns nobody."));

    public static Closure NotAffected { get; } = Because(ClosureReason.NotAffected);

    public static Case Closed => Finished.Then(new CaseEvent.Closed(NotAffected));

    /// <summary>One case in every stage.</summary>
    public static Case In(CaseStage stage) => stage switch
    {
        CaseStage.Valid => Assessed,
        CaseStage.Accepted => Accepted,
        CaseStage.Deferred => Deferred,
        _ => Closed,
    };

    public static Closure Because(ClosureReason reason) => new(reason, "Because.", null, null, null, null);

    public static Case Then(this Case @case, params ReadOnlySpan<Event> happened)
    {
        foreach (var one in happened)
            @case = Some.Next(@case, one, Ana);
        return @case;
    }

    public static Case Then(this Case @case, Outcome<CaseEvent> decision, Actor by) => Some.Next(@case, decision.Value, by);

    /// <summary>The code of the refusal; the test fails when it was not refused.</summary>
    public static string Why(this Outcome<CaseEvent> decision)
    {
        Assert.True(decision.Refused(out var why, out _));
        return why.Code;
    }

    /// <summary>The fields that were found wrong.</summary>
    public static IEnumerable<string> Wrong(this Outcome<CaseEvent> decision)
    {
        Assert.True(decision.Refused(out var why, out _));
        Assert.Equal(Aftercare.Ledger.Because.Malformed, why.Because);
        return why.Faults.Select(fault => fault.Field);
    }
}
