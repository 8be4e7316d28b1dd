using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Evidence;

internal static class ReadinessSamples
{
    public static Event[] All =>
    [
        new ReadinessEvent.SetUp(),
        new ReadinessEvent.CheckWaived("A631-02", "No product of ours runs on software that others update."),
        new ReadinessEvent.WaiverLifted("A631-02", "The gateway runs on Windows from 5.0 on."),
        new ReadinessEvent.SettingChosen("A92-08", "triage-limit", 10, "Our procedure SOP-114 says ten days."),
        new ReadinessEvent.GoLiveSet(Some.Id("product"), Stated.Parse("2026-01-01", null), "Reports before that are in the old system."),
    ];
}
