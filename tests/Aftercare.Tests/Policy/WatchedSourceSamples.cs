using Aftercare.Ledger;
using Aftercare.Policy;
using Aftercare.Reports;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Policy;

internal static class WatchedSourceSamples
{
    public static Event[] All =>
    [
        new SourceEvent.Watched(SourceCategory.Researcher),
        Silent(),
        new SourceEvent.SilenceTakenBack(new DateOnly(2026, 1, 1), "R-2026-0042 had lain in the letter box since February."),
    ];

    public static SourceEvent.SilenceReviewed Silent() => new(SourceCategory.Researcher, new DateOnly(2026, 1, 1), new DateOnly(2026, 2, 28), "Europe/Berlin",
    [
        new ReadChannel(Some.Id("channel"), "Public form", 3, 2, Stated.Parse("2026-02-03", null), TestOutcome.Succeeded, Some.Monday),
        new ReadChannel(Some.Id("letters"), "Letters", 1, 0, null, null, null),
    ], 7);
}
