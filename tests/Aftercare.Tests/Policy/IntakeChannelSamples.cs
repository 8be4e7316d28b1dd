using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Policy;

internal static class IntakeChannelSamples
{
    public static Event[] All =>
    [
        Opened(),
        new IntakeChannelEvent.HandedOver(Some.Id("new owner"), Some.Id("new deputy")),
        new IntakeChannelEvent.Tested(Stated.Parse("2026-03-01", null), TestOutcome.Succeeded, "A report was sent from outside and came in as R-2026-0041."),
        new IntakeChannelEvent.Closed("The address is no longer printed anywhere."),
    ];

    public static IntakeChannelEvent.Opened Opened() =>
        new("Public form", Channel.WebForm, [SourceCategory.User, SourceCategory.Researcher], Some.Id("owner"), Some.Id("deputy"), "SOP-114 §3");
}
