using Aftercare.Ledger;
using Aftercare.Policy;

namespace Aftercare.Tests.Policy;

internal static class PolicySamples
{
    public static Event[] All =>
    [
        Drafted(),
        new PolicyEvent.Approved(),
        new PolicyEvent.Published(),
        new PolicyEvent.Confirmed("Read on 2 March; addresses and terms are as they should be."),
        new PolicyEvent.Superseded(2),
    ];

    public static PolicyEvent.Drafted Drafted() =>
        new(1, "Reporting vulnerabilities", "en", [.. Enum.GetValues<PolicyElement>().Select(element => new PolicySection(element, $"About {element}."))], 5, 30);
}
