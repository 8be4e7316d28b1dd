using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;
using Aftercare.Vulnerabilities;

namespace Aftercare.Tests.Advisories;

internal static class AdvisorySamples
{
    public static Event[] All =>
    [
        new AdvisoryEvent.Drafted("ACME-SA-2026-0007", Some.Id("case"), "Infusion pump: the drug library can be changed without a password"),
        new AdvisoryEvent.Described(
            "Infusion pump: the drug library can be changed without a password",
            "Somebody on the ward network could change limits of the drug library.\n\nUpdate to 4.3.",
            new TextRef(Some.Id("credits"), new string('a', 64))),
        new AdvisoryEvent.VulnerabilityDescribed(Some.Id("flaw"), "The service asks for no password.", "A wrong limit could let a wrong dose pass."),
        new AdvisoryEvent.RemediationAdded(Some.Id("flaw"), new Remediation(
            Some.Id("fix"), RemediationKind.VendorFix, "Install 4.3.", Some.Id("update"), [Some.Id("release 4.2")], RestartNeeded.Machine, Stated.Parse("2026-03-04", null))),
        new AdvisoryEvent.RemediationRemoved(Some.Id("flaw"), Some.Id("workaround")),
        new AdvisoryEvent.Approved(1, new string('b', 64)),
        new AdvisoryEvent.Returned("The summary names a ward."),
        new AdvisoryEvent.Published(
            1, new BlobRef(Some.Id("document"), new string('c', 64), 8192), "2026/acme-sa-2026-0007.json", ["Infusion pump"], [Some.Id("release 4.2")], [Some.Id("update")], Severity.High),
        new AdvisoryEvent.Revised("Update 4.3 available.", Withdraws: false),
        new AdvisoryEvent.Discarded("4.3 is late."),
    ];
}
