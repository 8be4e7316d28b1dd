using Aftercare.Advisories;
using Aftercare.Ledger;
using Aftercare.Tests.Imports;
using Aftercare.Tests.Ledger;
using Aftercare.Vulnerabilities;

namespace Aftercare.Tests.Advisories;

internal static class PastAdvisorySamples
{
    public static PastAdvisorySaid Said { get; } = new(
        "Acme Medical GmbH", "ACME-2024-03", "Infusion pump: Log4Shell", "1.0.1", new Instant(1_709_546_400_000), new Instant(1_712_311_200_000), Severity.Critical,
        ["CVE-2021-44228"], ["Infusion pump 4.2"]);

    public static Event[] All =>
    [
        new PastAdvisoryEvent.Entered(Said, new BlobRef(Some.Id("document"), new string('a', 64), 4711)),
        new PastAdvisoryEvent.Imported(ImportSamples.From),
        new PastAdvisoryEvent.TakenBack(ImportSamples.From.Import, "The folder was last year's."),
    ];
}
