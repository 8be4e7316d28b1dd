using Aftercare.Cases;
using Aftercare.Ledger;
using Aftercare.Tests.Imports;
using Aftercare.Tests.Ledger;
using Aftercare.Vulnerabilities;
using ClosureReason = Aftercare.Reports.ClosureReason;

namespace Aftercare.Tests.Cases;

internal static class CaseSamples
{
    public static Event[] All =>
    [
        new CaseEvent.Opened("C-2026-0007", "Replayed pump commands", [Some.Id("report")], [Some.Id("product")], Stated.Parse("2026-03-01", null)),
        new CaseEvent.ReportAttached(Some.Id("second report"), Some.Id("second product")),
        new CaseEvent.Retitled("Pump commands can be replayed"),
        new CaseEvent.Assigned(Some.Id("analyst")),
        new CaseEvent.Unassigned(Some.Id("analyst")),
        new CaseEvent.ProductAdded(Some.Id("third product")),
        new CaseEvent.VulnerabilityAdded(Some.Id("vulnerability"), "Commands carry no counter", "CVE-2026-10001", "CWE-294"),
        new CaseEvent.VulnerabilityDescribed(Some.Id("vulnerability"), "Commands carry no fresh counter", "CVE-2026-10001", "CWE-294"),
        new CaseEvent.VulnerabilityAnalysed(Some.Id("vulnerability"), new Analysis(
            "Reproduced in the laboratory with two pumps.", "Needs a place on the ward's network.", "The counter was dropped in 4.0.", "Searched the other commands: none.", "Therapy can be interrupted.")),
        new CaseEvent.VulnerabilityScored(Some.Id("vulnerability"), new Score("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H", 8.1m, "Rubric: therapy is affected.")),
        new CaseEvent.VulnerabilityPrioritised(Some.Id("vulnerability"), new Priority("Supplier Patch Development Priority v1.0.0", "Immediate", "Exploitation is Active; Utility is Efficient", "Seen in two hospitals.")),
        new CaseEvent.ScoreWaived(Some.Id("vulnerability"), "The supplier has not said which code."),
        new CaseEvent.StatusSet(Some.Id("vulnerability"), [Some.Id("release")], ProductStatus.KnownAffected, null, Remedy.VendorFix, "The code is in it."),
        new CaseEvent.StatusSet(Some.Id("vulnerability"), [Some.Id("older release")], ProductStatus.KnownNotAffected, Justification.VulnerableCodeNotPresent, null, "Written for 4.0."),
        new CaseEvent.VulnerabilityWithdrawn(Some.Id("vulnerability"), "The same flaw under another name."),
        new CaseEvent.Asserted(CaseFact.PublicAware, Stated.Parse("2026-03-02T10:00:00+01:00", null), "Talk at a conference."),
        new CaseEvent.AssertionWithdrawn(CaseFact.PublicAware, "The talk was on another product."),
        new CaseEvent.SafetyJudged(new SafetyJudgement(true, "Over-infusion is possible.", ["RF-12"])),
        new CaseEvent.ReportabilityDecided(new Reportability("EU", false, "No serious deterioration can follow.")),
        new CaseEvent.DisclosureDecided(true, "Users must act."),
        new CaseEvent.Accepted("Real, and ours."),
        new CaseEvent.Deferred("Waits for the supplier.", Stated.Parse("2026-06-01", null)),
        new CaseEvent.Closed(new Closure(ClosureReason.RiskAccepted, "Behind a firewall on every site.", null, null, Stated.Parse("2027-03-01", null), null)),
        new CaseEvent.Reopened("A second way in was found."),
        new CaseEvent.ClosedElsewhere(new Closure(ClosureReason.FixedAndPublished, "Fixed in 4.1.0.", null, null, null, null), Stated.Parse("2026-03-01", null)),
        new CaseEvent.Imported(ImportSamples.From),
        new CaseEvent.TakenBack(ImportSamples.From.Import, "The list was last year's."),
    ];
}
